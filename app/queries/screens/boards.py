"""What stands around the cards of a board: days to choose, tasks to begin with, and moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.queries.cards import JobCard


@dataclass(frozen=True, slots=True)
class DayFilter:
    """Which cards a tab of the dispatch board leaves visible; the browser applies the same rule to new ones.

    A scheduled card is shown if its day lies within the two (None: open); any other card if its lane is listed.
    """

    when: str
    label: str
    day_from: date | None
    day_to: date | None
    lanes: tuple[str, ...]

    def shows(self, card: JobCard, zone: ZoneInfo) -> bool:
        if str(card.lane) not in self.lanes:
            return False
        if card.lane != "scheduled" or card.planned_start is None:
            return True
        planned = card.planned_start.astimezone(zone).date()
        return (self.day_from is None or planned >= self.day_from) and (
            self.day_to is None or planned <= self.day_to
        )

    def count(self, cards: Iterable[JobCard], zone: ZoneInfo) -> int:
        return sum(self.shows(card, zone) for card in cards)


_EVERY_LANE = (
    "unscheduled",
    "scheduled",
    "on_the_way",
    "in_progress",
    "on_hold",
    "needs_details",
    "ready",
)


def day_filters(today: date) -> tuple[DayFilter, ...]:
    """The tabs of the dispatch board. What was planned earlier and not begun stays under Today: late, not gone."""
    tomorrow = today + timedelta(days=1)
    return (
        DayFilter("today", "Today", None, today, _EVERY_LANE),
        DayFilter("tomorrow", "Tomorrow", tomorrow, tomorrow, ("unscheduled", "scheduled")),
        DayFilter("week", "Week", None, today + timedelta(days=6), _EVERY_LANE),
        DayFilter("unplanned", "Unplanned", None, None, ("unscheduled",)),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the first-run list. ``state`` is "todo", "running" or "done"."""

    title: str
    say: str
    state: str
    href: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class MoveChoice:
    """A place a job can go. ``href`` leads to a form that asks more; ``why_not`` says why it cannot go there now."""

    to: str
    label: str
    glyph: str
    say: str = ""
    href: str | None = None
    why_not: str | None = None
    is_page: bool = False
    """``href`` is a page of its own, not a further dialog."""


@dataclass(frozen=True, slots=True)
class RecentMove:
    """``undo`` is the address that takes the move that made ``version`` back; None with ``why_not`` where it cannot."""

    job_id: int
    number: int
    title: str
    by: str
    at: datetime
    from_label: str
    to_label: str
    undo: str | None = None
    why_not: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody was faster: who, what, when, and the two ways on."""

    by: str
    what: str
    at: datetime
    again_label: str
    again_action: str
    again_fields: tuple[tuple[str, str], ...]
    leave_href: str
