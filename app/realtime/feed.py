"""What changed since the published seq, drawn once per audience and handed to the hub. Only this publishes."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import structlog

from app.db import Database
from app.realtime import drawing
from app.realtime.audiences import Audience
from app.realtime.drawing import Render
from app.realtime.hub import Hub
from app.realtime.messages import Op, Why
from app.realtime.news import News, news
from app.realtime.wake import Wake

log = structlog.get_logger(__name__)

POLL_S = 2.0
"""Heals a lost wake-up, and notices what another process has written."""

COLLAPSE_S = 0.025
"""After a flush, changes of this long are put into the next one: a burst costs one write per board."""

FRESH_S = 3 * POLL_S
"""The database counts as readable for so long after it was read. Beyond it there are no heartbeats."""


class Feed:
    """``on_access_change``: called after somebody's rights or sign-in changed, in this or any other process."""

    def __init__(self, db: Database, hub: Hub, wake: Wake, render: Render) -> None:
        self._db = db
        self._hub = hub
        self._wake = wake
        self._render = render
        self._read_at = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self.on_access_change: Callable[[Mapping[str, int]], None] = _nobody

    async def start(self) -> None:
        """Publish from here: whoever connects later reads what was before."""
        found = await self._db.ask_quick(news, epoch=None, after=0)
        self._hub.epoch, self._hub.published = found.epoch, found.head
        self._read_at = self._hub.clock()
        self._task = asyncio.create_task(self._run(), name="live-feed")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def is_fresh(self) -> bool:
        """Whether the published seq was compared with the database a moment ago."""
        return self._hub.clock() - self._read_at < FRESH_S

    async def _run(self) -> None:
        flushed_at = float("-inf")
        while True:
            await self._wake.wait(POLL_S)
            await asyncio.sleep(max(0.0, flushed_at + COLLAPSE_S - self._hub.clock()))
            self._wake.hush()
            flushed_at = self._hub.clock()
            try:
                await self.flush()
            except Exception:
                # Nothing was published, so the next poll tries the same again. Until then no heartbeat is sent,
                # and the screens say that they are not live.
                log.exception("live.flush_failed")
                await asyncio.sleep(POLL_S)

    async def flush(self) -> None:
        """Read once, draw once per audience, hand over."""
        hub = self._hub
        found = await self._db.ask_quick(news, epoch=hub.epoch, after=hub.published)
        if found.epoch != hub.epoch or found.head < hub.published:
            self._begin_epoch(found)
        elif found.after < found.floor:
            self._publish_reset(found, "floor")
        elif found.too_much:
            self._publish_reset(found, "toolarge")
        elif found.touches_everything:
            self._publish_reset(found, "audience")
        elif found.head > hub.published:
            self._publish(found, await self._draw(found))
        self._read_at = hub.clock()
        for who in found.access_changes:
            self.on_access_change(who)

    async def _draw(self, found: News) -> dict[Audience, list[Op] | None]:
        """The ops of every audience that has listeners when this returns; None where drawing failed.

        The audiences are listed after the last await: one that came while a thread was drawing would otherwise be
        left without this change for good.
        """
        drawn: dict[Audience, list[Op] | None] = {}
        while missing := [each for each in self._hub.channels if each not in drawn]:
            cards = len(missing) * len(found.cards)
            drawn |= await drawing.aside(cards, self._draw_for, missing, found)
        return drawn

    def _draw_for(
        self, audiences: Sequence[Audience], found: News
    ) -> dict[Audience, list[Op] | None]:
        return {audience: self._ops(audience, found) for audience in audiences}

    def _ops(self, audience: Audience, found: News) -> list[Op] | None:
        try:
            return drawing.ops(audience, found, self._render)
        except Exception:
            log.exception("live.drawing_failed", audience=audience.key, seq=found.head)
            return None

    def _publish(self, found: News, drawn: dict[Audience, list[Op] | None]) -> None:
        """In one turn of the loop: everybody who is live has this seq when it ends."""
        for audience, channel in list(self._hub.channels.items()):
            ops = drawn[audience]
            if ops is None:
                # The others go on; these cannot know what is true, and a snapshot would fail the same way.
                self._hub.fail(channel)
            elif ops:
                packet = drawing.delta(channel.framed, found.head, ops)
                if packet is None:
                    self._hub.reset_channel(channel, "toolarge")
                    channel.framed = found.head
                else:
                    self._hub.deliver(channel, packet, found.head)
        self._hub.published = found.head

    def _publish_reset(self, found: News, why: Why) -> None:
        for channel in self._hub.channels.values():
            self._hub.reset_channel(channel, why)
            channel.framed = found.head
        self._hub.published = found.head

    def _begin_epoch(self, found: News) -> None:
        """A restore or an import of a whole database: no seq that a screen has means anything now."""
        log.warning("live.new_epoch", head=found.head)
        self._hub.epoch, self._hub.published = found.epoch, found.head
        for channel in self._hub.channels.values():
            self._hub.reset_channel(channel, "epoch")
            channel.framed = found.head


def _nobody(_who: Mapping[str, int]) -> None:
    """Nobody asked."""
