"""One socket from the knock to the end: Origin, sign-in, then listening. Nothing here reads the database itself."""

from collections.abc import Awaitable, Callable, Collection

import structlog
from starlette.requests import HTTPConnection
from starlette.types import Message
from starlette.websockets import WebSocket

from app.realtime import messages
from app.realtime.audiences import VIEWS, Listener
from app.realtime.catch_up import CatchUp
from app.realtime.hub import Hub
from app.realtime.link import Link, link_of
from app.realtime.messages import CLOSE_WORDS, MAX_INBOUND_BYTES, VERSION, Ack, Close, Hello
from app.realtime.peer import Peer, Stage

log = structlog.get_logger(__name__)

Authenticate = Callable[[HTTPConnection, str | None], Awaitable[Listener | None]]
"""Handed in by ``main``: who asks, for a view (None: for none in particular). None: nobody we know. A listener without
an audience: known, but the view is not theirs. Where a bearer token is given, only it may count."""

MESSAGES_PER_S = 10
"""An honest screen sends one a second."""


class Pace:
    """A bucket of ``MESSAGES_PER_S`` messages that fills in one second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left = float(MESSAGES_PER_S)
        self._at = clock()

    def is_exceeded(self) -> bool:
        """Take one message out; whether there was none left."""
        now = self._clock()
        filled = self._left + (now - self._at) * MESSAGES_PER_S
        self._left, self._at = min(MESSAGES_PER_S, filled) - 1, now
        return self._left < 0


class Door:
    """The endpoint of ``/ws/live``. ``origins``: where our own pages come from, exactly as browsers say it."""

    def __init__(
        self, hub: Hub, catch_up: CatchUp, authenticate: Authenticate, origins: Collection[str]
    ) -> None:
        self._hub = hub
        self._catch_up = catch_up
        self._authenticate = authenticate
        self._origins = origins

    async def serve(self, websocket: WebSocket) -> None:
        if not self._may_knock(websocket):
            await websocket.close()  # Before accepting this is HTTP 403.
            return
        await websocket.accept()
        link = link_of(websocket)
        try:
            peer = await self._admit(websocket, link)
            if isinstance(peer, Close):
                await websocket.close(peer, CLOSE_WORDS[peer])
            else:
                await self._listen(websocket, peer)
        finally:
            await link.finish()

    def _may_knock(self, websocket: WebSocket) -> bool:
        """A foreign page could use our cookie, so the page must be ours; only a bearer token comes without a page."""
        origins = websocket.headers.getlist("origin")
        if not origins:
            return websocket.headers.get("authorization", "").lower().startswith("bearer ")
        return len(origins) == 1 and origins[0] in self._origins

    async def _admit(self, websocket: WebSocket, link: Link) -> Peer | Close:
        """Accepted first, refused afterwards: a browser cannot read why a handshake was refused."""
        view = websocket.query_params.get("view")
        if view not in VIEWS:
            return Close.WRONG
        listener = await self._identify(websocket, view)
        if isinstance(listener, Close):
            return listener
        if listener.audience is None:
            return Close.NOT_ALLOWED
        if self._hub.is_full(listener):
            return Close.TOO_MANY
        return self._hub.join(listener, listener.audience, link, websocket)

    async def _identify(self, websocket: WebSocket, view: str) -> Listener | Close:
        """Read again if somebody was revoked meanwhile: it may have been this one, who is not registered yet."""
        while True:
            revocations = self._hub.revocations
            try:
                listener = await self._authenticate(websocket, view)
            except Exception:
                log.exception("live.sign_in_unreadable")
                return Close.UNREADABLE
            if revocations == self._hub.revocations:
                return listener or Close.SIGN_IN

    async def _listen(self, websocket: WebSocket, peer: Peer) -> None:
        pace = Pace(self._hub.clock)
        try:
            while peer.stage is not Stage.CLOSED:
                message = await websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                code = Close.WRONG if pace.is_exceeded() else self._hear(peer, message)
                if code is not None:
                    self._hub.close(peer, code)
        finally:
            self._hub.leave(peer)

    def _hear(self, peer: Peer, message: Message) -> Close | None:
        """Take one message; the code to close with, if it is not one of ours."""
        text = message.get("text")
        if text is None:
            return Close.UNSUPPORTED
        if len(text) > MAX_INBOUND_BYTES or len(text.encode()) > MAX_INBOUND_BYTES:
            return Close.TOO_BIG
        try:
            said = messages.read(text)
        except messages.WrongMessage:
            return Close.WRONG
        match said:
            case Hello(v=version) if version != VERSION:
                return Close.OLD_PAGE
            case Hello():
                self._catch_up.hello(peer, said)
            case Ack(seq=seq):
                peer.heard(self._hub.clock(), seq)
        return None
