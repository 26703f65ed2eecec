"""Moving a card on a board, and undoing it. The lane names the verb; the verb does the work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import billing, office, scheduling
from app.actions.act import Act, Done
from app.actions.history import before, record
from app.models import Event, Job
from app.queries.card_money import shown_amount
from app.queries.jobs import company_of, job_for, name_of
from app.queries.moves import last_move, last_repeat
from app.rules.access import Right
from app.rules.money import cash
from app.rules.moves import INVERSE, ORDERED_BY_HAND, move_to_lane
from app.rules.refusal import BadInput, Changed, NotFound, Refusal
from app.rules.states import STATE_LANE, STATE_LOOK, Lane, Verb

STEP = 1_000_000
"""Distance to the neighbour at the end of a lane: a second, in the microseconds that ranks are made of."""

ASKS = {
    "plan": ("needs_plan", "Choose a day and a person first. Use Assign on the card.", "starts_at"),
    "reason": ("needs_reason", "Say why the job is put on hold.", "reason"),
    "preview": ("needs_preview", "Look at the draft first: it is issued from its preview.", "lane"),
    "payment": ("needs_payment", "Say what was paid, on the invoice.", "lane"),
    "question": ("needs_question", "Say what the technician should answer.", "reason"),
}


def move(
    session: Session,
    act: Act,
    *,
    job_id: int,
    lane: Lane,
    version: int,
    after: int | None = None,
    before_job: int | None = None,
    reason: str = "",
    amount: int | None = None,
) -> Done:
    """Put the card into ``lane``, or between two neighbours in a lane that people order by hand.

    ``version`` is the card that the person saw. Another lane or state since: ``Changed`` says who did what.
    """
    job = refuse_if_moved(session, act, Right.MOVE, job_id=job_id, version=version)
    _refuse_if_dearer(session, job, version, amount)
    if STATE_LANE[job.state] is lane:
        return _place(session, act, job, after=after, before_job=before_job)
    found = move_to_lane(job.state, lane)
    if isinstance(found, str):
        raise Refusal("no_such_move", found)
    if found.needs in ("plan", "preview", "payment") or (
        found.needs is not None and not reason.strip()
    ):
        code, sentence, field = ASKS[found.needs]
        raise BadInput(code, sentence, field=field)
    return _do(session, act, job, found.verb, reason.strip())


@dataclass(frozen=True, slots=True)
class Seen:
    """A card as the person saw it who ticked or dragged it."""

    job_id: int
    version: int
    amount: int | None = None


def bill_all(
    session: Session,
    act: Act,
    *,
    seen: Sequence[Seen],
    together: bool = True,
    draft_id: int | None = None,
    draft_version: int | None = None,
) -> Done:
    """Several cards at once; the first that somebody else moved, or that costs something else now, refuses all."""
    billing.refuse_stranger(act, Right.BILL)
    _refuse_if_any_moved(session, act, seen)
    return billing.send_to_billing(
        session,
        act,
        job_ids=[one.job_id for one in seen],
        together=together,
        draft_id=draft_id,
        draft_version=draft_version,
    )


def take_back_all(session: Session, act: Act, *, seen: Sequence[Seen]) -> Done:
    billing.refuse_stranger(act, Right.BILL)
    _refuse_if_any_moved(session, act, seen)
    return billing.take_back(session, act, job_ids=[one.job_id for one in seen])


def _refuse_if_any_moved(session: Session, act: Act, seen: Sequence[Seen]) -> None:
    by_id = {job.id: job for job in billing.lock_jobs(session, [one.job_id for one in seen])}
    for one in seen:
        _refuse_if_elsewhere(session, act, by_id[one.job_id], one.version, named=len(seen) > 1)
        _refuse_if_dearer(session, by_id[one.job_id], one.version, one.amount)


def _do(session: Session, act: Act, job: Job, verb: Verb, reason: str) -> Done:
    match verb:
        case Verb.UNSCHEDULE:
            return scheduling.unschedule(session, act, job_id=job.id)
        case Verb.HOLD:
            return office.hold(session, act, job_id=job.id, reason=reason)
        case Verb.RELEASE:
            return office.release(session, act, job_id=job.id)
        case Verb.ASK_TECHNICIAN:
            return office.ask_technician(session, act, job_id=job.id, question=reason)
        case Verb.SEND_TO_BILLING:
            return billing.send_to_billing(session, act, job_ids=[job.id])
        case Verb.TAKE_BACK:
            return billing.take_back(session, act, job_ids=[job.id])
        case _:
            raise AssertionError(
                f"expected a verb of rules.moves.MOVES that needs no plan, got {verb}"
            )


def undo_move(session: Session, act: Act, *, job_id: int, version: int) -> Done:
    """Undo the move that made ``version``, whoever made it, while nothing has moved the job since."""
    job = job_for(session, act.by, Right.MOVE, job_id, at=act.at, lock=True)
    moved = session.scalars(
        select(Event).where(Event.job_id == job.id, Event.job_version == version).limit(1)
    ).one_or_none()
    if moved is None:
        raise NotFound
    if moved.kind not in INVERSE:
        raise Refusal("no_undo", "This cannot be undone from here. Open the job to change it.")
    since = last_move(session, job.id, after=version) or last_repeat(session, moved)
    if since is not None:
        raise Changed(_who_moved(session, act, since), job_id=job.id)
    return _undo(session, act, job, moved)


def _undo(session: Session, act: Act, job: Job, moved: Event) -> Done:
    data = moved.data
    match INVERSE[moved.kind]:
        case "restore_plan":
            return _restore_plan(session, act, job, moved)
        case Verb.RELEASE:
            return office.release(session, act, job_id=job.id)
        case Verb.HOLD:
            return office.hold(
                session, act, job_id=job.id, reason=data.get("reason") or "Back on hold"
            )
        case "take_question_back":
            return office.take_question_back(
                session, act, job_id=job.id, question_id=data.get("question_id")
            )
        case "unwaive":
            return office.unwaive(session, act, job_id=job.id, code=data["code"])
        case Verb.REOPEN:
            return office.reopen(session, act, job_id=job.id, reason="Undone")
        case Verb.TAKE_BACK:
            return billing.take_back(session, act, job_ids=[job.id])
        case Verb.SEND_TO_BILLING:
            return billing.send_to_billing(session, act, job_ids=[job.id])
        case other:
            raise AssertionError(f"expected an inverse of rules.moves, got {other}")


def _restore_plan(session: Session, act: Act, job: Job, moved: Event) -> Done:
    """The window as it was, and the people too where the plan had named them."""
    old = moved.data["old"]
    starts_at, ends_at = old["starts_at"], old["ends_at"]
    people = old["technician_ids"] if moved.data.get("technician_ids") is not None else None
    if starts_at is None and people is None:
        return scheduling.unschedule(session, act, job_id=job.id)
    return scheduling.schedule(
        session,
        act,
        job_id=job.id,
        starts_at=datetime.fromisoformat(starts_at) if starts_at else None,
        ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
        technician_ids=people,
    )


def refuse_if_moved(session: Session, act: Act, right: Right, *, job_id: int, version: int) -> Job:
    """The job, locked, if it is still where the person saw it at ``version``; else ``Changed`` says who moved it."""
    job = job_for(session, act.by, right, job_id, at=act.at, lock=True)
    _refuse_if_elsewhere(session, act, job, version)
    return job


def _refuse_if_elsewhere(
    session: Session, act: Act, job: Job, version: int, *, named: bool = False
) -> None:
    """A conflict is only what the person could not see: another lane or state. A photo arriving mid-drag is none."""
    if version == job.version:
        return
    seen = session.scalar(
        select(Event.state_after)
        .where(Event.job_id == job.id, Event.job_version <= version)
        .order_by(Event.job_version.desc())
        .limit(1)
    )
    if seen == job.state:
        return
    last = last_move(session, job.id, after=version)
    sentence = (
        _who_moved(session, act, last) if last else "This job has changed since. Look at it again."
    )
    raise Changed(f"Job {job.number}: {sentence}" if named else sentence, job_id=job.id)


def _refuse_if_dearer(session: Session, job: Job, version: int, seen: int | None) -> None:
    """Money is never moved on an amount that nobody saw."""
    if seen is None or version == job.version:
        return
    now = shown_amount(session, job)
    if now is None or now == seen:
        return
    currency = company_of(session).currency
    raise Changed(
        f"Job {job.number} changed since: {cash(seen, currency)} then, {cash(now, currency)} now.",
        job_id=job.id,
    )


def _who_moved(session: Session, act: Act, event: Event) -> str:
    who = "You" if event.by_id == act.by.id else name_of(session, event.by_id)
    where = STATE_LOOK[event.state_after].label if event.state_after else "another lane"
    return f"{who} moved this to {where} {ago(act.at, event.recorded_at)}."


def ago(now: datetime, then: datetime) -> str:
    """ "12 s ago", "5 min ago", "2 h ago", else the day: for a sentence that is read at once."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 60:
        return f"{seconds} s ago"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if seconds < 86_400:
        return f"{seconds // 3600} h ago"
    return f"on {then.astimezone(ZoneInfo('UTC')):%d %b}"


def _place(
    session: Session, act: Act, job: Job, *, after: int | None, before_job: int | None
) -> Done:
    """Between two neighbours. Two people at once: the last commit wins, and both see the same end."""
    lane = STATE_LANE[job.state]
    if lane not in ORDERED_BY_HAND:
        raise Refusal("ordered", "This lane keeps its own order, the same for everybody.")
    was = before(job)
    rank = _rank_between(session, job, after, before_job)
    if rank is None:
        _renumber(session, job)
        rank = _rank_between(session, job, after, before_job)
    if rank is None or rank == job.rank:
        return Done(job_id=job.id)
    job.rank = rank
    return record(session, act, was.then("placed"))


def _rank_between(
    session: Session, job: Job, after: int | None, before_job: int | None
) -> int | None:
    """A free rank between the two, None where there is no room left."""
    low = _rank_of_neighbour(session, job, after)
    high = _rank_of_neighbour(session, job, before_job)
    if low is None and high is None:
        return job.rank
    if low is None:
        low = (high or 0) - 2 * STEP
    if high is None:
        high = low + 2 * STEP
    middle = (low + high) // 2
    return middle if low < middle < high else None


def _rank_of_neighbour(session: Session, job: Job, neighbour_id: int | None) -> int | None:
    if neighbour_id is None:
        return None
    return session.scalar(select(Job.rank).where(Job.id == neighbour_id, Job.state == job.state))


def _renumber(session: Session, job: Job) -> None:
    """The lane is full somewhere: give its cards even steps again, in their present order."""
    lowest = session.scalar(select(func.min(Job.rank)).where(Job.state == job.state)) or 0
    lane = session.scalars(
        select(Job)
        .where(Job.state == job.state)
        .order_by(Job.rank, Job.id)
        .with_for_update(key_share=True)
    )
    for place, other in enumerate(lane):
        other.rank = lowest + place * STEP
    session.flush()
