"""What every page handler is given (``Call``), how a page is declared (``Page``), and how a refusal is answered.

A page without a row in the matrix of rights cannot be declared: ``right`` is required, and public pages say so.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app.actions.receipts import Press, fingerprint
from app.db import Database
from app.rules.access import Actor, Right, may
from app.rules.refusal import Forbidden, Malformed, NotFound, SignInNeeded
from app.settings import Settings
from app.web import clock


class Public:
    """Open to everybody: sign-in, enrolment, pairing, health."""


PUBLIC: Final = Public()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is behind a request: the person with today's roles, and the sign-in it came with."""

    actor: Actor
    sign_in_id: int
    confirmed_at: datetime


@dataclass(slots=True)
class Call:
    """One request for a page, with everything a handler may ask for; the clock has been asked once."""

    request: Request
    db: Database
    settings: Settings
    at: datetime
    visitor: Visitor | None

    @property
    def actor(self) -> Actor:
        """The person. Raises ``SignInNeeded`` on public pages that nobody is signed in to."""
        if self.visitor is None:
            raise SignInNeeded
        return self.visitor.actor

    def number(self, name: str) -> int:
        """An id from the path. Raises ``NotFound`` for one that no database has."""
        found = int(self.request.path_params[name])
        if found > HIGHEST_ID:
            raise NotFound
        return found

    async def form(self) -> FormData:
        return await self.request.form(max_files=0, max_fields=200, max_part_size=64 * 1024)


HIGHEST_ID = 2**31 - 1
"""Ids are 32-bit integers on PostgreSQL."""

Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One address: who may, and what answers."""

    path: str
    right: Right | Public
    get: Handler | None = None
    post: Handler | None = None


def route(page: Page) -> Route:
    """The Starlette route behind a page: looks the visitor up, checks the function's right, calls the handler."""
    handlers: Mapping[str, Handler | None] = {"GET": page.get, "POST": page.post}
    methods = [method for method, handler in handlers.items() if handler is not None]

    async def endpoint(request: Request) -> Response:
        handler = handlers["GET" if request.method == "HEAD" else request.method]
        if handler is None:
            raise AssertionError("the router lets only declared methods through")
        call = Call(
            request=request,
            db=request.app.state.db,
            settings=request.app.state.settings,
            at=clock.now(),
            visitor=getattr(request.state, "visitor", None),
        )
        if isinstance(page.right, Right):
            if call.visitor is None or _is_for_another(request, call.visitor):
                raise SignInNeeded
            if not may(call.actor, page.right):
                raise Forbidden
        return await handler(call)

    return Route(page.path, endpoint, methods=methods)


def device_clock(call: Call) -> datetime | None:
    """What the clock of the device said when it sent this, where its script told."""
    try:
        said = datetime.fromisoformat(call.request.headers.get("x-readyboard-clock", ""))
    except ValueError:
        return None
    return said if said.tzinfo is not None else None


def _is_for_another(request: Request, visitor: Visitor) -> bool:
    """A phone says whose press it sends: what one person left unsent must not become the next one's."""
    meant = request.headers.get("x-readyboard-person")
    return meant is not None and meant != str(visitor.actor.id)


def press_of(request: Request, words: Mapping[str, object], key: str | None) -> Press:
    """The command's identity, from the header or the form's hidden field. Raises ``Malformed`` without a key."""
    key = request.headers.get("idempotency-key") or key
    if not key or len(key) > 100:
        raise Malformed(
            "no_key",
            "This request carries no key. Send an Idempotency-Key header of 1 to 100 characters.",
        )
    return Press(key=key, fingerprint=fingerprint(request.method, request.url.path, words))


def see(path: str) -> RedirectResponse:
    """After a form: go and look at the result."""
    return RedirectResponse(path, status_code=303)


def html(text: str, status: int = 200) -> HTMLResponse:
    """A personal page: never kept by anybody on the way."""
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})
