"""The demo company: believable, the same for the same seed, on both databases, and never over anybody's own."""

import asyncio
import hashlib
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import presses
from app.actions.act import now_by
from app.actions.receipts import Press, once
from app.db import Database, migrate
from app.demo import PASSWORD, NotADemo, build, refresh
from app.models import (
    Base,
    Company,
    Event,
    HeldPress,
    Job,
    JobType,
    Live,
    Person,
    TimeEntry,
)
from app.queries.board import cards_of_view, head
from app.queries.cards import JobCard
from app.queries.people import actor_of
from app.rules.labour import Entry, overlaps
from app.rules.states import VIEW_LANES, Activity, Lane, Priority, State
from tests.cast import company
from tests.databases import on_postgresql, on_sqlite
from tests.postgres import Postgres

TUESDAY = datetime(2026, 11, 24, 13, 37, tzinfo=UTC)
SEED = 7


LATER = TUESDAY + timedelta(minutes=2)
"""Within the same five minutes: the same company."""


@pytest_asyncio.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """Nobody in it yet."""
    async with _opened(database_url) as db:
        yield db


# Building takes seconds: once for each kind of database, then it is copied.


@pytest.fixture(scope="module")
def a_demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo on SQLite: most of what we want to know is the same on both databases."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    migrate(_url(path))
    asyncio.run(_build(_url(path), TUESDAY))
    return path


@pytest.fixture(scope="module")
def a_demo_template(postgres: Postgres, postgres_template: str) -> str:
    """The name of a PostgreSQL database with the demo in it."""
    postgres.execute(f"CREATE DATABASE demo TEMPLATE {postgres_template} STRATEGY FILE_COPY")
    asyncio.run(_build(postgres.url("demo"), LATER))
    return "demo"


async def _build(url: str, at: datetime) -> None:
    async with _opened(url) as db:
        await build(db, seed=SEED, at=at)


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    db = Database(url)
    try:
        yield db
    finally:
        await db.close()


def _url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest_asyncio.fixture
async def demo(a_demo_file: Path) -> AsyncIterator[Database]:
    """To be looked at only."""
    async with _opened(_url(a_demo_file)) as db:
        yield db


@pytest.fixture
def own_demo_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if database == "sqlite":
        path = shutil.copyfile(request.getfixturevalue("a_demo_file"), tmp_path / "own.db")
        yield _url(path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("a_demo_template")
    server.execute(f"CREATE DATABASE own_demo TEMPLATE {template} STRATEGY FILE_COPY")
    yield server.url("own_demo")
    server.execute("DROP DATABASE own_demo WITH (FORCE)")


@pytest_asyncio.fixture
async def own_demo(own_demo_url: str) -> AsyncIterator[Database]:
    """A copy that the test may change."""
    async with _opened(own_demo_url) as db:
        yield db


def _all_rows(session: Session) -> str:
    """A hash of everything but the epoch, which names the database and not the company."""
    digest = hashlib.sha256()
    for table in Base.metadata.sorted_tables:
        columns = [c for c in table.columns if c.name != "epoch"]
        rows = session.execute(select(*columns).order_by(*table.primary_key.columns)).all()
        digest.update(repr((table.name, [tuple(row) for row in rows])).encode())
    return digest.hexdigest()


@on_postgresql
async def test_the_same_seed_and_moment_give_the_same_company_on_both_databases(
    database: str, own_demo: Database, demo: Database
) -> None:
    assert await own_demo.ask(_all_rows) == await demo.ask(_all_rows)


@on_sqlite
async def test_another_seed_gives_another_history_and_it_says_who_signs_in(
    database: str, db: Database, demo: Database
) -> None:
    summary = await build(db, seed=SEED + 1, at=TUESDAY)
    assert await db.ask(_all_rows) != await demo.ask(_all_rows)
    emails = [email for email, _, _ in summary.sign_ins]
    assert emails[:5] == [f"{n}@demo.example" for n in ("owner", "dana", "olga", "tom", "ines")]
    assert summary.customers == 60
    assert summary.sign_ins[1][2] == "dispatcher"


async def test_every_lane_of_dispatch_and_of_the_office_has_cards(demo: Database) -> None:
    dispatch = await demo.ask(cards_of_view, "dispatch")
    office = await demo.ask(cards_of_view, "office")
    assert {card.lane for card in dispatch} == set(VIEW_LANES["dispatch"])
    assert {card.lane for card in office} == set(VIEW_LANES["office"])


async def test_the_history_floods_no_lane(demo: Database) -> None:
    lanes = Counter(card.lane for card in await demo.ask(cards_of_view, "dispatch"))
    assert 6 <= lanes[Lane.READY] <= 10
    assert lanes[Lane.NEEDS_DETAILS] == 4
    assert lanes[Lane.ON_THE_WAY] == 3


async def test_ninety_days_lie_behind_it(demo: Database) -> None:
    first, states = await demo.ask(_history)
    assert timedelta(days=88) < TUESDAY - first < timedelta(days=92)
    assert states[State.PAID] > 500
    assert states[State.NOT_BILLABLE] > 5


def _history(session: Session) -> tuple[datetime, Counter[State]]:
    first = session.scalar(select(func.min(TimeEntry.started_at)))
    assert first is not None
    return first, Counter(session.scalars(select(Job.state)))


async def test_the_day_shows_what_a_day_can_bring(demo: Database) -> None:
    cards = await demo.ask(cards_of_view, "dispatch")
    at = TUESDAY.replace(minute=35)
    late = [c for c in cards if c.late_after is not None and c.late_after < at]
    assert len(late) == 2
    assert [c.title for c in cards if c.priority is Priority.URGENT] == [
        "No heating, infant in the house"
    ]
    assert [c.pause_reason for c in cards if c.state is State.PAUSED] == ["Parts"]
    assert [c for c in cards if len(c.running) == 2]
    assert [c for c in cards if "return_visit" in c.flags]
    assert [c for c in cards if c.lane is Lane.UNSCHEDULED and c.technicians]
    assert {n.code for c in cards for n in c.needed if c.lane is Lane.NEEDS_DETAILS} == {
        "work_note",
        "question",
        "confirmed_time",
        "customer",
    }
    assert await demo.ask(_held) == 1


def _held(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(HeldPress)) or 0


async def test_awkward_texts_are_there(demo: Database) -> None:
    cards = await demo.ask(cards_of_view, "dispatch")
    titles = {card.title for card in cards}
    assert {"+Cooling System: filter change", '2 lights out "on" in stairwell B'} <= titles
    assert max(len(title) for title in titles) == 496
    assert all(card.wall_title for card in cards)
    names = set(await demo.ask(_names))
    assert {"Fatima Zahra El-Mansouri", "Lê Thị Hồng Nhung"} <= names


def _names(session: Session) -> list[str]:
    return list(session.scalars(select(Person.name)))


async def test_short_names_tell_everybody_apart(demo: Database) -> None:
    cards = await demo.ask(cards_of_view, "dispatch")
    people = {who.id: who.short for card in cards for who in card.technicians}
    assert len(set(people.values())) == len(people)
    assert all(len(short) < 16 for short in people.values())


async def test_nobody_is_in_two_places_at_once(demo: Database) -> None:
    assert await demo.ask(_doubles) == []


def _doubles(session: Session) -> list[tuple[int, datetime]]:
    entries = session.scalars(
        select(TimeEntry)
        .where(TimeEntry.voided_at.is_(None))
        .order_by(TimeEntry.person_id, TimeEntry.started_at)
    ).all()
    return [
        (first.person_id, first.started_at)
        for first, second in pairwise(entries)
        if first.person_id == second.person_id and overlaps(_entry(first), _entry(second))
    ]


def _entry(row: TimeEntry) -> Entry:
    return Entry(Activity(row.activity), row.started_at, row.ended_at)


async def test_plans_overlap_once_as_meant(demo: Database) -> None:
    cards = await demo.ask(cards_of_view, "dispatch")
    open_plans = [c for c in cards if c.state in (State.SCHEDULED, State.WORKING)]
    pairs = [
        (first.title, second.title)
        for first, second in combinations(open_plans, 2)
        if {w.id for w in first.technicians} & {w.id for w in second.technicians}
        and _clash(first, second)
    ]
    assert pairs == [
        ("Gas meter room: ventilation fault", "Boiler house: leak at the safety valve")
    ]


def _clash(first: JobCard, second: JobCard) -> bool:
    window, other = _window(first), _window(second)
    return window[0] < other[1] and other[0] < window[1]


def _window(card: JobCard) -> tuple[datetime, datetime]:
    assert card.planned_start is not None
    assert card.planned_end is not None
    return card.planned_start, card.planned_end


async def test_nothing_happened_in_the_future(demo: Database) -> None:
    latest = await demo.ask(_latest)
    assert latest <= TUESDAY.replace(minute=35)


def _latest(session: Session) -> datetime:
    return max(session.scalars(select(Event.recorded_at)))


async def test_events_are_in_the_order_in_which_they_were_recorded(demo: Database) -> None:
    recorded = await demo.ask(_recorded)
    assert recorded == sorted(recorded)


def _recorded(session: Session) -> list[datetime]:
    return list(
        session.scalars(
            # The history was laid in one piece, before the first act was told.
            select(Event.recorded_at).where(Event.seq > 1).order_by(Event.seq, Event.id)
        )
    )


async def test_everybody_signs_in_with_the_one_password(demo: Database) -> None:
    hashes = await demo.ask(_hashes)
    assert len(PASSWORD) >= 12
    assert len(hashes) == 1
    assert PasswordHasher().verify(hashes.pop(), PASSWORD)


def _hashes(session: Session) -> set[str]:
    return {found for found in session.scalars(select(Person.password_hash)) if found}


async def test_life_goes_on_in_it(own_demo: Database) -> None:
    await own_demo.write(_stop_tom)
    assert (await own_demo.ask(head)).seq > 1


def _stop_tom(session: Session) -> None:
    """Ids and numbers go on counting where the imported ones ended, on PostgreSQL too."""
    tom = actor_of(session, 4)
    assert tom is not None
    running = session.scalars(
        select(TimeEntry.job_id).where(TimeEntry.person_id == 4, TimeEntry.ended_at.is_(None))
    ).one()
    presses.stop(session, now_by(tom, TUESDAY), job_id=running)
    session.add(JobType(name="Solar", requirements=[], created_at=TUESDAY))
    session.flush()


@on_sqlite
@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 28, 23, 58, tzinfo=UTC),
        datetime(2028, 3, 26, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 5, tzinfo=UTC),
    ],
    ids=["saturday-midnight", "clocks-forward", "clocks-back"],
)
async def test_any_moment_will_do(database: str, db: Database, at: datetime) -> None:
    await build(db, seed=SEED, at=at)
    cards = await db.ask(cards_of_view, "dispatch")
    assert {card.lane for card in cards} == set(VIEW_LANES["dispatch"])
    assert await db.ask(_doubles) == []


# --- another day


async def test_on_the_next_day_the_boards_are_as_full_as_on_the_first(own_demo: Database) -> None:
    for days in (1, 2):
        assert await refresh(own_demo, at=TUESDAY + timedelta(days=days))
    cards = await own_demo.ask(cards_of_view, "dispatch")
    lanes = Counter(card.lane for card in cards)
    assert set(lanes) == set(VIEW_LANES["dispatch"])
    assert 6 <= lanes[Lane.READY] <= 10
    assert lanes[Lane.NEEDS_DETAILS] == 4
    assert lanes[Lane.ON_THE_WAY] == 3
    assert await own_demo.ask(_doubles) == []


@on_sqlite
async def test_on_the_same_day_nothing_is_touched(database: str, own_demo: Database) -> None:
    before = await own_demo.ask(_all_rows)
    assert not await refresh(own_demo, at=TUESDAY + timedelta(hours=3))
    assert await own_demo.ask(_all_rows) == before


@on_sqlite
async def test_what_people_touched_stays(database: str, own_demo: Database) -> None:
    job_id = await own_demo.write(_stop_by_hand)
    await refresh(own_demo, at=TUESDAY + timedelta(days=1))
    assert await own_demo.ask(_state, job_id) is State.NEEDS_DETAILS


def _stop_by_hand(session: Session) -> int:
    """Olga stops Tom's clock through a page: with a receipt."""
    olga = actor_of(session, 3)
    assert olga is not None
    job_id = session.scalars(
        select(TimeEntry.job_id).where(TimeEntry.person_id == 4, TimeEntry.ended_at.is_(None))
    ).one()
    act = now_by(olga, TUESDAY)
    act = type(act)(by=olga, at=TUESDAY, occurred_at=TUESDAY, for_person_id=4)
    once(session, act, Press("k1", "f1"), lambda s: presses.stop(s, act, job_id=job_id))
    return job_id


def _state(session: Session, job_id: int) -> State | None:
    return session.scalar(select(Job.state).where(Job.id == job_id))


# --- never over anybody's own


@on_sqlite
async def test_it_is_built_over_nobody(database: str, db: Database) -> None:
    await db.write(company)
    before = await db.ask(_all_rows)
    with pytest.raises(NotADemo):
        await build(db, seed=SEED, at=TUESDAY)
    with pytest.raises(NotADemo):
        await refresh(db, at=TUESDAY)
    assert await db.ask(_all_rows) == before


@on_sqlite
async def test_it_is_not_built_twice(database: str, own_demo: Database) -> None:
    with pytest.raises(NotADemo):
        await build(own_demo, seed=SEED, at=TUESDAY)


async def test_it_says_of_itself_that_it_is_a_demo(demo: Database) -> None:
    assert await demo.ask(_is_demo)


def _is_demo(session: Session) -> bool:
    found = session.get(Company, 1)
    assert session.get(Live, 1) is not None
    return found is not None and found.is_demo
