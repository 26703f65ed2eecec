"""Puts the parts together: settings, database, pages, the live side. The only file that knows them all."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection

from app import pages
from app.db import Database
from app.files.pictures import Pictures
from app.files.store import LocalFolder
from app.mail import post_from
from app.queries.api_card import api_card
from app.queries.cards import JobCard
from app.queries.screens.frame import WallOptions
from app.queries.sign_ins import house
from app.realtime.audiences import MONEY, Audience, Listener
from app.realtime.live import Live
from app.realtime.routes import routes as live_routes
from app.rules.access import Actor, Right, Role, Scope, may, scope_of
from app.settings import PREFIX, Settings, SettingsError
from app.web import clock, errors, logs
from app.web.first_owner import new_code
from app.web.middleware import BodyLimit, Mend, OwnForms, RequestLog, SafeHeaders
from app.web.passwords import PasswordDesk
from app.web.postroom import Postroom
from app.web.routes import routes
from app.web.session import Known, SessionMiddleware, known
from app.web.sweep import Sweep
from app.web.wall import note_seen

log = structlog.get_logger(__name__)

GZIP_FROM_BYTES = 1000


def create_app(settings: Settings, *, db: Database | None = None) -> Starlette:
    """The program as an ASGI application. ``db``: a database that the caller opened and will close."""
    logs.set_up(settings.log_format)
    own_db = db is None
    db = db or Database(settings.url)
    door = LiveDoor(db, settings)
    live = Live(db, door.render, door.authenticate, build=pages.BUILD, settings=settings)
    requests = Counter[str]()
    app = Starlette(
        routes=[*live_routes(live), *routes(settings)],
        middleware=_middleware(settings, requests),
        exception_handlers=errors.HANDLERS,
        lifespan=_lifespan(live, closes=db if own_db else None),
    )
    app.state.settings = settings
    app.state.db = db
    app.state.pictures = Pictures(
        LocalFolder(settings.data_dir / "files"), most_bytes=settings.max_upload_bytes
    )
    app.state.live_figures = live.figures
    app.state.requests = requests
    app.state.commits = 0
    db.on_commit = _committed(app, live)
    return app


def _middleware(settings: Settings, requests: Counter[str]) -> list[Middleware]:
    """Outermost first."""
    return [
        Middleware(RequestLog, counts=requests),
        Middleware(SafeHeaders, settings=settings),
        Middleware(Mend),
        Middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES, compresslevel=5),
        Middleware(SessionMiddleware, settings=settings),
        Middleware(OwnForms, settings=settings),
        Middleware(
            BodyLimit,
            most_bytes=settings.max_body_bytes,
            most_upload_bytes=settings.max_upload_bytes,
        ),
    ]


def _lifespan(live: Live, *, closes: Database | None) -> Callable[[Starlette], Any]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        """Open in order, close in the reverse order."""
        app.state.passwords = desk = PasswordDesk()
        app.state.pictures.store.empty_incoming()
        fonts = app.state.settings.font_dir
        sweep = Sweep(app.state.db, app.state.pictures, font_dir=fonts)
        app.state.postroom = postroom = _postroom(app)
        try:
            await _tell_first_owner(app)
            await live.start()
            sweep.start()
            postroom.start()
            yield
        finally:
            await postroom.stop()
            await sweep.stop()
            await live.stop()
            desk.close()
            if closes is not None:
                await closes.close()

    return lifespan


def _postroom(app: Starlette) -> Postroom:
    """Raises ``SettingsError`` for a mail server that cannot be one."""
    settings: Settings = app.state.settings
    try:
        post = post_from(settings.smtp_url) if settings.smtp_url else None
    except ValueError as problem:
        raise SettingsError(f"{PREFIX}SMTP_URL: {problem}.") from problem
    return Postroom(app.state.db, post, mail_from=settings.mail_from, clock=clock.now)


async def _tell_first_owner(app: Starlette) -> None:
    """An empty board says, to whoever can read the server's log, where its owner is to begin."""
    app.state.setup_code = None
    if await app.state.db.ask_quick(house) is None:
        app.state.setup_code = code = new_code()
        address = app.state.settings.address
        log.warning("nobody is here yet", open=f"{address}/first-owner?code={code}")


def _committed(app: Starlette, live: Live) -> Callable[[], None]:
    def on_commit() -> None:
        app.state.commits += 1
        live.wake()

    return on_commit


class LiveDoor:
    """What the live side asks of the rest: who is there, and how a card is drawn for them.

    The company's zone is learnt with each sign-in that is looked up; a change of it makes every screen ask again.
    """

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._settings = settings
        self._zone = ZoneInfo("UTC")

    async def authenticate(self, connection: HTTPConnection, view: str | None) -> Listener | None:
        who = await known(self._db, connection, self._settings, prefer_display=view == "wall")
        if who is None:
            return None
        if who.house is not None:
            self._zone = who.house.zone
        if who.display is not None:
            await note_seen(self._db, who.display.id, who.display.seen_at, at=clock.now())
        return Listener(
            audience=_audience(who, view),
            person_id=who.actor.id if who.actor else None,
            session_id=who.sign_in_id,
            token_id=who.token_id,
            display_id=who.display.id if who.display else None,
        )

    def render(self, audience: Audience, card: JobCard) -> Any:
        if audience.view == "json":
            return api_card(card, with_money=MONEY in audience.rights)
        options = WallOptions(
            shows_customers="customers" in audience.rights,
            shows_titles="titles" in audience.rights,
        )
        # Plain text for the wire: the encoder does not know Markup.
        return str(pages.render_card(audience.view, card, zone=self._zone, options=options))


def _audience(who: Known, view: str | None) -> Audience | None:
    """The view with the fields that this person or display may see; None where it is not theirs."""
    if view == "wall":
        return _wall(who.display.options) if who.display else None
    if view is None or who.actor is None:
        return None
    return _VIEWS[view](who.actor)


def _wall(options: WallOptions) -> Audience:
    """Displays with the same settings share their bytes."""
    shown = {"customers": options.shows_customers, "titles": options.shows_titles}
    return Audience("wall", rights=frozenset(name for name, on in shown.items() if on))


def _office(actor: Actor) -> Audience | None:
    return Audience("office") if may(actor, Right.SEE_BILLING) else None


def _dispatch(actor: Actor) -> Audience | None:
    return Audience("dispatch") if may(actor, Right.SEE_DISPATCH) else None


def _technician(actor: Actor) -> Audience | None:
    return Audience("technician", actor.id) if Role.TECHNICIAN in actor.roles else None


def _json(actor: Actor) -> Audience | None:
    scope = scope_of(actor, Right.READ_JOBS)
    if scope is Scope.NONE:
        return None
    if scope is not Scope.ALL:
        return Audience("json", actor.id)
    return Audience("json", rights=frozenset({MONEY} if may(actor, Right.SEE_MONEY) else ()))


_VIEWS: dict[str, Callable[[Actor], Audience | None]] = {
    "office": _office,
    "dispatch": _dispatch,
    "technician": _technician,
    "json": _json,
}
