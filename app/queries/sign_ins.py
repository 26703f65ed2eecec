"""Who is behind a cookie or a bearer token, and whose board this is: read together, afresh for each request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ApiToken, Company, Display, DisplayState, Person, SignIn
from app.queries.people import actor_of
from app.queries.screens.frame import WallOptions
from app.rules.access import Actor, Role

LATE_FOR = timedelta(days=400)
"""So long after a sign-in its phone may still hand in what it held."""

OFFICE_SIDE = frozenset({Role.DISPATCHER, Role.OFFICE, Role.OWNER})


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a sign-in lasts without use: a technician's phone, and everybody else's browser."""

    technician: timedelta
    office: timedelta

    def of(self, actor: Actor) -> timedelta:
        """Whoever also sees the office's side gets the shorter time."""
        return self.office if actor.roles & OFFICE_SIDE else self.technician


@dataclass(frozen=True, slots=True)
class House:
    """What every page says about whose board it is."""

    name: str
    zone: ZoneInfo
    is_demo: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    actor: Actor
    sign_in_id: int
    confirmed_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """A program that acts as its person."""

    actor: Actor
    token_id: int


@dataclass(frozen=True, slots=True)
class PairedDisplay:
    id: int
    options: WallOptions
    seen_at: datetime | None


def house(session: Session) -> House | None:
    """None until the first owner has set the company up."""
    company = session.get(Company, 1)
    return (
        House(company.name, ZoneInfo(company.time_zone), company.is_demo)
        if company is not None
        else None
    )


def signed_in(
    session: Session, secret_hash: str, *, at: datetime, lifetimes: Lifetimes
) -> SignedIn | None:
    """The person with the roles they hold now; None where the sign-in has ended, or the person has left."""
    row = session.scalars(select(SignIn).where(SignIn.secret_hash == secret_hash)).one_or_none()
    if row is None or row.ended_at is not None or row.expires_at <= at:
        return None
    actor = actor_of(session, row.person_id)
    # The second test counts for somebody who was given an office role since: their long time is over.
    if actor is None or row.seen_at + lifetimes.of(actor) <= at:
        return None
    return SignedIn(actor, row.id, row.confirmed_at, row.seen_at)


def left_with_secret(session: Session, late_hash: str | None, *, at: datetime) -> Actor | None:
    """Somebody who has left, by the secret of a phone that they were signed in on. They may do nothing any more, so
    they have no roles here; None for everybody who could still sign in."""
    if late_hash is None:
        return None
    row = session.execute(
        select(Person.id, Person.name)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(
            SignIn.late_hash == late_hash,
            SignIn.created_at > at - LATE_FOR,
            Person.retired_at.is_not(None),
        )
    ).one_or_none()
    return Actor(row.id, row.name, frozenset()) if row else None


def house_and_visitor(
    session: Session, secret_hash: str | None, *, at: datetime, lifetimes: Lifetimes
) -> tuple[House | None, SignedIn | None]:
    """What the door needs before any page."""
    who = signed_in(session, secret_hash, at=at, lifetimes=lifetimes) if secret_hash else None
    return house(session), who


def token_holder(session: Session, secret_hash: str) -> TokenHolder | None:
    row = session.scalars(select(ApiToken).where(ApiToken.secret_hash == secret_hash)).one_or_none()
    if row is None or row.ended_at is not None:
        return None
    actor = actor_of(session, row.person_id)
    return TokenHolder(actor, row.id) if actor is not None else None


def paired_display(session: Session, secret_hash: str) -> PairedDisplay | None:
    row = session.scalars(select(Display).where(Display.secret_hash == secret_hash)).one_or_none()
    if row is None or row.state is not DisplayState.PAIRED:
        return None
    return PairedDisplay(row.id, WallOptions(row.shows_customers, row.shows_titles), row.seen_at)
