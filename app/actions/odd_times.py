"""Odd lengths that were kept: flagged on the entry by the stop itself, so that the office sees what was asked about.

Overlaps have a file of their own: other presses than a stop make them too.
"""

from sqlalchemy.orm import Session

from app.models import Assignment, Job, TimeEntry
from app.queries.times import entry_of, planned_length, theirs_on_visit
from app.rules.oddities import odd_times


def flag_odd_times(session: Session, job: Job, place: Assignment, stopped: TimeEntry) -> list[str]:
    """Answers the flags that the entry which the stop has ended got now."""
    at = stopped.ended_at or stopped.started_at
    mine = [entry_of(one) for one in theirs_on_visit(session, place)]
    found = odd_times(mine, (), planned=planned_length(job, place), at=at)
    flags = [one.code for one in found]
    if flags:
        stopped.flags = list(dict.fromkeys([*stopped.flags, *flags]))
    return flags
