"""Gapless numbers and billing once, through the whole program: real requests, failures at the worst moment, kill -9.

On PostgreSQL two processes serve the same books.
"""

import asyncio
import random
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.tokens import create_token
from app.db import Database, migrate
from app.models import Event, Invoice, InvoiceState, LineSource, NumberSeries, Receipt
from app.settings import Settings
from tests.actions.books import audit_rows
from tests.actions.shop import Shop
from tests.actions.test_billing_at_once import ready_jobs
from tests.caller import Caller
from tests.cast import NOON, company
from tests.demo_folder import DemoFolder
from tests.drills.conftest import ROOMY
from tests.drills.figures import power, say, worst
from tests.drills.journal import Journal
from tests.program import Program

CLERKS = 20
INVOICES = 1000
DRAGS = 500
TRIES = 5
PROCESSES = {"sqlite": 1, "postgresql": 2}

FAILS_WITH_THE_NUMBER_TAKEN = """
import os, random, signal
from app.actions import invoices
taken = invoices.take_number
def take_number(session, series, today):
    place = taken(session, series, today)
    luck = random.random()
    if luck < 0.01:
        os.kill(os.getpid(), signal.SIGKILL)
    if luck < 0.2:
        raise RuntimeError("the drill's own failure")
    return place
invoices.take_number = take_number
"""
"""The worst moment: the number is taken and nothing is committed yet."""


@dataclass
class Office:
    """The programs that serve one company's books, and who calls them."""

    programs: list[Program]
    callers: list[Caller]
    db: Database
    shop: Shop
    deaths: int = 0
    restarts: list[float] = field(default_factory=list)

    async def post(self, path: str, body: dict[str, Any], *, key: str = "") -> httpx2.Response:
        """To whichever process."""
        return await random.choice(self.callers).post("olga", f"/api/v1{path}", body, key=key)

    async def start_again(self, program: Program) -> None:
        """It may kill itself once more before it is ready: the clerks do not wait for that."""
        began = time.monotonic()
        for _ in range(TRIES):
            program.kill()
            self.deaths += 1
            with suppress(AssertionError):
                await program.start()
                break
        self.restarts.append(time.monotonic() - began)


@pytest.fixture
def fails() -> str:
    return ""


@pytest_asyncio.fixture
async def office(
    tmp_path: Path, kind: str, database_of_drill: str, fails: str
) -> AsyncIterator[Office]:
    """A company whose papers are in order, with Olga's token."""
    folder = tmp_path / "data"
    folder.mkdir()
    settings = Settings(data_dir=folder, database_url=database_of_drill)
    await asyncio.to_thread(migrate, settings.url)
    db = Database(settings.url)
    cast = await db.write(company)
    token = await db.write(create_token, email="olga@brandt.test", at=NOON)
    environment = ROOMY | (
        {"READYBOARD_DATABASE_URL": database_of_drill} if database_of_drill else {}
    )
    programs = [
        Program(folder, environment=environment, sabotage=fails) for _ in range(PROCESSES[kind])
    ]
    who = DemoFolder(folder, tokens={"olga": token}, cookies={}, ids={})
    callers = [Caller(program.url, who) for program in programs]
    try:
        for program in programs:
            await program.start()
        yield Office(programs, callers, db, Shop(db=db, cast=cast))
    finally:
        for caller in callers:
            await caller.close()
        for program in programs:
            await program.close()
        await db.close()


class TestGaplessNumbers:
    """Twenty clerks, a thousand invoices; one try in five fails with the number taken, and processes are killed."""

    @pytest.fixture
    def fails(self) -> str:
        return FAILS_WITH_THE_NUMBER_TAKEN

    async def test_gapless_numbers(self, office: Office, kind: str, tmp_path: Path) -> None:
        journal = Journal(tmp_path / "journal.txt")
        clerks = Clerks(office, journal, await _drafts(office, INVOICES))
        working = asyncio.create_task(clerks.work())
        while not working.done():
            await _some_trouble(office, working)
        await working
        found = await office.db.ask(_books, journal.keys("refused"))
        untrue = sum(found.numbers.get(draft) != told for draft, told in clerks.told.items())
        say(
            f"gapless numbers, {kind}, {len(office.programs)} process(es)",
            f"{len(found.numbers)} invoices, {len(journal.outcomes)} tries, "
            f"{journal.count('unknown')} unanswered or failed, {journal.count('refused')} refused, "
            f"{office.deaths} kill -9: gaps {power(found.gaps, INVOICES)}, duplicates {found.duplicates}, "
            f"answered with another number or lost {untrue}, refused yet there {found.appeared}, "
            f"issued twice {found.twice}; worst restart {worst(office.restarts)}",
        )
        journal.close()
        assert len(found.numbers) == INVOICES
        assert (found.gaps, found.duplicates, untrue, found.appeared, found.twice) == (0,) * 5
        assert found.dates == sorted(found.dates)
        await office.db.ask(audit_rows)


async def _some_trouble(office: Office, working: "asyncio.Task[None]") -> None:
    """Whoever has died is started again; every few seconds one is killed from outside."""
    if random.random() < 0.05:
        await office.start_again(random.choice(office.programs))
    for program in office.programs:
        if program.has_died:
            await office.start_again(program)
    await asyncio.wait([working], timeout=0.2)


async def _drafts(office: Office, number: int) -> list[tuple[int, int]]:
    """So many drafts of a job each: id and version."""
    jobs = await ready_jobs(office.shop, number)
    found: list[tuple[int, int]] = []
    for start in range(0, number, 100):
        body = {"job_ids": jobs[start : start + 100], "together": False}
        made = await office.post("/invoices", body)
        assert made.status_code == 201, made.text
        found += [(draft["id"], draft["version"]) for draft in made.json()["invoices"]]
    return found


class Clerks:
    """Each takes the next draft and tries until it is told that it is out. ``told``: the number of each."""

    def __init__(self, office: Office, journal: Journal, drafts: list[tuple[int, int]]) -> None:
        self._office = office
        self._journal = journal
        self._waiting = drafts
        self.told: dict[int, str] = {}

    async def work(self) -> None:
        await asyncio.gather(*(self._issue_on() for _ in range(CLERKS)))

    async def _issue_on(self) -> None:
        while self._waiting:
            draft, version = self._waiting.pop()
            if random.random() < 0.1:
                await self._try(draft, version + 1, secrets.token_hex(8))
            key = secrets.token_hex(8)
            while (outcome := await self._try(draft, version, key)) == "unknown":
                await asyncio.sleep(0.1)
                # Half of them ask again with the same key, the others press anew, not knowing.
                key = key if random.random() < 0.5 else secrets.token_hex(8)
            assert outcome == "ok" or draft in await self._office.db.ask(_issued)

    async def _try(self, draft: int, version: int, key: str) -> str:
        self._journal.sending(key)
        try:
            answer = await self._office.post(
                f"/invoices/{draft}/issue", {"version": version}, key=key
            )
        except httpx2.TransportError:
            return "unknown"
        if answer.status_code >= 500:
            return "unknown"
        outcome = "ok" if answer.status_code == 200 else "refused"
        self._journal.answered(key, outcome)
        if outcome == "ok":
            self.told[draft] = answer.json()["invoice"]["number"]
        return outcome


def _issued(session: Session) -> set[int]:
    return set(session.scalars(select(Invoice.id).where(Invoice.state != InvoiceState.DRAFT)))


@dataclass(frozen=True, slots=True)
class Books:
    """What was kept. ``dates``: of issue, in the order of the numbers."""

    numbers: dict[int, str]
    gaps: int
    duplicates: int
    appeared: int
    twice: int
    dates: list[date]


def _books(session: Session, refused: list[str]) -> Books:
    rows = session.execute(
        select(Invoice.id, Invoice.number, Invoice.issued_on)
        .where(Invoice.state != InvoiceState.DRAFT)
        .order_by(Invoice.number)
    ).all()
    numbers = {invoice_id: str(number) for invoice_id, number, _ in rows}
    places = [int(number.rsplit("-", 1)[1]) for number in numbers.values()]
    kept = session.scalars(select(Receipt.key).where(Receipt.key.in_(refused))).all()
    issues = session.scalar(select(func.count()).where(Event.kind == "issue")) or 0
    last = session.scalars(select(NumberSeries.last)).one()
    return Books(
        numbers=numbers,
        gaps=max(last, *places) - len(set(places)),
        duplicates=len(places) - len(set(places)),
        appeared=len(kept),
        twice=issues - len(rows),
        dates=[on for _, _, on in rows if on is not None],
    )


async def test_billed_once(office: Office, kind: str) -> None:
    """Two clerks at a barrier drag the same three jobs, in opposite orders; then they are taken back."""
    jobs = await ready_jobs(office.shop, 3)
    doubled, unlike = 0, 0
    for _ in range(DRAGS):
        barrier = asyncio.Barrier(2)

        async def drag(order: list[int], barrier: asyncio.Barrier = barrier) -> httpx2.Response:
            await barrier.wait()
            return await office.post("/invoices", {"job_ids": order})

        answers = await asyncio.gather(drag(jobs), drag(jobs[::-1]))
        unlike += sorted(answer.status_code for answer in answers) != [201, 409]
        doubled += await office.db.ask(_on_drafts) != (1, 3)
        (draft,) = next(a.json()["invoices"] for a in answers if a.status_code == 201)
        back = await office.post(f"/invoices/{draft['id']}/take-back", {"job_ids": jobs})
        assert back.status_code == 200, back.text
    say(
        f"billed once, {kind}, {len(office.programs)} process(es)",
        f"two clerks at a barrier, {DRAGS} rounds: double-billed {power(doubled, DRAGS)}, "
        f"other answers than one yes and one no {unlike}",
    )
    assert (doubled, unlike) == (0, 0)
    await office.db.ask(audit_rows)


def _on_drafts(session: Session) -> tuple[int, int]:
    """Documents, and things billed."""
    drafts = session.scalar(select(func.count()).select_from(Invoice)) or 0
    sources = session.scalar(select(func.count()).select_from(LineSource)) or 0
    return drafts, sources
