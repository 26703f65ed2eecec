"""The document behind an invoice, which the papers are made from: frozen once issued, while a draft as it would be."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Customer, Invoice, InvoiceJob, InvoiceKind, InvoiceLine, InvoiceState, Job
from app.queries.draft_photos import still_shown
from app.queries.drafts import line_of, lines_on, places_on
from app.queries.invoices import allowance_of, group_of, totals_of
from app.queries.jobs import company_of
from app.queries.terms import settings_of
from app.rules.invoice import Document, JobBlock, Kind, Party, Seller
from app.rules.refusal import NotFound


def document(session: Session, invoice_id: int, *, today: date) -> Document:
    """What the papers are made from. Of a draft: as it would be issued ``today``, without a number."""
    invoice = session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFound
    is_draft = invoice.state is InvoiceState.DRAFT
    seller = seller_of(session) if is_draft else _seller(invoice.seller)
    buyer = buyer_of(session, invoice.customer_id) if is_draft else _party(invoice.buyer)
    rows = lines_on(session, invoice_id)
    due_on, terms = due_of(session, invoice, today) if is_draft else (invoice.due_on, invoice.terms)
    number = invoice.number
    photos = still_shown(session, invoice) if is_draft else invoice.photos
    kind: Kind = "draft" if is_draft else invoice.kind.value
    return Document(
        kind=kind,
        number=number,
        issued_on=today if is_draft else invoice.issued_on,
        due_on=due_on,
        currency=invoice.currency,
        seller=seller,
        buyer=buyer,
        reference=reference_of(session, invoice) if is_draft else invoice.reference,
        refers_to=_refers_to(session, invoice),
        lines=tuple(line_of(row) for row in rows),
        allowances=tuple(allowance_of(a) for a in invoice.allowances),
        groups=tuple(group_of(g) for g in invoice.tax_groups),
        totals=totals_of(invoice),
        terms=terms,
        payment_reference=number or "",
        jobs=tuple(_block(place, rows) for place in places_on(session, invoice_id)),
        photos=tuple((one["key"], one["caption"]) for one in photos),
        logo_key=settings_of(session).logo_key if is_draft else invoice.logo_key,
        template_version=invoice.template_version,
        reason=invoice.reason,
        paid=invoice.total - invoice.balance
        if invoice.state is InvoiceState.ISSUED and invoice.kind is not InvoiceKind.CREDIT_NOTE
        else 0,
    )


def seller_of(session: Session) -> Seller:
    row = settings_of(session)
    return Seller(
        name=company_of(session).name,
        lines=tuple(row.address_lines),
        postcode=row.postcode,
        city=row.city,
        country=row.country,
        tax_id=row.tax_id,
        email=row.email,
        iban=row.iban,
        bic=row.bic,
        phone=row.phone,
        website=row.website,
        register=row.register,
    )


def buyer_of(session: Session, customer_id: int) -> Party:
    row = session.get(Customer, customer_id)
    if row is None:
        raise NotFound
    return Party(
        name=row.name,
        lines=tuple(row.address_lines),
        postcode=row.postcode,
        city=row.city,
        country=row.country,
        tax_id=row.tax_id,
        email=row.email,
    )


def plain_party(party: Party) -> dict[str, Any]:
    """As it is frozen: JSON."""
    return asdict(party) | {"lines": list(party.lines)}


def _party(kept: Mapping[str, Any]) -> Party:
    return Party(**{**kept, "lines": tuple(kept["lines"])})


def _seller(kept: Mapping[str, Any]) -> Seller:
    return Seller(**{**kept, "lines": tuple(kept["lines"])})


def due_of(session: Session, invoice: Invoice, issued_on: date) -> tuple[date | None, str]:
    """The due date and the terms in words: the customer's days over the company's."""
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        return None, ""
    settings = settings_of(session)
    payer = session.get(Customer, invoice.customer_id)
    days = payer.terms_days if payer and payer.terms_days is not None else settings.terms_days
    if days is None:
        return None, settings.terms
    words = "Payable at once." if days == 0 else f"Payable within {days} days."
    return issued_on + timedelta(days=days), settings.terms or words


def reference_of(session: Session, invoice: Invoice) -> str | None:
    """The customer's order numbers, each once."""
    found = session.scalars(
        select(Job.reference)
        .join(InvoiceJob, InvoiceJob.job_id == Job.id)
        .where(InvoiceJob.invoice_id == invoice.id, Job.reference.is_not(None))
        .order_by(InvoiceJob.position)
    )
    return ", ".join(dict.fromkeys(filter(None, found))) or None


def _refers_to(session: Session, invoice: Invoice) -> tuple[str, date] | None:
    original = session.get(Invoice, invoice.refers_to_id) if invoice.refers_to_id else None
    if original is None or original.number is None or original.issued_on is None:
        return None
    return original.number, original.issued_on


def _block(place: InvoiceJob, rows: Sequence[InvoiceLine]) -> JobBlock:
    return JobBlock(
        number=place.number,
        title=place.title,
        site=place.site,
        supplied_from=place.supplied_from,
        supplied_to=place.supplied_to,
        lines=tuple(line_of(row) for row in rows if row.job_id == place.job_id),
    )
