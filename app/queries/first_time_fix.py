"""How often one visit was enough: counted over the jobs that were finished in some time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Job, Visit
from app.rules.states import FINISHED, IN_BILLING, Outcome, State

COUNTED = FINISHED | IN_BILLING | {State.NOT_BILLABLE}
"""Work that came to an end, billed or not. A cancelled job was never begun."""


@dataclass(frozen=True, slots=True)
class FirstTimeFix:
    """``by_visits``: how many jobs needed how many visits."""

    by_visits: dict[int, int]

    @property
    def jobs(self) -> int:
        return sum(self.by_visits.values())

    @property
    def at_first(self) -> int:
        return self.by_visits.get(1, 0)

    @property
    def per_cent(self) -> int | None:
        """Of the jobs, rounded down: 100 means all of them. None where there was none."""
        return self.at_first * 100 // self.jobs if self.jobs else None


def first_time_fix(session: Session, *, since: datetime, until: datetime) -> FirstTimeFix:
    """Jobs whose work ended in ``since <= t < until``, by the number of visits that took place."""
    rows = session.execute(
        select(Visit.job_id, Job.state)
        .join(Job, Job.id == Visit.job_id)
        .where(Job.stopped_at >= since, Job.stopped_at < until, Visit.outcome.is_not(None))
    )
    # Asked for states, SQLite would read every paid job there ever was.
    visits = Counter(job_id for job_id, state in rows if state in COUNTED)
    return FirstTimeFix(dict(Counter(visits.values())))


def visits_needed(job: Job) -> int | None:
    """How many visits it took; None while it is not done."""
    took_place = [visit for visit in job.visits if visit.outcome is not None]
    is_done = bool(took_place) and took_place[-1].outcome is Outcome.DONE
    return len(took_place) if is_done and job.state in COUNTED else None
