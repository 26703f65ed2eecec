"""The dispatch and billing boards as pages: who sees them, intake by a title alone, what a refusal keeps."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.main import LiveDoor
from app.models import Customer, Job, Site
from app.realtime.audiences import Audience
from app.rules.states import State
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.work import card, job_for, post, pressed


@on_sqlite
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/dispatch", "dana olga owner"),
        ("/office", "olga owner"),
        ("/moves", "dana olga owner"),
        ("/held", "dana olga owner"),
        ("/search?q=boiler", "tom dana olga owner"),
        ("/my-jobs", "tom"),
    ],
)
async def test_each_page_opens_for_its_roles_only(world: World, path: str, allowed: str) -> None:
    answers = {}
    for name in ("tom", "dana", "olga", "owner"):
        async with await world.client_of(getattr(world.cast, name)) as client:
            answers[name] = (await client.get(path)).status_code
    assert answers == {
        name: 200 if name in allowed.split() else 403 for name in ("tom", "dana", "olga", "owner")
    }


@on_sqlite
@pytest.mark.parametrize("path", ["/dispatch", "/office", "/my-jobs", "/jobs/1", "/jobs/1/hold"])
async def test_nobody_sees_a_page_before_signing_in(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


async def test_a_title_alone_makes_a_job_on_the_board(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        answer = await post(client, "/jobs", title="No heating, infant in the house")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/dispatch?said=job_added"
        board = await client.get("/dispatch")
    assert "No heating, infant in the house" in board.text
    assert f'data-seq="{answer.headers["x-readyboard-seq"]}"' in board.text


async def test_everything_may_come_with_the_title(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        answer = await post(
            client,
            "/jobs",
            title="Leak",
            customer_name="Hotel Żuraw",
            address="Am Bahnhof 1",
            job_type_id=world.cast.job_type_id,
            technician_id=world.cast.tom.id,
            starts_at="2026-11-25T08:00",
            ends_at="2026-11-25T09:30",
            reference="PO 7",
            priority="urgent",
            description="Under the sink",
        )
    assert answer.status_code == 303
    made = (await world.db.ask(_only_job)).id
    shown = await card(world, made)
    assert (shown.customer, shown.site, shown.state) == (
        "Hotel Żuraw",
        "Am Bahnhof 1",
        State.SCHEDULED,
    )
    assert shown.planned_start is not None
    assert shown.planned_start.isoformat() == "2026-11-25T07:00:00+00:00"
    assert [who.id for who in shown.technicians] == [world.cast.tom.id]


async def test_a_refused_intake_keeps_what_was_typed_and_makes_nothing(world: World) -> None:
    typed: dict[str, Any] = {
        "title": "Leak",
        "customer_id": world.cast.customer_id,
        "customer_name": "Somebody new",
        "description": "Under <b>the</b> sink",
    }
    async with await world.client_of(world.cast.dana) as client:
        answer = await post(client, "/jobs", **typed)
    assert answer.status_code == 422
    assert 'value="Leak"' in answer.text
    assert "Choose a customer or write a new one, not both." in answer.text
    assert "Under &lt;b&gt;the&lt;/b&gt; sink" in answer.text
    assert await world.db.ask(_count, Job) == 0
    assert await world.db.ask(_count, Customer) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"title": ""}, "Give the job a title"),
        ({"title": "x" * 501}, "500 characters at most"),
        ({"title": "Leak", "starts_at": "2026-11-25T08:00"}, "Give both a start and an end"),
        ({"title": "Leak", "customer_id": "999"}, "There is no such customer"),
        ({"title": "Leak", "customer_id": "9" * 20}, "Choose a customer from the list"),
        ({"title": "Leak", "colour": "red"}, "not known here: colour"),
        (
            {"title": "L", "starts_at": "2026-03-29T02:30", "ends_at": "2026-03-29T05:00"},
            "no 02:30",
        ),
        (
            {"title": "L", "starts_at": "2026-10-25T02:30", "ends_at": "2026-10-25T05:00"},
            "comes twice",
        ),
    ],
)
async def test_an_intake_that_cannot_be_taken_says_why(
    world: World, words: dict[str, str], sentence: str
) -> None:
    async with await world.client_of(world.cast.dana) as client:
        answer = await post(client, "/jobs", **words)
    assert answer.status_code == 422
    assert sentence in answer.text


async def test_the_same_intake_twice_is_one_job(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        first = await post(client, "/jobs", key="once", title="Leak", address="Am Bahnhof 1")
        again = await post(client, "/jobs", key="once", title="Leak", address="Am Bahnhof 1")
    assert first.headers["x-readyboard-seq"] == again.headers["x-readyboard-seq"]
    assert again.status_code == 303
    assert await world.db.ask(_count, Job) == 1
    assert await world.db.ask(_count, Site) == 2


async def test_characters_that_no_keyboard_types_are_left_out(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        answer = await post(client, "/jobs", title="Le\x00ak\x1b", description="a\r\nb")
        assert answer.status_code == 303
        found = await client.get("/search?q=l%00eak")
    assert "Leak" in found.text
    job = await world.db.ask(_only_job)
    assert (job.title, job.description) == ("Leak", "a\nb")


@on_sqlite
async def test_a_script_on_a_board_hears_that_it_was_done_without_the_board(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        client.headers["X-Readyboard-Script"] = "1"
        answer = await post(client, "/jobs", title="Leak")
    assert answer.status_code == 204
    assert int(answer.headers["x-readyboard-seq"]) > 0


@on_sqlite
async def test_hostile_words_are_shown_and_never_run(world: World) -> None:
    await job_for(world, world.cast.tom, title="<script>alert(1)</script> {{ 7 * 7 }}")
    async with await world.client_of(world.cast.dana) as client:
        board = (await client.get("/dispatch")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }}" in board
    assert "<script>alert" not in board


@on_sqlite
@pytest.mark.parametrize("when", ["today", "tomorrow", "week", "unplanned", "never"])
async def test_a_tab_is_chosen_by_the_address(world: World, when: str) -> None:
    async with await world.client_of(world.cast.dana) as client:
        board = (await client.get(f"/dispatch?when={when}")).text
    chosen = when if when != "never" else "today"
    assert f'data-filter="{chosen}"' in board.split("<rb-board")[1][:400]


@on_sqlite
async def test_the_first_day_has_tasks_and_a_stop_ends_them(world: World) -> None:
    async with await world.client_of(world.cast.owner) as client:
        assert "Add your first job" in (await client.get("/dispatch")).text
        job_id = await job_for(world, world.cast.tom)
        await pressed(world, world.cast.tom, job_id, "start", "stop")
        assert "Add your first job" not in (await client.get("/dispatch")).text


@on_sqlite
async def test_billing_says_how_many_wait_and_how_long_the_oldest(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        assert "Nothing to invoice" in (await client.get("/office")).text
        for days in (9, 2):
            await _ready(world, ago=timedelta(days=days))
        board = (await client.get("/office")).text
    assert "</b> is ready to invoice; the oldest waits 8 days." in board


@on_sqlite
async def test_billing_is_narrowed_by_its_address(world: World) -> None:
    toms = await job_for(world, world.cast.tom, customer_id=world.cast.customer_id)
    ines = await job_for(world, world.cast.ines)
    await pressed(world, world.cast.tom, toms, "start", "stop")
    await pressed(world, world.cast.ines, ines, "start", "stop")
    async with await world.client_of(world.cast.olga) as client:
        by_person = (await client.get(f"/office?technician={world.cast.ines.id}")).text
        by_customer = (await client.get(f"/office?customer={world.cast.customer_id}")).text
        everything = (await client.get("/office?customer=x")).text
    assert f'data-key="job-{toms}" hidden' in by_person
    assert f'data-key="job-{ines}" hidden' not in by_person
    assert f'data-key="job-{ines}" hidden' in by_customer
    assert " hidden>" not in everything.split("<rb-board")[1].split("lane-cards")[1][:200]


@on_sqlite
@pytest.mark.parametrize("view", ["dispatch", "office"])
async def test_a_card_on_the_page_is_the_card_on_the_wire(world: World, view: str) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start")
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(f"/{view}")).text
    door = LiveDoor(world.db, world.settings)
    sent = door.render(Audience(view), await card(world, job_id))
    assert type(sent) is str
    assert sent.split("<header")[0] in page


async def _ready(world: World, *, ago: timedelta) -> None:
    job_id = await job_for(world, world.cast.tom, customer_id=world.cast.customer_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop", ago=ago)


def _only_job(session: Session) -> Job:
    return session.scalars(select(Job)).one()


def _count(session: Session, model: type[Job] | type[Customer] | type[Site]) -> int:
    return len(session.scalars(select(model.id)).all())
