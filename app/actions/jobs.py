"""Taking in a job, changing what is known about it, and adding a follow-up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import Before, before, record
from app.actions.presses import refuse
from app.actions.scheduling import first_visit
from app.actions.settling import rank_of, settle
from app.models import Company, Customer, Event, Job, JobType, Site
from app.queries.jobs import job_for
from app.rules.access import Right, may
from app.rules.refusal import BadInput, Changed, Forbidden
from app.rules.states import Priority, State, Verb

FIRST_NUMBER = 1001


@dataclass(frozen=True, slots=True)
class Intake:
    """What may be said when a job is taken in. Only the title is needed; everything else comes later."""

    title: str
    description: str = ""
    wall_title: str | None = None
    customer_id: int | None = None
    site_id: int | None = None
    job_type_id: int | None = None
    priority: Priority = Priority.NORMAL
    reference: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    technician_ids: Sequence[int] = ()


def create_job(session: Session, act: Act, *, intake: Intake) -> Done:
    """A new job with its first visit, planned or not."""
    if not may(act.by, Right.PLAN_JOBS):
        raise Forbidden
    job = _new_job(session, act, intake)
    was = Before(job=job, state=None, people=())
    first_visit(
        session,
        act,
        job,
        starts_at=intake.starts_at,
        ends_at=intake.ends_at,
        technician_ids=intake.technician_ids,
    )
    settle(session, job, at=act.at)
    done = record(session, act, was.then("created", title=job.title))
    return replace(done, made_id=job.id)


def edit_job(
    session: Session, act: Act, *, job_id: int, version: int | None, changes: dict[str, Any]
) -> Done:
    """Change what is known. ``version`` is the one the person saw: fields changed by others meanwhile are refused."""
    job = job_for(session, act.by, Right.PLAN_JOBS, job_id, at=act.at, lock=True)
    if (
        version is not None
        and version != job.version
        and _changed_since(session, job, version, changes)
    ):
        raise Changed(
            "Somebody changed these details meanwhile. Look at them as they are now, then save yours again.",
            job_id=job.id,
        )
    was = before(job)
    _check_links(session, changes)
    new = {name: value for name, value in changes.items() if getattr(job, name) != value}
    if not new:
        return Done(job_id=job.id)
    old = {name: _plain(getattr(job, name)) for name in new}
    for name, value in new.items():
        setattr(job, name, value)
    refresh_search(session, job)
    settle(session, job, at=act.at)
    return record(
        session, act, was.then("edited", old=old, new={k: _plain(v) for k, v in new.items()})
    )


def follow_up(session: Session, act: Act, *, job_id: int, title: str = "") -> Done:
    """A new job linked to a finished one; after billing nothing is resumed."""
    job = job_for(session, act.by, Right.PLAN_JOBS, job_id, at=act.at, lock=True)
    refuse(Verb.FOLLOW_UP, job)
    intake = Intake(
        title=title or f"Follow-up: {job.title}"[:500],
        wall_title=job.wall_title,
        customer_id=job.customer_id,
        site_id=job.site_id,
        job_type_id=job.job_type_id,
        reference=job.reference,
    )
    new = _new_job(session, act, intake)
    new.follows_id = job.id
    was_old, was_new = before(job), Before(job=new, state=None, people=())
    first_visit(session, act, new, starts_at=None, ends_at=None, technician_ids=())
    settle(session, new, at=act.at)
    done = record(
        session,
        act,
        was_new.then("created", title=new.title, follows=job.number),
        was_old.then(Verb.FOLLOW_UP, number=new.number),
    )
    return replace(done, made_id=new.id)


def refresh_search(session: Session, job: Job) -> None:
    """The words a job is found by, in one lower-case text."""
    customer = session.get(Customer, job.customer_id) if job.customer_id else None
    site = session.get(Site, job.site_id) if job.site_id else None
    parts = [str(job.number), job.title, job.reference, customer and customer.name]
    parts += [site.name, site.street, site.city] if site else []
    job.search_text = " ".join(part for part in parts if part).lower()


def _new_job(session: Session, act: Act, intake: Intake) -> Job:
    links = {name: getattr(intake, name) for name in ("customer_id", "site_id", "job_type_id")}
    _check_links(session, links)
    job = Job(
        number=_next_number(session),
        title=intake.title,
        wall_title=intake.wall_title,
        description=intake.description,
        priority=intake.priority,
        reference=intake.reference,
        state=State.NEW,
        rank=rank_of(act.at),
        version=0,
        flags=[],
        missing=[],
        created_at=act.at,
        created_by=act.by.id or None,
        state_since=act.at,
        visits=[],
        **links,
    )
    session.add(job)
    session.flush()
    refresh_search(session, job)
    return job


def _next_number(session: Session) -> int:
    """Numbers of jobs may have gaps (invoices' may not); the company's row keeps two intakes apart on PostgreSQL."""
    session.execute(select(Company.id).with_for_update(key_share=True))
    return (session.scalar(select(func.max(Job.number))) or FIRST_NUMBER - 1) + 1


_LINKS: dict[str, tuple[type[Customer] | type[Site] | type[JobType], str]] = {
    "customer_id": (Customer, "There is no such customer. Choose one from the list."),
    "site_id": (Site, "There is no such site. Choose one from the list."),
    "job_type_id": (JobType, "There is no such job type. Choose one from the list."),
}


def _check_links(session: Session, values: dict[str, Any]) -> None:
    for name, (model, sentence) in _LINKS.items():
        wanted = values.get(name)
        if wanted is not None and session.get(model, wanted) is None:
            raise BadInput("unknown", sentence, field=name)


def _changed_since(session: Session, job: Job, version: int, changes: dict[str, Any]) -> bool:
    """Whether a field that is now to be changed was edited after that version; a photo arriving is no conflict."""
    later = session.scalars(
        select(Event.data).where(
            Event.job_id == job.id, Event.job_version > version, Event.kind == "edited"
        )
    )
    touched = {name for data in later for name in data.get("new", {})}
    return bool(touched & changes.keys())


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Priority) else value
