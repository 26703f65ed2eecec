"""Puts the parts together: settings, database, pages, the live side. The only file that knows them all."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from app.db import Database
from app.settings import Settings
from app.web import errors, logs
from app.web.middleware import BodyLimit, OwnForms, RequestLog, SafeHeaders
from app.web.passwords import PasswordDesk
from app.web.routes import routes
from app.web.session import SessionMiddleware
from app.web.sweep import Sweep

GZIP_FROM_BYTES = 1000


def create_app(settings: Settings, *, db: Database | None = None) -> Starlette:
    """The program as an ASGI application. ``db``: a database that the caller opened and will close."""
    logs.set_up(settings.log_format)
    app = Starlette(
        routes=routes(),
        middleware=_middleware(settings, requests := Counter[str]()),
        exception_handlers=errors.HANDLERS,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.given_db = db
    app.state.requests = requests
    app.state.commits = 0
    return app


def _middleware(settings: Settings, requests: Counter[str]) -> list[Middleware]:
    """Outermost first."""
    return [
        Middleware(RequestLog, counts=requests),
        Middleware(SafeHeaders, settings=settings),
        Middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES, compresslevel=5),
        Middleware(SessionMiddleware, settings=settings),
        Middleware(OwnForms, settings=settings),
        Middleware(BodyLimit, most_bytes=settings.max_body_bytes),
    ]


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Open in order, close in the reverse order."""
    settings: Settings = app.state.settings
    db = app.state.given_db or Database(settings.url)
    app.state.db = db
    app.state.passwords = desk = PasswordDesk()
    app.state.live_figures = dict
    db.on_commit = lambda: _committed(app)
    sweep = Sweep(db)
    sweep.start()
    try:
        yield
    finally:
        await sweep.stop()
        desk.close()
        if app.state.given_db is None:
            await db.close()


def _committed(app: Starlette) -> None:
    app.state.commits += 1
