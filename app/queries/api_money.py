"""The money page as the API answers it. Amounts in minor units with their currency; days may be parts of days."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from app.queries.api_card import MoneyAnswer
from app.queries.money import AgeRow, Bucket, Figure, money_page
from app.queries.money_screen import money_list
from app.queries.waiting import waiting
from app.rules.ageing import Spread


class FigureAnswer(msgspec.Struct, frozen=True):
    """``oldest_days``: of what waits longest, since its stop or past its due date."""

    key: Bucket
    label: str
    is_without_tax: bool
    amount: MoneyAnswer
    count: int
    oldest_days: int | None


class AgeAnswer(msgspec.Struct, frozen=True):
    label: str
    amount: MoneyAnswer
    count: int


class SpreadAnswer(msgspec.Struct, frozen=True):
    """Days: the middle one, and the one that only a tenth exceed."""

    count: int
    median: float
    slowest_tenth: float


class WeekAnswer(msgspec.Struct, frozen=True):
    """``first``: its Monday."""

    first: date
    to_invoice: SpreadAnswer | None
    to_pay: SpreadAnswer | None


class CauseAnswer(msgspec.Struct, frozen=True):
    """``days``: the sum over all these jobs, ``by_job`` how long one of them waited."""

    key: str
    label: str
    days: float
    jobs: int
    by_job: SpreadAnswer | None


class FirstTimeAnswer(msgspec.Struct, frozen=True):
    """Of the ``jobs`` that were finished, how many one visit was enough for."""

    jobs: int
    at_first: int


class MoneyPageAnswer(msgspec.Struct, frozen=True):
    """``to_invoice``, ``to_pay``, ``causes`` and ``first_time`` are of the last 30 days, ``weeks`` the last twelve."""

    today: date
    buckets: list[FigureAnswer]
    unbilled_ages: list[AgeAnswer]
    open_ages: list[AgeAnswer]
    credit_on_account: MoneyAnswer
    to_invoice: SpreadAnswer | None
    to_pay: SpreadAnswer | None
    weeks: list[WeekAnswer]
    causes: list[CauseAnswer]
    first_time: FirstTimeAnswer


class MoneyItem(msgspec.Struct, frozen=True):
    """A job, an invoice or a payment behind a figure."""

    amount: MoneyAnswer
    words: str
    customer: str
    job_id: int | None
    invoice_id: int | None
    days: int | None
    since: date | None


class MoneyListAnswer(msgspec.Struct, frozen=True):
    """``amount`` is the sum of the whole list, not of this page of it."""

    label: str
    is_without_tax: bool
    amount: MoneyAnswer
    items: list[MoneyItem]
    next: str | None = None


def money_answer(session: Session, *, at: datetime) -> MoneyPageAnswer:
    page, times = money_page(session, at=at), waiting(session, at=at)
    return MoneyPageAnswer(
        today=page.today,
        buckets=[_figure(figure, page.currency) for figure in page.figures],
        unbilled_ages=_ages(page.unbilled_ages, page.currency),
        open_ages=_ages(page.open_ages, page.currency),
        credit_on_account=MoneyAnswer(page.credit_on_account, page.currency),
        to_invoice=_spread(times.to_invoice),
        to_pay=_spread(times.to_pay),
        weeks=[
            WeekAnswer(week.first, _spread(week.to_invoice), _spread(week.to_pay))
            for week in times.weeks
        ],
        causes=[
            CauseAnswer(
                cause.key, cause.label, cause.days, cause.by_job.count, _spread(cause.by_job)
            )
            for cause in times.causes
        ],
        first_time=FirstTimeAnswer(times.first_time.jobs, times.first_time.at_first),
    )


def money_items(session: Session, key: str, age: int | None, *, at: datetime) -> MoneyListAnswer:
    """The whole list behind a figure. Raises ``NotFound`` for a word that is none."""
    found = money_list(session, key, age, at=at)
    return MoneyListAnswer(
        label=found.label,
        is_without_tax=found.is_without_tax,
        amount=MoneyAnswer(found.amount, found.currency),
        items=[
            MoneyItem(
                MoneyAnswer(item.amount, found.currency),
                item.words,
                item.customer,
                item.job_id,
                item.invoice_id,
                item.days,
                item.since,
            )
            for item in found.items
        ],
    )


def _figure(figure: Figure, currency: str) -> FigureAnswer:
    return FigureAnswer(
        key=figure.bucket,
        label=figure.label,
        is_without_tax=figure.is_without_tax,
        amount=MoneyAnswer(figure.amount, currency),
        count=len(figure.items),
        oldest_days=figure.oldest,
    )


def _ages(rows: Iterable[AgeRow], currency: str) -> list[AgeAnswer]:
    return [AgeAnswer(row.age.label, MoneyAnswer(row.amount, currency), row.count) for row in rows]


def _spread(found: Spread | None) -> SpreadAnswer | None:
    return SpreadAnswer(found.count, found.median, found.slowest_tenth) if found else None
