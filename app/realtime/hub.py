"""Who listens: the peers of each audience, and what they are told.

Everything here happens in one turn of the event loop; nothing waits for a peer or for the database. What does read,
answering a hello and catching up, is in ``catch_up.py``; what time brings is in ``watch.py``.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import HTTPConnection

from app.realtime import messages
from app.realtime.audiences import Audience, Listener
from app.realtime.link import Link, Packet
from app.realtime.messages import CLOSE_WORDS, Bye, Close, Reset, Why
from app.realtime.peer import Peer, Stage
from app.realtime.wheel import Wheel

BEAT_SPREAD_S = 2.0
"""Heartbeats come up to this much early, so that a thousand boards do not all answer at once."""

HELLO_S = 10.0
"""Time to say hello. Longer only feeds silent sockets."""

LAG_CHECK_S = 5.0
"""How often a line that does not drain is looked at."""

RETURN_MS = (500, 20_000)
"""Shortest and longest range for coming back after a restart."""

RETURN_MS_PER_BOARD = 20
"""Fifty boards a second: each costs a page or a snapshot, and a hello."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and counts; the program's settings decide them."""

    heartbeat_s: float = 15.0
    ack_timeout_s: float = 45.0
    stalled_timeout_s: float = 20.0
    sockets_per_session: int = 8
    sockets_per_token: int = 2_000

    def sockets(self, identity: tuple[str, int | None]) -> int | None:
        """Sockets that one identity may hold; None: no limit, for displays."""
        by_kind = {"session": self.sockets_per_session, "token": self.sockets_per_token}
        return by_kind.get(identity[0])


@dataclass(slots=True, eq=False)
class Channel:
    """An audience that has listeners. ``framed``: the seq of the last delta framed for it, the next one's ``prev``."""

    audience: Audience
    framed: int
    peers: set[Peer] = field(default_factory=set)


class Hub:
    """``epoch`` and ``published`` are the feed's: up to there everything is framed for every channel."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float],
        utcnow: Callable[[], datetime],
        chance: random.Random | None = None,
    ) -> None:
        self.limits = limits
        self.clock = clock
        self.utcnow = utcnow
        self.epoch = ""
        self.published = 0
        self.channels: dict[Audience, Channel] = {}
        self.revocations = 0
        """Counted, so that a sign-in that was read before one is read again."""
        self.counts: Counter[str] = Counter()
        self.wheel = Wheel(clock())
        self.on_drained: Callable[[Peer], None] = _ignore
        """Called for a peer whose line has drained and that has missed something."""
        self._chance = chance or random.Random()  # noqa: S311 -- spreads load, guards nothing
        self._sockets: Counter[tuple[str, int | None]] = Counter()
        self._latest_return_ms: int | None = None

    # Coming and going

    def is_full(self, listener: Listener) -> bool:
        limit = self.limits.sockets(listener.identity)
        return limit is not None and self._sockets[listener.identity] >= limit

    def join(
        self, listener: Listener, audience: Audience, link: Link, door: HTTPConnection
    ) -> Peer:
        """Register, before anything is read: from now on this peer's audience is framed for."""
        self._latest_return_ms = None
        now = self.clock()
        beat = max(1.0, self.limits.heartbeat_s - self._chance.uniform(0, BEAT_SPREAD_S))
        peer = Peer(listener, audience, link, door, beat, deadline=now + HELLO_S, heard_at=now)
        link.on_drain = lambda: self._drained(peer)
        link.on_shutdown = lambda: self._bye(peer)
        self._sockets[listener.identity] += 1
        self._enter(peer)
        self.wheel.look_at(peer, peer.deadline)
        return peer

    def leave(self, peer: Peer) -> None:
        """The connection is over. May be called twice."""
        if peer.stage is Stage.CLOSED:
            return
        peer.stage = Stage.CLOSED
        self._sockets[peer.listener.identity] -= 1
        if not self._sockets[peer.listener.identity]:
            del self._sockets[peer.listener.identity]
        self._exit(peer)
        if peer.catching is not None:
            peer.catching.cancel()

    def move(self, peer: Peer, listener: Listener, audience: Audience) -> None:
        """Its rights have changed: another audience, and what is on the screen no longer counts."""
        self._exit(peer)
        peer.listener, peer.audience = listener, audience
        self._enter(peer)
        self.reset(peer, "audience")

    def close(self, peer: Peer, code: Close) -> None:
        """Say why and hang up; a line that does not drain is cut, because it would never carry the word."""
        if peer.stage is Stage.CLOSED:
            return
        self.leave(peer)
        self.counts[f"closed_{code.value}"] += 1
        if peer.link.drained:
            peer.link.close(code, CLOSE_WORDS[code])
        else:
            peer.link.abort()

    def revoke(self, code: Close, **who: int | None) -> None:
        """Close every connection of one person, session, token or display."""
        self.revocations += 1
        for peer in self.peers():
            if peer.listener.is_one_of(**who):
                self.close(peer, code)

    def fail(self, channel: Channel) -> None:
        """Its cards cannot be drawn, so nobody knows what is true: better no board than a wrong one."""
        for peer in list(channel.peers):
            self.close(peer, Close.UNREADABLE)

    def peers(self) -> Iterator[Peer]:
        for channel in list(self.channels.values()):
            yield from list(channel.peers)

    def _enter(self, peer: Peer) -> None:
        channel = self.channels.get(peer.audience)
        if channel is None:
            channel = self.channels[peer.audience] = Channel(peer.audience, self.published)
        channel.peers.add(peer)

    def _exit(self, peer: Peer) -> None:
        channel = self.channels[peer.audience]
        channel.peers.discard(peer)
        if not channel.peers:
            del self.channels[peer.audience]

    # Telling

    def deliver(self, channel: Channel, packet: Packet, seq: int) -> None:
        """The same bytes to everyone who is live. Whoever is not has a position and will ask from there."""
        now = self.clock()
        written = 0
        for peer in channel.peers:
            if peer.stage is not Stage.LIVE or peer.position >= seq:
                continue
            peer.position = seq
            peer.sent_at = now
            if peer.owes_since is None:
                peer.owes_since = now
            written += 1
            if not peer.link.write(packet):
                self.lag(peer)
        channel.framed = seq
        self.counts["deliveries"] += written

    def go_live(self, peer: Peer, seq: int, packet: Packet | None) -> None:
        """Hand over what it missed, if anything; from here it gets what everybody gets."""
        now = self.clock()
        peer.epoch, peer.position, peer.claim = self.epoch, seq, None
        peer.stage = Stage.LIVE
        if packet is not None:
            peer.link.write(packet)
            peer.sent(now)
        if peer.link.drained:
            self.wheel.look_at(peer, now)
        else:
            self.lag(peer)

    def beat(self, peer: Peer, packet: Packet) -> None:
        """A heartbeat for ``published``: nothing visible up to there is unsent to a live peer."""
        now = self.clock()
        peer.position = max(peer.position, self.published)
        peer.sent(now)
        self.counts["heartbeats"] += 1
        if not peer.link.write(packet):
            self.lag(peer)

    def tell(self, peer: Peer, message: messages.FromServer) -> None:
        peer.link.write(Packet.of(messages.write(message)))
        peer.sent_at = self.clock()

    def reset(self, peer: Peer, why: Why) -> None:
        """What it has cannot be continued. It fetches the snapshot and says hello again."""
        peer.claim = None
        if peer.stage is Stage.LAGGING:
            peer.epoch = ""  # Fits no history: the reset is sent as soon as the line drains.
            return
        peer.stage = Stage.WAITING
        peer.deadline = self.clock() + self.limits.ack_timeout_s
        self.counts["resets"] += 1
        self.tell(peer, Reset(why))
        self.wheel.look_at(peer, peer.deadline)

    def reset_channel(self, channel: Channel, why: Why) -> None:
        """Whoever is catching up finds out by itself."""
        for peer in channel.peers:
            if peer.stage in (Stage.LIVE, Stage.LAGGING):
                self.reset(peer, why)

    def lag(self, peer: Peer) -> None:
        """Its line is full. What it has asked for, if anything, waits too: nothing is queued for it."""
        peer.stage = Stage.LAGGING
        peer.backlog = peer.link.backlog()
        peer.progress_at = self.clock()
        self.counts["lagged"] += 1
        self.wheel.look_at(peer, peer.progress_at + LAG_CHECK_S)

    def _drained(self, peer: Peer) -> None:
        if peer.stage is not Stage.LAGGING:
            return
        peer.progress_at = self.clock()
        framed = self.channels[peer.audience].framed
        if peer.claim is None and peer.epoch == self.epoch and peer.position >= framed:
            peer.stage = Stage.LIVE
            self.wheel.look_at(peer, peer.progress_at)
        else:
            self.on_drained(peer)

    # The end

    def goodbye(self) -> None:
        """Everybody: a restart is ahead. Under uvicorn each link says so by itself when the server stops."""
        for peer in self.peers():
            self._bye(peer)
            peer.link.close(Close.RESTART, CLOSE_WORDS[Close.RESTART])

    def _bye(self, peer: Peer) -> None:
        if peer.stage is Stage.CLOSED:
            return
        if peer.link.drained:
            self.tell(peer, Bye(Close.RESTART, (0, self._return_ms())))
        self.leave(peer)

    def _return_ms(self) -> int:
        """Decided by the first goodbye: while the others are said the boards become fewer."""
        if self._latest_return_ms is None:
            shortest, longest = RETURN_MS
            wanted = RETURN_MS_PER_BOARD * sum(self._sockets.values())
            self._latest_return_ms = min(longest, max(shortest, wanted))
        return self._latest_return_ms


def _ignore(_peer: Peer) -> None:
    """Nobody catches up yet."""
