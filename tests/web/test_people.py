"""People, as the owner sees to them: adding, changing roles, letting go, and the link that lets somebody in once."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx2
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import people
from app.actions.act import now_by
from app.actions.jobs import Intake, create_job
from app.models import Enrolment, Event, SignIn
from app.queries import directory
from app.queries.board import cards_by_id
from app.queries.people import actor_of
from app.rules.access import Actor, Role
from tests.cast import ADDRESS, NOON, PASSWORD, World
from tests.databases import on_sqlite

JONAS = {"name": "Jonas Ek", "email": "Jonas@brandt.test", "roles": ["technician"]}


def key() -> dict[str, str]:
    return {"key": uuid4().hex}


async def test_the_owner_adds_a_person_once_however_often_it_is_sent(world: World) -> None:
    async with await world.client_of(world.cast.owner) as client:
        words = JONAS | key()
        first = await client.post("/people", data=words)
        again = await client.post("/people", data=words)
    assert first.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    names = [row.name for row in await world.db.ask(directory.people)]
    assert names.count("Jonas Ek") == 1


@on_sqlite
async def test_every_mistake_is_shown_at_once_and_nothing_typed_is_lost(world: World) -> None:
    async with await world.client_of(world.cast.owner) as client:
        words = {"name": "", "email": "tom at work", "phone": "call me", "password": "short"}
        answer = await client.post("/people", data=words | key())
    assert answer.status_code == 422
    assert "Say what they are called." in answer.text
    assert "This is not an e-mail address." in answer.text
    assert "Use digits, spaces and +" in answer.text
    assert "Use at least 12 characters." in answer.text
    assert 'value="tom at work"' in answer.text
    assert "short" not in answer.text.replace("short name", "")


@on_sqlite
async def test_a_taken_address_names_who_has_it(world: World) -> None:
    async with await world.client_of(world.cast.owner) as client:
        answer = await client.post("/people", data=JONAS | {"email": "TOM@brandt.test"} | key())
    assert answer.status_code == 422
    assert "Tom Brandt has this address already." in answer.text


@on_sqlite
async def test_nobody_but_an_owner_touches_people(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        assert (await client.get("/people")).status_code == 200
        assert (await client.post("/people", data=JONAS | key())).status_code == 403
        me = f"/people/{world.cast.dana.id}"
        raised = {"name": "Dana", "email": "dana@brandt.test", "roles": ["owner"]}
        assert (await client.post(me, data=raised | key())).status_code == 403


async def test_a_lowered_role_counts_from_the_next_request(world: World) -> None:
    olga = world.cast.olga
    async with (
        await world.client_of(olga) as hers,
        await world.client_of(world.cast.owner) as owners,
    ):
        assert (await hers.get("/job-types/new")).status_code == 200
        words = {"name": olga.name, "email": "olga@brandt.test", "roles": ["dispatcher"]}
        assert (await owners.post(f"/people/{olga.id}", data=words | key())).status_code == 303
        assert (await hers.get("/job-types/new")).status_code == 403
    assert {"person_id": olga.id} in await world.db.ask(_access_changes)


async def test_the_last_owner_stays_owner(world: World) -> None:
    owner = world.cast.owner
    async with await world.client_of(owner) as client:
        words = {"name": owner.name, "email": "otto@brandt.test", "roles": ["office"]}
        answer = await client.post(f"/people/{owner.id}", data=words | key())
        assert answer.status_code == 409
        assert "This is the last owner." in answer.text
        assert (await client.post(f"/people/{owner.id}/retire", data=key())).status_code == 409
    found = await world.db.ask(actor_of, owner.id)
    assert found is not None
    assert found.roles == {Role.OWNER}


async def test_somebody_who_has_left_is_out_at_once_and_their_link_is_dead(world: World) -> None:
    tom = world.cast.tom
    async with (
        await world.client_of(tom) as toms,
        await world.client_of(world.cast.owner) as owners,
        world.client() as nobody,
    ):
        link = await _link(owners, tom)
        assert (await owners.post(f"/people/{tom.id}/retire", data=key())).status_code == 303
        assert (await toms.get("/")).headers["location"] == "/sign-in"
        assert (await nobody.post(link)).status_code == 403
        assert (await owners.post(f"/people/{tom.id}/return", data=key())).status_code == 303
        assert (await toms.get("/")).headers["location"] == "/sign-in"


@on_sqlite
async def test_after_ten_minutes_the_password_is_asked_for_and_nothing_is_lost(
    world: World,
) -> None:
    async with await world.client_of(world.cast.owner) as client:
        await world.db.write(_confirmed_long_ago)
        asked = await client.post("/people", data=JONAS | key())
        assert asked.status_code == 401
        assert 'name="email" value="Jonas@brandt.test"' in asked.text
        wrong = await client.post("/people", data=_hidden(asked) | {"your_password": "no"})
        assert "This is not your password." in wrong.text
        done = await client.post("/people", data=_hidden(wrong) | {"your_password": PASSWORD})
        assert done.status_code == 303
        assert (await client.post("/people", data=JONAS | key())).status_code == 422


# --- the link


async def _link(owners: httpx2.AsyncClient, who: Actor) -> str:
    answer = await owners.post(f"/people/{who.id}/link", data=key())
    assert answer.status_code == 200
    assert "<svg" in answer.text
    found = re.search(rf"{ADDRESS}(/enrol/[\w-]+)", answer.text)
    assert found
    return found[1]


async def test_a_link_lets_a_technicians_phone_in_once(world: World) -> None:
    async with (
        await world.client_of(world.cast.owner) as owners,
        world.client() as phone,
        world.client() as other,
    ):
        link = await _link(owners, world.cast.tom)
        looked = await phone.get(link)
        assert "This is my phone" in looked.text
        assert (await phone.get(link)).status_code == 200
        used = await phone.post(link)
        assert used.headers["location"] == "/my-jobs"
        assert (await phone.get("/")).headers["location"] == "/my-jobs"
        refused = await other.post(link)
        assert refused.status_code == 403
        assert "This link has been used" in refused.text


@on_sqlite
async def test_a_newer_link_replaces_the_older(world: World) -> None:
    async with await world.client_of(world.cast.owner) as owners, world.client() as phone:
        older = await _link(owners, world.cast.tom)
        await _link(owners, world.cast.tom)
        assert (await phone.get(older)).status_code == 403


@on_sqlite
async def test_a_link_ends_after_ten_minutes(world: World) -> None:
    async with await world.client_of(world.cast.owner) as owners, world.client() as phone:
        link = await _link(owners, world.cast.tom)
        await world.db.write(_made_earlier, timedelta(minutes=10))
        assert (await phone.post(link)).status_code == 403


@on_sqlite
async def test_somebody_of_the_office_chooses_a_password_with_the_link(world: World) -> None:
    async with await world.client_of(world.cast.owner) as owners, world.client() as hers:
        link = await _link(owners, world.cast.dana)
        weak = await hers.post(link, data={"new_password": "passwordpassword"})
        assert weak.status_code == 422
        assert "Too many people use this one." in weak.text
        good = "eleven geese over the mill"
        assert (await hers.post(link, data={"new_password": good})).status_code == 303
        signed = await hers.post("/sign-in", data={"email": "dana@brandt.test", "password": good})
        assert signed.headers["location"] == "/dispatch"


# --- one's own account


async def test_one_signs_out_elsewhere(world: World) -> None:
    dana = world.cast.dana
    async with await world.client_of(dana) as here, await world.client_of(dana) as there:
        page = await here.get("/account")
        assert "this one" in page.text
        other = re.search(r"/account/sessions/(\d+)/end", page.text)
        assert other
        answer = await here.post(f"/account/sessions/{other[1]}/end", data=key())
        assert answer.headers["location"] == "/account?said=ended"
        assert (await there.get("/")).headers["location"] == "/sign-in"
        assert (await here.get("/")).headers["location"] == "/dispatch"


@on_sqlite
async def test_nobody_ends_the_sign_in_of_another(world: World) -> None:
    async with (
        await world.client_of(world.cast.olga) as hers,
        await world.client_of(world.cast.dana) as danas,
    ):
        olgas = await world.db.ask(_sign_in_of, world.cast.olga)
        answer = await danas.post(f"/account/sessions/{olgas}/end", data=key())
        assert answer.status_code == 404
        assert (await hers.get("/")).headers["location"] == "/office"


@on_sqlite
async def test_a_new_password_ends_every_other_sign_in(world: World) -> None:
    dana = world.cast.dana
    async with await world.client_of(dana) as here, await world.client_of(dana) as there:
        words = {"password": "not it", "new_password": "eleven geese over the mill"}
        wrong = await here.post("/account/password", data=words | key())
        assert "This is not your password." in wrong.text
        right = await here.post("/account/password", data=words | {"password": PASSWORD} | key())
        assert right.status_code == 303
        assert (await here.get("/account")).status_code == 200
        assert (await there.get("/")).headers["location"] == "/sign-in"


def _hidden(answer: httpx2.Response) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))


def _access_changes(session: Session) -> list[dict[str, object]]:
    return list(session.scalars(select(Event.data).where(Event.kind == "access_changed")))


def _sign_in_of(session: Session, who: Actor) -> int:
    return session.scalars(select(SignIn.id).where(SignIn.person_id == who.id)).one()


def _confirmed_long_ago(session: Session) -> None:
    for row in session.scalars(select(SignIn)):
        row.confirmed_at -= timedelta(minutes=11)


def _made_earlier(session: Session, by: timedelta) -> None:
    for row in session.scalars(select(Enrolment)):
        row.expires_at -= by


async def test_a_namesake_makes_every_card_that_must_now_say_more_a_news(world: World) -> None:
    """ "Tom B." is not enough any more: the card of the first Tom changes, so it must be told."""
    done = await world.db.write(
        create_job,
        now_by(world.cast.dana, NOON),
        intake=Intake(title="Boiler", technician_ids=[world.cast.tom.id]),
    )
    assert done.job_id is not None
    before = await world.db.ask(cards_by_id, [done.job_id])
    added = await world.db.write(
        people.add_person,
        now_by(world.cast.owner, NOON),
        name="Tom Becker",
        email="tom.becker@example.com",
        roles=[Role.TECHNICIAN],
    )
    after = await world.db.ask(cards_by_id, [done.job_id])
    assert (before[0].technicians[0].short, after[0].technicians[0].short) == (
        "Tom\u00a0B.",
        "Tom Brandt",
    )
    assert after[0].version == before[0].version + 1
    assert added.seq == (done.seq or 0) + 1
