"""Time entries: how long, which overlap, and which look as if somebody forgot to press Stop."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.rules.states import Activity

PLAN_MARGIN = timedelta(hours=2)
"""How far past the planned end an open entry may run before it is asked about."""

DAY_MARGIN = timedelta(minutes=30)
"""How far past the end of the working day."""

SLIP = timedelta(seconds=60)
"""Work shorter than this looks like two slips of the thumb, and is asked about."""

KEPT = "kept"
"""The flag on an entry that its person has looked at and kept: it is not asked about again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person's time on one job; ``ended_at`` None while the clock runs."""

    activity: Activity
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Limits:
    """The company's settings for forgotten timers."""

    longest_hours: int
    day_ends: time
    zone: ZoneInfo


def worked_seconds(entries: Iterable[Entry]) -> int:
    """Closed work entries only, each exact; nothing is rounded here."""
    seconds = (
        (e.ended_at - e.started_at).total_seconds()
        for e in entries
        if e.activity is Activity.WORK and e.ended_at is not None
    )
    return int(sum(seconds))


def overlaps(first: Entry, second: Entry) -> bool:
    """Whether two entries of one person claim the same moment. Touching ends do not overlap."""
    first_ends = first.ended_at or datetime.max.replace(tzinfo=UTC)
    second_ends = second.ended_at or datetime.max.replace(tzinfo=UTC)
    return first.started_at < second_ends and second.started_at < first_ends


def is_slip(entry: Entry) -> bool:
    """Whether a finished entry is so short that it was hardly meant."""
    return entry.ended_at is not None and entry.ended_at - entry.started_at < SLIP


def suspect_from(entry: Entry, planned_end: datetime | None, limits: Limits) -> datetime:
    """The moment from which an entry that still runs is asked about: the first of three limits.

    An entry begun after hours is measured by its length alone: an emergency at night is not a forgotten clock.
    """
    candidates = [entry.started_at + timedelta(hours=limits.longest_hours)]
    if planned_end is not None and planned_end > entry.started_at:
        candidates.append(planned_end + PLAN_MARGIN)
    local_day = entry.started_at.astimezone(limits.zone).date()
    day_end = datetime.combine(local_day, limits.day_ends, limits.zone).astimezone(UTC) + DAY_MARGIN
    if day_end > entry.started_at:
        candidates.append(day_end)
    return min(candidates)
