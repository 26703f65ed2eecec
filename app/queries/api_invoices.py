"""Invoices as the API answers them. Totals in minor units of ``currency``, unit prices and quantities as decimals."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec
from sqlalchemy.orm import Session

from app.models import Invoice, InvoiceKind, InvoiceState, PaymentKind
from app.queries.board import head
from app.queries.draft_photos import photos_of
from app.queries.invoice_page import list_invoices
from app.queries.invoices import InvoiceRow, LineRow, invoice_row
from app.rules.refusal import NotFound


class TaxAnswer(msgspec.Struct, frozen=True):
    category: str
    rate: str


class LineAnswer(msgspec.Struct, frozen=True):
    """``net`` is quantity × unit price ÷ ``price_per``, rounded once."""

    id: int
    description: str
    quantity: str
    unit: str
    unit_price: str
    price_per: str
    net: int
    tax: TaxAnswer
    job_id: int | None
    entry_ids: list[int]
    part_ids: list[int]
    needs_look: bool


class TaxGroupAnswer(msgspec.Struct, frozen=True):
    category: str
    rate: str
    base: int
    tax: int


class PaymentAnswer(msgspec.Struct, frozen=True):
    id: int
    kind: PaymentKind
    amount: int
    method: str
    received_on: date
    reference: str
    is_reversed: bool


class PhotoOnInvoice(msgspec.Struct, frozen=True):
    """Of a draft those of its jobs, chosen or not; of an issued one those on it, without an id."""

    id: int | None
    caption: str
    is_chosen: bool


class InvoiceAnswer(msgspec.Struct, frozen=True):
    """``balance`` below zero: the customer's credit on account."""

    id: int
    number: str | None
    state: InvoiceState
    settled: Literal["paid", "credited", "written_off"] | None
    kind: InvoiceKind
    version: int
    customer_id: int
    customer: str
    currency: str
    refers_to_id: int | None
    issued_at: datetime | None
    issued_on: date | None
    due_on: date | None
    job_ids: list[int]
    lines: list[LineAnswer]
    tax_groups: list[TaxGroupAnswer]
    discounts: int
    net: int
    tax: int
    total: int
    paid: int
    balance: int
    payments: list[PaymentAnswer]
    photos: list[PhotoOnInvoice]
    pdf_sha256: str | None


class InvoiceInShort(msgspec.Struct, frozen=True):
    """One row of the list."""

    id: int
    number: str | None
    kind: InvoiceKind
    state: InvoiceState
    customer: str
    currency: str
    issued_on: date | None
    due_on: date | None
    total: int
    balance: int


class InvoiceReply(msgspec.Struct, frozen=True):
    """What a verb answers. ``invoice`` null: the draft is gone. ``made_id``: the line, payment or credit note made."""

    invoice: InvoiceAnswer | None
    epoch: str
    seq: int | None
    made_id: int | None = None


class DraftsReply(msgspec.Struct, frozen=True):
    invoices: list[InvoiceAnswer]
    epoch: str
    seq: int | None


def invoice_answer(session: Session, invoice_id: int) -> InvoiceAnswer:
    return _answer(invoice_row(session, invoice_id), _photos(session, invoice_id))


def _photos(session: Session, invoice_id: int) -> list[PhotoOnInvoice]:
    invoice = session.get_one(Invoice, invoice_id)
    if invoice.state is not InvoiceState.DRAFT:
        return [PhotoOnInvoice(None, one["caption"], True) for one in invoice.photos]
    offered = photos_of(session, invoice)
    return [PhotoOnInvoice(one.id, one.caption, one.is_chosen) for one in offered]


def invoice_reply(
    session: Session, invoice_id: int, *, epoch: str | None, seq: int | None, made_id: int | None
) -> InvoiceReply:
    try:
        found = invoice_answer(session, invoice_id)
    except NotFound:
        found = None
    return InvoiceReply(found, epoch or head(session).epoch, seq, made_id)


def drafts_reply(
    session: Session, invoice_ids: Sequence[int], *, epoch: str | None, seq: int | None
) -> DraftsReply:
    """Those that are still there, as they are now."""
    found = []
    for invoice_id in invoice_ids:
        try:
            found.append(invoice_answer(session, invoice_id))
        except NotFound:
            continue
    return DraftsReply(found, epoch or head(session).epoch, seq)


def invoices_page(
    session: Session, *, at: datetime, state: str, q: str, before_id: int | None, limit: int
) -> list[InvoiceInShort]:
    rows = list_invoices(session, at=at, state=state, q=q, before_id=before_id, limit=limit)
    return [
        InvoiceInShort(
            id=row.id,
            number=row.number,
            kind=row.kind,
            state=row.state,
            customer=row.customer,
            currency=row.currency,
            issued_on=row.issued_on,
            due_on=row.due_on,
            total=row.total,
            balance=row.balance,
        )
        for row in rows
    ]


def _answer(row: InvoiceRow, photos: list[PhotoOnInvoice]) -> InvoiceAnswer:
    return InvoiceAnswer(
        id=row.id,
        number=row.number,
        state=row.state,
        settled=row.settled,
        kind=row.kind,
        version=row.version,
        customer_id=row.customer_id,
        customer=row.customer,
        currency=row.currency,
        refers_to_id=row.refers_to.id if row.refers_to else None,
        issued_at=row.issued_at,
        issued_on=row.issued_on,
        due_on=row.due_on,
        job_ids=[job.id for job in row.jobs],
        lines=[_line(line) for line in row.lines],
        tax_groups=[
            TaxGroupAnswer(g.tax.category, _plain(g.tax.rate), g.base, g.tax_amount)
            for g in row.groups
        ],
        discounts=row.totals.allowances,
        net=row.totals.net,
        tax=row.totals.tax,
        total=row.totals.total,
        paid=row.paid,
        balance=row.balance,
        payments=[
            PaymentAnswer(
                p.id, p.kind, p.amount, p.method, p.received_on, p.reference, p.is_reversed
            )
            for p in row.payments
        ],
        photos=photos,
        pdf_sha256=row.pdf_sha256,
    )


def _line(line: LineRow) -> LineAnswer:
    return LineAnswer(
        id=line.id,
        description=line.description,
        quantity=_plain(line.quantity),
        unit=line.unit,
        unit_price=_plain(line.unit_price),
        price_per=_plain(line.price_per),
        net=line.net,
        tax=TaxAnswer(line.tax.category, _plain(line.tax.rate)),
        job_id=line.job_id,
        entry_ids=list(line.entry_ids),
        part_ids=list(line.part_ids),
        needs_look=line.needs_look,
    )


def _plain(number: Decimal) -> str:
    return format(number, "f")
