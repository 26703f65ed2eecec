"""Invoices for screens and the API, and which invoice a verb on a card means."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Customer,
    Invoice,
    InvoiceFile,
    InvoiceJob,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Job,
    LineSource,
    Payment,
    PaymentKind,
)
from app.queries.drafts import draft_place, lines_on, places_on
from app.rules.invoice import Allowance, Tax, TaxGroup, Totals
from app.rules.money import Money, plain, round_half_away
from app.rules.pricing import Source
from app.rules.refusal import NotFound, Refusal
from app.rules.states import REFUSALS, Verb, why_not

Settled = Literal["paid", "credited", "written_off"]


@dataclass(frozen=True, slots=True)
class LineRow:
    id: int
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    price_per: Decimal
    net: Money
    tax: Tax
    job_id: int | None
    supplied_on: date | None
    entry_ids: tuple[int, ...]
    part_ids: tuple[int, ...]
    is_edited: bool
    needs_look: bool
    computed_net: Money | None
    """What the rules say now, where a person has changed the line."""
    is_by_hand: bool

    @property
    def unit_price_of_one(self) -> Decimal:
        """What a form shows; a price for 60 minutes becomes one for a minute, as exactly as it can be typed."""
        if self.price_per == 1:
            return self.unit_price
        return round_half_away(self.unit_price / self.price_per, 4)


@dataclass(frozen=True, slots=True)
class JobOnInvoice:
    id: int
    number: int
    title: str
    site: str
    supplied_from: date | None
    supplied_to: date | None
    net: Money
    share: Money


@dataclass(frozen=True, slots=True)
class PaymentRow:
    id: int
    kind: PaymentKind
    amount: Money
    method: str
    received_on: date
    reference: str
    by_id: int
    at: datetime
    is_reversed: bool
    reverse_reason: str | None


@dataclass(frozen=True, slots=True)
class InvoiceLink:
    """Another document that belongs to this one."""

    id: int
    number: str | None
    kind: InvoiceKind
    total: Money


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice with everything a screen or the API shows of it. ``balance`` below zero: credit on account."""

    id: int
    number: str | None
    kind: InvoiceKind
    state: InvoiceState
    settled: Settled | None
    version: int
    customer_id: int
    customer: str
    currency: str
    created_at: datetime
    issued_at: datetime | None
    issued_on: date | None
    due_on: date | None
    refers_to: InvoiceLink | None
    related: tuple[InvoiceLink, ...]
    reason: str
    reference: str | None
    terms: str
    lines: tuple[LineRow, ...]
    jobs: tuple[JobOnInvoice, ...]
    allowances: tuple[Allowance, ...]
    groups: tuple[TaxGroup, ...]
    totals: Totals
    discount_reason: str | None
    discount_per_cent: Decimal | None
    discount_amount: Money | None
    payments: tuple[PaymentRow, ...]
    paid: Money
    credited: Money
    written_off: Money
    balance: Money
    pdf_sha256: str | None

    @property
    def needs_look(self) -> bool:
        """A hand-edited line whose facts have changed since."""
        return any(line.needs_look for line in self.lines)


def invoice_row(session: Session, invoice_id: int) -> InvoiceRow:
    """Raises ``NotFound``. Whoever calls has checked the right to see money."""
    invoice = session.get(Invoice, invoice_id, populate_existing=True)
    if invoice is None:
        raise NotFound
    rows = lines_on(session, invoice_id)
    payments = _payments(session, invoice_id)
    related = _related(session, invoice)
    paid, written_off = (
        counted(payments, PaymentKind.PAYMENT),
        counted(payments, PaymentKind.WRITE_OFF),
    )
    credited = sum(r.total for r in related if r.kind is InvoiceKind.CREDIT_NOTE and r.number)
    payer = session.get(Customer, invoice.customer_id)
    return InvoiceRow(
        id=invoice.id,
        number=invoice.number,
        kind=invoice.kind,
        state=invoice.state,
        settled=settled_as(invoice, credited=credited, written_off=written_off),
        version=invoice.version,
        customer_id=invoice.customer_id,
        customer=invoice.buyer.get("name") or (payer.name if payer else ""),
        currency=invoice.currency,
        created_at=invoice.created_at,
        issued_at=invoice.issued_at,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        refers_to=_original(session, invoice),
        related=related,
        reason=invoice.reason,
        reference=invoice.reference,
        terms=invoice.terms,
        lines=_lines(session, rows),
        jobs=tuple(_job(place) for place in places_on(session, invoice_id)),
        allowances=tuple(allowance_of(a) for a in invoice.allowances),
        groups=tuple(group_of(g) for g in invoice.tax_groups),
        totals=totals_of(invoice),
        discount_reason=invoice.discount_reason,
        discount_per_cent=invoice.discount_per_cent,
        discount_amount=invoice.discount_amount,
        payments=payments,
        paid=paid,
        credited=credited,
        written_off=written_off,
        balance=invoice.balance,
        pdf_sha256=session.scalar(
            select(InvoiceFile.sha256).where(
                InvoiceFile.invoice_id == invoice_id, InvoiceFile.kind == "pdf"
            )
        ),
    )


def counted(payments: Sequence[PaymentRow], kind: PaymentKind) -> Money:
    return sum(p.amount for p in payments if p.kind is kind and not p.is_reversed)


def settled_as(invoice: Invoice, *, credited: Money, written_off: Money) -> Settled | None:
    """How it came to nothing being owed; None while something is, and for drafts and credit notes."""
    if (
        invoice.state is InvoiceState.DRAFT
        or invoice.kind is InvoiceKind.CREDIT_NOTE
        or invoice.balance > 0
    ):
        return None
    if written_off:
        return "written_off"
    return "credited" if credited and credited >= invoice.total else "paid"


def totals_of(invoice: Invoice) -> Totals:
    return Totals(
        invoice.line_sum,
        invoice.line_sum - invoice.net,
        invoice.net,
        invoice.tax,
        invoice.total,
    )


def invoice_on(session: Session, job: Job, verb: Verb) -> int:
    """The id of the invoice that a verb on this job's card means: its draft, or the invoice it was billed on. Raises
    ``Refusal`` with the sentence of the table of states where the verb may not follow."""
    if key := why_not(verb, job.state):
        raise Refusal(key, REFUSALS[key])
    if verb in (Verb.ISSUE, Verb.TAKE_BACK):
        place = draft_place(session, job.id)
        if place is not None:
            return place.invoice_id
        raise Refusal("on_no_draft", REFUSALS["on_no_draft"])
    found = main_invoice(session, job.id)
    if found is None:
        raise Refusal("not_invoiced", REFUSALS["not_invoiced"])
    return found.id


def main_invoice(session: Session, job_id: int) -> Invoice | None:
    """The issued invoice (no supplement) on which the job stands and which was not credited."""
    return session.scalars(
        select(Invoice)
        .join(InvoiceJob, InvoiceJob.invoice_id == Invoice.id)
        .where(
            InvoiceJob.job_id == job_id,
            Invoice.kind == InvoiceKind.INVOICE,
            Invoice.state == InvoiceState.ISSUED,
        )
        .order_by(Invoice.id.desc())
        .limit(1)
    ).one_or_none()


def invoices_of_job(session: Session, job_id: int) -> Sequence[InvoiceLink]:
    """Every document on which the job stands, oldest first."""
    rows = session.execute(
        select(Invoice.id, Invoice.number, Invoice.kind, Invoice.total)
        .join(InvoiceJob, InvoiceJob.invoice_id == Invoice.id)
        .where(InvoiceJob.job_id == job_id)
        .order_by(Invoice.id)
    )
    return [InvoiceLink(*row) for row in rows]


def _related(session: Session, invoice: Invoice) -> tuple[InvoiceLink, ...]:
    rows = session.execute(
        select(Invoice.id, Invoice.number, Invoice.kind, Invoice.total)
        .where(Invoice.refers_to_id == invoice.id)
        .order_by(Invoice.id)
    )
    return tuple(InvoiceLink(*row) for row in rows)


def _original(session: Session, invoice: Invoice) -> InvoiceLink | None:
    row = session.get(Invoice, invoice.refers_to_id) if invoice.refers_to_id else None
    return InvoiceLink(row.id, row.number, row.kind, row.total) if row else None


def _payments(session: Session, invoice_id: int) -> tuple[PaymentRow, ...]:
    rows = session.scalars(
        select(Payment).where(Payment.invoice_id == invoice_id).order_by(Payment.id)
    )
    return tuple(
        PaymentRow(
            id=row.id,
            kind=row.kind,
            amount=row.amount,
            method=row.method,
            received_on=row.received_on,
            reference=row.reference,
            by_id=row.by_id,
            at=row.at,
            is_reversed=row.reversed_at is not None,
            reverse_reason=row.reverse_reason,
        )
        for row in rows
    )


def _lines(session: Session, rows: Sequence[InvoiceLine]) -> tuple[LineRow, ...]:
    sources = _sources(session, [row.id for row in rows])
    return tuple(
        LineRow(
            id=row.id,
            description=row.description,
            quantity=row.quantity,
            unit=row.unit,
            unit_price=row.unit_price,
            price_per=row.price_per,
            net=row.net,
            tax=Tax(row.tax_category, row.tax_rate),
            job_id=row.job_id,
            supplied_on=row.supplied_on,
            entry_ids=tuple(sources[row.id, Source.ENTRY]),
            part_ids=tuple(sources[row.id, Source.PART]),
            is_edited=row.is_edited,
            needs_look=row.needs_look,
            computed_net=row.computed_net,
            is_by_hand=row.key is None,
        )
        for row in rows
    )


def _sources(
    session: Session, line_ids: Collection[int]
) -> defaultdict[tuple[int, Source], list[int]]:
    found: defaultdict[tuple[int, Source], list[int]] = defaultdict(list)
    query = (
        select(LineSource.line_id, LineSource.kind, LineSource.source_id)
        .where(LineSource.line_id.in_(line_ids))
        .order_by(LineSource.id)
    )
    for line_id, kind, source_id in session.execute(query):
        found[line_id, kind].append(source_id)
    return found


def _job(place: InvoiceJob) -> JobOnInvoice:
    return JobOnInvoice(
        id=place.job_id,
        number=place.number,
        title=place.title,
        site=place.site,
        supplied_from=place.supplied_from,
        supplied_to=place.supplied_to,
        net=place.net,
        share=place.share,
    )


def _tax(kept: Mapping[str, Any]) -> Tax:
    return Tax(kept["category"], Decimal(kept["rate"]))


def allowance_of(kept: Mapping[str, Any]) -> Allowance:
    return Allowance(kept["reason"], _tax(kept["tax"]), kept["amount"])


def group_of(kept: Mapping[str, Any]) -> TaxGroup:
    return TaxGroup(_tax(kept["tax"]), kept["base"], kept["tax_amount"], kept["reason"])


def difference_words(invoice: Invoice, version: int) -> str:
    """ "412.50 EUR then, 437.50 EUR now": what changed since somebody looked at ``version``."""
    then = next((seen for seen in invoice.trail if seen["version"] == version), None)
    now = f"{plain(invoice.total, invoice.currency)} {invoice.currency} now"
    if then is None:
        return now
    return f"{plain(then['total'], invoice.currency)} {invoice.currency} then, {now}"
