"""Issued invoices and credit notes of a time, as the files that bookkeeping programs import."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Invoice, InvoiceState
from app.papers.csv_out import Books, File, quickbooks, xero
from app.queries.documents import document
from app.rules.invoice import Document
from app.rules.refusal import BadInput

PROGRAMS: dict[str, tuple[str, Callable[[Sequence[Document], Books], tuple[File, ...]]]] = {
    "quickbooks": ("QuickBooks Online", quickbooks),
    "quickbooks-us": ("QuickBooks Online, United States", partial(quickbooks, is_taxed=False)),
    "xero": ("Xero", xero),
}

MOST = 5_000
"""Documents of one export: they are all in memory at once. A year of a small firm is less."""


def exported(
    session: Session, program: str, *, first: date, last: date, books: Books | None = None
) -> tuple[File, ...]:
    """By the day of issue, both ends included."""
    ids = session.scalars(
        select(Invoice.id)
        .where(
            Invoice.state != InvoiceState.DRAFT,
            Invoice.issued_on >= first,
            Invoice.issued_on <= last,
        )
        .order_by(Invoice.issued_on, Invoice.id)
        .limit(MOST + 1)
    ).all()
    if len(ids) > MOST:
        raise BadInput(
            "too_many",
            f"These are more than {MOST:,} invoices. Choose a shorter time.",
            field="last",
        )
    documents = [document(session, invoice_id, today=last) for invoice_id in ids]
    return PROGRAMS[program][1](documents, books or Books())
