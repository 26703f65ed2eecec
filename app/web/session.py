"""Who is behind a request or a socket: the cookie or token, looked up afresh each time.

The middleware here gives every page ``request.state.visitor`` and ``request.state.house``; the live side asks
``known`` itself, because a socket outlives its first answer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.actions import sign_in
from app.db import Database
from app.queries import sign_ins
from app.queries.sign_ins import House, Lifetimes, PairedDisplay, SignedIn
from app.rules.access import Actor
from app.settings import Settings
from app.web import clock
from app.web.cookies import DISPLAY, SIGN_IN, hash_of, secret_hash_in
from app.web.door import Visitor

TOUCH_EVERY = timedelta(minutes=5)
"""How often use is written down. More often would be a write for each page."""

FRESHLY_CONFIRMED = timedelta(minutes=10)
"""So long after giving the password, people and screens may be changed without giving it again."""

WITHOUT_VISITOR = ("/static/", "/sw.js", "/healthz", "/readyz", "/metrics", "/live/")
"""Paths that say the same to everybody, or ask themselves; nobody is looked up for them."""


def lifetimes(settings: Settings) -> Lifetimes:
    return Lifetimes(
        technician=timedelta(days=settings.session_days),
        office=timedelta(hours=settings.office_session_hours),
    )


class SessionMiddleware:
    """Looks up the visitor before the page, and writes down now and then that the sign-in is in use."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.lifetimes = lifetimes(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(WITHOUT_VISITOR):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if scope["path"].startswith("/api/") and "authorization" in connection.headers:
            # A program: the API asks for its token, and a cookie beside it counts for nothing.
            connection.state.house = connection.state.visitor = None
            await self.app(scope, receive, send)
            return
        db: Database = connection.app.state.db
        at = clock.now()
        found = await self._look_up(db, connection, at)
        await self.app(scope, receive, send)
        if found is not None and at - found.seen_at >= TOUCH_EVERY:
            expires_at = at + self.lifetimes.of(found.actor)
            await db.write(sign_in.touch, found.sign_in_id, at=at, expires_at=expires_at)

    async def _look_up(
        self, db: Database, connection: HTTPConnection, at: datetime
    ) -> SignedIn | None:
        secret_hash = secret_hash_in(connection, SIGN_IN, self.settings)
        house, found = await db.ask_quick(
            sign_ins.house_and_visitor, secret_hash, at=at, lifetimes=self.lifetimes
        )
        connection.state.house = house
        connection.state.visitor = (
            Visitor(found.actor, found.sign_in_id, found.confirmed_at) if found else None
        )
        return found


@dataclass(frozen=True, slots=True)
class Known:
    """Who is at the other end of a socket: a person by sign-in or token, or a display. ``house``: as it is now."""

    house: House | None
    actor: Actor | None = None
    sign_in_id: int | None = None
    token_id: int | None = None
    display: PairedDisplay | None = None


async def known(
    db: Database, connection: HTTPConnection, settings: Settings, *, prefer_display: bool
) -> Known | None:
    """Where a bearer token is given, only it counts. ``prefer_display``: the wall, which a signed-in person may have
    open as well."""
    at = clock.now()
    authorization = connection.headers.get("authorization", "")
    if authorization:
        return await db.ask_quick(_by_token, authorization)
    cookie = secret_hash_in(connection, SIGN_IN, settings)
    display = secret_hash_in(connection, DISPLAY, settings) if prefer_display else None
    return await db.ask_quick(_by_cookie, cookie, display, at=at, lifetimes=lifetimes(settings))


def bearer_hash(authorization: str) -> str | None:
    """The hash of the token in an ``Authorization`` header."""
    scheme, _, token = authorization.partition(" ")
    return hash_of(token.strip()) if scheme.lower() == "bearer" and token.strip() else None


def _by_token(session: Session, authorization: str) -> Known | None:
    secret_hash = bearer_hash(authorization)
    found = sign_ins.token_holder(session, secret_hash) if secret_hash else None
    if found is None:
        return None
    return Known(sign_ins.house(session), actor=found.actor, token_id=found.token_id)


def _by_cookie(
    session: Session,
    cookie: str | None,
    display: str | None,
    *,
    at: datetime,
    lifetimes: Lifetimes,
) -> Known | None:
    house = sign_ins.house(session)
    screen = sign_ins.paired_display(session, display) if display else None
    if screen is not None:
        return Known(house, display=screen)
    who = sign_ins.signed_in(session, cookie, at=at, lifetimes=lifetimes) if cookie else None
    return Known(house, actor=who.actor, sign_in_id=who.sign_in_id) if who else None
