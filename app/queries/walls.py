"""What a television asks: who it is, and everything on its board at one moment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Display, DisplayState
from app.queries.board import Head, cards_of_view, head
from app.queries.cards import JobCard
from app.queries.screens.frame import WallOptions
from app.rules.states import Lane


@dataclass(frozen=True, slots=True)
class Screen:
    """A television as its cookie names it; ``code`` while it waits and its time has not run out."""

    id: int
    state: DisplayState
    options: WallOptions
    code: str | None
    word: str
    code_expires_at: datetime | None
    seen_at: datetime | None


def screen_of(session: Session, secret_hash: str) -> Screen | None:
    row = session.scalars(select(Display).where(Display.secret_hash == secret_hash)).one_or_none()
    if row is None:
        return None
    return Screen(
        id=row.id,
        state=row.state,
        options=WallOptions(row.shows_customers, row.shows_titles),
        code=row.code,
        word=row.word,
        code_expires_at=row.code_expires_at,
        seen_at=row.seen_at,
    )


def wall(session: Session) -> tuple[Head, dict[Lane, list[JobCard]]]:
    """The counter and the cards that are true at it; the newest first."""
    lanes: dict[Lane, list[JobCard]] = {}
    for card in reversed(cards_of_view(session, "wall")):
        if card.lane is not None:
            lanes.setdefault(card.lane, []).append(card)
    return head(session), lanes
