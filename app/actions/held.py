"""Presses that came too late to be applied: kept with their own time, shown to the office, decided by a person."""

from typing import Any

from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import before, record
from app.models import HeldPress, HeldState, Job
from app.queries.jobs import (
    company_of,
    is_own,
    technician_for,
    was_assigned_at,
    was_ever_assigned,
)
from app.rules.access import Right, may
from app.rules.refusal import Forbidden, NotFound
from app.rules.states import CLOSED, REFUSALS, STATE_LOOK, Progress, State, Verb, why_not

NOT_YOURS = "You are not on this job any more. The office decides what becomes of it."


def job_to_press(session: Session, act: Act, job: Job | None) -> Job:
    """The job that this act may press on: the technician's own, or anybody's for those who press for others.

    A job that was theirs once passes here and is held by ``reason``; a stranger's does not exist for them.
    """
    if act.for_person_id is not None:
        if not may(act.by, Right.PRESS_FOR):
            raise Forbidden
        if job is None:
            raise NotFound
        if not _is_on_it(job, act.for_person_id):
            technician_for(session, act.for_person_id, field="for_person_id")
        return job
    if not may(act.by, Right.PRESS):
        raise Forbidden(
            "Only technicians press this for themselves. Name the technician you do it for."
        )
    if job is None or not _knows(session, act, job):
        raise NotFound
    return job


def _is_on_it(job: Job, person_id: int) -> bool:
    """On the way, at work or in a pause here: others may stop it, even if they have left the company since."""
    return any(
        a.person_id == person_id and a.ended_at is None and a.progress in _ON_IT
        for visit in job.visits
        for a in visit.assignments
    )


_ON_IT = (Progress.TRAVELLING, Progress.WORKING, Progress.PAUSED)


def _knows(session: Session, act: Act, job: Job) -> bool:
    return (
        was_ever_assigned(session, act.by.id, job.id)
        or is_own(session, act.by.id, job.id, at=act.at)
        or company_of(session).may_pick_up
    )


def reason(session: Session, act: Act, verb: Verb, job: Job) -> str | None:
    """Why this press must wait for the office, or None where it may be applied at once.

    Presses for a technician are not held: whoever makes them sits in front of the answer. What waited on a phone is
    held rather than refused: nobody is there to read the sentence.
    """
    if act.for_person_id is not None:
        return None
    if job.state in CLOSED or (job.state is State.BILLING and verb is not Verb.UNDO_STOP):
        return f"The job is closed already ({STATE_LOOK[job.state].label})."
    is_theirs = is_own(session, act.by.id, job.id, at=act.at) or was_assigned_at(
        job, act.by.id, act.occurred_at
    )
    if not is_theirs and not company_of(session).may_pick_up:
        return NOT_YOURS
    if act.is_late and (code := why_not(verb, job.state)) is not None:
        return REFUSALS[code].format(reason=job.hold_reason or "no reason given")
    return None


def hold_press(
    session: Session, act: Act, verb: str, job: Job, *, body: dict[str, Any], why: str
) -> Done:
    """Keep the press. Nothing else changes; the job's page and the list of held presses show it."""
    was = before(job)
    press = HeldPress(
        job_id=job.id,
        person_id=act.person_id,
        verb=verb,
        body=body,
        occurred_at=act.occurred_at,
        received_at=act.at,
        why=why,
        state=HeldState.WAITING,
    )
    session.add(press)
    session.flush()
    done = record(session, act, was.then("press_held", verb=verb, held_id=press.id, why=why))
    return Done(job_id=job.id, seq=done.seq, epoch=done.epoch, held_id=press.id)
