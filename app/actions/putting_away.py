"""What was paid a week ago leaves the boards: an event like any other, so that every screen follows."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import Done, now_by
from app.actions.billing import lock_jobs
from app.actions.history import before, record
from app.actions.times import NOBODY
from app.models import Job
from app.rules.states import State

PAID_SHOWN = timedelta(days=7)

AT_ONCE = 200
"""Jobs a round; the next round takes the rest."""


def put_paid_away(session: Session, *, at: datetime) -> Done:
    """The sweep's; which jobs they are is read again under their locks."""
    limit = at - PAID_SHOWN
    due = (Job.state == State.PAID, Job.put_away.is_(False), Job.state_since < limit)
    found = session.scalars(select(Job.id).where(*due).order_by(Job.id).limit(AT_ONCE)).all()
    if not found:
        return Done()
    jobs = [
        job
        for job in lock_jobs(session, found)
        if job.state is State.PAID and not job.put_away and job.state_since < limit
    ]
    if not jobs:
        return Done()
    told = [before(job) for job in jobs]
    for job in jobs:
        job.put_away = True
    return record(session, now_by(NOBODY, at), *(was.then("put_away") for was in told))
