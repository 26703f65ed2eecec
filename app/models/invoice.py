"""Invoices, credit notes and what is paid on them. Once issued, the database itself refuses to change them (triggers
of migration 0005): corrections are further documents."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Exact, words
from app.rules.pricing import Source


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    SUPPLEMENT = "supplement"


class InvoiceState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    CREDITED = "credited"


IS_OPEN = text("balance <> 0")
"""Owed, or paid too much: few among all that ever were. A query has to say it in these words to be answered from the
index of the open ones."""

IS_DRAFT = text("state = 'draft'")
IS_CREDIT_NOTE = text("kind = 'credit_note'")
"""Few too; both databases know them again by the value of a parameter."""


class Invoice(Base):
    """A draft has no number and may be discarded. Amounts in minor units of ``currency``.

    Of an issued one only ``state`` (to credited), ``balance`` and ``settled_on`` may change: they are projections of
    payments and credit notes.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="numbered_when_issued"),
        # None by state alone: SQLite, which does not count, would read all that were ever issued for one job.
        Index("ix_invoice_draft", "id", sqlite_where=IS_DRAFT, postgresql_where=IS_DRAFT),
        Index(
            "ix_invoice_credit_note",
            "id",
            sqlite_where=IS_CREDIT_NOTE,
            postgresql_where=IS_CREDIT_NOTE,
        ),
        # What is typed may be any part of a number: all numbers are looked through, newest first, without the invoices.
        Index("ix_invoice_id_number", "id", "number"),
        Index("ix_invoice_issued_on", "issued_on"),
        Index("ix_invoice_settled_on", "settled_on"),
        Index("ix_invoice_open", "due_on", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[InvoiceKind] = mapped_column(words(InvoiceKind))
    state: Mapped[InvoiceState] = mapped_column(words(InvoiceState))
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    version: Mapped[int] = mapped_column(default=1)
    trail: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """``[{"version": …, "net": …, "total": …}, …]`` of the draft: what somebody saw who issues an older version."""
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_on: Mapped[date | None] = mapped_column(Date)
    """In the company's zone."""
    due_on: Mapped[date | None] = mapped_column(Date)
    refers_to_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    is_full_credit: Mapped[bool] = mapped_column(default=False)
    discount_reason: Mapped[str | None] = mapped_column(String(200))
    discount_per_cent: Mapped[Decimal | None] = mapped_column(Exact(8))
    discount_amount: Mapped[int | None] = mapped_column(BigInteger)
    allowances: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    tax_groups: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    seller: Mapped[dict[str, Any]] = mapped_column(default=dict)
    buyer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Both empty until issued; then as they were."""
    reference: Mapped[str | None] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text, default="")
    photos: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """``[{"key": …, "caption": …}, …]``: those the office wants on the document."""
    logo_key: Mapped[str | None] = mapped_column(String(120), index=True)
    template_version: Mapped[int] = mapped_column(default=1)
    line_sum: Mapped[int] = mapped_column(BigInteger, default=0)
    net: Mapped[int] = mapped_column(BigInteger, default=0)
    tax: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    balance: Mapped[int] = mapped_column(BigInteger, default=0)
    """Total less payments, credit notes and write-off; below zero it is the customer's credit on account."""
    settled_on: Mapped[date | None] = mapped_column(Date)


class InvoiceJob(Base):
    """One job on one document, frozen with it. ``share``: its part of the total, by largest remainder."""

    __tablename__ = "invoice_job"
    __table_args__ = (
        UniqueConstraint("invoice_id", "job_id"),
        Index(
            "uq_invoice_job_one_draft",
            "job_id",
            unique=True,
            sqlite_where=text("is_draft"),
            postgresql_where=text("is_draft"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    is_draft: Mapped[bool] = mapped_column(default=True)
    """A job is on one draft at a time."""
    position: Mapped[int] = mapped_column(default=0)
    number: Mapped[int] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(500))
    site: Mapped[str] = mapped_column(String(400), default="")
    supplied_from: Mapped[date | None] = mapped_column(Date)
    supplied_to: Mapped[date | None] = mapped_column(Date)
    stopped_at: Mapped[datetime | None]
    net: Mapped[int] = mapped_column(BigInteger, default=0)
    share: Mapped[int] = mapped_column(BigInteger, default=0)


class InvoiceLine(Base):
    """``key``: which charge of the job it bills (rules.pricing), None for a line made by hand. ``is_edited``: a
    person changed it, so it is kept; ``needs_look``: what it bills has changed since; ``computed_net``: by rule."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        Index("ix_invoice_line_invoice_id_position", "invoice_id", "position"),
        CheckConstraint("unit_price NOT LIKE '-%'", name="price_from_zero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True)
    job_number: Mapped[int | None]
    position: Mapped[int]
    key: Mapped[str | None] = mapped_column(String(80))
    credits_id: Mapped[int | None] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    """On a credit note: the line that it takes back."""
    description: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(Exact(24))
    unit: Mapped[str] = mapped_column(String(20))
    unit_price: Mapped[Decimal] = mapped_column(Exact(24))
    price_per: Mapped[Decimal] = mapped_column(Exact(8))
    tax_category: Mapped[str] = mapped_column(String(2))
    tax_rate: Mapped[Decimal] = mapped_column(Exact(8))
    net: Mapped[int] = mapped_column(BigInteger)
    supplied_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    is_edited: Mapped[bool] = mapped_column(default=False)
    needs_look: Mapped[bool] = mapped_column(default=False)
    computed_net: Mapped[int | None] = mapped_column(BigInteger)


class LineSource(Base):
    """What a line bills. At most one live line bills the same thing; a full credit makes its sources free again."""

    __tablename__ = "line_source"
    __table_args__ = (
        Index(
            "uq_line_source_live",
            "kind",
            "source_id",
            unique=True,
            sqlite_where=text("is_live"),
            postgresql_where=text("is_live"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    kind: Mapped[Source] = mapped_column(words(Source))
    source_id: Mapped[int]
    is_live: Mapped[bool] = mapped_column(default=True)


class PaymentKind(StrEnum):
    PAYMENT = "payment"
    WRITE_OFF = "write_off"


class Payment(Base):
    """Money received on an invoice, or given up. Reversed, it stays and does not count."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("amount > 0", name="above_zero"),
        Index("ix_payment_received_on", "received_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    kind: Mapped[PaymentKind] = mapped_column(words(PaymentKind))
    amount: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str] = mapped_column(String(40), default="")
    received_on: Mapped[date] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    reversed_at: Mapped[datetime | None]
    reversed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reverse_reason: Mapped[str | None] = mapped_column(Text)


class InvoiceFile(Base):
    """What was rendered once after the issue: the PDF or the XML, with its hash. Inserted, never changed."""

    __tablename__ = "invoice_file"
    __table_args__ = (UniqueConstraint("invoice_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    kind: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime]


class MailState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Mail(Base):
    """The outbox: a letter is a row first, so that a restart loses none and a retry sends no second one."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_state_next_try_at", "state", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[MailState] = mapped_column(words(MailState))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    last_error: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
