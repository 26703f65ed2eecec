"""Bringing a peer from where it stands to now: the answer to a hello, and to a line that has drained.

The race that matters: a peer registers first, then something is read, and it goes live only if what was read reaches
the published seq, tested in the same turn of the loop as the change of stage. Else it is read again. Without this a
change that commits between the reading and the going live is on nobody's way.
"""

import asyncio
from dataclasses import dataclass

import structlog

from app.db import Database
from app.realtime import drawing
from app.realtime.audiences import Audience
from app.realtime.drawing import Render
from app.realtime.hub import Hub
from app.realtime.link import Packet
from app.realtime.messages import VERSION, Close, Hello, Welcome, Why
from app.realtime.news import News, news
from app.realtime.peer import Claim, Peer, Stage
from app.realtime.wake import Wake

log = structlog.get_logger(__name__)

NOTICE_S = 0.05
"""Pause while the feed learns of a new epoch; it collapses wake-ups for half of that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What brings a claim to ``head``: nothing, one delta, or a reset."""

    epoch: str
    head: int
    delta: Packet | None = None
    reset: Why | None = None


class CatchUp:
    """Peers of one audience that stand at the same seq share one reading and one drawing."""

    def __init__(self, db: Database, hub: Hub, wake: Wake, render: Render, *, build: str) -> None:
        self._db = db
        self._hub = hub
        self._wake = wake
        self._render = render
        self._build = build
        self._reading: dict[tuple[Audience, int], asyncio.Task[Answer]] = {}
        self._answers: dict[tuple[Audience, int], Answer] = {}
        hub.on_drained = self._drained

    async def stop(self) -> None:
        for task in list(self._reading.values()):
            task.cancel()
        await asyncio.gather(*self._reading.values(), return_exceptions=True)

    def hello(self, peer: Peer, said: Hello) -> None:
        """Answer it, or remember it until the line drains; a newer hello replaces an older one."""
        peer.heard_hello(self._hub.clock())
        claim = Claim(said.epoch, said.seq, said.audience, greet=True)
        if peer.stage is Stage.LAGGING:
            peer.claim = claim
        else:
            self._begin(peer, claim)

    def _drained(self, peer: Peer) -> None:
        self._begin(peer, peer.claim or Claim(peer.epoch, peer.position))

    def _begin(self, peer: Peer, claim: Claim) -> None:
        peer.claim = claim
        peer.stage = Stage.CATCHING_UP
        peer.deadline = self._hub.clock() + self._hub.limits.ack_timeout_s
        self._hub.wheel.look_at(peer, peer.deadline)
        if peer.catching is None:
            peer.catching = asyncio.create_task(self._catch_up(peer), name="live-catch-up")

    async def _catch_up(self, peer: Peer) -> None:
        try:
            while peer.stage is Stage.CATCHING_UP and (claim := peer.claim) is not None:
                answer = await self._answer(peer.audience, claim)
                if peer.claim is claim and self._is_current(answer):
                    self._settle(peer, claim, answer)
                    return
                await asyncio.sleep(0)  # Whatever was too old, the others come first.
                if answer.epoch != self._hub.epoch:
                    self._wake.ring()  # The feed has not noticed yet that the database was replaced.
                    await asyncio.sleep(NOTICE_S)
        except Exception:
            log.exception("live.catch_up_failed", audience=peer.audience.key)
            self._hub.close(peer, Close.UNREADABLE)
        finally:
            peer.catching = None

    def _is_current(self, answer: Answer) -> bool:
        return answer.epoch == self._hub.epoch and answer.head >= self._hub.published

    def _settle(self, peer: Peer, claim: Claim, answer: Answer) -> None:
        """Nothing is awaited between the test above and the end of this."""
        if not peer.link.drained:
            self._hub.lag(peer)  # The claim stays, and is answered anew when the line drains.
            return
        if claim.greet:
            self._hub.tell(peer, self._welcome(answer))
        if answer.reset is not None:
            self._hub.reset(peer, answer.reset)
        else:
            self._hub.go_live(peer, answer.head, answer.delta)

    def _welcome(self, answer: Answer) -> Welcome:
        heartbeat = round(self._hub.limits.heartbeat_s)
        now = self._hub.utcnow()
        return Welcome(VERSION, answer.epoch, answer.head, now, heartbeat, self._build)

    async def _answer(self, audience: Audience, claim: Claim) -> Answer:
        hub = self._hub
        if claim.audience is not None and claim.audience != audience.key:
            return Answer(hub.epoch, hub.published, reset="audience")
        if claim.epoch is None or claim.seq is None:
            return Answer(hub.epoch, hub.published, reset="epoch")
        if (claim.epoch, claim.seq) == (hub.epoch, hub.published):
            return Answer(hub.epoch, hub.published)
        return await self._shared(audience, claim.epoch, claim.seq)

    async def _shared(self, audience: Audience, epoch: str, seq: int) -> Answer:
        """One reading for all who ask the same while it goes on, and until something newer is published."""
        if epoch != self._hub.epoch:
            return await self._read(audience, epoch, seq)
        key = (audience, seq)
        known = self._answers.get(key)
        if known is not None and self._is_current(known):
            return known
        if key not in self._reading:
            reading = self._read_shared(audience, epoch, seq)
            self._reading[key] = asyncio.create_task(reading, name="live-read")
        answer = await asyncio.shield(self._reading[key])
        self._remember(key, answer)
        return answer

    async def _read_shared(self, audience: Audience, epoch: str, seq: int) -> Answer:
        """Taken out of ``_reading`` before it is done: whoever found a finished reading there that is too old would
        get it again without ever letting the loop turn."""
        try:
            return await self._read(audience, epoch, seq)
        finally:
            self._reading.pop((audience, seq), None)

    def _remember(self, key: tuple[Audience, int], answer: Answer) -> None:
        """Answers that no longer reach the published seq are of no use to anybody."""
        if any(not self._is_current(old) for old in self._answers.values()):
            self._answers.clear()
        self._answers[key] = answer

    async def _read(self, audience: Audience, epoch: str, seq: int) -> Answer:
        found = await self._db.ask_quick(news, epoch=epoch, after=seq)
        why = _why_reset(found, epoch)
        if why is not None:
            return Answer(found.epoch, found.head, reset=why)
        if found.head == seq:
            return Answer(found.epoch, found.head)
        cards = len(found.cards)
        packet = await drawing.aside(cards, _draw, audience, found, self._render)
        if packet is None:
            return Answer(found.epoch, found.head, reset="toolarge")
        return Answer(found.epoch, found.head, delta=packet)


def _draw(audience: Audience, found: News, render: Render) -> Packet | None:
    return drawing.delta(found.after, found.head, drawing.ops(audience, found, render))


def _why_reset(found: News, epoch: str) -> Why | None:
    """Whether what a screen has can be continued. Ahead of the head: a backup was restored under it."""
    if found.epoch != epoch or found.after > found.head:
        return "epoch"
    if found.after < found.floor:
        return "floor"
    if found.touches_everything:
        return "audience"
    return "toolarge" if found.too_much else None
