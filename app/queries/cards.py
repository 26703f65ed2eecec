"""What screens are given: frozen dataclasses, one for the card and one for each page's own list.

A card never says anything that depends on the time of rendering. It carries the moments; the browser counts.
"""

from dataclasses import dataclass
from datetime import date, datetime

from app.rules.states import Activity, Lane, Priority, State


@dataclass(frozen=True, slots=True)
class Who:
    """A person as boards show them: ``short`` is "Tom B.", with a no-break space."""

    id: int
    name: str
    short: str


@dataclass(frozen=True, slots=True)
class Running:
    """One open time entry."""

    person: Who
    activity: Activity
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Needed:
    """One thing that is still missing. ``owner`` is "technician" or "office"; ``whose`` names them on a card."""

    code: str
    ask: str
    owner: str
    whose: str


@dataclass(frozen=True, slots=True)
class CardMoney:
    """What a card of the billing board says about money, in minor units. Until it is invoiced ``amount`` is net and may
    grow (``is_so_far``: its work is not done); then it is the job's share of the invoice, tax included.

    ``draft_rest``: what the draft comes to beyond its jobs' amounts: discounts, lines of no job. ``overdue_after``: the
    end of the day on which it is due; None where nothing is owed.
    """

    amount: int
    currency: str
    is_so_far: bool = False
    invoice_id: int | None = None
    number: str | None = None
    jobs: int = 1
    draft_rest: int = 0
    due_on: date | None = None
    overdue_after: datetime | None = None
    balance: int = 0
    is_part_paid: bool = False
    settled: str | None = None
    difference: int | None = None


@dataclass(frozen=True, slots=True)
class JobCard:
    """One job on one board. ``wall_title`` is safe for a public screen; ``title`` may not be.

    ``rank`` orders a lane, smallest (oldest) first; ``paused_at`` is set while the state is paused;
    ``late_after`` is the moment from which a planned job that nobody started, or a running one past its
    planned end, counts as late (None: never).
    """

    id: int
    number: int
    title: str
    wall_title: str
    customer_id: int | None
    customer: str | None
    site: str | None
    town: str | None
    job_type: str | None
    state: State
    lane: Lane | None
    rank: int
    version: int
    priority: Priority
    technicians: tuple[Who, ...]
    planned_start: datetime | None
    planned_end: datetime | None
    time_zone: str
    running: tuple[Running, ...]
    paused_at: datetime | None
    pause_reason: str | None
    hold_reason: str | None
    worked_seconds: int
    needed: tuple[Needed, ...]
    late_after: datetime | None
    created_at: datetime
    state_since: datetime
    stopped_at: datetime | None
    flags: tuple[str, ...]
    money: CardMoney | None = None
    """Read for the billing board alone; no other board's card may show it."""

    @property
    def key(self) -> str:
        """The card's name on the wire and in the page."""
        return f"job-{self.id}"
