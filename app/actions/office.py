"""The office's and the dispatcher's verbs: hold, ask back, do without, close without billing, open again."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import before, record
from app.actions.presses import refuse
from app.actions.settling import judge, let_go, move_to, settle
from app.models import Job, Question, Waiver
from app.queries.facts import entries_of, open_entries_on
from app.queries.jobs import job_for, name_of
from app.rules.access import Right
from app.rules.refusal import BadInput, NotFound, Refusal
from app.rules.requirements import BY_CODE
from app.rules.states import REFUSALS, State, Verb


def hold(session: Session, act: Act, *, job_id: int, reason: str) -> Done:
    """Nobody is to start this for now. Refused while somebody's clock runs on it."""
    job = job_for(session, act.by, Right.PLAN_JOBS, job_id, at=act.at, lock=True)
    refuse(Verb.HOLD, job)
    _refuse_while_running(session, job)
    was = before(job)
    job.hold_reason = reason
    judge(session, job, at=act.at)
    move_to(job, State.ON_HOLD, at=act.at)
    return record(session, act, was.then(Verb.HOLD, reason=reason))


def release(session: Session, act: Act, *, job_id: int) -> Done:
    """Back to where the facts put it."""
    job = job_for(session, act.by, Right.PLAN_JOBS, job_id, at=act.at, lock=True)
    refuse(Verb.RELEASE, job)
    was = before(job)
    reason, job.hold_reason = job.hold_reason, None
    let_go(session, job, at=act.at)
    return record(session, act, was.then(Verb.RELEASE, reason=reason))


def ask_technician(session: Session, act: Act, *, job_id: int, question: str) -> Done:
    """An open question is one more thing still needed: a ready job goes back to Needs details until it is answered."""
    job = job_for(session, act.by, Right.ASK, job_id, at=act.at, lock=True)
    refuse(Verb.ASK_TECHNICIAN, job)
    was = before(job)
    _end_waiver_of_questions(session, job, at=act.at)
    asked = Question(job_id=job.id, asked_by=act.by.id, text=question, asked_at=act.at)
    session.add(asked)
    settle(session, job, at=act.at)
    return record(
        session, act, was.then(Verb.ASK_TECHNICIAN, question=question, question_id=asked.id)
    )


def _end_waiver_of_questions(session: Session, job: Job, *, at: datetime) -> None:
    """Doing without an answer was about the questions open then; a new one is wanted all the same."""
    waiver = session.scalars(
        select(Waiver).where(Waiver.job_id == job.id, Waiver.code == "question")
    ).one_or_none()
    if waiver is None:
        return
    session.delete(waiver)
    session.execute(
        update(Question)
        .where(Question.job_id == job.id, Question.closed_at.is_(None))
        .values(closed_at=at)
    )


def answer(
    session: Session, act: Act, *, job_id: int, text: str, question_id: int | None = None
) -> Done:
    """Answers the named question, or the oldest open one. The last answer brings the job back to ready."""
    job = job_for(session, act.by, Right.ANSWER, job_id, at=act.at, lock=True)
    refuse(Verb.ANSWER, job)
    asked = _open_question(session, job, question_id)
    was = before(job)
    asked.answer, asked.answered_by, asked.closed_at = text, act.by.id, act.at
    settle(session, job, at=act.at)
    return record(session, act, was.then(Verb.ANSWER, question=asked.text, answer=text))


def take_question_back(
    session: Session, act: Act, *, job_id: int, question_id: int | None = None
) -> Done:
    """The office does not need the answer any more (also the undo of asking)."""
    job = job_for(session, act.by, Right.ASK, job_id, at=act.at, lock=True)
    asked = _open_question(session, job, question_id)
    was = before(job)
    asked.closed_at = act.at
    settle(session, job, at=act.at)
    return record(session, act, was.then("question_taken_back", question=asked.text))


def waive(session: Session, act: Act, *, job_id: int, code: str, reason: str) -> Done:
    """Do without one missing item, on record. Time, customer and doubtful times cannot be done without."""
    job = job_for(session, act.by, Right.WAIVE, job_id, at=act.at, lock=True)
    refuse(Verb.WAIVE, job)
    requirement = BY_CODE.get(code)
    if requirement is None or code not in {item["code"] for item in job.missing}:
        raise BadInput(
            "not_missing", "This is not missing on this job. Look at the list again.", field="code"
        )
    if not requirement.waivable:
        raise BadInput(
            "not_waivable", f"A job cannot be billed without it: {requirement.name}.", field="code"
        )
    was = before(job)
    session.add(Waiver(job_id=job.id, code=code, reason=reason, by_id=act.by.id, at=act.at))
    settle(session, job, at=act.at)
    return record(session, act, was.then(Verb.WAIVE, code=code, reason=reason))


def unwaive(session: Session, act: Act, *, job_id: int, code: str) -> Done:
    """The item is wanted after all (also the undo of waiving)."""
    job = job_for(session, act.by, Right.WAIVE, job_id, at=act.at, lock=True)
    refuse(Verb.WAIVE, job)
    waiver = session.scalars(
        select(Waiver).where(Waiver.job_id == job.id, Waiver.code == code)
    ).one_or_none()
    if waiver is None:
        return Done(job_id=job.id)
    was = before(job)
    session.delete(waiver)
    settle(session, job, at=act.at)
    return record(session, act, was.then("unwaived", code=code))


def not_billable(session: Session, act: Act, *, job_id: int, reason: str) -> Done:
    """Closed without an invoice; off the board, found by search."""
    job = job_for(session, act.by, Right.CLOSE_UNBILLED, job_id, at=act.at, lock=True)
    refuse(Verb.NOT_BILLABLE, job)
    return _close(session, act, job, State.NOT_BILLABLE, Verb.NOT_BILLABLE, reason)


def cancel(session: Session, act: Act, *, job_id: int, reason: str) -> Done:
    """The job is not to be done. Only with no time recorded; otherwise it is "not billable"."""
    job = job_for(session, act.by, Right.PLAN_JOBS, job_id, at=act.at, lock=True)
    refuse(Verb.CANCEL, job)
    if any(entry.ended_at is not None for entry in entries_of(session, job.id)):
        raise Refusal("time_recorded", REFUSALS["time_recorded"])
    return _close(session, act, job, State.CANCELLED, Verb.CANCEL, reason)


def reopen(session: Session, act: Act, *, job_id: int, reason: str = "") -> Done:
    """A cancelled or not billable job comes back to where its facts put it."""
    job = job_for(session, act.by, Right.REOPEN, job_id, at=act.at, lock=True)
    refuse(Verb.REOPEN, job)
    was = before(job)
    job.closed_reason = None
    let_go(session, job, at=act.at)
    return record(session, act, was.then(Verb.REOPEN, reason=reason))


def _close(session: Session, act: Act, job: Job, state: State, verb: Verb, reason: str) -> Done:
    _refuse_while_running(session, job)
    was = before(job)
    job.closed_reason, job.hold_reason = reason, None
    move_to(job, state, at=act.at)
    return record(session, act, was.then(verb, reason=reason))


def _refuse_while_running(session: Session, job: Job) -> None:
    running = open_entries_on(session, job.id)
    if running:
        who = name_of(session, running[0].person_id)
        raise Refusal("still_working", f"{who} is still working on this job. Stop the clock first.")


def _open_question(session: Session, job: Job, question_id: int | None) -> Question:
    query = (
        select(Question)
        .where(Question.job_id == job.id, Question.closed_at.is_(None))
        .order_by(Question.id)
    )
    if question_id is not None:
        query = query.where(Question.id == question_id)
    found = session.scalars(query.limit(1)).first()
    if found is None:
        raise NotFound("There is no open question here. It may have been answered already.")
    return found
