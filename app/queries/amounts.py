"""What cards and job pages say about money, to those who may see it: the amount so far, on the draft, or as invoiced.

All in one go for a whole board, and only from what was pressed: time alone changes no card.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Invoice, InvoiceJob, InvoiceKind, InvoiceLine, InvoiceState, Job
from app.queries.billing import price_jobs
from app.queries.jobs import company_of
from app.rules.invoice import Line
from app.rules.money import Money, split
from app.rules.states import IN_BILLING, State


@dataclass(frozen=True, slots=True)
class JobAmount:
    """``net`` excludes tax. ``is_complete``: everything has a price. ``open``: this job's part of what is owed on its
    invoice, with tax. ``difference``: not billed yet (above zero) or to credit (below), unless it was dismissed."""

    job_id: int
    currency: str
    net: Money
    is_complete: bool = True
    invoice_id: int | None = None
    invoice_number: str | None = None
    due_on: date | None = None
    draft_needs_look: bool = False
    total: Money | None = None
    open: Money | None = None
    difference: Money | None = None
    supplement_id: int | None = None
    """A supplement that is being drafted."""


@dataclass(frozen=True, slots=True)
class JobBill:
    """The job page's bill: lines of the draft-in-the-making, and what has no price yet, in words."""

    lines: tuple[Line, ...]
    unpriced: tuple[str, ...]
    net: Money
    currency: str


def bill_of(session: Session, job: Job) -> JobBill:
    """What the job costs as things stand."""
    priced = price_jobs(session, [job])[job.id]
    return JobBill(
        tuple(charge.line for charge in priced.charges),
        priced.unpriced,
        priced.net,
        company_of(session).currency,
    )


def amounts_of(session: Session, job_ids: Collection[int]) -> dict[int, JobAmount]:
    """By job id. Closed jobs without an invoice have none."""
    if not job_ids:
        return {}
    jobs = session.scalars(select(Job).where(Job.id.in_(job_ids))).all()
    currency = company_of(session).currency
    unbilled = [job for job in jobs if job.state not in IN_BILLING and not _is_shut(job)]
    prices = price_jobs(session, unbilled)
    found = {
        job.id: JobAmount(job.id, currency, prices[job.id].net, not prices[job.id].unpriced)
        for job in unbilled
    }
    return found | _billed(session, [job for job in jobs if job.state in IN_BILLING])


def _is_shut(job: Job) -> bool:
    return job.state in (State.NOT_BILLABLE, State.CANCELLED)


def _billed(session: Session, jobs: Sequence[Job]) -> dict[int, JobAmount]:
    if not jobs:
        return {}
    places = session.execute(
        select(InvoiceJob, Invoice)
        .join(Invoice, Invoice.id == InvoiceJob.invoice_id)
        .where(
            InvoiceJob.job_id.in_([job.id for job in jobs]),
            Invoice.kind != InvoiceKind.CREDIT_NOTE,
            Invoice.state != InvoiceState.CREDITED,
        )
        .order_by(Invoice.id)
    )
    by_job: defaultdict[int, list[tuple[InvoiceJob, Invoice]]] = defaultdict(list)
    for place, invoice in places:
        by_job[place.job_id].append((place, invoice))
    invoices = {i.id for rows in by_job.values() for _, i in rows}
    flagged, shares = _flagged(session, invoices), open_shares(session, invoices)
    return {
        job.id: _amount(job, by_job[job.id], flagged, shares) for job in jobs if job.id in by_job
    }


def _amount(
    job: Job,
    rows: Sequence[tuple[InvoiceJob, Invoice]],
    flagged: Collection[int],
    shares: dict[tuple[int, int], Money],
) -> JobAmount:
    issued = [(p, i) for p, i in rows if i.state is InvoiceState.ISSUED]
    drafts = [i for _, i in rows if i.state is InvoiceState.DRAFT]
    shown = issued or list(rows)
    main = next((i for _, i in shown if i.kind is InvoiceKind.INVOICE), shown[0][1])
    is_seen = job.difference is not None and job.difference != job.difference_dismissed
    return JobAmount(
        job_id=job.id,
        currency=main.currency,
        net=sum(place.net for place, _ in shown),
        invoice_id=main.id,
        invoice_number=main.number,
        due_on=main.due_on,
        draft_needs_look=any(i.id in flagged for i in drafts),
        total=sum(place.share for place, _ in issued) if issued else None,
        open=sum(shares.get((i.id, job.id), 0) for _, i in issued) if issued else None,
        difference=job.difference if is_seen else None,
        supplement_id=next((i.id for i in drafts if i.kind is InvoiceKind.SUPPLEMENT), None),
    )


def _flagged(session: Session, invoice_ids: Collection[int]) -> set[int]:
    return set(
        session.scalars(
            select(InvoiceLine.invoice_id).where(
                InvoiceLine.invoice_id.in_(invoice_ids), InvoiceLine.needs_look
            )
        )
    )


def open_shares(session: Session, invoice_ids: Collection[int]) -> dict[tuple[int, int], Money]:
    """By (invoice, job): each job's part of what is owed, by largest remainder, so that the parts add up."""
    rows = session.execute(
        select(InvoiceJob.invoice_id, InvoiceJob.job_id, InvoiceJob.share, Invoice.balance)
        .join(Invoice, Invoice.id == InvoiceJob.invoice_id)
        .where(InvoiceJob.invoice_id.in_(invoice_ids), Invoice.state == InvoiceState.ISSUED)
        .order_by(InvoiceJob.invoice_id, InvoiceJob.position, InvoiceJob.id)
    )
    by_invoice: defaultdict[int, list[tuple[int, Money, Money]]] = defaultdict(list)
    for invoice_id, job_id, share, balance in rows:
        by_invoice[invoice_id].append((job_id, share, balance))
    return {
        (invoice_id, job_id): part
        for invoice_id, places in by_invoice.items()
        for (job_id, _, _), part in zip(
            places, split(places[0][2], [max(s, 0) for _, s, _ in places]), strict=True
        )
    }
