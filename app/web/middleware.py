"""Around every request: a reference for the log, the check where a form came from, and the headers that protect.

Plain ASGI and nothing more, because each press and each page passes through here.
"""

import re
import secrets
import time
from collections import Counter
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.rules.refusal import Refusal, TooLarge
from app.settings import Settings
from app.web import errors
from app.web.logs import safe_path

log = structlog.get_logger(__name__)

READS = frozenset({"GET", "HEAD", "OPTIONS"})

UPLOADS = re.compile(
    r"(/api/v1)?/jobs/\d+/(photos|signature(/drawn)?)|/late/photos"
    r"|/settings/company/logo|/imports/customers|/api/v1/imports"
)
"""The addresses that take files, and bodies of ``max_upload_bytes``."""

FORM_BYTES = 16 * 1024
"""What stands around a file in its form: the fields beside it and the boundaries."""

UNLOGGED = ("/static/", "/sw.js", "/healthz", "/readyz", "/metrics")


class RequestLog:
    """Gives each request a reference, counts it, and logs it once when it is answered."""

    def __init__(self, app: ASGIApp, counts: Counter[str]) -> None:
        self.app = app
        self.counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ref = secrets.token_hex(4)
        scope.setdefault("state", {})["ref"] = ref
        began = time.perf_counter()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = ref
                if visitor := scope["state"].get("visitor"):
                    # A phone keeps pages of one person only, and needs to know whose this is.
                    headers["X-Readyboard-Person"] = str(visitor.actor.id)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            self.counts[f"{status // 100}xx"] += 1
            if not scope["path"].startswith(UNLOGGED):
                self._say(scope, status, time.perf_counter() - began, ref)

    def _say(self, scope: Scope, status: int, took_s: float, ref: str) -> None:
        visitor = scope["state"].get("visitor")
        log.info(
            "request",
            method=scope["method"],
            path=safe_path(scope["path"]),
            status=status,
            ms=round(took_s * 1000, 1),
            person=visitor.actor.id if visitor else None,
            ref=ref,
        )


class SafeHeaders:
    """Nothing foreign in our pages, our pages in nothing foreign, nothing personal in a cache on the way."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.headers = _safe_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers:
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, sending)


def _safe_headers(settings: Settings) -> list[tuple[str, str]]:
    address = urlsplit(settings.address)
    socket = f"{'wss' if settings.is_https else 'ws'}://{address.netloc}"
    policy = (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
        # Named beside 'self', which older browsers do not take to mean sockets.
        f"connect-src 'self' {socket}; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
    headers = [
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        # With no-referrer Chromium would send "Origin: null" with our own forms.
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
    if settings.is_https:
        headers.append(("Strict-Transport-Security", "max-age=31536000"))
    return headers


class Mend:
    """What breaks further in is answered here, so that even this answer has its headers and its reference."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def sending(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as problem:
            if has_begun:
                raise
            response = await errors.broken(Request(scope, receive), problem)
            await response(scope, receive, send)


class OwnForms:
    """A write must come from our own pages; only a bearer token, which no foreign page can have, comes without one."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.origin = origin_of(settings.address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._may_pass(scope):
            refusal = Foreign(
                "This form was not sent from a page of this board. "
                f"Open {self.settings.address} and do it there."
            )
            response = errors.answer(Request(scope, receive), refusal)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        if scope["method"] in READS or scope["path"].startswith("/api/"):
            return (
                True  # The API takes no cookie for a write, so there is nothing to steal a ride on.
            )
        headers = Headers(scope=scope)
        if headers.get("authorization", "").lower().startswith("bearer "):
            return True
        origins = headers.getlist("origin")
        if origins:
            return origins == [self.origin]
        return headers.get("sec-fetch-site") == "same-origin"


class BodyLimit:
    """Says 413 in our own words, at the first sign that a body is too large and before it is read."""

    def __init__(self, app: ASGIApp, most_bytes: int, most_upload_bytes: int) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.most_upload_bytes = most_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        takes_files = UPLOADS.fullmatch(scope["path"]) is not None
        most_bytes = self.most_upload_bytes + FORM_BYTES if takes_files else self.most_bytes
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > most_bytes:
            refusal = TooLarge("too_large", errors.TOO_LARGE)
            await errors.answer(Request(scope, receive), refusal)(scope, receive, send)
            return
        read = 0

        async def receiving() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most_bytes:
                raise HTTPException(413)
            return message

        await self.app(scope, receiving, send)


class Foreign(Refusal):
    status = 403

    def __init__(self, sentence: str) -> None:
        super().__init__("foreign_form", sentence)


def origin_of(address: str) -> str:
    """``https://board.example.com/x`` → ``https://board.example.com``, as browsers write it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
