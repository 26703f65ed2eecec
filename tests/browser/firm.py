"""A small firm in a data folder of its own: Tom, his jobs, and nobody's demo stories around them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import now_by
from app.actions.jobs import Intake, create_job
from app.db import Database
from app.models import Company, HeldPress, Message, Note, Photo, TimeEntry
from app.settings import Settings
from tests.caller import NO_TLS
from tests.cast import PASSWORD, Cast, company
from tests.program import Program, readyboard

TOM = "tom@brandt.test"
INES = "ines@brandt.test"
DANA = "dana@brandt.test"
OWNER = "otto@brandt.test"
TITLES = ("Boiler", "Leak under the sink", "No hot water", "Radiator cold", "Yearly check")

__all__ = ["DANA", "INES", "OWNER", "PASSWORD", "TOM", "Firm", "Kept", "made_firm", "office_does"]


@dataclass(frozen=True, slots=True)
class Firm:
    """What a test needs to know of it: its database, its people, the ids of Tom's five jobs."""

    data_dir: Path
    cast: Cast
    jobs: tuple[int, ...]

    async def kept(self) -> "Kept":
        """Everything that came from phones, read from the database itself."""
        db = Database(_settings(self.data_dir).url)
        try:
            return await db.ask(_kept)
        finally:
            await db.close()


@dataclass(frozen=True, slots=True)
class Kept:
    entries: tuple[tuple[int, datetime, datetime | None], ...]
    notes: tuple[tuple[int, str, datetime], ...]
    messages: tuple[tuple[int, str, datetime], ...]
    photos: tuple[tuple[int, str, datetime, datetime | None, int], ...]
    held: tuple[tuple[int, str], ...]
    held_states: tuple[str, ...] = ()
    held_texts: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.notes) + len(self.messages) + len(self.photos)


async def made_firm(data_dir: Path) -> Firm:
    readyboard("migrate", data_dir=data_dir)
    db = Database(_settings(data_dir).url)
    try:
        cast, jobs = await db.write(_fill)
    finally:
        await db.close()
    return Firm(data_dir, cast, jobs)


async def office_does(program: Program, job_id: int, verb: str, **words: str) -> None:
    """Dana, at her desk."""
    async with httpx2.AsyncClient(
        base_url=program.url, verify=NO_TLS, headers={"Origin": program.url}
    ) as desk:
        form = {"email": DANA, "password": PASSWORD}
        assert (await desk.post("/sign-in", data=form)).status_code == 303
        answer = await desk.post(f"/jobs/{job_id}/{verb}", data={"key": verb, **words})
        assert answer.status_code == 303, answer.text


def _settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir)


def _fill(session: Session) -> tuple[Cast, tuple[int, ...]]:
    at = datetime.now(UTC) - timedelta(hours=3)
    cast = company(session, at=at)
    act = now_by(cast.dana, at)
    session.get_one(Company, 1).time_zone = "UTC"
    made = [
        create_job(session, act, intake=Intake(title=title, technician_ids=[cast.tom.id]))
        for title in TITLES
    ]
    return cast, tuple(done.made_id for done in made if done.made_id is not None)


def _kept(session: Session) -> Kept:
    held = session.scalars(select(HeldPress).order_by(HeldPress.id)).all()
    return Kept(
        entries=tuple(
            (e.job_id, e.started_at, e.ended_at)
            for e in session.scalars(select(TimeEntry).order_by(TimeEntry.id))
        ),
        notes=tuple(
            (n.job_id, n.text, n.at) for n in session.scalars(select(Note).order_by(Note.id))
        ),
        messages=tuple(
            (m.job_id, m.text, m.at) for m in session.scalars(select(Message).order_by(Message.id))
        ),
        photos=tuple(
            (p.job_id, p.kind, p.at, p.taken_at, p.width)
            for p in session.scalars(select(Photo).order_by(Photo.id))
        ),
        held=tuple((h.person_id, h.verb) for h in held),
        held_states=tuple(str(h.state) for h in held),
        held_texts=tuple(h.body["text"] for h in held if "text" in h.body),
    )
