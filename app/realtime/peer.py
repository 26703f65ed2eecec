"""One connection as the hub sees it: a position, not a queue."""

import asyncio
from dataclasses import dataclass
from enum import Enum

from starlette.requests import HTTPConnection

from app.realtime.audiences import Audience, Listener
from app.realtime.link import Link


class Stage(Enum):
    WAITING = "waiting"
    """For a hello: the first one, or the one after a reset. Nothing is sent."""
    CATCHING_UP = "catching up"
    """A hello or a drained line is being answered: something is being read."""
    LIVE = "live"
    """Has everything that was published; gets what comes next."""
    LAGGING = "lagging"
    """Its line is full. Nothing is written until it drains, then one catch-up from its position."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Claim:
    """Where a peer says, or we know, that it stands. ``greet``: the answer begins with a welcome."""

    epoch: str | None
    seq: int | None
    audience: str | None = None
    greet: bool = False


@dataclass(slots=True, eq=False)
class Peer:
    """``position``: the seq up to which everything visible was handed to the line; ``deadline``: when waiting or
    catching up has lasted too long. Times are the hub's clock."""

    listener: Listener
    audience: Audience
    link: Link
    door: HTTPConnection
    """The request it came with: its sign-in is looked at again when rights change."""
    beat_every: float
    deadline: float
    heard_at: float
    stage: Stage = Stage.WAITING
    claim: Claim | None = None
    epoch: str = ""
    position: int = 0
    sent_at: float = 0.0
    owes_since: float | None = None
    """When something was sent that has not been acknowledged yet."""
    backlog: int = 0
    progress_at: float = 0.0
    visit: int = 0
    catching: asyncio.Task[None] | None = None

    def sent(self, now: float) -> None:
        """Something that must be acknowledged went out."""
        self.sent_at = now
        if self.owes_since is None:
            self.owes_since = now

    def heard_hello(self, now: float) -> None:
        """A hello counts as an ack: it says where the screen stands. It does not say that the line drains."""
        self.heard_at = now
        self.owes_since = None

    def heard(self, now: float, seq: int) -> None:
        """An ack came. One that is behind our position is progress, but leaves the rest owing."""
        self.heard_at = self.progress_at = now
        self.owes_since = None if seq >= self.position else now
