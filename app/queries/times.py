"""One person's times around one visit, as the rules about odd times want them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models import Assignment, Job, TimeEntry
from app.rules.labour import Entry

LONGEST = timedelta(hours=24)
"""No entry is longer, so that nothing which began earlier can reach into a visit."""


def entry_of(row: TimeEntry) -> Entry:
    return Entry(row.activity, row.started_at, row.ended_at)


def theirs_on_visit(session: Session, place: Assignment) -> Sequence[TimeEntry]:
    """The entries that count of this person on this visit, oldest first."""
    return session.scalars(
        select(TimeEntry)
        .where(
            TimeEntry.visit_id == place.visit_id,
            TimeEntry.person_id == place.person_id,
            TimeEntry.voided_at.is_(None),
        )
        .order_by(TimeEntry.started_at, TimeEntry.id)
    ).all()


def elsewhere_of(
    session: Session, place: Assignment, mine: Sequence[TimeEntry]
) -> Sequence[TimeEntry]:
    """The same person's entries on other jobs that may touch theirs here."""
    if not mine:
        return ()
    since = min(one.started_at for one in mine)
    return session.scalars(
        select(TimeEntry).where(
            TimeEntry.person_id == place.person_id,
            TimeEntry.job_id != place.job_id,
            TimeEntry.voided_at.is_(None),
            TimeEntry.started_at > since - LONGEST,
            or_(TimeEntry.ended_at.is_(None), TimeEntry.ended_at > since),
        )
    ).all()


def planned_length(job: Job, place: Assignment) -> timedelta | None:
    """How long the visit was planned; None where no end was."""
    visit = next((one for one in job.visits if one.id == place.visit_id), None)
    if visit is None or visit.starts_at is None or visit.ends_at is None:
        return None
    return visit.ends_at - visit.starts_at
