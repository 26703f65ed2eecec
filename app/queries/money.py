"""The money page: what is earned, pending, invoiced, overdue and paid, each figure the sum of the list behind it.

Unbilled figures exclude tax, receivables and payments include it. An invoice over several jobs is split by largest
remainder, so the jobs' parts add up to the invoice.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models import (
    Customer,
    Invoice,
    InvoiceJob,
    InvoiceKind,
    InvoiceState,
    Job,
    Payment,
    PaymentKind,
    TimeEntry,
)
from app.models.invoice import IS_OPEN
from app.queries.billing import price_jobs
from app.queries.terms import house_of
from app.rules.ageing import OPEN_AGES, UNBILLED_AGES, Age, age_of, days_overdue, days_since
from app.rules.money import Money
from app.rules.numbering import day_of
from app.rules.states import RUNNING, State


class Bucket(StrEnum):
    """In the order of the page."""

    IN_PROGRESS = "in_progress"
    NEEDS_DETAILS = "needs_details"
    READY = "ready"
    BILLING = "billing"
    NOT_DUE = "not_due"
    OVERDUE = "overdue"
    PAID = "paid"
    """Received this month."""


LABELS: dict[Bucket, str] = {
    Bucket.IN_PROGRESS: "In progress",
    Bucket.NEEDS_DETAILS: "Needs details",
    Bucket.READY: "Ready to invoice",
    Bucket.BILLING: "Billing",
    Bucket.NOT_DUE: "Invoiced, not due",
    Bucket.OVERDUE: "Overdue",
    Bucket.PAID: "Paid this month",
}

WITHOUT_TAX = frozenset({Bucket.IN_PROGRESS, Bucket.NEEDS_DETAILS, Bucket.READY, Bucket.BILLING})

UNBILLED_STATES: dict[State, Bucket] = {
    **dict.fromkeys(RUNNING, Bucket.IN_PROGRESS),
    State.NEEDS_DETAILS: Bucket.NEEDS_DETAILS,
    State.READY: Bucket.READY,
}

BEGUN_BEFORE = (State.NEW, State.SCHEDULED, State.ON_HOLD)
"""Nobody is on these now; those on which somebody has worked (a return visit is to come) are in progress too."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list: a job, an invoice or a payment. ``days``: since the stop, or past the due date."""

    amount: Money
    words: str
    customer: str
    job_id: int | None = None
    invoice_id: int | None = None
    days: int | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """``amount`` is the sum of ``items``; ``oldest`` the days of the one that waits longest."""

    bucket: Bucket
    label: str
    is_without_tax: bool
    items: tuple[Item, ...]

    @property
    def amount(self) -> Money:
        return sum(item.amount for item in self.items)

    @property
    def oldest(self) -> int | None:
        return max((item.days for item in self.items if item.days is not None), default=None)


@dataclass(frozen=True, slots=True)
class AgeRow:
    age: Age
    amount: Money
    count: int


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """``credit_on_account``: what customers have paid too much; in no bucket, shown beside them."""

    currency: str
    today: date
    figures: tuple[Figure, ...]
    unbilled_ages: tuple[AgeRow, ...]
    open_ages: tuple[AgeRow, ...]
    credit_on_account: Money

    def figure(self, bucket: Bucket) -> Figure:
        return next(f for f in self.figures if f.bucket is bucket)


def money_page(session: Session, *, at: datetime) -> MoneyPage:
    """Everything but the times, which are ``queries.waiting``. Whoever calls has checked the right to see money."""
    house = house_of(session)
    today = day_of(at, house.zone)
    lists: defaultdict[Bucket, list[Item]] = defaultdict(list)
    _unbilled(session, lists, at)
    _drafts(session, lists)
    owed_too_little = _receivables(session, lists, today)
    _paid(session, lists, today)
    figures = tuple(
        Figure(bucket, LABELS[bucket], bucket in WITHOUT_TAX, tuple(lists[bucket]))
        for bucket in Bucket
    )
    unbilled = [i for b in (Bucket.NEEDS_DETAILS, Bucket.READY) for i in lists[b]]
    receivable = [i for b in (Bucket.NOT_DUE, Bucket.OVERDUE) for i in lists[b]]
    return MoneyPage(
        currency=house.currency,
        today=today,
        figures=figures,
        unbilled_ages=_aged(UNBILLED_AGES, unbilled),
        open_ages=_aged(OPEN_AGES, receivable),
        credit_on_account=owed_too_little,
    )


def _unbilled(session: Session, lists: defaultdict[Bucket, list[Item]], at: datetime) -> None:
    has_begun = exists().where(TimeEntry.job_id == Job.id, TimeEntry.voided_at.is_(None))
    # Two questions: joined by "or", PostgreSQL would read every time entry there is.
    shown = session.scalars(select(Job).where(Job.state.in_(list(UNBILLED_STATES))))
    begun = session.scalars(select(Job).where(Job.state.in_(BEGUN_BEFORE), has_begun))
    jobs = sorted([*shown, *begun], key=lambda job: (job.rank, job.id))
    prices, names = price_jobs(session, jobs), _customers(session, jobs)
    for job in jobs:
        lists[UNBILLED_STATES.get(job.state, Bucket.IN_PROGRESS)].append(
            Item(
                amount=prices[job.id].net,
                words=f"{job.number} {job.title}",
                customer=names.get(job.customer_id or 0, ""),
                job_id=job.id,
                days=days_since(job.stopped_at, at) if job.stopped_at else None,
            )
        )


def _customers(session: Session, jobs: Sequence[Job]) -> dict[int, str]:
    wanted = {job.customer_id for job in jobs if job.customer_id is not None}
    rows = session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(wanted)))
    return dict(iter(rows))


def _drafts(session: Session, lists: defaultdict[Bucket, list[Item]]) -> None:
    """Invoices and supplements that are not issued. A document's discount is the document's, not a job's."""
    rows = session.execute(
        select(Invoice.id, Invoice.net, Invoice.kind, Customer.name)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(Invoice.state == InvoiceState.DRAFT)
        .order_by(Invoice.id)
    )
    for invoice_id, net, kind, name in rows:
        words = "Draft" if kind is InvoiceKind.INVOICE else "Draft supplement"
        lists[Bucket.BILLING].append(Item(net, words, name, invoice_id=invoice_id))


def _receivables(session: Session, lists: defaultdict[Bucket, list[Item]], today: date) -> Money:
    """Open invoices into their buckets; answers the credit on account."""
    rows = session.execute(
        select(
            Invoice.id, Invoice.number, Invoice.balance, Invoice.due_on, Invoice.issued_on,
            Customer.name,
        )
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(
            Invoice.state != InvoiceState.DRAFT,
            Invoice.kind != InvoiceKind.CREDIT_NOTE,
            IS_OPEN,
        )
        .order_by(Invoice.due_on, Invoice.id)
    )  # fmt: skip
    on_account = 0
    for invoice_id, number, balance, due_on, issued_on, name in rows:
        if balance < 0:
            on_account -= balance
            continue
        days = days_overdue(due_on or issued_on or today, today)
        item = Item(balance, number or "", name, invoice_id=invoice_id, days=days, since=due_on)
        lists[Bucket.OVERDUE if days > 0 else Bucket.NOT_DUE].append(item)
    return on_account


def _paid(session: Session, lists: defaultdict[Bucket, list[Item]], today: date) -> None:
    rows = session.execute(
        select(Payment.amount, Payment.received_on, Invoice.id, Invoice.number, Customer.name)
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(
            Payment.kind == PaymentKind.PAYMENT,
            Payment.reversed_at.is_(None),
            Payment.received_on >= today.replace(day=1),
            Payment.received_on <= today,
        )
        .order_by(Payment.received_on, Payment.id)
    )
    for amount, received_on, invoice_id, number, name in rows:
        lists[Bucket.PAID].append(
            Item(amount, number or "", name, invoice_id=invoice_id, since=received_on)
        )


def _aged(ages: Sequence[Age], items: Sequence[Item]) -> tuple[AgeRow, ...]:
    """Each item in one row, so that the rows add up to the figures."""
    rows = {age: [item for item in items if age_of(ages, item.days or 0) is age] for age in ages}
    return tuple(
        AgeRow(age, sum(item.amount for item in theirs), len(theirs))
        for age, theirs in rows.items()
    )


def jobs_of_invoice(session: Session, invoice_id: int) -> dict[int, Money]:
    """Each job's part of an issued invoice's total, as frozen: they add up to it."""
    rows = session.execute(
        select(InvoiceJob.job_id, InvoiceJob.share).where(InvoiceJob.invoice_id == invoice_id)
    )
    return dict(iter(rows))
