"""How a call of the API is declared (``Endpoint``), what its handler is given (``ApiCall``), and how it is answered.

The declarations are data: routes, the sweep over rights, and the OpenAPI document are made from them.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.actions.act import Act, now_by
from app.actions.receipts import Press
from app.db import Database, TryAgain
from app.queries.api_card import ApiCard
from app.queries.api_jobs import readable_card
from app.rules.access import Actor, Right, may
from app.rules.refusal import Changed, Forbidden, NotFound, Refusal
from app.settings import Settings
from app.web import clock
from app.web.api import errors
from app.web.api.callers import actor_behind
from app.web.api.reading import taken, words_of
from app.web.commands import Body
from app.web.door import press_of

log = structlog.get_logger(__name__)

HIGHEST_ID = 2**31 - 1
"""Ids are 32-bit integers on PostgreSQL; a larger one names nothing."""


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing to ask for."""


@dataclass(slots=True)
class ApiCall:
    """One request: who asks, when, and what was sent, before it was given its type."""

    request: Request
    db: Database
    settings: Settings
    at: datetime
    actor: Actor
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ids(self) -> dict[str, int]:
        """The numbers in the path."""
        params = self.request.path_params.items()
        return {name: int(value) for name, value in params if name.endswith("_id")}

    @property
    def act(self) -> Act:
        return now_by(self.actor, self.at)

    @property
    def press(self) -> Press:
        """The command's identity. Raises ``Malformed`` without an Idempotency-Key."""
        return press_of(self.request, self.words, None)


MEDIA = {
    "pdf": "application/pdf",
    "xml": "application/xml",
    "csv": "text/csv; charset=utf-8",
}


class FileAnswer(msgspec.Struct, frozen=True):
    """Bytes instead of JSON. ``kind``: "pdf", "xml" or "csv"; ``name`` without its ending."""

    kind: str
    name: str
    body: bytes

    def response(self) -> Response:
        return Response(
            self.body,
            media_type=MEDIA[self.kind],
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": f'attachment; filename="{self.name}.{self.kind}"',
            },
        )


@dataclass(frozen=True, slots=True)
class Reply:
    value: msgspec.Struct
    status: int = 200
    is_replay: bool = False


Run = Callable[[ApiCall, Any], Awaitable[Reply | Response]]
"""A file is answered as it is."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call. ``rights``: any one of them opens the door; the object is checked where it is fetched.

    ``takes``: the body of a POST or PATCH, the query of a GET. ``gives``: by status, the answer's type.
    ``is_upload``: the body is a form with a file, which ``run`` reads itself.
    """

    method: str
    path: str
    rights: tuple[Right, ...]
    takes: type[Body] | type[Query]
    gives: Mapping[int, type[msgspec.Struct]]
    run: Run
    is_upload: bool = False


class Resource:
    """One address with its calls, as an ASGI application: everything that comes out of it is JSON."""

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        self.endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self.answer(request)
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        endpoint = self.endpoints.get("GET" if request.method == "HEAD" else request.method)
        if endpoint is None:
            return errors.wrong_method(list(self.endpoints))
        try:
            return await _answer(request, endpoint)
        except (TryAgain, OperationalError, PoolExhausted, ConnectionError):
            log.warning("api.busy", path=request.url.path, exc_info=True)
            return errors.busy()
        except DBAPIError as problem:
            if not problem.connection_invalidated:
                log.exception("api.broken", path=request.url.path)
                return errors.broken()
            return errors.busy()
        except Exception:
            log.exception("api.broken", path=request.url.path)
            return errors.broken()


async def _answer(request: Request, endpoint: Endpoint) -> Response:
    at = clock.now()
    db: Database = request.app.state.db
    settings: Settings = request.app.state.settings
    actor: Actor | None = None
    try:
        actor = await actor_behind(request, db)
        reply = await _carry_out(endpoint, ApiCall(request, db, settings, at, actor))
    except Refusal as refusal:
        return errors.refused(refusal, await _job_as_it_is(request, db, refusal, actor, at))
    if isinstance(reply, Response):
        return reply
    if isinstance(reply.value, FileAnswer):
        return reply.value.response()
    headers = {"Idempotent-Replayed": "true"} if reply.is_replay else {}
    return errors.json(reply.value, reply.status, headers)


async def _carry_out(endpoint: Endpoint, call: ApiCall) -> Reply | Response:
    if not any(may(call.actor, right) for right in endpoint.rights):
        raise Forbidden
    if any(number > HIGHEST_ID for number in call.ids.values()):
        raise NotFound
    if endpoint.method == "GET":
        query = taken(dict(call.request.query_params), endpoint.takes, from_text=True)
        return await endpoint.run(call, query)
    if endpoint.is_upload:
        return await endpoint.run(call, None)
    call.words = await words_of(call.request, limit=call.settings.max_body_bytes)
    if endpoint.method == "POST":
        _ = call.press  # Without a key nothing is even read further.
    return await endpoint.run(call, taken(call.words, endpoint.takes))


async def _job_as_it_is(
    request: Request, db: Database, refusal: Refusal, actor: Actor | None, at: datetime
) -> ApiCard | None:
    """Beside a 409: what the program's user should be shown instead."""
    job_id = refusal.job_id if isinstance(refusal, Changed) else request.path_params.get("job_id")
    if refusal.status != 409 or actor is None or job_id is None:
        return None
    with suppress(Refusal):
        return await db.ask_quick(readable_card, actor, job_id, at=at)
    return None
