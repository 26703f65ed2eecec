"""Screens that stopped reading and screens on a thin line, among healthy ones: nobody waits for them."""

import asyncio
import json
import secrets
import socket
import time
from contextlib import suppress

import psutil

from app.web.cookies import SIGN_IN
from tests.drills.conftest import Ground
from tests.drills.figures import percentile, say
from tests.drills.test_boards import _boards

HEALTHY, STALLED, SLOW = 100, 20, 20
CHANGES = 300
GIVEN_UP_WITHIN_S = 70


async def test_slow_and_dead_readers(ground: Ground) -> None:
    server = psutil.Process(ground.program.pid)
    job = await ground.caller.new_job("Changes often")
    async with _boards(ground, HEALTHY, views=("office", "dispatch")) as boards:
        alone = await _delays(ground, job, boards)
        before = server.memory_info().rss
        readers = [_Reader(ground, bytes_per_s=0) for _ in range(STALLED)]
        readers += [_Reader(ground, bytes_per_s=2000) for _ in range(SLOW)]
        reading = [asyncio.create_task(reader.read()) for reader in readers]
        among = await _delays(ground, job, boards)
        grown = (server.memory_info().rss - before) / 1e6
        stalled = readers[:STALLED]
        began = time.monotonic()
        while not all(one.is_closed() for one in stalled):
            assert time.monotonic() - began < GIVEN_UP_WITHIN_S, "stalled screens were kept"
            await asyncio.sleep(0.5)
            await ground.caller.post("olga", f"/api/v1/jobs/{job}/messages", {"text": "More"})
        closed = time.monotonic() - began
        for task in reading:
            task.cancel()
        right = [await board.equals_a_fresh_snapshot() for board in boards[:10]]
    say(
        "slow and dead readers",
        f"{HEALTHY} healthy boards, p99 from the press to the board {percentile(alone, 99) * 1000:.0f} ms alone, "
        f"{percentile(among, 99) * 1000:.0f} ms among {STALLED} stalled and {SLOW} at 2 KB/s; "
        f"memory +{grown:.1f} MB; stalled ones closed within {closed:.0f} s",
    )
    assert all(right)
    assert percentile(among, 99) < 2 * percentile(alone, 99) + 0.1


async def _delays(ground: Ground, job: int, boards: list) -> list[float]:  # type: ignore[type-arg]
    """From the press until each board has it."""
    delays: list[float] = []
    text = secrets.token_hex(1500)  # Fat frames, so that buffers fill.

    async def arrival(board, seq: int, began: float) -> None:  # type: ignore[no-untyped-def]
        await board.reach(seq)
        delays.append(time.monotonic() - began)

    for number in range(CHANGES):
        began = time.monotonic()
        changed = await ground.caller.do("olga", f"/api/v1/jobs/{job}/hold" if number % 2 == 0 else f"/api/v1/jobs/{job}/release", **({"reason": text[:900]} if number % 2 == 0 else {}))
        await asyncio.gather(*(arrival(board, changed["seq"], began) for board in boards))
    return delays


class _Reader:
    """A socket with a small buffer that takes so many bytes a second, or none, and never acknowledges."""

    def __init__(self, ground: Ground, *, bytes_per_s: int) -> None:
        self._bytes_per_s = bytes_per_s
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect(("127.0.0.1", ground.program.port))
        self._socket.sendall(self._hand(ground))
        self._socket.setblocking(False)

    def _hand(self, ground: Ground) -> bytes:
        body = json.dumps({"t": "hello", "v": 1}).encode()
        return (
            f"GET /ws/live?view=office HTTP/1.1\r\nHost: 127.0.0.1:{ground.program.port}\r\n"
            f"Origin: {ground.program.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Cookie: {SIGN_IN}={ground.demo.cookies['olga']}\r\n\r\n"
        ).encode() + bytes([0x81, 0x80 | len(body)]) + bytes(4) + body

    async def read(self) -> None:
        loop = asyncio.get_running_loop()
        while self._bytes_per_s:
            with suppress(OSError):
                await loop.sock_recv(self._socket, self._bytes_per_s)
            await asyncio.sleep(1)

    def is_closed(self) -> bool:
        """The kernel says: RST or FIN came, whatever is still unread."""
        state = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
        return state[0] != 1  # TCP_ESTABLISHED
