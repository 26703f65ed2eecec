"""What becomes of a held press: the office applies it as if it had come in time, or dismisses it with a reason; or
whoever pressed it takes it back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.actions import late, presses
from app.actions.act import Act, Done
from app.actions.history import before, record
from app.actions.photos import Announced
from app.models import HeldPress, HeldState, Job, PhotoKind
from app.queries.jobs import job_for, load_job
from app.rules.access import Right, may
from app.rules.refusal import NotFound, Refusal
from app.rules.states import Outcome, Verb

_APPLY: dict[str, Callable[..., Done]] = {
    Verb.SET_OFF: presses.set_off,
    Verb.START: presses.start,
    Verb.PAUSE: presses.pause,
    Verb.STOP: presses.stop,
    Verb.UNDO_STOP: presses.undo_stop,
    **late.APPLY,
}


def apply_held(session: Session, act: Act, *, held_id: int, job_id: int | None = None) -> Done:
    """Press it for the technician, at the time they pressed. What still refuses it (a closed job) says so."""
    press, job = _waiting(session, act, held_id, job_id)
    was = before(job)
    then = replace(act, occurred_at=press.occurred_at, for_person_id=press.person_id)
    done = _APPLY[press.verb](session, then, job_id=press.job_id, **_body(press))
    _decide(press, act, HeldState.APPLIED, "")
    session.flush()
    if done.seq is None:
        # Nothing was left to do for the press itself, but it waits no longer, and screens show that.
        return record(session, act, was.then("held_applied", held_id=press.id, verb=press.verb))
    return done


def dismiss_held(
    session: Session, act: Act, *, held_id: int, reason: str, job_id: int | None = None
) -> Done:
    """The press is not to be applied; it stays in the history with the reason."""
    press, job = _waiting(session, act, held_id, job_id)
    was = before(job)
    _decide(press, act, HeldState.DISMISSED, reason)
    return record(
        session, act, was.then("held_dismissed", held_id=press.id, verb=press.verb, reason=reason)
    )


def drop_held(session: Session, act: Act, *, held_id: int, job_id: int | None = None) -> Done:
    """Its own technician takes it back, also when the job is not theirs any more. Taken back already: nothing to do."""
    press = session.get(HeldPress, held_id)
    if press is None or press.person_id != act.by.id or job_id not in (None, press.job_id):
        raise NotFound
    job = load_job(session, press.job_id, lock=True)
    if job is None:
        raise AssertionError("a press's job exists: a foreign key says so")
    session.refresh(press)
    if press.state is HeldState.DISMISSED and press.decided_by == act.by.id:
        return Done(job_id=job.id)
    if press.state is not HeldState.WAITING:
        raise Refusal("decided", "The office has decided this already. Ask them if it is wrong.")
    was = before(job)
    _decide(press, act, HeldState.DISMISSED, "")
    return record(session, act, was.then("held_dropped", held_id=press.id, verb=press.verb))


def _body(press: HeldPress) -> dict[str, Any]:
    body = dict(press.body)
    if body.get("outcome"):
        body["outcome"] = Outcome(body["outcome"])
    if "pending" in body:
        body["pending"] = [Announced(p["id"], PhotoKind(p["kind"])) for p in body["pending"]]
    if body.get("taken_at"):
        body["taken_at"] = datetime.fromisoformat(body["taken_at"])
    return body


def _waiting(session: Session, act: Act, held_id: int, job_id: int | None) -> tuple[HeldPress, Job]:
    press = session.get(HeldPress, held_id)
    if press is None or job_id not in (None, press.job_id):
        raise NotFound
    if not may(act.by, Right.DECIDE_HELD):
        raise NotFound
    job = job_for(session, act.by, Right.DECIDE_HELD, press.job_id, at=act.at, lock=True)
    session.refresh(press)
    if press.state is not HeldState.WAITING:
        raise Refusal(
            "decided", "Somebody has decided this press already. Look at the job's history."
        )
    return press, job


def _decide(press: HeldPress, act: Act, state: HeldState, reason: str) -> None:
    press.state = state
    press.decided_by = act.by.id
    press.decided_at = act.at
    press.decision_reason = reason or None
