"""The live side as one object: ``main`` makes it, starts and stops it, and rings it after each commit."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog

from app.db import Database
from app.realtime.audiences import Listener
from app.realtime.catch_up import CatchUp
from app.realtime.connection import Authenticate, Door
from app.realtime.drawing import Render
from app.realtime.feed import Feed
from app.realtime.hub import Hub, Limits
from app.realtime.messages import Close
from app.realtime.peer import Peer, Stage
from app.realtime.snapshots import Snapshots
from app.realtime.wake import Wake, wake_for
from app.realtime.watch import Watch
from app.settings import Settings

log = structlog.get_logger(__name__)

TICK_S = 1.0

RECHECK_S = 60.0
"""How often every open connection's sign-in is looked at again: sessions also end because time passes."""


def utcnow() -> datetime:
    return datetime.now(UTC)


class Live:
    """``render`` and ``authenticate`` are described where their types are: ``drawing.Render``,
    ``connection.Authenticate``."""

    def __init__(
        self,
        db: Database,
        render: Render,
        authenticate: Authenticate,
        *,
        build: str,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        utcnow: Callable[[], datetime] = utcnow,
    ) -> None:
        self.db = db
        self.authenticate = authenticate
        self.origins = {origin_of(settings.address)}
        self.bell: Wake = wake_for(db.url)
        self.hub = Hub(limits_of(settings), clock=clock, utcnow=utcnow)
        self.feed = Feed(db, self.hub, self.bell, render)
        self.catch_up = CatchUp(db, self.hub, self.bell, render, build=build)
        self.snapshots = Snapshots(db, render)
        self.watch = Watch(self.hub)
        self.door = Door(self.hub, self.catch_up, authenticate, self.origins)
        self._tasks: set[asyncio.Task[None]] = set()
        self.feed.on_access_change = lambda who: self._spawn(self._recheck(who))

    async def start(self) -> None:
        await self.bell.start()
        await self.feed.start()
        self._spawn(self._pulse())
        self._spawn(self._recheck_often())

    async def stop(self) -> None:
        """Say goodbye to whoever is still there, and end every task."""
        self.hub.goodbye()
        await self.feed.stop()
        await self.catch_up.stop()
        await self.snapshots.stop()
        await self.bell.stop()
        for task in list(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def wake(self) -> None:
        """Something was committed. To be called on the loop; ``db.on_commit = live.wake``."""
        self.bell.ring()

    def revoke(
        self,
        *,
        person_id: int | None = None,
        session_id: int | None = None,
        token_id: int | None = None,
        display_id: int | None = None,
        code: Close = Close.SIGN_IN,
    ) -> None:
        """Close what this person, session, token or display has open. To be called after the commit that ended it."""
        named = {
            "person_id": person_id,
            "session_id": session_id,
            "token_id": token_id,
            "display_id": display_id,
        }
        if all(value is None for value in named.values()):
            raise ValueError("expected a person, session, token or display to revoke, got none")
        self.hub.revoke(code, **named)

    async def recheck(self, **who: int | None) -> None:
        """Look again at the sign-in of every connection (of one person, display, …). Whoever lost the right is closed;
        whoever sees other fields now is moved to the other audience and told to fetch everything."""
        # Whoever is being let in at this moment was read before the change: they are read again too.
        self.hub.revocations += 1
        seen: dict[tuple[tuple[str, int | None], str], Listener | None] = {}
        for peer in self.hub.peers():
            if peer.stage is Stage.CLOSED or not peer.listener.is_one_of(**who):
                continue
            asked = (peer.listener.identity, peer.audience.view)
            if asked not in seen:
                seen[asked] = await self.authenticate(peer.door, peer.audience.view)
            self._judge(peer, seen[asked])

    def _judge(self, peer: Peer, listener: Listener | None) -> None:
        if peer.stage is Stage.CLOSED:
            return
        if listener is None:
            self.hub.close(peer, Close.SIGN_IN)
        elif listener.audience is None:
            self.hub.close(peer, Close.NOT_ALLOWED)
        elif listener.audience != peer.audience:
            self.hub.move(peer, listener, listener.audience)

    def figures(self) -> dict[str, int]:
        """What happened since the start, and who is here: for metrics and benchmarks."""
        peers = Counter(f"peers_{peer.stage.name.lower()}" for peer in self.hub.peers())
        return {
            **self.hub.counts,
            **peers,
            "audiences": len(self.hub.channels),
            "snapshots_rendered": self.snapshots.rendered,
            "seq": self.hub.published,
        }

    async def _pulse(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            try:
                self.watch.tick(self.hub.clock(), may_beat=self.feed.is_fresh)
            except Exception:
                log.exception("live.tick_failed")

    async def _recheck_often(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_S)
            await self._recheck({})

    async def _recheck(self, who: Mapping[str, int]) -> None:
        """What cannot be read now is looked at again within ``RECHECK_S``."""
        try:
            await self.recheck(**who)
        except Exception:
            log.exception("live.recheck_failed")

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def origin_of(address: str) -> str:
    """``https://board.example.com/x`` → ``https://board.example.com``, as browsers write it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def limits_of(settings: Settings) -> Limits:
    return Limits(
        heartbeat_s=settings.heartbeat_s,
        ack_timeout_s=settings.ack_timeout_s,
        stalled_timeout_s=settings.stalled_timeout_s,
        sockets_per_session=settings.sockets_per_session,
        sockets_per_token=settings.sockets_per_token,
    )
