"""Times that are possible and hardly meant: asked about once before the last tap, and flagged when they stay.

Nothing here refuses anything: Stop always works.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.rules.dates import hours
from app.rules.labour import SLIP, Entry, overlaps
from app.rules.states import Activity

PLAN_TIMES = 2
"""Work this many times as long as the plan is asked about; less would ask on every other job."""

NO_MINUTES = "no_minutes"
TWICE_THE_PLAN = "twice_the_plan"
OVERLAP = "overlap"

LENGTH_FLAGS = frozenset({NO_MINUTES, TWICE_THE_PLAN})
"""Put on an entry by its stop, taken off by whoever corrects or confirms it."""

ODD_WORDS = {
    NO_MINUTES: "Less than a minute",
    TWICE_THE_PLAN: "More than twice the plan",
    OVERLAP: "Overlaps another job",
}
"""What a page says beside an entry that carries the flag."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """``code`` is the flag that stays if nobody changes the time; ``say`` the sentence that asks."""

    code: str
    say: str


def odd_times(
    mine: Sequence[Entry],
    elsewhere: Sequence[Entry],
    *,
    planned: timedelta | None,
    at: datetime,
) -> tuple[Oddity, ...]:
    """What is odd about one person's times of one visit. A clock that still runs counts until ``at``.

    ``elsewhere``: the same person's times on other jobs. ``planned``: how long the visit was planned, if it was.
    """
    worked = sum((_length(e, at) for e in mine if e.activity is Activity.WORK), timedelta())
    found = []
    if worked < SLIP:
        found.append(Oddity(NO_MINUTES, "This is less than a minute of work."))
    elif planned and worked > PLAN_TIMES * planned:
        found.append(
            Oddity(
                TWICE_THE_PLAN, f"This is {_said(worked)} of work; {_said(planned)} were planned."
            )
        )
    if any(overlaps(_until(e, at), _until(other, at)) for e in mine for other in elsewhere):
        found.append(Oddity(OVERLAP, "Some of this time is on another job too."))
    return tuple(found)


def _until(entry: Entry, at: datetime) -> Entry:
    return Entry(entry.activity, entry.started_at, entry.ended_at or max(at, entry.started_at))


def _length(entry: Entry, at: datetime) -> timedelta:
    return (entry.ended_at or max(at, entry.started_at)) - entry.started_at


def _said(length: timedelta) -> str:
    return hours(int(length / timedelta(seconds=1)))
