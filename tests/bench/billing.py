"""What money costs in the fifth busy year: the money page and a draft for 200 jobs, beside few old invoices and beside
100 000, on SQLite and PostgreSQL; the same statements sent bare to the driver are the floor."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import billing
from app.actions.act import now_by
from app.db import Database, migrate
from app.queries.board import cards_of_view
from app.queries.invoice_page import list_invoices
from app.queries.money_screen import money_screen
from app.queries.search import search
from app.rules.access import Actor, Role
from app.web.papers import _unprinted
from tests.actions.books import issued, pay
from tests.actions.shop import Shop, minute
from tests.actions.test_billing_at_once import ready_jobs
from tests.bench.years import History, grow, tidy_up
from tests.cast import Cast, company
from tests.plans import scans, statements
from tests.postgres import started_postgres

ROUNDS = 7
JOBS = 200
SIZES = (1_000, 100_000)
RECENT = 1_000
"""Invoices of the last twelve weeks, 300 of them open: the same beside each history."""

AT = minute(24 * 60)

TOGETHER = f"a draft for {JOBS} jobs"
FEW = 20
APART = f"{FEW} drafts, one by one"
OWNER = Actor(id=0, name="Owner", roles=frozenset({Role.OWNER}))

ASKED: dict[str, Callable[[Session], object]] = {
    "office board": lambda session: cards_of_view(session, "office"),
    "the sweep's look for what is not printed": lambda session: _unprinted(session, at=AT),
    "the newest 200 owed": lambda session: list_invoices(session, at=AT, state="open"),
    "credit notes": lambda session: list_invoices(session, at=AT, state="credit_note"),
    "a number that few have": lambda session: list_invoices(session, at=AT, q="-201000077"),
    "words that nobody has": lambda session: list_invoices(session, at=AT, q="nobody"),
    "jobs by a word that all have": lambda session: search(session, OWNER, q="boiler", at=AT),
}
BIG = (
    "invoice",
    "invoice_job",
    "invoice_line",
    "line_source",
    "payment",
    "event",
    "job",
    "time_entry",
)


@dataclass
class Figures:
    """Of one history, in milliseconds, by what was measured."""

    times: dict[str, list[float]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    scans: set[str] = field(default_factory=set)

    def note(self, what: str, seconds: float) -> None:
        self.times.setdefault(what, []).append(seconds * 1000)

    def of(self, what: str) -> float:
        return median(self.times[what])

    def best_of(self, what: str) -> float:
        """What a busy machine spoils least."""
        return min(self.times[what])


def measure(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(_measure_on("SQLite", f"sqlite+aiosqlite:///{made}/bench", sizes))
    with started_postgres() as server:
        for size in sizes:
            server.execute(f"CREATE DATABASE bench_{size}")
        asyncio.run(_measure_on("PostgreSQL", server.url("bench_"), sizes))


async def _measure_on(name: str, url: str, sizes: tuple[int, ...]) -> None:
    """Round by round, so that whatever else the machine does falls on both histories."""
    found = {size: Figures() for size in sizes}
    async with AsyncExitStack() as stack:
        sides = []
        for size in sizes:
            shop = await stack.enter_async_context(_company(_url_of(url, size)))
            jobs = await ready_jobs(shop, JOBS)
            began = time.perf_counter()
            await _grow(shop, size)
            took = time.perf_counter() - began
            print(f"{name}: {size} invoices made in {took:.0f} s", flush=True)
            sides.append((shop, jobs, found[size]))
        for _ in range(ROUNDS):
            for side in sides:
                await _round(*side)
        for shop, jobs, figures in sides:
            await _draft_and_back(shop, jobs, figures, together=False)
    _print(name, found)


def _url_of(url: str, size: int) -> str:
    return (
        f"{url}-{size}.db" if url.startswith("sqlite") else url.replace("bench_", f"bench_{size}")
    )


@asynccontextmanager
async def _company(url: str) -> AsyncIterator[Shop]:
    await asyncio.to_thread(migrate, url)
    db = Database(url)
    try:
        yield Shop(db=db, cast=await db.write(company))
    finally:
        await db.close()


async def _grow(shop: Shop, size: int) -> None:
    """One true invoice, paid, becomes all the others: its rows are copied with other days."""
    job_id = await shop.finished(shop.cast.tom)
    invoice_id = await issued(shop, job_id)
    await pay(shop, invoice_id, 100)
    history = History(job_id, invoice_id, on=AT.date(), recent=RECENT)
    await shop.db.write(grow, history, size)
    if not shop.db.is_sqlite:
        await tidy_up(shop.db.url)


async def _round(shop: Shop, jobs: list[int], found: Figures) -> None:
    await shop.db.ask(_page_and_floor, found)
    await _draft_and_back(shop, jobs, found)
    for what, ask in ASKED.items():
        began = time.perf_counter()
        await shop.db.ask(ask)
        found.note(what, time.perf_counter() - began)


async def _draft_and_back(
    shop: Shop, jobs: list[int], found: Figures, *, together: bool = True
) -> None:
    """Onto one draft in one press; or, as the peer, each with a press of its own."""
    began = time.perf_counter()
    groups = [jobs] if together else [[job] for job in jobs[:FEW]]
    for group in groups:
        await shop.db.write(_draft, shop.cast, group, found)
    found.note(TOGETHER if together else APART, time.perf_counter() - began)
    await shop.do(
        billing.take_back, shop.cast.olga, 90, job_ids=[job for group in groups for job in group]
    )


def _draft(session: Session, cast: Cast, jobs: list[int], found: Figures) -> None:
    with statements(session.connection()) as sent:
        billing.send_to_billing(session, now_by(cast.olga, minute(90)), job_ids=jobs)
    found.counts[TOGETHER if len(jobs) > 1 else APART] = len(sent)


def _page_and_floor(session: Session, found: Figures) -> None:
    session.execute(text("SELECT 1"))
    connection = session.connection()
    with statements(connection) as sent:
        began = time.perf_counter()
        screen = money_screen(session, at=AT)
        found.note("money page", time.perf_counter() - began)
    assert screen.figure("not_due").items
    began = time.perf_counter()
    rows = sum(len(connection.exec_driver_sql(one.sql, one.parameters).fetchall()) for one in sent)
    found.note("its statements, bare", time.perf_counter() - began)
    found.counts["money page"], found.counts["rows of the money page"] = len(sent), rows
    for one in sent:
        found.scans |= scans(connection, one, BIG)


def _print(name: str, found: dict[int, Figures]) -> None:
    small, large = min(found), max(found)
    print(
        f"\n{name}: {small} and {large} invoices; ms, median and best of {ROUNDS}, ratio of the best"
    )
    for what in found[large].times:
        few, many = found[small], found[large]
        row = "".join(f"{one.of(what):9.1f} {one.best_of(what):7.1f}" for one in (few, many))
        print(f"{what:42}{row} {many.best_of(what) / few.best_of(what):6.2f}")
    most = found[large]
    times = most.best_of("money page") / most.best_of("its statements, bare")
    print(f"money page ÷ its statements, bare: {times:.1f}")
    each = most.best_of(APART) / FEW * JOBS
    print(f"one draft for {JOBS} jobs ÷ {JOBS} one by one: {most.best_of(TOGETHER) / each:.3f}")
    for what, count in most.counts.items():
        print(f"{what}: {count}" + ("" if what.startswith("rows") else " statements"))
    print(
        f"tables read from end to end for the money page: {', '.join(sorted(most.scans)) or 'none'}"
    )
