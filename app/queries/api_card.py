"""The job card as programs see it: in answers of the API, on ``/board``, and in the live messages of ``view=json``.

The names are promised (docs/api.md). Fields are added, never renamed or taken away.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from app.queries.cards import JobCard, Needed, Running
from app.rules.states import Activity, Lane, Priority, State


class PersonName(msgspec.Struct, frozen=True):
    id: int
    name: str


class Window(msgspec.Struct, frozen=True):
    """The planned visit to come, or the last one."""

    starts_at: datetime
    ends_at: datetime


class RunningClock(msgspec.Struct, frozen=True):
    """One open time entry."""

    person_id: int
    activity: Activity
    started_at: datetime


class StillNeeded(msgspec.Struct, frozen=True):
    """One thing that is missing before the job is ready. ``owner``: "technician" or "office"."""

    code: str
    ask: str
    owner: str


class MoneyAnswer(msgspec.Struct, frozen=True):
    """``amount`` in minor units (cents)."""

    amount: int
    currency: str


class ApiCard(msgspec.Struct, frozen=True, kw_only=True):
    """One job in short. ``worked_seconds`` counts closed work entries only; ``lane`` null: off the board."""

    id: int
    number: int
    title: str
    customer: str | None
    site: str | None
    lane: Lane | None
    state: State
    rank: int
    version: int
    priority: Priority
    technicians: list[PersonName]
    visit: Window | None
    running: list[RunningClock]
    worked_seconds: int
    still_needed: list[StillNeeded]
    stopped_at: datetime | None
    flags: list[str]
    amount: MoneyAnswer | msgspec.UnsetType = msgspec.UNSET
    """Absent for those who may not see money, and where nothing is to be billed."""


def api_card(card: JobCard, *, with_money: bool = False) -> ApiCard:
    """The card for programs: the same moments and words as on the boards."""
    money = card.money if with_money else None
    return ApiCard(
        id=card.id,
        number=card.number,
        title=card.title,
        customer=card.customer,
        site=", ".join(part for part in (card.site, card.town) if part) or None,
        lane=card.lane,
        state=card.state,
        rank=card.rank,
        version=card.version,
        priority=card.priority,
        technicians=[PersonName(who.id, who.name) for who in card.technicians],
        visit=window(card.planned_start, card.planned_end),
        running=running_clocks(card.running),
        worked_seconds=card.worked_seconds,
        still_needed=still_needed(card.needed),
        stopped_at=card.stopped_at,
        flags=list(card.flags),
        amount=MoneyAnswer(money.amount, money.currency) if money else msgspec.UNSET,
    )


def window(starts_at: datetime | None, ends_at: datetime | None) -> Window | None:
    """None unless both ends are known."""
    return Window(starts_at, ends_at) if starts_at and ends_at else None


def running_clocks(running: Iterable[Running]) -> list[RunningClock]:
    return [RunningClock(one.person.id, one.activity, one.started_at) for one in running]


def still_needed(needed: Iterable[Needed]) -> list[StillNeeded]:
    return [StillNeeded(one.code, one.ask, one.owner) for one in needed]
