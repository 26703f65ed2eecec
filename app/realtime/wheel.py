"""One timer for all connections: who is to be looked at in which second. A timer for each would cost more than the
heartbeats themselves."""

from collections import defaultdict
from collections.abc import Iterator

from app.realtime.peer import Peer, Stage


class Wheel:
    """Seconds of the clock that is handed in; each peer has one appointment, its latest."""

    def __init__(self, now: float) -> None:
        self._turned_to = int(now)
        self._slots: defaultdict[int, set[Peer]] = defaultdict(set)

    def look_at(self, peer: Peer, when: float) -> None:
        """Look at ``peer`` at ``when``, rounded up to a whole second."""
        peer.visit = max(int(when) + 1, self._turned_to + 1)
        self._slots[peer.visit].add(peer)

    def turn(self, now: float) -> Iterator[Peer]:
        """Everyone whose second has come, up to ``now``."""
        while self._turned_to < int(now):
            self._turned_to += 1
            for peer in self._slots.pop(self._turned_to, ()):
                if peer.visit == self._turned_to and peer.stage is not Stage.CLOSED:
                    yield peer
