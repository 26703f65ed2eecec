"""The facts of one job as the requirements want them."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Assignment,
    ChecklistAnswer,
    ComingPhoto,
    Customer,
    Job,
    JobType,
    Note,
    NoteKind,
    PartUsed,
    Photo,
    PhotoKind,
    Question,
    Signature,
    TimeEntry,
    Waiver,
    Withdrawable,
)
from app.queries.billing import priced_from
from app.queries.people import short_names
from app.rules.labour import Entry, worked_seconds
from app.rules.requirements import Facts

Fact = TypeVar("Fact", bound=Withdrawable)


def facts_of(session: Session, job: Job) -> Facts:
    """Read anew from the rows, so that what is shown cannot differ from what is there."""
    entries = entries_of(session, job.id)
    job_type = session.get(JobType, job.job_type_id) if job.job_type_id else None
    customer = session.get(Customer, job.customer_id) if job.customer_id else None
    photos = standing(session, Photo, job.id)
    kinds = Counter(photo.kind for photo in photos)
    parts = standing(session, PartUsed, job.id)
    checklist = job_type.checklist if job_type else []
    return Facts(
        work_seconds=worked_seconds(Entry(e.activity, e.started_at, e.ended_at) for e in entries),
        has_customer=customer is not None,
        unconfirmed_entries=sum(1 for e in entries if e.suspect or e.disputed),
        open_questions=_open_questions(session, job.id),
        work_notes=sum(
            1 for note in standing(session, Note, job.id) if note.kind is NoteKind.WORK_DONE
        ),
        required={row["code"]: row.get("count", 1) for row in job_type.requirements}
        if job_type
        else {},
        waived=frozenset(session.scalars(select(Waiver.code).where(Waiver.job_id == job.id))),
        reference_missing=customer is not None
        and customer.reference_required
        and not job.reference,
        coming=_coming(session, job.id),
        unpriced=priced_from(session, job, entries=entries, parts=parts).unpriced,
        photos_before=kinds[PhotoKind.BEFORE],
        photos_after=kinds[PhotoKind.AFTER],
        checklist_items=sum(1 for item in checklist if item["required"]),
        checklist_open=_unanswered(session, job.id, checklist, {photo.item_id for photo in photos}),
        is_signed=bool(standing(session, Signature, job.id)),
        parts=sum(1 for part in parts if not part.none_used),
        no_parts_used=any(part.none_used for part in parts),
    )


def standing(session: Session, kind: type[Fact], job_id: int) -> Sequence[Fact]:
    """The facts of one kind that were not withdrawn, oldest first."""
    return session.scalars(
        select(kind)
        .where(kind.job_id == job_id, kind.withdrawn_at.is_(None))
        .order_by(kind.at, kind.id)
    ).all()


def _open_questions(session: Session, job_id: int) -> tuple[str, ...]:
    return tuple(
        session.scalars(
            select(Question.text)
            .where(Question.job_id == job_id, Question.closed_at.is_(None))
            .order_by(Question.id)
        )
    )


def _coming(session: Session, job_id: int) -> dict[str, int]:
    """How many announced photos are still on whose phone, by short name."""
    waiting = Counter(
        session.scalars(
            select(ComingPhoto.person_id).where(
                ComingPhoto.job_id == job_id, ComingPhoto.settled_at.is_(None)
            )
        )
    )
    if not waiting:
        return {}
    names = short_names(session)
    return {
        names[person_id].short.split("\u00a0")[0]: count for person_id, count in waiting.items()
    }


def _unanswered(
    session: Session,
    job_id: int,
    checklist: Sequence[dict[str, object]],
    pictured: Collection[str | None],
) -> tuple[str, ...]:
    """The required items without an answer, or without the photo they ask for."""
    if not checklist:
        return ()
    answered = {
        answer.item_id for answer in standing(session, ChecklistAnswer, job_id) if answer.text
    }
    return tuple(
        str(item["text"])
        for item in checklist
        if item["required"]
        and (item["id"] not in answered or (item.get("photo") and item["id"] not in pictured))
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
