"""Where a job stands, given the facts: judged again by every action that changes one, in the same transaction."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.actions.drafts import follow
from app.models import Job, Visit
from app.queries.facts import facts_of
from app.rules.requirements import still_needed
from app.rules.states import CLOSED, RUNNING, Outcome, State, running_state

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

STAYS_PUT = CLOSED | {State.BILLING, State.ON_HOLD}
"""Facts that arrive here are noted; only a person's verb moves the job out."""

UNFINISHED = RUNNING | {State.NEW, State.SCHEDULED}


def settle(session: Session, job: Job, *, at: datetime) -> None:
    """Judge what is missing and put the job into the state that the facts imply."""
    judge(session, job, at=at)
    if job.state not in STAYS_PUT:
        move_to(job, implied_state(job), at=at)
    follow(session, job)


def let_go(session: Session, job: Job, *, at: datetime) -> None:
    """Out of a state that only a person's verb ends (held, closed, billed): to where the facts put it."""
    judge(session, job, at=at)
    move_to(job, implied_state(job), at=at)
    follow(session, job)


def judge(session: Session, job: Job, *, at: datetime) -> None:
    """Write down what is still needed, keeping since when each item has been missing."""
    session.flush()
    since = {item["code"]: item["since"] for item in job.missing}
    facts = facts_of(session, job)
    job.missing = [
        {"code": r.code, "ask": r.ask(facts), "since": since.get(r.code, at.isoformat())}
        for r in still_needed(facts)
    ]


def implied_state(job: Job) -> State:
    """Running if anybody's clock says so; else planned if a visit is still to come; else finished."""
    on_it = [a.progress for visit in job.visits for a in visit.assignments if a.ended_at is None]
    if (running := running_state(on_it)) is not None:
        return running
    to_come = [visit for visit in job.visits if visit.outcome is None]
    if to_come:
        return State.SCHEDULED if any(v.starts_at is not None for v in to_come) else State.NEW
    return State.NEEDS_DETAILS if job.missing else State.READY


def move_to(job: Job, state: State, *, at: datetime) -> None:
    """Change the state, and with it the place in the new lane. The same state again changes nothing."""
    if state is job.state:
        if state is State.SCHEDULED:
            job.rank = rank_of(_planned(job) or at)
        return
    if state in UNFINISHED:
        job.stopped_at = None
    job.state = state
    job.state_since = at
    job.put_away = False
    job.rank = rank_of(_entered(job, at))


def _entered(job: Job, at: datetime) -> datetime:
    """The moment that orders the job in its lane: oldest first means the one that waits longest."""
    if job.state is State.READY and job.stopped_at is not None:
        return job.stopped_at
    if job.state is State.SCHEDULED:
        return _planned(job) or at
    return at


def _planned(job: Job) -> datetime | None:
    starts = [v.starts_at for v in job.visits if v.outcome is None and v.starts_at is not None]
    return min(starts, default=None)


def rank_of(moment: datetime) -> int:
    """Microseconds since 1970: natural order with room between neighbours."""
    return int((moment - EPOCH).total_seconds() * 1_000_000)


def has_begun(visit: Visit) -> bool:
    return visit.outcome is Outcome.DONE or any(a.progress != "assigned" for a in visit.assignments)


def add_flag(job: Job, *flags: str) -> None:
    """Flags say what somebody should look at; each once, in order of arrival."""
    job.flags = list(dict.fromkeys([*job.flags, *flags]))


def drop_flag(job: Job, flag: str) -> None:
    job.flags = [kept for kept in job.flags if kept != flag]
