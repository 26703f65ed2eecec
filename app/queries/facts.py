"""The facts of one job as the requirements want them."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Assignment, Job, JobType, Note, NoteKind, Question, TimeEntry, Waiver
from app.rules.labour import Entry, worked_seconds
from app.rules.requirements import Facts


def facts_of(session: Session, job: Job) -> Facts:
    """Read anew from the rows, so that what is shown cannot differ from what is there."""
    entries = entries_of(session, job.id)
    job_type = session.get(JobType, job.job_type_id) if job.job_type_id else None
    questions = session.scalars(
        select(Question.text)
        .where(Question.job_id == job.id, Question.closed_at.is_(None))
        .order_by(Question.id)
    )
    notes = session.scalar(
        select(func.count())
        .select_from(Note)
        .where(Note.job_id == job.id, Note.kind == NoteKind.WORK_DONE, Note.withdrawn_at.is_(None))
    )
    waived = session.scalars(select(Waiver.code).where(Waiver.job_id == job.id))
    return Facts(
        work_seconds=worked_seconds(Entry(e.activity, e.started_at, e.ended_at) for e in entries),
        has_customer=job.customer_id is not None,
        unconfirmed_entries=sum(1 for e in entries if e.suspect or e.disputed),
        open_questions=tuple(questions),
        work_notes=notes or 0,
        required=frozenset(row["code"] for row in job_type.requirements)
        if job_type
        else frozenset(),
        waived=frozenset(waived),
    )


def entries_of(session: Session, job_id: int) -> list[TimeEntry]:
    """The job's entries that count, oldest first."""
    return list(
        session.scalars(
            select(TimeEntry)
            .where(TimeEntry.job_id == job_id, TimeEntry.voided_at.is_(None))
            .order_by(TimeEntry.started_at, TimeEntry.id)
        )
    )


def open_entry_of(session: Session, person_id: int) -> TimeEntry | None:
    """The one entry of this person whose clock runs, on whatever job."""
    return session.scalars(
        select(TimeEntry)
        .where(
            TimeEntry.person_id == person_id,
            TimeEntry.ended_at.is_(None),
            TimeEntry.voided_at.is_(None),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def open_entries_on(session: Session, job_id: int) -> list[TimeEntry]:
    return [entry for entry in entries_of(session, job_id) if entry.ended_at is None]


def last_entry_of(
    session: Session, person_id: int, *, job_id: int | None = None
) -> TimeEntry | None:
    """The entry this person began last, on this job or on any."""
    query = select(TimeEntry).where(TimeEntry.person_id == person_id, TimeEntry.voided_at.is_(None))
    if job_id is not None:
        query = query.where(TimeEntry.job_id == job_id)
    return session.scalars(
        query.order_by(TimeEntry.started_at.desc(), TimeEntry.id.desc()).limit(1)
    ).first()


def why_no_undo_stop(session: Session, job: Job, place: Assignment) -> str | None:
    """The key in ``REFUSALS`` that says why the stop at ``place`` cannot be undone any more; None where it can."""
    last = last_entry_of(session, place.person_id)
    if open_entry_of(session, place.person_id) is not None or (
        last is not None and _is_later(last, place)
    ):
        return "worked_since"
    later = [v for v in job.visits if v.id != place.visit_id and v.outcome is None]
    if any(
        v.starts_at is not None or any(a.ended_at is None for a in v.assignments) for v in later
    ):
        return "planned_since"
    return None


def _is_later(entry: TimeEntry, place: Assignment) -> bool:
    """Whether the last entry is another one than the stop ended: there is nothing unbroken to go back to."""
    if entry.job_id != place.job_id or entry.visit_id != place.visit_id:
        return True
    return entry.started_at >= place.progress_since and entry.ended_at != entry.started_at
