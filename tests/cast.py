"""The people that tests tell stories about: a small company, made anew for each test.

``company(session)`` is for tests of actions and queries. ``world`` is a running program's database with the same
company in it, and ``client`` a browser in front of it; both run on SQLite and on PostgreSQL.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import httpx2
import pytest_asyncio
from sqlalchemy.orm import Session
from starlette.applications import Starlette

from app.actions.passwords import hash_password
from app.db import Database
from app.main import create_app
from app.models import BillingSettings, Company, Customer, JobType, Person, PersonRole, SignIn, Site
from app.rules.access import Actor, Role
from app.settings import Settings
from app.web.cookies import SIGN_IN, hash_of

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, noon in Berlin."""

PASSWORD = "a heron stands in the river"

ADDRESS = "http://board.test"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there. ``tom`` and ``ines`` are technicians, ``dana`` dispatches, ``olga`` is the office."""

    tom: Actor
    ines: Actor
    dana: Actor
    olga: Actor
    owner: Actor
    customer_id: int
    site_id: int
    job_type_id: int


def company(session: Session, *, at: datetime = NOON) -> Cast:
    """Write the company down. The caller commits."""
    session.add(
        Company(
            id=1,
            name="Brandt Heating",
            currency="EUR",
            time_zone="Europe/Berlin",
            day_starts=time(7, 0),
            day_ends=time(17, 0),
            longest_entry_hours=10,
            may_pick_up=False,
            created_at=at,
        )
    )
    session.add(
        BillingSettings(
            id=1,
            address_lines=["Werkstraße 1"],
            postcode="28195",
            city="Bremen",
            country="DE",
            tax_id="DE123456789",
            iban="DE02120300000000202051",
            terms_days=14,
            tax_rate=Decimal(19),
            labour_rate=Decimal(60),
        )
    )
    customer = Customer(
        name="Café Zoë GmbH",
        address_lines=["Lange Straße 4"],
        postcode="28195",
        city="Bremen",
        country="DE",
        created_at=at,
    )
    session.add(customer)
    job_type = JobType(name="Repair", requirements=[{"code": "work_note"}], created_at=at)
    session.add(job_type)
    session.flush()
    site = Site(customer_id=customer.id, street="Lange Straße 4", city="Bremen", created_at=at)
    session.add(site)
    session.flush()
    return Cast(
        tom=person(session, "Tom Brandt", Role.TECHNICIAN, at=at),
        ines=person(session, "Inês Carvalho", Role.TECHNICIAN, at=at),
        dana=person(session, "Dana Weiss", Role.DISPATCHER, at=at),
        olga=person(session, "Olga Petrova", Role.OFFICE, at=at),
        owner=person(session, "Otto Brandt", Role.OWNER, at=at),
        customer_id=customer.id,
        site_id=site.id,
        job_type_id=job_type.id,
    )


def person(session: Session, name: str, *roles: Role, at: datetime = NOON) -> Actor:
    """``otto@brandt.test`` for Otto Brandt; everybody's password is ``PASSWORD``."""
    row = Person(
        name=name,
        email=f"{name.split()[0].lower().replace('ê', 'e')}@brandt.test",
        password_hash=_password_hash(),
        created_at=at,
        roles=[PersonRole(role=role) for role in roles],
    )
    session.add(row)
    session.flush()
    return Actor(row.id, row.name, frozenset(roles))


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


@dataclass(slots=True)
class World:
    """A program that runs inside the test, its database, and who is there."""

    db: Database
    app: Starlette
    cast: Cast
    settings: Settings

    def client(self) -> httpx2.AsyncClient:
        """A browser that nobody is signed in to. It sends Origin with its forms, as browsers do."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app, raise_app_exceptions=False),
            base_url=ADDRESS,
            headers={"Origin": ADDRESS},
        )

    async def client_of(self, who: Actor) -> httpx2.AsyncClient:
        """A browser that this person is signed in to, a moment ago."""
        client = self.client()
        client.cookies.set(SIGN_IN, await self.sign_in(who))
        return client

    async def sign_in(self, who: Actor) -> str:
        """The value of a cookie that is this person."""
        plain = f"cookie of {who.id} {datetime.now(UTC).isoformat()}"  # noqa: TID251
        await self.db.write(_sign_in, who, hash_of(plain))
        return plain


def _sign_in(session: Session, who: Actor, secret_hash: str) -> None:
    at = datetime.now(UTC)  # noqa: TID251 -- the program under test asks the real clock too
    session.add(
        SignIn(
            person_id=who.id,
            secret_hash=secret_hash,
            browser="Firefox",
            created_at=at,
            seen_at=at,
            confirmed_at=at,
            expires_at=at + timedelta(days=30),
        )
    )


def settings_for(database_url: str, data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, database_url=database_url, base_url=ADDRESS)


@pytest_asyncio.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A running program with the company in its database."""
    async with running(settings_for(database_url, tmp_path)) as app:
        db: Database = app.state.db
        cast = await db.write(company)
        yield World(db=db, app=app, cast=cast, settings=app.state.settings)


@pytest_asyncio.fixture
async def client(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that nobody is signed in to."""
    async with world.client() as client:
        yield client


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Starlette]:
    """The program from its start to its end; ASGITransport does not run the lifespan itself."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app
