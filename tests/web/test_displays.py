"""Televisions: a code and a word, somebody who approves, what is shown, and the end of it."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx2
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import now_by
from app.actions.jobs import Intake, create_job
from app.actions.presses import start
from app.models import Display, Event, SignIn
from app.web.wall import ALPHABET, CODE_LETTERS
from tests.cast import NOON, PASSWORD, Cast, World
from tests.databases import on_sqlite


def key() -> dict[str, str]:
    return {"key": uuid4().hex}


async def code_and_word(tv: httpx2.AsyncClient) -> tuple[str, str]:
    page = (await tv.get("/wall")).text
    code = "".join(re.findall(r'<span aria-hidden="true">(\w)</span>', page))
    word = re.search(r'class="pair-word">(\w+)<', page)
    assert word
    return code, word[1]


async def paired(tv: httpx2.AsyncClient, client: httpx2.AsyncClient, **options: str) -> str:
    code, _ = await code_and_word(tv)
    words = {"code": code, "name": "Workshop", "password": PASSWORD} | options
    answer = await client.post("/settings/displays", data=words | key())
    assert answer.status_code == 303, answer.text
    page = (await client.get("/settings/displays")).text
    found = re.search(r"/settings/displays/(\d+)", page)
    assert found
    return found[0]


async def test_a_television_is_paired_by_its_code_and_shows_the_board(world: World) -> None:
    await world.db.write(_running_job, world.cast)
    async with world.client() as tv, await world.client_of(world.cast.dana) as client:
        code, word = await code_and_word(tv)
        assert len(code) == CODE_LETTERS
        assert set(code) <= set(ALPHABET)
        typed = f"{code[:4].lower()}-{code[4:].lower()} "
        found = await client.post("/settings/displays/find", data={"code": typed})
        assert found.headers["location"] == f"/settings/displays/pair?code={code}"
        assert f">{word}<" in (await client.get(found.headers["location"])).text
        await paired(tv, client)
        page = (await tv.get("/wall")).text
    assert "<rb-board" in page
    assert "Repair" in page


@on_sqlite
async def test_a_wall_is_private_unless_somebody_says_otherwise(world: World) -> None:
    await world.db.write(_running_job, world.cast)
    async with (
        world.client() as tv,
        world.client() as other,
        await world.client_of(world.cast.dana) as client,
    ):
        await paired(tv, client)
        page = (await tv.get("/wall")).text
        assert "Café Zoë" not in page
        assert "wet ceiling" not in page
        assert "Lange Straße" not in page
        await paired(other, client, shows_customers="yes", shows_titles="yes")
        page = (await other.get("/wall")).text
        assert "Café Zoë" in page
        assert "wet ceiling" in page


@on_sqlite
async def test_a_reload_keeps_the_code(world: World) -> None:
    async with world.client() as tv:
        assert await code_and_word(tv) == await code_and_word(tv)


async def test_a_code_that_has_run_out_pairs_nothing_and_is_replaced(world: World) -> None:
    async with world.client() as tv, await world.client_of(world.cast.dana) as client:
        old, _ = await code_and_word(tv)
        await world.db.write(_shown_earlier, timedelta(minutes=15))
        words = {"code": old, "name": "Workshop", "password": PASSWORD}
        answer = await client.post("/settings/displays", data=words | key())
        assert answer.status_code == 422
        assert "No screen shows this code now." in answer.text
        new, _ = await code_and_word(tv)
        assert new != old


async def test_a_removed_television_is_dark_at_once_and_can_be_paired_anew(world: World) -> None:
    async with world.client() as tv, await world.client_of(world.cast.dana) as client:
        page = await paired(tv, client)
        answer = await client.post(f"{page}/remove", data=key())
        assert answer.headers["location"] == "/settings/displays?said=removed"
        assert "<rb-pair" in (await tv.get("/wall")).text
        assert (await tv.get("/live/snapshot?view=wall")).status_code == 401
    changes = await world.db.ask(_access_changes)
    assert [set(change) for change in changes] == [{"display_id"}]


@on_sqlite
async def test_a_television_may_look_and_nothing_else(world: World) -> None:
    async with world.client() as tv, await world.client_of(world.cast.dana) as client:
        await paired(tv, client)
        assert (await tv.get("/live/snapshot?view=wall")).status_code == 200
        assert (await tv.get("/live/snapshot?view=dispatch")).status_code == 401
        assert (await tv.get("/")).headers["location"] == "/sign-in"
        assert (await tv.post("/settings/displays", data=key())).status_code == 401


@on_sqlite
async def test_the_office_may_not_connect_screens(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        assert (await client.get("/settings/displays")).status_code == 403


@on_sqlite
async def test_connecting_asks_for_the_password_where_it_was_given_long_ago(world: World) -> None:
    async with world.client() as tv, await world.client_of(world.cast.dana) as client:
        code, word = await code_and_word(tv)
        await world.db.write(_confirmed_long_ago)
        words = {"code": code, "name": "Workshop"}
        answer = await client.post("/settings/displays", data=words | key())
        assert answer.status_code == 422
        assert "This is not your password." in answer.text
        assert word in answer.text
        answer = await client.post(
            "/settings/displays", data=words | {"password": PASSWORD} | key()
        )
        assert answer.status_code == 303


@on_sqlite
async def test_codes_cannot_be_guessed(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        for number in range(20):
            guess = {"code": f"BBBBBB{number:02}"}
            assert (await client.post("/settings/displays/find", data=guess)).status_code == 422
        answer = await client.post("/settings/displays/find", data={"code": "BBBBBBBB"})
    assert answer.status_code == 429


@on_sqlite
async def test_other_options_are_asked_for_anew(world: World) -> None:
    async with world.client() as tv, await world.client_of(world.cast.dana) as client:
        page = await paired(tv, client)
        words = {"name": "Hall", "shows_titles": "yes"}
        assert (await client.post(page, data=words | key())).status_code == 303
        assert "Hall" in (await client.get("/settings/displays")).text
        nameless = await client.post(page, data={"name": " "} | key())
        assert nameless.status_code == 422


@on_sqlite
async def test_a_crowd_of_televisions_from_one_address_is_refused(world: World) -> None:
    for _ in range(50):
        async with world.client() as tv:
            assert (await tv.get("/wall")).status_code == 200
    async with world.client() as tv:
        assert (await tv.get("/wall")).status_code == 429


def _running_job(session: Session, cast: Cast) -> None:
    intake = Intake(
        title="Pipe burst, wet ceiling",
        customer_id=cast.customer_id,
        site_id=cast.site_id,
        job_type_id=cast.job_type_id,
        technician_ids=(cast.tom.id,),
    )
    done = create_job(session, now_by(cast.dana, NOON), intake=intake)
    assert done.job_id is not None
    start(session, now_by(cast.tom, NOON), job_id=done.job_id)


def _shown_earlier(session: Session, by: timedelta) -> None:
    for row in session.scalars(select(Display)):
        assert row.code_expires_at is not None
        row.code_expires_at -= by


def _confirmed_long_ago(session: Session) -> None:
    for row in session.scalars(select(SignIn)):
        row.confirmed_at -= timedelta(minutes=11)


def _access_changes(session: Session) -> list[dict[str, object]]:
    return list(session.scalars(select(Event.data).where(Event.kind == "access_changed")))
