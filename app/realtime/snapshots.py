"""The whole board of an audience over HTTP: rendered once per (audience, seq) however many ask, compressed once."""

import asyncio
import gzip
from collections import OrderedDict
from dataclasses import dataclass

import structlog

from app.db import Database
from app.realtime import drawing
from app.realtime.audiences import Audience
from app.realtime.drawing import Render
from app.realtime.messages import write_any
from app.realtime.news import Whole, whole

log = structlog.get_logger(__name__)

KEPT = 64
"""Audiences whose last snapshot is kept. Boards are few; a technician's list is small."""

COMPRESSION = 5
"""Level 9 takes three times as long for two percent."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``body`` and ``gzipped`` are the same JSON: ``{epoch, seq, audience, cards: [put ops]}``."""

    epoch: str
    seq: int
    audience: str
    body: bytes
    gzipped: bytes

    @property
    def etag(self) -> str:
        return f'"{self.epoch}-{self.seq}-{self.audience}"'


class Snapshots:
    """Whoever asks while one is being made waits for that one: its seq says which moment it shows."""

    def __init__(self, db: Database, render: drawing.Render) -> None:
        self._db = db
        self._render = render
        self._kept: OrderedDict[Audience, Snapshot] = OrderedDict()
        self._making: dict[Audience, asyncio.Task[Snapshot]] = {}
        self.rendered = 0

    async def of(self, audience: Audience) -> Snapshot:
        if audience not in self._making:
            making = self._make_shared(audience)
            self._making[audience] = asyncio.create_task(making, name="live-snapshot")
        return await asyncio.shield(self._making[audience])

    async def stop(self) -> None:
        for task in list(self._making.values()):
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    async def _make_shared(self, audience: Audience) -> Snapshot:
        try:
            return await self._make(audience)
        finally:
            self._making.pop(audience, None)

    async def _make(self, audience: Audience) -> Snapshot:
        kept = self._kept.get(audience)
        known = (kept.epoch, kept.seq) if kept else None
        found = await self._db.ask_quick(whole, audience, known=known)
        if found.cards is None and kept is not None:
            self._kept.move_to_end(audience)
            return kept
        made = await drawing.aside(len(found.cards or ()), _drawn, audience, found, self._render)
        self.rendered += 1
        self._kept[audience] = made
        self._kept.move_to_end(audience)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made


def _drawn(audience: Audience, found: Whole, render: Render) -> Snapshot:
    cards = [drawing.put(audience, card, render) for card in found.cards or ()]
    body = write_any(
        {"epoch": found.epoch, "seq": found.seq, "audience": audience.key, "cards": cards}
    )
    packed = gzip.compress(body, COMPRESSION, mtime=0)
    return Snapshot(found.epoch, found.seq, audience.key, body, packed)
