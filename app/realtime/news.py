"""What the live side reads: the counter, what changed since a seq, and the whole of one audience's board.

Each function is one read snapshot, run by ``db.ask_quick``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from app.queries import board
from app.queries.board import Change
from app.queries.cards import JobCard
from app.queries.drafts import jobs_on_drafts
from app.realtime.audiences import Audience
from app.rules.states import State

MAX_EVENTS = 500
"""More than this since a seq is not worth sending in pieces: the whole board is smaller."""


@dataclass(frozen=True, slots=True)
class News:
    """Everything in (``after``, ``head``], and the cards that it touched as they are at ``head``. Those include the
    jobs on the same draft: a discount of ten per cent on it changes with every job, and each card says how much it is.

    ``too_much``: there is more than fits one message, so nothing but the head was read.
    """

    epoch: str
    head: int
    floor: int
    after: int
    changes: tuple[Change, ...] = ()
    cards: Mapping[int, JobCard] = field(default_factory=dict)
    too_much: bool = False

    @property
    def touches_everything(self) -> bool:
        """A change that belongs to no job, such as another time zone, may show on any card."""
        return any(change.redraws_all for change in self.changes)

    @property
    def access_changes(self) -> tuple[Mapping[str, int], ...]:
        """Whose open connections must be looked at again; an empty one means everybody's."""
        if self.touches_everything or self.too_much:
            return ({},)
        return tuple(change.who for change in self.changes if change.kind == board.ACCESS_CHANGED)


def news(session: Session, *, epoch: str | None, after: int) -> News:
    """What changed after ``after``, if that seq belongs to the epoch in force."""
    now = board.head(session)
    bare = News(now.epoch, now.seq, now.floor, after)
    if now.epoch != epoch or after >= now.seq or after < now.floor:
        return bare
    if now.seq - after > MAX_EVENTS:
        return replace(bare, too_much=True)
    changes = board.changed(session, after=after, upto=now.seq, limit=MAX_EVENTS + 1)
    if len(changes) > MAX_EVENTS:
        return replace(bare, too_much=True)
    touched = {change.job_id for change in changes if change.job_id is not None}
    cards = {card.id: card for card in board.cards_by_id(session, touched)}
    if drafts := _drafts(changes, cards.values()):
        beside = set(jobs_on_drafts(session, drafts)) - touched
        cards |= {card.id: card for card in board.cards_by_id(session, beside)}
    return replace(bare, changes=tuple(changes), cards=cards)


def _drafts(changes: Iterable[Change], cards: Iterable[JobCard]) -> set[int]:
    """Those that changed with their jobs: what is read for it is nothing for most presses."""
    on = {c.money.invoice_id for c in cards if c.state is State.BILLING and c.money}
    return {draft for draft in on | {c.left_draft for c in changes} if draft is not None}


def counter(session: Session) -> tuple[str, int]:
    """(epoch, seq) as they are now."""
    now = board.head(session)
    return now.epoch, now.seq


@dataclass(frozen=True, slots=True)
class Whole:
    """All cards of an audience at ``seq``; None where the caller has that seq already."""

    epoch: str
    seq: int
    cards: tuple[JobCard, ...] | None


def whole(session: Session, audience: Audience, *, known: tuple[str, int] | None) -> Whole:
    """The audience's board, unless (epoch, seq) is still the ``known`` one."""
    now = board.head(session)
    if (now.epoch, now.seq) == known:
        return Whole(now.epoch, now.seq, None)
    if audience.person_id is not None:
        cards = board.cards_of_person(session, audience.person_id)
    else:
        cards = board.cards_of_view(session, audience.view, with_money=audience.sees_money)
    return Whole(now.epoch, now.seq, tuple(card for card in cards if audience.holds(card)))
