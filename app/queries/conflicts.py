"""Somebody was faster: who, with what, when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Event
from app.queries.board import cards_by_id
from app.queries.cards import JobCard
from app.queries.jobs import job_for, name_of
from app.queries.moves import last_move
from app.rules.access import Actor, Right
from app.rules.states import STATE_LOOK


@dataclass(frozen=True, slots=True)
class Faster:
    """``card`` is the job as it is now."""

    card: JobCard
    by: str
    what: str
    at: datetime


def read_conflict(session: Session, by: Actor, *, job_id: int, seen: int, at: datetime) -> Faster:
    """What happened after version ``seen``: the last move, else whatever changed it last."""
    job = job_for(session, by, Right.READ_JOBS, job_id, at=at)
    card = cards_by_id(session, [job.id])[0]
    event = last_move(session, job.id, after=seen) or _last(session, job.id)
    if event is None:
        return Faster(card, "Somebody", "changed this", job.state_since)
    who = "You" if event.by_id == by.id else name_of(session, event.by_id)
    is_move = event.state_after is not None and event.state_after != event.state_before
    where = STATE_LOOK[event.state_after].label if is_move and event.state_after else ""
    return Faster(
        card, who, f"moved this to {where}" if where else "changed this", event.recorded_at
    )


def _last(session: Session, job_id: int) -> Event | None:
    return session.scalars(
        select(Event).where(Event.job_id == job_id).order_by(Event.id.desc()).limit(1)
    ).one_or_none()
