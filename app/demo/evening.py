"""The evening after a day of the demo: its clocks are stopped and its jobs leave the boards, so that the next day
starts as fresh as the first. What people made or touched stays where it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import deciding, presses
from app.actions.act import Act, now_by
from app.actions.history import Happening, before, record
from app.actions.settling import move_to
from app.demo.ground import Ground
from app.models import Assignment, HeldPress, HeldState, Job, Receipt, TimeEntry, Visit
from app.queries.jobs import load_job
from app.rules.states import CLOSED, FINISHED, Outcome, Progress, State

WHY = "Cleared away for a new day of the demo"
NOTE = "Done and tested."

KEPT = {State.READY: 4, State.NEEDS_DETAILS: 3}
"""How many finished jobs stay on the boards: as many as the stories of the days before bring on the first day."""

_ON_IT = (Progress.TRAVELLING, Progress.WORKING, Progress.PAUSED)


def clear_away(session: Session, ground: Ground, *, at: datetime) -> None:
    """Everything that the last day's stories left on a board, through the office's own acts."""
    _stop_clocks(session, ground, at=at)
    _dismiss_held(session, ground, at=at)
    _close_jobs(session, ground, at=at)


def _stop_clocks(session: Session, ground: Ground, *, at: datetime) -> None:
    """Dana stops for everybody who forgot: the technicians of the demo never go home by themselves."""
    running = session.execute(
        select(Assignment.job_id, Assignment.person_id, Visit.ends_at, Assignment.progress_since)
        .join(Visit, Visit.id == Assignment.visit_id)
        .where(Assignment.progress.in_(_ON_IT), Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    ).all()
    for job_id, person_id, planned_end, since in running:
        then = min(at, max(planned_end or since, since + timedelta(minutes=45)))
        act = Act(by=ground.people["dana"], at=at, occurred_at=then, for_person_id=person_id)
        presses.stop(session, act, job_id=job_id, outcome=Outcome.DONE, note=NOTE)
        session.flush()


def _dismiss_held(session: Session, ground: Ground, *, at: datetime) -> None:
    waiting = session.scalars(
        select(HeldPress.id).where(HeldPress.state == HeldState.WAITING).order_by(HeldPress.id)
    ).all()
    for held_id in waiting:
        deciding.dismiss_held(
            session, now_by(ground.people["dana"], at), held_id=held_id, reason=WHY
        )


def _close_jobs(session: Session, ground: Ground, *, at: datetime) -> None:
    """Finished jobs count as billed elsewhere, like the history's; the others as not billable or cancelled."""
    untouched = session.scalars(
        select(Job)
        .where(
            Job.state.not_in([*CLOSED, State.BILLING]), Job.id.not_in(_touched_by_people(session))
        )
        .order_by(Job.id)
    ).all()
    keep = _kept(untouched)
    happenings = [
        _close(session, job, at=at)
        for job_id in [job.id for job in untouched]
        if job_id not in keep and (job := load_job(session, job_id, lock=True)) is not None
    ]
    if happenings:
        record(session, now_by(ground.people["olga"], at), *happenings)


def _kept(jobs: Sequence[Job]) -> set[int]:
    """The jobs finished last, those that have waited longest for a detail, and whoever must come again."""
    by_age = sorted(jobs, key=lambda job: (job.stopped_at or job.created_at, job.id))
    ready = [job.id for job in by_age if job.state is State.READY]
    waiting = [job.id for job in by_age if job.state is State.NEEDS_DETAILS]
    again = [job.id for job in by_age if "return_visit" in job.flags and job.state is State.NEW]
    return {
        *ready[-KEPT[State.READY] :],
        *waiting[: KEPT[State.NEEDS_DETAILS]],
        *again[:1],
    }


def _close(session: Session, job: Job, *, at: datetime) -> Happening:
    was = before(job)
    if job.state in FINISHED:
        move_to(job, State.PAID, at=at)
        return was.then("imported", title=job.title, billed_elsewhere=True)
    has_time = session.scalars(select(TimeEntry.id).where(TimeEntry.job_id == job.id)).first()
    job.closed_reason, job.hold_reason = WHY, None
    verb = "not_billable" if has_time else "cancel"
    move_to(job, State.NOT_BILLABLE if has_time else State.CANCELLED, at=at)
    return was.then(verb, reason=WHY)


def _touched_by_people(session: Session) -> set[int]:
    """Everything that people do through a page or the API leaves a receipt; the demo's own acts leave none."""
    results = session.scalars(select(Receipt.result)).all()
    return {
        result[name] for result in results for name in ("job_id", "made_id") if result.get(name)
    }
