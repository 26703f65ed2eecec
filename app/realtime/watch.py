"""What happens because time passes on a connection: heartbeats, and giving up on peers that broke a deadline."""

import structlog

from app.realtime import messages
from app.realtime.hub import LAG_CHECK_S, Hub
from app.realtime.link import Packet
from app.realtime.messages import Close, Heartbeat
from app.realtime.peer import Peer, Stage

log = structlog.get_logger(__name__)

OWED_S = 20.0
"""A peer that owes an ack has at least this long, however long it had nothing to acknowledge before."""


class Watch:
    """Told the time by whoever calls ``tick``, about once a second."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def tick(self, now: float, *, may_beat: bool) -> None:
        """``may_beat`` is false while the database cannot be read: then nobody knows whether something is unsent,
        and silence is the honest answer."""
        beat = Packet.of(messages.write(Heartbeat(self._hub.published, self._hub.utcnow())))
        for peer in self._hub.wheel.turn(now):
            code = self._broken_deadline(peer, now)
            if code is not None:
                self._give_up(peer, code)
                continue
            if may_beat and peer.stage is Stage.LIVE and now - peer.sent_at >= peer.beat_every:
                self._hub.beat(peer, beat)
            self._hub.wheel.look_at(peer, self._next_look(peer, now))

    def _give_up(self, peer: Peer, code: Close) -> None:
        log.info("live.given_up", code=code.value, audience=peer.audience.key)
        self._hub.close(peer, code)

    def _broken_deadline(self, peer: Peer, now: float) -> Close | None:
        match peer.stage:
            case Stage.WAITING:
                return Close.NO_HELLO if now >= peer.deadline else None
            case Stage.CATCHING_UP:
                return Close.UNREADABLE if now >= peer.deadline else None
            case Stage.LAGGING if self._is_stalled(peer, now):
                return Close.SLOW
        return Close.NO_ACK if self._is_silent(peer, now) else None

    def _is_stalled(self, peer: Peer, now: float) -> bool:
        backlog = peer.link.backlog()
        if backlog < peer.backlog:
            peer.progress_at = now
        peer.backlog = backlog
        return now - peer.progress_at >= self._hub.limits.stalled_timeout_s

    def _is_silent(self, peer: Peer, now: float) -> bool:
        return peer.owes_since is not None and now >= self._ack_deadline(peer, peer.owes_since)

    def _ack_deadline(self, peer: Peer, owes_since: float) -> float:
        return max(peer.heard_at + self._hub.limits.ack_timeout_s, owes_since + OWED_S)

    def _next_look(self, peer: Peer, now: float) -> float:
        match peer.stage:
            case Stage.WAITING | Stage.CATCHING_UP:
                return peer.deadline
            case Stage.LAGGING:
                return now + LAG_CHECK_S
        beat = max(now, peer.sent_at + peer.beat_every)
        if peer.owes_since is None:
            return beat
        return min(beat, self._ack_deadline(peer, peer.owes_since))
