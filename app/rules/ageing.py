"""How long money has been waiting: the ages of unbilled work and of open invoices, and how slow the slow ones are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Age:
    """From ``least`` days to ``most`` (None: no end)."""

    label: str
    least: int
    most: int | None


UNBILLED_AGES = (
    Age("0–3 days", 0, 3),
    Age("4–7 days", 4, 7),
    Age("8–14 days", 8, 14),
    Age("15–30 days", 15, 30),
    Age("Over 30 days", 31, None),
)
"""Days since the stop."""

OPEN_AGES = (
    Age("Not due", -(10**6), 0),
    Age("1–30 days", 1, 30),
    Age("31–60 days", 31, 60),
    Age("61–90 days", 61, 90),
    Age("Over 90 days", 91, None),
)
"""Days past the due date."""


def age_of(ages: Sequence[Age], days: int) -> Age:
    """The one age that ``days`` falls into; fewer than the first begins with count as the first."""
    return next((a for a in ages if a.most is None or days <= a.most), ages[-1])


def days_since(then: datetime, now: datetime) -> int:
    """Whole days that have passed."""
    return max(0, (now - then) // DAY)


def days_overdue(due_on: date, today: date) -> int:
    """0 on the due date itself, negative before it."""
    return (today - due_on).days


@dataclass(frozen=True, slots=True)
class Spread:
    """Of ``count`` durations in days: the middle one, and the one that only a tenth exceed."""

    count: int
    median: float
    slowest_tenth: float


def spread(days: Iterable[float]) -> Spread | None:
    """None of nothing. The slowest tenth begins at the nearest rank: of ten durations it is the ninth."""
    ordered = sorted(days)
    if not ordered:
        return None
    rank = -(-9 * len(ordered) // 10)
    return Spread(len(ordered), float(median(ordered)), float(ordered[rank - 1]))
