"""Planning: when the next visit is and who goes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import before, record
from app.actions.presses import refuse
from app.actions.settling import has_begun, settle
from app.models import Assignment, Job, Visit
from app.queries.facts import open_entries_on
from app.queries.jobs import company_of, current_visit, job_for, technician_for
from app.rules.access import Right
from app.rules.refusal import BadInput, NotFound, Refusal
from app.rules.states import RUNNING, Progress, Verb


def schedule(
    session: Session,
    act: Act,
    *,
    job_id: int,
    starts_at: datetime | None,
    ends_at: datetime | None,
    technician_ids: Sequence[int] | None = None,
    time_zone: str | None = None,
) -> Done:
    """Plan the visit to come: its window and, where given, exactly these technicians.

    On a running job it adds a visit and never moves the one under way. A visit without a time stays unscheduled.
    """
    job = job_for(session, act.by, Right.PLAN_JOBS, job_id, at=act.at, lock=True)
    refuse(Verb.SCHEDULE, job)
    _check_window(starts_at, ends_at)
    was = before(job)
    visit = current_visit(job)
    if has_begun(visit) and job.state in RUNNING:
        visit = next((v for v in job.visits if v.sequence > visit.sequence), None) or _add_visit(
            session, act, job
        )
    old = {**_window(visit), "technician_ids": _sent(visit)}
    _plan(session, visit, starts_at, ends_at, time_zone)
    if technician_ids is not None:
        _send_exactly(session, act, job, visit, technician_ids)
    _drop_if_empty(session, job, visit)
    settle(session, job, at=act.at)
    return record(
        session,
        act,
        was.then(
            Verb.SCHEDULE,
            starts_at=_text(starts_at),
            ends_at=_text(ends_at),
            technician_ids=list(technician_ids) if technician_ids is not None else None,
            old=old,
        ),
    )


def unschedule(session: Session, act: Act, *, job_id: int) -> Done:
    """Take the planned time back; who was to go stays on the job."""
    job = job_for(session, act.by, Right.PLAN_JOBS, job_id, at=act.at, lock=True)
    refuse(Verb.UNSCHEDULE, job)
    was = before(job)
    visit = current_visit(job)
    old = _window(visit)
    visit.starts_at = visit.ends_at = None
    visit.starts_local = visit.ends_local = None
    settle(session, job, at=act.at)
    return record(session, act, was.then(Verb.UNSCHEDULE, old=old))


def assign(
    session: Session, act: Act, *, job_id: int, technician_id: int, visit_id: int | None = None
) -> Done:
    """One more technician. Already on it: nothing to do."""
    job = job_for(session, act.by, Right.PLAN_JOBS, job_id, at=act.at, lock=True)
    refuse(Verb.ASSIGN, job)
    visit = _visit(job, visit_id)
    technician_for(session, technician_id, field="technician_id")
    if any(a.person_id == technician_id and a.ended_at is None for a in visit.assignments):
        return Done(job_id=job.id)
    was = before(job)
    _send(session, act, job, visit, technician_id)
    settle(session, job, at=act.at)
    return record(session, act, was.then(Verb.ASSIGN, person_id=technician_id))


def unassign(
    session: Session, act: Act, *, job_id: int, technician_id: int, visit_id: int | None = None
) -> Done:
    """Take somebody off. Refused while their clock runs on it; what they did stays."""
    job = job_for(session, act.by, Right.PLAN_JOBS, job_id, at=act.at, lock=True)
    refuse(Verb.UNASSIGN, job)
    visit = _visit(job, visit_id)
    place = next(
        (a for a in visit.assignments if a.person_id == technician_id and a.ended_at is None), None
    )
    if place is None:
        return Done(job_id=job.id)
    was = before(job)
    _take_off(session, act, job, place)
    settle(session, job, at=act.at)
    return record(session, act, was.then(Verb.UNASSIGN, person_id=technician_id))


def first_visit(
    session: Session,
    act: Act,
    job: Job,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    technician_ids: Sequence[int],
) -> None:
    """Every job has a visit from the start, planned or not: it is where people are assigned."""
    _check_window(starts_at, ends_at)
    visit = _add_visit(session, act, job)
    _plan(session, visit, starts_at, ends_at, None)
    for person_id in technician_ids:
        technician_for(session, person_id, field="technician_ids")
        _send(session, act, job, visit, person_id)


def _add_visit(session: Session, act: Act, job: Job) -> Visit:
    visit = Visit(
        job_id=job.id,
        sequence=len(job.visits) + 1,
        time_zone=company_of(session).time_zone,
        created_at=act.at,
        assignments=[],
    )
    job.visits.append(visit)
    session.flush()
    return visit


def _plan(
    session: Session,
    visit: Visit,
    starts_at: datetime | None,
    ends_at: datetime | None,
    time_zone: str | None,
) -> None:
    zone = _zone(time_zone or company_of(session).time_zone)
    visit.time_zone = zone.key
    visit.starts_at = starts_at.astimezone(UTC) if starts_at else None
    visit.ends_at = ends_at.astimezone(UTC) if ends_at else None
    visit.starts_local = _local(starts_at, zone)
    visit.ends_local = _local(ends_at, zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sentence = "There is no such time zone. Write it like Europe/Berlin."
        raise BadInput("unknown_zone", sentence, field="time_zone") from None


def _local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return (
        moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
        if moment
        else None
    )


def _drop_if_empty(session: Session, job: Job, visit: Visit) -> None:
    """A further visit without a time and without people is not planned any more. It would keep the job from being done
    when the visit under way ends."""
    is_further = any(v.sequence < visit.sequence and v.outcome is None for v in job.visits)
    if is_further and visit.starts_at is None and not visit.assignments:
        job.visits.remove(visit)
        session.delete(visit)


def _check_window(starts_at: datetime | None, ends_at: datetime | None) -> None:
    if (starts_at is None) != (ends_at is None):
        raise BadInput("half_window", "Give both a start and an end, or neither.", field="ends_at")
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise BadInput("order", "The planned end must be after the start.", field="ends_at")


def _send_exactly(
    session: Session, act: Act, job: Job, visit: Visit, technician_ids: Sequence[int]
) -> None:
    for place in [
        a for a in visit.assignments if a.ended_at is None and a.person_id not in technician_ids
    ]:
        _take_off(session, act, job, place)
    on_it = {a.person_id for a in visit.assignments if a.ended_at is None}
    for person_id in dict.fromkeys(technician_ids):
        technician_for(session, person_id, field="technician_ids")
        if person_id not in on_it:
            _send(session, act, job, visit, person_id)


def _send(session: Session, act: Act, job: Job, visit: Visit, person_id: int) -> None:
    gone = next((a for a in visit.assignments if a.person_id == person_id), None)
    if gone is not None:
        gone.ended_at, gone.assigned_at = None, act.at
        return
    visit.assignments.append(
        Assignment(
            visit_id=visit.id,
            job_id=job.id,
            person_id=person_id,
            progress=Progress.ASSIGNED,
            progress_since=act.at,
            assigned_at=act.at,
        )
    )
    session.flush()


def _take_off(session: Session, act: Act, job: Job, place: Assignment) -> None:
    running = any(entry.person_id == place.person_id for entry in open_entries_on(session, job.id))
    if running or place.progress is Progress.PAUSED:
        raise Refusal(
            "still_working",
            f"{_name(session, place)} is still on this job. Stop the clock first, then take them off.",
        )
    place.ended_at = act.at


def _name(session: Session, place: Assignment) -> str:
    return technician_for(session, place.person_id, field="technician_id").name


def _visit(job: Job, visit_id: int | None) -> Visit:
    if visit_id is None:
        return current_visit(job)
    found = next((visit for visit in job.visits if visit.id == visit_id), None)
    if found is None:
        raise NotFound
    return found


def _window(visit: Visit) -> dict[str, Any]:
    return {"starts_at": _text(visit.starts_at), "ends_at": _text(visit.ends_at)}


def _sent(visit: Visit) -> list[int]:
    return [a.person_id for a in visit.assignments if a.ended_at is None]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
