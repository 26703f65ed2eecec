"""What a browser does, by the book: applies deltas, acknowledges, notices gaps, obeys resets, meets the oracle."""

import asyncio
import json
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from tests.realtime.stage import House

IN_TIME_S = 5


@dataclass
class Screen:
    """What a browser does, by the book: applies, acknowledges, notices gaps, fetches the snapshot after a reset."""

    house: "House"
    websocket: ClientConnection
    view: str
    who: str
    epoch: str = ""
    seq: int = 0
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    bytes_read: int = 0
    acked_at: float = 0.0

    async def load(self) -> None:
        """The page as it was served."""
        self.show(await self.house.snapshot(self.view, who=self.who))

    def show(self, state: dict[str, Any]) -> None:
        self.epoch, self.seq = state["epoch"], state["seq"]
        self.cards = {card["key"]: card for card in state["cards"]}

    async def say(self, **message: Any) -> None:
        await self.websocket.send(json.dumps(message))

    async def hello(self, **changes: Any) -> None:
        await self.say(**{"t": "hello", "v": 1, "epoch": self.epoch, "seq": self.seq, **changes})

    async def take(self) -> dict[str, Any]:
        """Read one message and do what it asks."""
        text = await asyncio.wait_for(self.websocket.recv(), IN_TIME_S)
        self.bytes_read += len(text)
        message: dict[str, Any] = json.loads(text)
        self.messages.append(message)
        if message["t"] == "reset":
            await self.load()
            await self.hello()
        if message["t"] == "delta":
            await self._apply(message)
        if message["t"] == "hb":
            self.seq = max(self.seq, message["seq"])
            await self._acknowledge()
        return message

    async def _apply(self, delta: dict[str, Any]) -> None:
        if delta["seq"] <= self.seq:
            return
        if delta["prev"] > self.seq:
            await self.hello()
            return
        for op in delta["ops"]:
            if op["op"] == "put":
                self.cards[op["key"]] = op
            else:
                self.cards.pop(op["key"], None)
        self.seq = delta["seq"]
        await self._acknowledge()

    async def _acknowledge(self) -> None:
        """At most once a second."""
        now = self.house.clock()
        if now - self.acked_at >= 1:
            self.acked_at = now
            await self.say(t="ack", seq=self.seq)

    async def until(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(IN_TIME_S):
            while (message := await self.take())["t"] != kind:
                pass
        return message

    def kinds(self) -> list[str]:
        return [message["t"] for message in self.messages]

    async def reach(self, seq: int | None) -> None:
        """Go on until everything up to ``seq`` is on the screen."""
        async with asyncio.timeout(IN_TIME_S):
            while self.seq < (seq or 0):
                await self.take()

    async def shows_the_truth(self) -> bool:
        """The oracle: what the deltas made equals a fresh snapshot at the same seq."""
        state = await self.house.snapshot(self.view, who=self.who)
        await self.house.published(state["seq"])
        fresh = {card["key"]: card for card in state["cards"]}
        assert (self.epoch, self.cards) == (state["epoch"], fresh)
        return True


_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Without it every client reads all the authorities of this machine: 0.2 s."""


def browser(who: str = "office") -> httpx2.AsyncClient:
    return httpx2.AsyncClient(cookies={"who": who} if who else {}, verify=_NO_TLS)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that no event tells."""
    async with asyncio.timeout(IN_TIME_S):
        while not is_so():  # noqa: ASYNC110 -- the program has no event for what only tests want to know
            await asyncio.sleep(0.002)


async def closing(websocket: ClientConnection) -> int | None:
    """The code with which the server ends this connection, whatever it says before."""
    await last_words(websocket)
    return websocket.close_code


async def last_words(websocket: ClientConnection) -> list[str]:
    """Everything that the server still says before it ends the connection."""
    words: list[str] = []
    async with asyncio.timeout(IN_TIME_S):
        with suppress(ConnectionClosed):
            while True:
                words.append(str(await websocket.recv()))
    return words
