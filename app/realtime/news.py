"""What the live side reads: the counter, what changed since a seq, and the whole of one audience's board.

Each function is one read snapshot, run by ``db.ask_quick``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.queries import board
from app.queries.board import Change
from app.queries.cards import JobCard
from app.realtime.audiences import Audience

MAX_EVENTS = 500
"""More than this since a seq is not worth sending in pieces: the whole board is smaller."""


@dataclass(frozen=True, slots=True)
class News:
    """Everything in (``after``, ``head``], and the cards that it touched as they are at ``head``.

    ``too_much``: there is more than fits one message, so nothing but the head was read.
    """

    epoch: str
    head: int
    floor: int
    after: int
    changes: tuple[Change, ...] = ()
    cards: Mapping[int, JobCard] | None = None
    too_much: bool = False


def news(session: Session, *, epoch: str | None, after: int) -> News:
    """What changed after ``after``, if that seq belongs to the epoch in force."""
    now_epoch, head, floor = board.head(session)
    if now_epoch != epoch or after >= head or after < floor:
        return News(now_epoch, head, floor, after)
    if head - after > MAX_EVENTS:
        return News(now_epoch, head, floor, after, too_much=True)
    changes = tuple(board.changed(session, after, head))
    if len(changes) > MAX_EVENTS:
        return News(now_epoch, head, floor, after, too_much=True)
    touched = {change.job_id for change in changes if change.job_id is not None}
    cards = board.cards(session, job_ids=sorted(touched)) if touched else []
    return News(now_epoch, head, floor, after, changes, {card.id: card for card in cards})


def counter(session: Session) -> tuple[str, int]:
    """(epoch, seq) as they are now."""
    epoch, head, _floor = board.head(session)
    return epoch, head


@dataclass(frozen=True, slots=True)
class Whole:
    """All cards of an audience at ``seq``; None where the caller has that seq already."""

    epoch: str
    seq: int
    cards: tuple[JobCard, ...] | None


def whole(session: Session, audience: Audience, *, known: tuple[str, int] | None) -> Whole:
    """The audience's board, unless (epoch, seq) is still the ``known`` one."""
    epoch, seq, _floor = board.head(session)
    if (epoch, seq) == known:
        return Whole(epoch, seq, None)
    cards = board.cards(session, view=audience.view, person_id=audience.person_id)
    return Whole(epoch, seq, tuple(card for card in cards if audience.holds(card)))
