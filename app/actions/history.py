"""Every change that a screen can show ends here: the job's version, the one counter, and the event that tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.models import Event, Job, Live
from app.rules.states import State


@dataclass(frozen=True, slots=True)
class Before:
    """How a job was when the action took hold of it; ``after`` turns it into what happened."""

    job: Job
    state: State | None
    people: tuple[int, ...]

    def then(self, kind: str, **data: Any) -> "Happening":
        """``kind`` is the verb or fact, ``data`` what the history's sentence needs (JSON values)."""
        return Happening(kind=kind, before=self, data=data)


@dataclass(frozen=True, slots=True)
class Happening:
    kind: str
    before: Before | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def before(job: Job) -> Before:
    """Take hold of a job whose visits and assignments are loaded."""
    return Before(job=job, state=job.state, people=people_on(job))


def people_on(job: Job) -> tuple[int, ...]:
    """Ids of the technicians on the job now: those who see it on their phones."""
    return tuple(
        sorted(
            {a.person_id for visit in job.visits for a in visit.assignments if a.ended_at is None}
        )
    )


def record(session: Session, act: Act, *happenings: Happening) -> Done:
    """Append to the history and take the next seq. The last write of a transaction, because it takes the one lock that
    every other writer wants."""
    for happening in happenings:
        if happening.before is not None:
            happening.before.job.version += 1
    session.flush()
    seq, epoch = session.execute(
        update(Live).where(Live.id == 1).values(seq=Live.seq + 1).returning(Live.seq, Live.epoch)
    ).one()
    session.execute(insert(Event), [_row(act, happening, seq) for happening in happenings])
    first = happenings[0].before
    return Done(job_id=first.job.id if first else None, seq=seq, epoch=epoch)


def _row(act: Act, happening: Happening, seq: int) -> dict[str, Any]:
    was = happening.before
    data = dict(happening.data)
    if act.device_at is not None:
        data["device_at"] = act.device_at.isoformat()
    if act.flags:
        data["flags"] = list(act.flags)
    if was and was.job.state is State.NEEDS_DETAILS:
        # For how long which item kept the job from being billed (queries.money).
        data["missing"] = [item["code"] for item in was.job.missing]
    return {
        "seq": seq,
        "kind": happening.kind,
        "job_id": was.job.id if was else None,
        "job_version": was.job.version if was else None,
        "by_id": act.by.id or None,
        "for_id": act.for_person_id,
        "recorded_at": act.at,
        "occurred_at": act.occurred_at,
        "state_before": was.state if was else None,
        "state_after": was.job.state if was else None,
        "people_before": list(was.people) if was else [],
        "people_after": list(people_on(was.job)) if was else [],
        "data": data,
    }
