"""Two times of one person that claim the same moment: accepted and flagged, because somebody has to look."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.actions.settling import add_flag, drop_flag
from app.models import Job, TimeEntry
from app.queries.facts import entries_of

FLAG = "overlap"


def flag_overlap(session: Session, job: Job, entry: TimeEntry) -> None:
    """Say on the entry and on its job whether it overlaps other time of its person. Touching ends do not."""
    session.flush()
    kept = [flag for flag in entry.flags if flag != FLAG]
    entry.flags = [*kept, FLAG] if _is_double(session, entry) else kept
    flag_job(session, job)


def flag_job(session: Session, job: Job) -> None:
    """The job carries the flag as long as one of its entries does."""
    if any(FLAG in e.flags for e in entries_of(session, job.id)):
        add_flag(job, FLAG)
    else:
        drop_flag(job, FLAG)


def _is_double(session: Session, entry: TimeEntry) -> bool:
    other = select(TimeEntry.id).where(
        TimeEntry.person_id == entry.person_id,
        TimeEntry.id != entry.id,
        TimeEntry.voided_at.is_(None),
        or_(TimeEntry.ended_at.is_(None), TimeEntry.ended_at > entry.started_at),
    )
    if entry.ended_at is not None:
        other = other.where(TimeEntry.started_at < entry.ended_at)
    return session.execute(other.limit(1)).first() is not None
