"""The wire: how one message reaches one peer. No seq, no audience, no cards.

``LiveProtocol`` is uvicorn's own websocket protocol, handed back to uvicorn through its ``ws=`` setting. It puts
itself into the ASGI scope's ``state``, so that the endpoint may write ready-made frames straight to the transport:
server frames are not masked, so one encoding serves every peer. Handshake, receiving, ping and close stay uvicorn's.
``TaskLink`` does the same by ``send_text`` under any other server. The tests hold the contract with the pinned uvicorn.
"""

import asyncio
import contextlib
import fcntl
import socket
import struct
import termios
from asyncio.transports import BaseTransport
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.websockets import WebSocket
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

SCOPE_KEY = "live_link"

SEND_BUFFER_BYTES = 64 * 1024
"""What the kernel may hold for one peer. Left alone it takes megabytes for a reader that has stopped reading."""

USER_TIMEOUT_MS = 30_000
"""The kernel gives up on bytes that were not acknowledged for so long: half-open lines end without our help."""

FAREWELL_S = 1.5
"""Time for a closing handshake before the transport is aborted: a revoked socket is gone within two seconds."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One message, encoded once: ``frame`` for transports, ``text`` for servers that frame by themselves."""

    text: bytes
    frame: bytes

    @classmethod
    def of(cls, text: bytes) -> "Packet":
        return cls(text, Frame(Opcode.TEXT, text).serialize(mask=False))


def _nothing() -> None:
    """Nobody listens yet."""


class Link(Protocol):
    """What the hub asks of a wire. Nothing here waits."""

    drained: bool
    """False while the peer has not taken what was written: write nothing more."""
    on_drain: Callable[[], None]
    on_shutdown: Callable[[], None]

    def write(self, packet: Packet) -> bool:
        """Hand the bytes over; the answer is ``drained``."""

    def backlog(self) -> int:
        """Bytes that the peer has not taken yet, as far as can be known. Only its falling means something."""

    def close(self, code: int, reason: str) -> None:
        """Say goodbye, and hang up soon whatever the peer does."""

    def abort(self) -> None:
        """Hang up now."""

    async def finish(self) -> None:
        """Let the goodbye out; awaited by the endpoint when it ends."""


class LiveProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol and our ``Link`` in one."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, SCOPE_KEY: self}, _loop)
        self.drained = True
        self.on_drain: Callable[[], None] = _nothing
        self.on_shutdown: Callable[[], None] = _nothing
        self._hanging_up = False
        self._farewell: asyncio.Task[None] | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        # Zero: paused as soon as the kernel takes no more, resumed when it has taken all. So "drained" is exact and
        # a slow peer costs one frame of ours besides the kernel's buffer.
        self.transport.set_write_buffer_limits(high=0)
        _tune(self.transport.get_extra_info("socket"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._hanging_up = True
        self.on_drain = self.on_shutdown = _nothing
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        self.drained = False
        super().pause_writing()

    def resume_writing(self) -> None:
        self.drained = True
        super().resume_writing()
        self.on_drain()

    def shutdown(self) -> None:
        """uvicorn stops. A peer that does not read would hold up the exit, so it is not waited for."""
        self.on_shutdown()
        self._hanging_up = True
        if self.drained:
            super().shutdown()
            self.loop.call_later(FAREWELL_S, self.transport.abort)
        else:
            self.abort()

    def write(self, packet: Packet) -> bool:
        if not (self._hanging_up or self.close_sent or self.transport.is_closing()):
            self.transport.write(packet.frame)
        return self.drained

    def backlog(self) -> int:
        return self.transport.get_write_buffer_size() + _unacknowledged(
            self.transport.get_extra_info("socket")
        )

    def close(self, code: int, reason: str) -> None:
        if self._hanging_up:
            return
        self._hanging_up = True
        self._farewell = self.loop.create_task(self._say_close(code, reason))
        self.loop.call_later(FAREWELL_S, self.transport.abort)

    async def _say_close(self, code: int, reason: str) -> None:
        with contextlib.suppress(Exception):  # The peer may be gone; then there is nobody to tell.
            await self.send({"type": "websocket.close", "code": code, "reason": reason})

    def abort(self) -> None:
        self._hanging_up = True
        self.stop_keepalive()
        self.transport.abort()

    async def finish(self) -> None:
        if self._farewell is not None:
            await self._farewell


def _tune(sock: socket.socket | None) -> None:
    if sock is None or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, USER_TIMEOUT_MS)


def _unacknowledged(sock: socket.socket | None) -> int:
    """Bytes in the kernel that the peer's machine has not acknowledged. They fall long before a buffer is free."""
    if sock is None:
        return 0
    try:
        answer = fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0\0\0\0")
    except OSError:
        return 0
    return int(struct.unpack("i", answer)[0])


class TaskLink:
    """The way for servers without our protocol: one task sends, and ``drained`` is false until it has.

    Slower and a little hungrier; the hub notices no difference.
    """

    def __init__(self, websocket: WebSocket) -> None:
        self.drained = True
        self.on_drain: Callable[[], None] = _nothing
        self.on_shutdown: Callable[[], None] = _nothing
        self._websocket = websocket
        self._endpoint = asyncio.current_task()
        self._texts: asyncio.Queue[Packet | tuple[int, str]] = asyncio.Queue()
        self._ended = False
        self._sender = asyncio.create_task(self._send_all(), name="live-send")

    def write(self, packet: Packet) -> bool:
        if not self._ended:
            self.drained = False
            self._texts.put_nowait(packet)
        return self.drained

    def backlog(self) -> int:
        return self._texts.qsize()

    def close(self, code: int, reason: str) -> None:
        if not self._ended:
            self._ended = True
            self._texts.put_nowait((code, reason))

    def abort(self) -> None:
        self._ended = True
        self._sender.cancel()
        if self._endpoint is not None and self._endpoint is not asyncio.current_task():
            self._endpoint.cancel()

    async def finish(self) -> None:
        if not self._ended:
            self._sender.cancel()
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(self._sender, FAREWELL_S)

    async def _send_all(self) -> None:
        with contextlib.suppress(
            Exception
        ):  # Whatever ends a send ends the connection; the endpoint hears of it.
            while True:
                item = await self._texts.get()
                if isinstance(item, tuple):
                    await self._websocket.close(*item)
                    return
                await self._websocket.send_text(item.text.decode())
                if self._texts.empty():
                    self.drained = True
                    self.on_drain()


def link_of(websocket: WebSocket) -> LiveProtocol | TaskLink:
    """The best wire that this server offers for an accepted websocket."""
    link = websocket.scope.get("state", {}).pop(SCOPE_KEY, None)
    return link if isinstance(link, LiveProtocol) else TaskLink(websocket)


UVICORN: dict[str, Any] = {
    "ws": LiveProtocol,
    "ws_max_size": 64 * 1024,
    "ws_per_message_deflate": False,
    "ws_ping_interval": None,
}
"""For ``uvicorn.Config(**UVICORN)``. No pings: heartbeats and acks prove more. Deflate costs 40 KB a connection and
twice the CPU. Frames above 64 KiB are not even read."""
