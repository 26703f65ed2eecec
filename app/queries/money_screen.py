"""What the money page shows: its sentence, the figures with their lists, ages with their bars, days and causes. Every
figure is added up from the items of its list, so page and list cannot differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Payment, PaymentKind
from app.queries.first_time_fix import FirstTimeFix
from app.queries.money import AgeRow, Bucket, Figure, Item, MoneyPage, money_page
from app.queries.plots import Plot, plot
from app.queries.waiting import Cause, Waiting, Week, waiting
from app.rules.ageing import OPEN_AGES, UNBILLED_AGES, Age, Spread, age_of
from app.rules.dates import MONTHS, counted
from app.rules.money import Money, cash
from app.rules.refusal import NotFound
from app.rules.requirements import BY_CODE

EARNED = (Bucket.IN_PROGRESS, Bucket.NEEDS_DETAILS, Bucket.READY, Bucket.BILLING)
FINISHED = (Bucket.NEEDS_DETAILS, Bucket.READY)
OWED = (Bucket.NOT_DUE, Bucket.OVERDUE)

TOGETHER: dict[str, tuple[str, tuple[Bucket, ...]]] = {
    "earned": ("Earned, not invoiced", EARNED),
    "finished": ("Finished, not invoiced", FINISHED),
    "owed": ("Invoiced, not paid", OWED),
}
"""Lists of several buckets, by the word in their address."""

SHOWN = 4
"""Names beside a figure; the list behind it has all."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of an age table. ``share``: per cent of the largest. ``href`` None where there is nothing to list."""

    label: str
    count: str
    amount: Money
    share: int
    href: str | None
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class CauseRow:
    label: str
    lane: str
    who: str
    jobs: int
    median: str
    slowest: str
    days: str


@dataclass(frozen=True, slots=True)
class Days:
    """``weeks`` is the same as the plots, for the table beside them."""

    plot: Plot | None
    words: str
    pay_plot: Plot | None
    pay_words: str
    weeks: tuple[tuple[str, str, str, str], ...]
    median: str | None
    slowest: str | None
    to_pay: str | None
    count: str
    first_time: FirstTimeFix


@dataclass(frozen=True, slots=True)
class Lane:
    """A part of the bar over the causes."""

    key: str
    label: str
    days: str
    share: int


@dataclass(frozen=True, slots=True)
class MoneyScreen:
    page: MoneyPage
    say: tuple[str, str] | None
    """What is ready to invoice, and how long the oldest waits: empty where it was finished today. None: everything
    finished is invoiced."""
    earned: Money
    paid_than: str
    unbilled: tuple[Bar, ...]
    owed: tuple[Bar, ...]
    days: Days
    lanes: tuple[Lane, ...]
    causes: tuple[CauseRow, ...]

    def figure(self, key: str) -> Figure:
        return self.page.figure(Bucket(key))


def money_screen(session: Session, *, at: datetime) -> MoneyScreen:
    page, times = money_page(session, at=at), waiting(session, at=at)
    ready = page.figure(Bucket.READY)
    say = (cash(ready.amount, page.currency), counted(ready.oldest, "day") if ready.oldest else "")
    return MoneyScreen(
        page=page,
        say=say if ready.items else None,
        earned=sum(page.figure(bucket).amount for bucket in EARNED),
        paid_than=_than(session, page),
        unbilled=_bars(page.unbilled_ages, "job", "finished"),
        owed=_bars(page.open_ages, "invoice", "owed"),
        days=days_of(times),
        lanes=_lanes(times.causes),
        causes=tuple(_cause(cause) for cause in times.causes if not _is_whole(cause, times)),
    )


def _than(session: Session, page: MoneyPage) -> str:
    """Against the same days of the month before."""
    first = (page.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    last = min(page.today.day, (page.today.replace(day=1) - timedelta(days=1)).day)
    before = int(
        session.scalar(
            select(func.coalesce(func.sum(Payment.amount), 0)).where(
                Payment.kind == PaymentKind.PAYMENT,
                Payment.reversed_at.is_(None),
                Payment.received_on >= first,
                Payment.received_on <= first.replace(day=last),
            )
        )
        or 0
    )
    until = f"by {last} {MONTHS[first.month - 1]}"
    return than_words(page.figure(Bucket.PAID).amount, before, until, page.currency)


def than_words(paid: Money, before: Money, until: str, currency: str) -> str:
    """ "412.50 € more than by 24 Oct": nothing is no amount to be compared with."""
    if before == 0:
        return f"Nothing last month {until}" + ("" if paid else " either")
    if paid == before:
        return f"As much as {until}"
    word = "more" if paid > before else "less"
    return f"{cash(abs(paid - before), currency)} {word} than {until}"


def _bars(rows: Sequence[AgeRow], noun: str, key: str) -> tuple[Bar, ...]:
    largest = max((row.amount for row in rows), default=0)
    return tuple(
        Bar(
            row.age.label,
            counted(row.count, noun),
            row.amount,
            max(0, round(100 * row.amount / largest)) if largest > 0 else 0,
            f"/money/{key}?age={place}" if row.count else None,
            is_bad=key == "owed" and place > 0,
        )
        for place, row in enumerate(rows)
    )


def days_of(times: Waiting) -> Days:
    """The two plots with their words and the table beside them."""
    weeks = times.weeks
    names = [f"{week.first.day} {MONTHS[week.first.month - 1]}" for week in weeks]
    billed, paid = [week.to_invoice for week in weeks], [week.to_pay for week in weeks]
    return Days(
        plot=_plot(billed, names),
        words=_trend("Days to invoice", billed),
        pay_plot=_plot(paid, names),
        pay_words=_trend("Days to get paid", paid),
        weeks=tuple(_week(name, week) for name, week in zip(names, weeks, strict=True)),
        median=_one(times.to_invoice.median) if times.to_invoice else None,
        slowest=_one(times.to_invoice.slowest_tenth) if times.to_invoice else None,
        to_pay=_one(times.to_pay.median) if times.to_pay else None,
        count=f"{counted(times.to_invoice.count if times.to_invoice else 0, 'job')} and "
        f"{counted(times.to_pay.count if times.to_pay else 0, 'paid invoice')} in the last 30 days",
        first_time=times.first_time,
    )


def _week(name: str, week: Week) -> tuple[str, str, str, str]:
    billed, paid = week.to_invoice, week.to_pay
    return (
        name,
        _one(billed.median) if billed else "–",
        _one(billed.slowest_tenth) if billed else "–",
        _one(paid.median) if paid else "–",
    )


def _plot(spreads: Sequence[Spread | None], names: Sequence[str]) -> Plot | None:
    medians = [one.median if one else None for one in spreads]
    return plot(medians, [one.slowest_tenth if one else None for one in spreads], names)


def _trend(what: str, spreads: Sequence[Spread | None]) -> str:
    """The plot in words, for those who do not see it."""
    there = [one for one in spreads if one is not None]
    if len(there) < 2:
        return f"{what} by week: not enough invoices for a line yet."
    first, last = there[0], there[-1]
    return (
        f"{what} by week: the median went from {_one(first.median)} to {_one(last.median)}, "
        f"the slowest tenth from {_one(first.slowest_tenth)} to {_one(last.slowest_tenth)}."
    )


def _one(days: float) -> str:
    return f"{days:,.1f}"


def _lanes(causes: Sequence[Cause]) -> tuple[Lane, ...]:
    """Needs details, Ready, Billing. Items missing at one time each count it; the lane counts them as they are told."""
    sums = dict.fromkeys(("needs_details", "ready", "billing"), 0.0)
    for cause in causes:
        sums[cause.key.partition(":")[0]] += cause.days
    whole = sum(sums.values())
    if whole <= 0:
        return ()
    labels = {"needs_details": "Needs details", "ready": "Ready to invoice", "billing": "Billing"}
    return tuple(
        Lane(key, labels[key], f"{days:,.0f}", max(1, round(100 * days / whole)))
        for key, days in sums.items()
        if days > 0
    )


def _is_whole(cause: Cause, times: Waiting) -> bool:
    """Needs details without an item, where the items are told."""
    return cause.key == "needs_details" and any(":" in other.key for other in times.causes)


def _cause(cause: Cause) -> CauseRow:
    state, _, code = cause.key.partition(":")
    if state == "ready":
        words, lane, who = "Nothing missing, nobody pressed Move", "Ready to invoice", "Office"
    elif state == "billing":
        words, lane, who = "On a draft", "Billing", "Office"
    else:
        item = BY_CODE.get(code)
        words, lane = item.name if item else "Details", "Needs details"
        who = str(item.owner).capitalize() if item else "Office"
    one = cause.by_job
    return CauseRow(
        words,
        lane,
        who,
        one.count,
        _one(one.median),
        _one(one.slowest_tenth),
        _one(cause.days),
    )


# --- the lists behind the figures


@dataclass(frozen=True, slots=True)
class MoneyList:
    """``items`` add up to ``amount``. ``key``: the word in its address."""

    key: str
    label: str
    is_without_tax: bool
    items: tuple[Item, ...]
    currency: str
    today: date
    days_are: str

    @property
    def amount(self) -> Money:
        return sum(item.amount for item in self.items)


def money_list(session: Session, key: str, age: int | None, *, at: datetime) -> MoneyList:
    """The list behind one figure, or behind one row of its ages. Raises ``NotFound`` for a word that is none."""
    page = money_page(session, at=at)
    label, buckets = _asked(page, key)
    items = tuple(item for bucket in buckets for item in page.figure(bucket).items)
    if age is not None:
        chosen = _age(key, age)
        ages = OPEN_AGES if key == "owed" else UNBILLED_AGES
        items = tuple(item for item in items if age_of(ages, item.days or 0) is chosen)
        label = f"{label}: {chosen.label[0].lower()}{chosen.label[1:]}"
    without = buckets[0] not in (*OWED, Bucket.PAID)
    days_are = "Overdue" if buckets[0] in OWED else "Waits"
    return MoneyList(key, label, without, items, page.currency, page.today, days_are)


def _asked(page: MoneyPage, key: str) -> tuple[str, tuple[Bucket, ...]]:
    if key in TOGETHER:
        return TOGETHER[key]
    try:
        bucket = Bucket(key)
    except ValueError:
        raise NotFound from None
    return page.figure(bucket).label, (bucket,)


def _age(key: str, age: int) -> Age:
    ages = OPEN_AGES if key == "owed" else UNBILLED_AGES
    if key not in ("owed", "finished") or not 0 <= age < len(ages):
        raise NotFound
    return ages[age]
