"""Who moved what: the moves of the day with their undo, and who was faster than somebody else."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Event, Job
from app.queries.jobs import company_of, name_of
from app.queries.screens.boards import RecentMove
from app.rules.moves import INVERSE, why_no_undo
from app.rules.states import STATE_LOOK, State, Verb

SHOWN = 10
"""The last ten of the day (ux.md §3.5): more would be a history, and each job has its own."""


def recent_moves(
    session: Session, *, at: datetime, may_bill: bool = True
) -> tuple[RecentMove, ...]:
    """Today's moves by people, newest first; each with its undo while nothing has moved the job since."""
    zone = ZoneInfo(company_of(session).time_zone)
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = session.execute(
        select(Event, Job)
        .join(Job, Job.id == Event.job_id)
        .where(
            Event.recorded_at >= midnight,
            Event.kind.in_([str(kind) for kind in INVERSE]),
            # A second question or a hold of what is held moves nothing; another plan does, within its lane.
            Event.state_before.is_distinct_from(Event.state_after) | (Event.kind == Verb.SCHEDULE),
        )
        .order_by(Event.id.desc())
        .limit(SHOWN)
    )
    return tuple(_move(session, event, job, may_bill=may_bill) for event, job in rows)


def last_move(session: Session, job_id: int, *, after: int) -> Event | None:
    """The newest event that changed the job's state after that version, if any."""
    return session.scalars(
        select(Event)
        .where(
            Event.job_id == job_id,
            Event.job_version > after,
            Event.state_before.is_distinct_from(Event.state_after),
        )
        .order_by(Event.job_version.desc())
        .limit(1)
    ).one_or_none()


def last_repeat(session: Session, event: Event) -> Event | None:
    """The newest event of the same kind since, without a change of state perhaps (a new plan over a plan): only that
    one can be taken back."""
    return session.scalars(
        select(Event)
        .where(
            Event.job_id == event.job_id,
            Event.kind == event.kind,
            Event.job_version > event.job_version,
        )
        .order_by(Event.job_version.desc())
        .limit(1)
    ).one_or_none()


def _move(session: Session, event: Event, job: Job, *, may_bill: bool) -> RecentMove:
    version = event.job_version or 0
    why_not = why_no_undo(
        moved_since=last_move(session, job.id, after=version) is not None,
        repeated_since=last_repeat(session, event) is not None,
    )
    if event.kind in (Verb.SEND_TO_BILLING, Verb.TAKE_BACK) and not may_bill:
        why_not = "The office undoes this"
    elif event.kind == Verb.SEND_TO_BILLING and job.state in (State.INVOICED, State.PAID):
        why_not = "Issued: write a credit note on its invoice"
    return RecentMove(
        job_id=job.id,
        number=job.number,
        title=job.title,
        by=name_of(session, event.by_id),
        at=event.recorded_at,
        from_label=_label(event.state_before),
        to_label=_label(event.state_after)
        if event.state_after != event.state_before
        else "another plan",
        undo=None if why_not else f"/jobs/{job.id}/undo-move",
        why_not=why_not,
        version=version,
    )


def _label(state: State | None) -> str:
    return STATE_LOOK[state].label if state else "New"
