"""When a name changes that cards show: the jobs that show it get a new version, and their words to be found by."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from app.actions.act import Act, Done
from app.actions.history import Happening, before, record
from app.actions.jobs import refresh_search
from app.models import Job, Visit
from app.rules.states import CLOSED


def retell(
    session: Session,
    act: Act,
    shows_it: ColumnElement[bool],
    happening: Happening,
    *others: Happening,
) -> Done:
    """Record ``happening`` on every job of the boards that shows what has changed, and on none where none does.

    Closed jobs are off the boards: only what they are found by changes. ``others`` happened at the same time.
    """
    session.flush()
    jobs = _jobs(session, shows_it)
    for job in jobs:
        refresh_search(session, job)
    told = [
        before(job).then(happening.kind, **happening.data)
        for job in jobs
        if job.state not in CLOSED
    ]
    return record(session, act, *(told or [happening]), *others)


def _jobs(session: Session, shows_it: ColumnElement[bool]) -> Sequence[Job]:
    """In the order in which everybody locks them."""
    return session.scalars(
        select(Job)
        .where(shows_it)
        .order_by(Job.id)
        .options(selectinload(Job.visits).selectinload(Visit.assignments))
        .with_for_update()
    ).all()
