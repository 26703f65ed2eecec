"""Is all well? One finding a question, each with what to do about it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import Database
from app.models import Event, Person, PersonRole
from app.rules.access import Role
from app.settings import Settings
from app.upkeep.schema import newest_revision, revision_of

LEAST_FREE_BYTES = 500_000_000
"""A full disk stops every press; half a gigabyte is days of work and time to act."""

CLOCK_OFF = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """``mend`` empty: all is well. ``is_warning``: it runs, but somebody should know."""

    what: str
    says: str
    mend: str = ""
    is_warning: bool = False

    @property
    def is_wrong(self) -> bool:
        return bool(self.mend) and not self.is_warning


def check_settings(settings: Settings) -> Finding:
    host = urlsplit(settings.address).hostname
    if settings.is_https or host in ("127.0.0.1", "::1", "localhost"):
        return Finding("settings", f"People open {settings.address}.")
    return Finding(
        "settings",
        f"People open {settings.address}, which is not encrypted.",
        "Put https in front and set READYBOARD_BASE_URL=https://… (docs/running.md).",
        is_warning=True,
    )


def check_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.exists():
        return Finding("data folder", f"{folder} will be made on the first start.")
    if folder.stat().st_mode & 0o077:
        mend = f"Run: chmod 700 {folder}"
        return Finding("data folder", f"{folder} is open to other users.", mend, is_warning=True)
    probe = folder / ".probe"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        mend = "Give it to the user who runs the program."
        return Finding("data folder", f"{folder} cannot be written: {problem.strerror}.", mend)
    return Finding("data folder", f"{folder} can be written.")


def check_disk(settings: Settings) -> Finding:
    folder = (
        settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent
    )
    free = shutil.disk_usage(folder).free
    says = f"{free / 1e9:.1f} GB are free."
    mend = "" if free >= LEAST_FREE_BYTES else "Make room, before presses cannot be kept any more."
    return Finding("disk", says, mend)


def check_database(settings: Settings) -> Finding:
    """Reachable, and at our release."""
    try:
        found = revision_of(settings.url)
    except (SQLAlchemyError, OSError) as problem:
        kind = type(problem).__name__
        mend = "Start it, or mend READYBOARD_DATABASE_URL."
        return Finding("database", f"The database does not answer ({kind}).", mend)
    if found is None:
        mend = "Run `readyboard migrate`, or `serve`, which does it on an empty one."
        return Finding("database", "There are no tables yet.", mend)
    if found != newest_revision(settings.url):
        mend = "Make a backup, then run `readyboard migrate`."
        return Finding("database", f"The database is at another release ({found}).", mend)
    kind = "SQLite" if settings.is_sqlite else "PostgreSQL"
    return Finding("database", f"{kind} answers and has every migration.")


async def look_inside(settings: Settings, *, at: datetime) -> list[Finding]:
    """What only an answering database with our tables can tell."""
    db = Database(settings.url)
    try:
        return await db.ask(_look_inside, at=at)
    finally:
        await db.close()


def _look_inside(session: Session, *, at: datetime) -> list[Finding]:
    return [question(session, at) for question in _QUESTIONS]


def _soundness(session: Session, at: datetime) -> Finding:
    if session.get_bind().dialect.name != "sqlite":
        return Finding("soundness", "PostgreSQL looks after its own files.")
    said = session.scalar(text("PRAGMA quick_check(1)"))
    mend = "" if said == "ok" else "Stop the program and restore the last backup."
    return Finding("soundness", "The file is sound." if said == "ok" else f"{said}", mend)


def _clock(session: Session, at: datetime) -> Finding:
    """A clock that went back makes new work look older than old work."""
    newest = session.scalar(select(func.max(Event.recorded_at)))
    if newest is not None and newest > at + CLOCK_OFF:
        says = f"The clock says {at:%Y-%m-%d %H:%M} UTC, but something was done at {newest:%Y-%m-%d %H:%M}."
        return Finding("clock", says, "Set the clock; let the system keep it (NTP).")
    return Finding("clock", f"It is {at:%Y-%m-%d %H:%M} UTC.")


def _owner(session: Session, at: datetime) -> Finding:
    owners = session.scalar(
        select(func.count())
        .select_from(PersonRole)
        .join(Person, Person.id == PersonRole.person_id)
        .where(PersonRole.role == Role.OWNER, Person.retired_at.is_(None))
    )
    mend = "" if owners else "Run `readyboard person add --role owner --email … --name …`."
    return Finding("people", f"{owners} owners can sign in.", mend)


_QUESTIONS: tuple[Callable[[Session, datetime], Finding], ...] = (_soundness, _clock, _owner)


def first_findings(settings: Settings) -> Iterator[Finding]:
    """What can be seen from outside, in order."""
    for question in (check_settings, check_folder, check_disk, check_database):
        yield question(settings)
