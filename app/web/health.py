"""For whoever watches the program: does it live, can it serve, what has it counted."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache

import structlog
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.db import Database, alembic_config

log = structlog.get_logger(__name__)

LOOPBACK = frozenset({"127.0.0.1", "::1"})


async def healthz(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """The database answers and has every migration."""
    db: Database = request.app.state.db
    try:
        found = await db.ask_quick(_revision)
    except Exception as problem:
        log.warning("not_ready", problem=type(problem).__name__)
        return PlainTextResponse("The database does not answer.\n", 503)
    if found != newest_revision(db.url):
        return PlainTextResponse("Migrations are missing: run `readyboard migrate`.\n", 503)
    return PlainTextResponse("ready\n")


@cache
def newest_revision(url: str) -> str | None:
    """Of this release; its files do not change while it runs, and reading them stops everything for 25 ms."""
    return ScriptDirectory.from_config(alembic_config(url)).get_current_head()


def _revision(session: Session) -> str | None:
    return MigrationContext.configure(session.connection()).get_current_revision()


async def metrics(request: Request) -> Response:
    """Prometheus text; off by default, and for this machine only."""
    state = request.app.state
    is_near = request.client is not None and request.client.host in LOOPBACK
    if not state.settings.metrics or not is_near:
        raise HTTPException(404)
    live: Callable[[], Mapping[str, int]] = state.live_figures
    return PlainTextResponse(
        prometheus(state.requests, state.commits, live()),
        media_type="text/plain; version=0.0.4",
    )


def prometheus(requests: Counter[str], commits: int, live: Mapping[str, int]) -> str:
    lines = ["# TYPE readyboard_requests_total counter"]
    lines += [f'readyboard_requests_total{{status="{k}"}} {n}' for k, n in sorted(requests.items())]
    lines += ["# TYPE readyboard_commits_total counter", f"readyboard_commits_total {commits}"]
    lines += ["# TYPE readyboard_live gauge"]
    lines += [f'readyboard_live{{what="{k}"}} {n}' for k, n in sorted(live.items())]
    return "\n".join(lines) + "\n"
