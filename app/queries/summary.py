"""Before the last tap: what the office will get if the technician stops now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Assignment, Job, TimeEntry
from app.queries.cards import Who
from app.queries.facts import entries_of
from app.queries.times import elsewhere_of, entry_of, planned_length, theirs_on_visit
from app.rules.oddities import NO_MINUTES, Oddity, odd_times
from app.rules.states import Activity, Progress

ON_IT = frozenset({Progress.TRAVELLING, Progress.WORKING, Progress.PAUSED})


@dataclass(frozen=True, slots=True)
class PersonTime:
    """One person's time on the job: closed work and travel in seconds, and since when the clock runs, if it does."""

    who: Who
    work_s: int
    travel_s: int
    running_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    people: tuple[PersonTime, ...]
    odd: tuple[Oddity, ...]


def summary_of(
    session: Session, job: Job, place: Assignment | None, people: Mapping[int, Who], *, at: datetime
) -> Summary | None:
    """None unless this person's stop would be the last one: then nobody is asked anything."""
    if place is None or place.progress not in ON_IT:
        return None
    others = (a for visit in job.visits if visit.id == place.visit_id for a in visit.assignments)
    if any(
        a.ended_at is None and a.progress in ON_IT and a.person_id != place.person_id
        for a in others
    ):
        return None
    mine = theirs_on_visit(session, place)
    odd = odd_times(
        [entry_of(one) for one in mine],
        [entry_of(one) for one in elsewhere_of(session, place, mine)],
        planned=planned_length(job, place),
        at=at,
    )
    # A stop within a minute is asked about right after it, where it can be taken back in one tap.
    asked = tuple(one for one in odd if one.code != NO_MINUTES)
    return Summary(people=_people(entries_of(session, job.id), people), odd=asked)


def _people(entries: Iterable[TimeEntry], people: Mapping[int, Who]) -> tuple[PersonTime, ...]:
    theirs: dict[int, list[TimeEntry]] = {}
    for entry in entries:
        theirs.setdefault(entry.person_id, []).append(entry)
    return tuple(
        PersonTime(
            who=people[person_id],
            work_s=_seconds(rows, Activity.WORK),
            travel_s=_seconds(rows, Activity.TRAVEL),
            running_since=next(
                (r.started_at for r in rows if r.ended_at is None and r.activity is Activity.WORK),
                None,
            ),
        )
        for person_id, rows in theirs.items()
    )


def _seconds(rows: Iterable[TimeEntry], activity: Activity) -> int:
    lengths = (
        (row.ended_at - row.started_at).total_seconds()
        for row in rows
        if row.activity is activity and row.ended_at is not None
    )
    return int(sum(lengths))
