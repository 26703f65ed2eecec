"""The amounts on the billing board's cards, for a whole board in a handful of queries.

Nothing here depends on the present moment: what is due is a day, and the browser counts.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.models import Invoice, InvoiceJob, InvoiceKind, InvoiceState, Job, Payment, PaymentKind
from app.queries.billing import price_jobs
from app.queries.cards import CardMoney
from app.queries.invoices import settled_as
from app.queries.terms import House, house_of
from app.rules.states import FINISHED, RUNNING, State

PRICED = RUNNING | FINISHED
"""Not billed yet, and shown with what they have come to."""


def money_on(session: Session, jobs: Sequence[Job]) -> dict[int, CardMoney]:
    """By job id; jobs that no amount belongs to are left out."""
    wanted = [job for job in jobs if job.state in PRICED]
    billed = [job for job in jobs if job.state in (State.BILLING, State.INVOICED, State.PAID)]
    if not wanted and not billed:
        return {}
    house = house_of(session)
    prices = price_jobs(session, wanted)
    found = {
        job.id: CardMoney(
            amount=prices[job.id].net,
            currency=house.currency,
            is_so_far=job.state is not State.READY,
        )
        for job in wanted
    }
    return found | _billed(session, billed, house)


def shown_amount(session: Session, job: Job) -> int | None:
    """What the job's card says it comes to."""
    money = money_on(session, [job]).get(job.id)
    return money.amount if money else None


def _billed(session: Session, jobs: Sequence[Job], house: House) -> dict[int, CardMoney]:
    if not jobs:
        return {}
    by_id = {job.id: job for job in jobs}
    rows = session.execute(
        select(InvoiceJob, Invoice)
        .join(Invoice, Invoice.id == InvoiceJob.invoice_id)
        .where(
            InvoiceJob.job_id.in_(by_id),
            Invoice.kind == InvoiceKind.INVOICE,
            Invoice.state != InvoiceState.CREDITED,
        )
        .order_by(Invoice.id)
    ).all()
    sums = _sums(session, {invoice.id for _, invoice in rows})
    found: dict[int, CardMoney] = {}
    for place, invoice in rows:
        job = by_id[place.job_id]
        if (invoice.state is InvoiceState.DRAFT) != (job.state is State.BILLING):
            continue
        money = CardMoney(
            amount=place.net if invoice.state is InvoiceState.DRAFT else place.share,
            currency=invoice.currency,
            invoice_id=invoice.id,
            number=invoice.number,
            jobs=sums.jobs.get(invoice.id, 1),
            draft_rest=invoice.net - sums.nets.get(invoice.id, 0) if invoice.number is None else 0,
        )
        found[job.id] = money if invoice.number is None else _owed(money, job, invoice, sums, house)
    return found


def _owed(money: CardMoney, job: Job, invoice: Invoice, sums: "_Sums", house: House) -> CardMoney:
    owes = invoice.balance > 0
    differs = job.difference if job.difference != job.difference_dismissed else None
    return replace(
        money,
        due_on=invoice.due_on,
        overdue_after=_day_after(invoice.due_on, house.zone) if owes and invoice.due_on else None,
        balance=invoice.balance,
        is_part_paid=owes and invoice.balance < invoice.total,
        settled=settled_as(
            invoice,
            credited=sums.credited.get(invoice.id, 0),
            written_off=sums.written_off.get(invoice.id, 0),
        ),
        difference=differs,
    )


def _day_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)


@dataclass(frozen=True, slots=True)
class _Sums:
    """By invoice."""

    jobs: dict[int, int]
    nets: dict[int, int]
    credited: dict[int, int]
    written_off: dict[int, int]


def _sums(session: Session, ids: Collection[int]) -> _Sums:
    if not ids:
        return _Sums({}, {}, {}, {})
    note = aliased(Invoice)
    jobs = session.execute(
        select(InvoiceJob.invoice_id, func.count(), func.sum(InvoiceJob.net))
        .where(InvoiceJob.invoice_id.in_(ids))
        .group_by(InvoiceJob.invoice_id)
    ).all()
    credited = session.execute(
        select(note.refers_to_id, func.sum(note.total))
        .where(
            note.refers_to_id.in_(ids),
            note.kind == InvoiceKind.CREDIT_NOTE,
            note.state != InvoiceState.DRAFT,
        )
        .group_by(note.refers_to_id)
    )
    written_off = session.execute(
        select(Payment.invoice_id, func.sum(Payment.amount))
        .where(
            Payment.invoice_id.in_(ids),
            Payment.kind == PaymentKind.WRITE_OFF,
            Payment.reversed_at.is_(None),
        )
        .group_by(Payment.invoice_id)
    )
    return _Sums(
        {key: int(many) for key, many, _ in jobs},
        {key: int(net) for key, _, net in jobs},
        {key: int(total) for key, total in credited if key is not None},
        {key: int(total) for key, total in written_off},
    )
