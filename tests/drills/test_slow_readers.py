"""Screens that stopped reading and screens on a thin line, among healthy ones: nobody waits for them."""

import asyncio
import json
import secrets
import socket
import time
from contextlib import suppress
from typing import Any

import psutil

from app.web.cookies import SIGN_IN
from tests.drills.boards import Board, many_boards
from tests.drills.conftest import Ground
from tests.drills.figures import percentile, say

HEALTHY, STALLED, SLOW = 100, 20, 20
CHANGES = 300
GIVEN_UP_WITHIN_S = 120


async def test_slow_and_dead_readers(ground: Ground) -> None:
    server = psutil.Process(ground.program.pid)
    job = await ground.caller.new_job("Changes often")
    async with many_boards(ground, HEALTHY, views=("office", "dispatch")) as boards:
        alone = await _delays(ground, job, boards)
        before = server.memory_info().rss
        head = await ground.caller.get("olga", "/live/head")
        readers = [_Reader(ground, head, bytes_per_s=0) for _ in range(STALLED)]
        readers += [_Reader(ground, head, bytes_per_s=2000) for _ in range(SLOW)]
        reading = [asyncio.create_task(reader.read()) for reader in readers]
        closing = asyncio.create_task(_given_up_after_s(server, readers[:STALLED]))
        among = await _delays(ground, job, boards)
        grown = (server.memory_info().rss - before) / 1e6
        closed = await closing
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        for reader in readers:
            reader.close()
        right = [await board.equals_a_fresh_snapshot() for board in boards[:10]]
    say(
        "slow and dead readers",
        f"{HEALTHY} healthy boards, p99 from the press to the board {percentile(alone, 99) * 1000:.0f} ms alone, "
        f"{percentile(among, 99) * 1000:.0f} ms among {STALLED} stalled and {SLOW} at 2 KB/s; "
        f"memory +{grown:.1f} MB; stalled ones given up after {closed:.0f} s at most",
    )
    assert all(right)
    assert percentile(among, 99) < 2 * percentile(alone, 99) + 0.1


async def _delays(ground: Ground, job: int, boards: list[Board]) -> list[float]:
    """From the press until each board has it."""
    delays: list[float] = []
    fat = {"reason": secrets.token_hex(450)}  # So that buffers fill.
    for number in range(CHANGES):
        verb, body = ("release", {}) if number % 2 else ("hold", fat)
        began = time.monotonic()
        changed = await ground.caller.do("olga", f"/api/v1/jobs/{job}/{verb}", **body)
        seq = int(changed["seq"])
        delays += await asyncio.gather(*(_arrival(board, seq, began) for board in boards))
    return delays


async def _arrival(board: Board, seq: int, began: float) -> float:
    await board.reach(seq)
    return time.monotonic() - began


class _Reader:
    """A socket with a small buffer that takes so many bytes a second, or none, and never acknowledges."""

    def __init__(self, ground: Ground, head: dict[str, Any], *, bytes_per_s: int) -> None:
        self._bytes_per_s = bytes_per_s
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.connect(("127.0.0.1", ground.program.port))
        self._socket.sendall(self._knock(ground))
        assert b" 101 " in self._socket.recv(1000)
        self._socket.sendall(_hello(head))
        self._socket.setblocking(False)
        self.port = self._socket.getsockname()[1]

    def _knock(self, ground: Ground) -> bytes:
        return (
            f"GET /ws/live?view=dispatch HTTP/1.1\r\nHost: 127.0.0.1:{ground.program.port}\r\n"
            f"Origin: {ground.program.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Cookie: {SIGN_IN}={ground.demo.cookies['dana']}\r\n\r\n"
        ).encode()

    async def read(self) -> None:
        loop = asyncio.get_running_loop()
        while self._bytes_per_s:
            with suppress(OSError):
                await loop.sock_recv(self._socket, self._bytes_per_s)
            await asyncio.sleep(1)

    def close(self) -> None:
        self._socket.close()


async def _given_up_after_s(server: psutil.Process, readers: list[_Reader]) -> float:
    """Since now, as the server's side sees it: these are told nothing while their window is shut."""
    began, ports = time.monotonic(), {reader.port for reader in readers}
    async with asyncio.timeout(GIVEN_UP_WITHIN_S):
        while ports & {one.raddr.port for one in server.net_connections() if one.raddr}:  # noqa: ASYNC110
            await asyncio.sleep(1)
    return time.monotonic() - began


def _hello(head: dict[str, Any]) -> bytes:
    """As of now, so that the socket is live at once; in a frame whose mask is zeros."""
    body = json.dumps({"t": "hello", "v": 1, "epoch": head["epoch"], "seq": head["seq"]}).encode()
    return bytes([0x81, 0x80 | len(body), 0, 0, 0, 0]) + body
