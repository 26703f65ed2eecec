"""A data folder with the demo company in it, and keys for its people: for journeys, pictures and drills."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import demo
from app.actions.tokens import create_token
from app.db import Database, migrate
from app.models import Person, PersonRole, SignIn
from app.rules.access import Role
from app.settings import Settings
from app.web.cookies import hash_of

PASSWORD = demo.PASSWORD


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Copy it, do not serve it. ``tokens``, ``cookies`` and ``ids`` by the name before the person's @."""

    path: Path
    tokens: dict[str, str]
    cookies: dict[str, str]
    ids: dict[str, int]


async def make_demo(path: Path, *, database_url: str = "", crew: int = 0) -> DemoFolder:
    """The company as `readyboard demo` makes it now, with everybody signed in and each with a token.

    ``crew``: so many more technicians, called crew-1, crew-2 …, whose day has not begun.
    """
    url = Settings(data_dir=path, database_url=database_url).url
    await asyncio.to_thread(_make_folder, path, url)
    db = Database(url)
    at = datetime.now(UTC)  # noqa: TID251 -- the program that will be served asks the real clock too
    try:
        await demo.build(db, seed=1, at=at)
        await db.write(_hire, crew, at)
        return await db.write(_keys, path, at)
    finally:
        await db.close()


def _make_folder(path: Path, url: str) -> None:
    path.mkdir(parents=True)
    migrate(url)


def _hire(session: Session, crew: int, at: datetime) -> None:
    for number in range(1, crew + 1):
        email = f"crew-{number}@demo.example"
        roles = [PersonRole(role=Role.TECHNICIAN)]
        session.add(Person(name=f"Crew {number}", email=email, created_at=at, roles=roles))


def _keys(session: Session, path: Path, at: datetime) -> DemoFolder:
    people = session.scalars(select(Person)).all()
    names = {person.id: person.email.split("@")[0] for person in people}
    for person in people:
        session.add(_sign_in(person.id, _cookie(names[person.id]), at))
    return DemoFolder(
        path,
        tokens={names[one.id]: create_token(session, email=one.email, at=at) for one in people},
        cookies={name: _cookie(name) for name in names.values()},
        ids={name: number for number, name in names.items()},
    )


def _cookie(name: str) -> str:
    return f"cookie-of-{name}"


def _sign_in(person_id: int, cookie: str, at: datetime) -> SignIn:
    return SignIn(
        person_id=person_id,
        secret_hash=hash_of(cookie),
        browser="Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0.0.0 Safari/537.36",
        created_at=at,
        # Not all in the same minute: the page of the people shows it.
        seen_at=at - timedelta(minutes=7 * person_id),
        confirmed_at=at,
        expires_at=at + timedelta(days=30),
    )
