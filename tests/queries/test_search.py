"""The one search box: closed jobs too, every word, no wildcard, and only what one may see."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.actions import office
from app.actions.act import now_by
from app.actions.jobs import Intake, create_job
from app.queries.screens.lists import Search
from app.queries.search import LIMIT, search
from app.rules.access import Actor
from tests.cast import NOON, Cast, World
from tests.databases import on_sqlite


def take_in(
    session: Session,
    cast: Cast,
    title: str,
    people: tuple[Actor, ...] = (),
    customer_id: int | None = None,
    site_id: int | None = None,
) -> int:
    intake = Intake(
        title=title,
        technician_ids=[one.id for one in people],
        customer_id=customer_id,
        site_id=site_id,
    )
    done = create_job(session, now_by(cast.dana, NOON), intake=intake)
    assert done.made_id is not None
    return done.made_id


async def found(world: World, who: Actor, q: str) -> Search:
    return await world.db.ask(search, who, q=q, at=NOON + timedelta(hours=1))


async def titles(world: World, who: Actor, q: str) -> list[str]:
    result = await found(world, who, q)
    return [one.title for one in (*result.open, *result.closed)]


async def test_every_word_must_be_there_in_any_order_and_case(world: World) -> None:
    await world.db.write(take_in, world.cast, "Boiler: no hot water")
    await world.db.write(take_in, world.cast, "Boiler check")
    assert await titles(world, world.cast.dana, "WATER boiler") == ["Boiler: no hot water"]
    assert await titles(world, world.cast.dana, "water heater") == []


async def test_the_newest_come_first_and_the_job_of_that_number_before_them(world: World) -> None:
    for title in ("Boiler 1", "Boiler 2", "Boiler 3"):
        await world.db.write(take_in, world.cast, title)
    assert await titles(world, world.cast.dana, "boiler") == ["Boiler 3", "Boiler 2", "Boiler 1"]
    number = (await found(world, world.cast.dana, "boiler")).open[2].number
    await world.db.write(take_in, world.cast, f"As job {number}")
    assert await titles(world, world.cast.dana, str(number)) == ["Boiler 1", f"As job {number}"]


async def test_a_job_is_found_by_customer_and_street_with_accents(world: World) -> None:
    cast = world.cast
    await world.db.write(take_in, cast, "Leak", customer_id=cast.customer_id, site_id=cast.site_id)
    assert await titles(world, cast.dana, "café ZOË") == ["Leak"]
    assert await titles(world, cast.dana, "lange straße") == ["Leak"]
    places = (await found(world, cast.dana, "zoë")).places
    assert [place.title for place in places] == ["Café Zoë GmbH"]
    assert (await found(world, cast.dana, "CAFÉ")).places != ()


async def test_the_job_of_that_number_comes_first(world: World) -> None:
    await world.db.write(take_in, world.cast, "Plain")
    await world.db.write(take_in, world.cast, "Room 1001")
    first, second = await titles(world, world.cast.dana, "1001")
    assert (first, second) == ("Plain", "Room 1001")
    assert await titles(world, world.cast.dana, "#1001") == []


async def test_closed_jobs_are_found_apart(world: World) -> None:
    job_id = await world.db.write(take_in, world.cast, "Boiler")
    await world.db.write(
        lambda session: office.cancel(
            session, now_by(world.cast.dana, NOON), job_id=job_id, reason="Called off"
        )
    )
    result = await found(world, world.cast.dana, "boiler")
    assert result.open == ()
    (closed,) = result.closed
    assert closed.state == "cancelled"
    assert "Called off" in closed.say


@pytest.mark.parametrize("q", ["100%", "a_c", "\\"])
async def test_wildcards_mean_themselves(world: World, q: str) -> None:
    await world.db.write(take_in, world.cast, "Nothing of the kind abc 1000")
    assert await titles(world, world.cast.dana, q) == []
    await world.db.write(take_in, world.cast, f"Valve {q} open")
    assert await titles(world, world.cast.dana, q) == [f"Valve {q} open"]


async def test_a_technician_finds_their_own_jobs_and_no_places(world: World) -> None:
    cast = world.cast
    await world.db.write(take_in, cast, "Boiler of Tom", (cast.tom,))
    await world.db.write(take_in, cast, "Boiler of Inês", (cast.ines,))
    result = await found(world, cast.tom, "boiler")
    assert [one.title for one in result.open] == ["Boiler of Tom"]
    assert result.open[0].href.startswith("/my-jobs/")
    assert (await found(world, cast.tom, "zoë")).places == ()


@on_sqlite
async def test_too_many_are_cut_and_said_to_be(world: World) -> None:
    for number in range(LIMIT + 1):
        await world.db.write(take_in, world.cast, f"Boiler {number}")
    result = await found(world, world.cast.dana, "boiler")
    assert len(result.open) == LIMIT
    assert result.more


@on_sqlite
@pytest.mark.parametrize("q", ["", "   ", "x" * 10_000, "' OR 1=1 --"])
async def test_anything_may_be_typed(world: World, q: str) -> None:
    await world.db.write(take_in, world.cast, "Boiler")
    assert await titles(world, world.cast.dana, q) == []
