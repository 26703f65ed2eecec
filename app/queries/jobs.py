"""Getting hold of a job: the only way, so that nobody touches what is not theirs."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from app.models import Assignment, Company, Job, Person, TimeEntry, Visit
from app.rules.access import OWN_DAYS, Actor, Right, Scope, scope_of
from app.rules.refusal import BadInput, Forbidden, NotFound


def job_for(
    session: Session, by: Actor, right: Right, job_id: int, *, at: datetime, lock: bool = False
) -> Job:
    """The job with its visits and assignments, if ``by`` holds ``right`` on it; ``lock`` for those who change it.

    Raises ``Forbidden`` where the role never may, ``NotFound`` where the job is missing or not theirs.
    """
    scope = scope_of(by, right)
    if scope is Scope.NONE:
        raise Forbidden
    job = load_job(session, job_id, lock=lock)
    if job is None or (scope is Scope.OWN and not is_own(session, by.id, job_id, at=at)):
        raise NotFound
    return job


def load_job(session: Session, job_id: int, *, lock: bool = False) -> Job | None:
    """The job whoever asks: for those who have checked the right another way.

    Locks are FOR NO KEY UPDATE: they keep writers apart, and let the foreign keys of other people's events pass, which
    would otherwise wait for us while we wait for their ``live``.
    """
    query = (
        select(Job)
        .where(Job.id == job_id)
        .options(selectinload(Job.visits).selectinload(Visit.assignments))
        .execution_options(populate_existing=True)
    )
    return session.execute(
        query.with_for_update(key_share=True) if lock else query
    ).scalar_one_or_none()


def own_jobs(person_id: int, *, at: datetime) -> ColumnElement[bool]:
    """As a condition on ``Job``: assigned now, or worked on by this person in the last ``OWN_DAYS`` days."""
    return or_(
        exists().where(
            Assignment.job_id == Job.id,
            Assignment.person_id == person_id,
            Assignment.ended_at.is_(None),
        ),
        exists().where(
            TimeEntry.job_id == Job.id,
            TimeEntry.person_id == person_id,
            TimeEntry.started_at >= at - timedelta(days=OWN_DAYS),
        ),
    )


def is_own(session: Session, person_id: int, job_id: int, *, at: datetime) -> bool:
    return (
        session.execute(select(Job.id).where(Job.id == job_id, own_jobs(person_id, at=at))).first()
        is not None
    )


def current_visit(job: Job) -> Visit:
    """The visit that is planned or under way, or the last one when all are over."""
    return next((visit for visit in job.visits if visit.outcome is None), job.visits[-1])


def assignment_of(job: Job, person_id: int) -> Assignment | None:
    """This person's place on the job: on the visit under way first, else on the last one they were on."""
    theirs = [
        a
        for visit in job.visits
        for a in visit.assignments
        if a.person_id == person_id and a.ended_at is None
    ]
    visit_id = current_visit(job).id
    return next((a for a in theirs if a.visit_id == visit_id), theirs[-1] if theirs else None)


def was_ever_assigned(session: Session, person_id: int, job_id: int) -> bool:
    """Whether this person was on the job at any time: their late presses are kept, a stranger's get 404."""
    found = select(Assignment.id).where(
        Assignment.job_id == job_id, Assignment.person_id == person_id
    )
    return session.execute(found.limit(1)).first() is not None


def was_assigned_at(job: Job, person_id: int, moment: datetime) -> bool:
    """Whether this person was on the job at that moment."""
    return any(
        a.person_id == person_id
        and a.assigned_at <= moment
        and (a.ended_at is None or a.ended_at > moment)
        for visit in job.visits
        for a in visit.assignments
    )


def company_of(session: Session) -> Company:
    """The one company. Raises ``BadInput`` on a database that nobody has set up yet."""
    company = session.get(Company, 1)
    if company is None:
        raise BadInput(
            "no_company",
            "This Readyboard has no company yet. Run `readyboard demo` or add the first person.",
        )
    return company


def technician_for(session: Session, person_id: int, *, field: str) -> Person:
    """A person who can be sent to jobs. Raises ``BadInput`` naming ``field`` for anybody else."""
    person = session.get(Person, person_id, options=[selectinload(Person.roles)])
    if person is None or person.retired_at is not None:
        raise BadInput(
            "unknown_person", "There is no such technician. Choose one from the list.", field=field
        )
    if "technician" not in {row.role for row in person.roles}:
        raise BadInput(
            "no_technician",
            f"{person.name} is not a technician. Give them the role first.",
            field=field,
        )
    return person


def name_of(session: Session, person_id: int | None) -> str:
    person = session.get(Person, person_id) if person_id else None
    return person.name if person else "Readyboard"
