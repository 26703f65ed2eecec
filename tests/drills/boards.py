"""A board by the book, for hundreds at once: it loads, says hello, applies, acknowledges, and dials again when cut."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from app.web.cookies import SIGN_IN
from tests.caller import NO_TLS
from tests.drills.conftest import CREW, Ground

WHO_SEES = {"office": "olga", "dispatch": "dana", "technician": "crew-1", "json": "olga"}

VIEWS = tuple(WHO_SEES)


class Board:
    """`run` follows the server until `stop`; `cards` is what is on the screen."""

    def __init__(
        self, ground: Ground, view: str, client: httpx2.AsyncClient, *, who: str = ""
    ) -> None:
        self.view = view
        self.who = who or WHO_SEES[view]
        self.cards: dict[str, dict[str, Any]] = {}
        self.epoch, self.seq = "", -1
        self.resets = 0
        self.welcomes = 0
        self.close_code: int | None = None
        self.forgets = False
        """Dials like a screen without a past: each time it wants the whole board."""
        self._ground = ground
        self._client = client
        self._socket: ClientConnection | None = None
        self._news = asyncio.Event()
        self._acked_at = 0.0
        self._is_over = False

    @classmethod
    @asynccontextmanager
    async def opened(cls, ground: Ground, view: str) -> AsyncIterator["Board"]:
        """One that follows while the block lasts."""
        async with httpx2.AsyncClient(verify=NO_TLS) as client:
            board = cls(ground, view, client)
            following = asyncio.create_task(board.follow())
            await board.welcomed(1)
            yield board
            await board.stop()
            await following

    async def follow(self) -> None:
        """Dial, and dial again, until `stop` or until the server says that only a person can help."""
        while not self._is_over and not (self.close_code and 4400 <= self.close_code < 4500):
            with suppress(
                ConnectionClosed, InvalidHandshake, OSError, TimeoutError, httpx2.TransportError
            ):
                await self._one_connection()
            if not self._is_over:
                await asyncio.sleep(random.random())  # As the page: 0 to 1 s at first.

    async def stop(self) -> None:
        self._is_over = True
        await self.cut()

    async def cut(self) -> None:
        """The line breaks, without a word."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def welcomed(self, times: int, *, within_s: float = 60) -> None:
        async with asyncio.timeout(within_s):
            while self.welcomes < times:
                await self._any_news()

    async def reach(self, seq: int, *, within_s: float = 60) -> None:
        async with asyncio.timeout(within_s):
            while self.seq < seq:
                await self._any_news()

    async def closed(self, *, within_s: float) -> None:
        """Until the server has closed it."""
        async with asyncio.timeout(within_s):
            while self.close_code is None:
                await self._any_news()

    async def sees(self, key: str, *, lane_not: str, within_s: float) -> bool:
        """Whether the card leaves that lane in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self.cards.get(key, {"lane": lane_not})["lane"] == lane_not:
                    await self._any_news()
                return True
        return False

    async def equals_a_fresh_snapshot(self) -> bool:
        """The oracle: call it when nothing changes any more."""
        state = await self._snapshot()
        await self.reach(state["seq"])
        return (self.epoch, self.cards) == (state["epoch"], _by_key(state))

    async def _any_news(self) -> None:
        self._news.clear()
        await self._news.wait()

    async def _one_connection(self) -> None:
        if self.forgets or self.seq < 0:
            await self._load()
        headers = {"Cookie": f"{SIGN_IN}={self._ground.demo.cookies[self.who]}"}
        url = self._ground.program.url
        async with connect(
            f"{url.replace('http', 'ws')}/ws/live?view={self.view}",
            additional_headers=headers, origin=Origin(url), compression=None,
            ping_interval=None, proxy=None, close_timeout=0.5,
        ) as socket:  # fmt: skip
            self._socket = socket
            try:
                await self._hello()
                async for text in socket:
                    await self._take(json.loads(text))
            finally:
                self.close_code = socket.close_code
                self._news.set()

    async def _load(self) -> None:
        state = await self._snapshot()
        self.epoch, self.seq, self.cards = state["epoch"], state["seq"], _by_key(state)

    async def _snapshot(self) -> dict[str, Any]:
        answer = await self._client.get(
            f"{self._ground.program.url}/live/snapshot?view={self.view}",
            headers={"Cookie": f"{SIGN_IN}={self._ground.demo.cookies[self.who]}"},
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def _hello(self) -> None:
        await self._say(t="hello", v=1, epoch=self.epoch, seq=self.seq)

    async def _say(self, **message: Any) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(message))

    async def _take(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "welcome":
                self.welcomes += 1
            case "reset":
                self.resets += 1
                await self._load()
                await self._hello()
            case "hb":
                self.seq = max(self.seq, message["seq"])
                await self._acknowledge()
            case "delta":
                await self._delta(message)
        self._news.set()

    async def _delta(self, delta: dict[str, Any]) -> None:
        if delta["seq"] <= self.seq:
            return
        if delta["prev"] > self.seq:
            await self._hello()
            return
        for op in delta["ops"]:
            if op["op"] == "put":
                self.cards[op["key"]] = op
            else:
                self.cards.pop(op["key"], None)
        self.seq = delta["seq"]
        await self._acknowledge()

    async def _acknowledge(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._acked_at >= 1:
            self._acked_at = now
            await self._say(t="ack", seq=self.seq)


@asynccontextmanager
async def many_boards(
    ground: Ground, count: int, *, views: tuple[str, ...] = VIEWS
) -> AsyncIterator[list[Board]]:
    limits = httpx2.Limits(max_connections=20)
    async with httpx2.AsyncClient(verify=NO_TLS, limits=limits, timeout=60) as client:
        boards = [_board(ground, number, views, client) for number in range(count)]
        following = [asyncio.create_task(board.follow()) for board in boards]
        await asyncio.gather(*(board.welcomed(1) for board in boards))
        yield boards
        await asyncio.gather(*(board.stop() for board in boards))
        await asyncio.gather(*following)


def _board(
    ground: Ground, number: int, views: tuple[str, ...], client: httpx2.AsyncClient
) -> Board:
    view = views[number % len(views)]
    return Board(ground, view, client, who=CREW[number % len(CREW)] if view == "technician" else "")


def _by_key(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {card["key"]: card for card in state["cards"]}
