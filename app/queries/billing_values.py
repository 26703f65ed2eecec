"""What the forms about money show as it is now: the company on invoices, taxes and prices, and everybody's rates."""

from decimal import Decimal

from sqlalchemy.orm import Session

from app.models import Customer, JobType, Person
from app.queries.directory import Values
from app.queries.jobs import company_of
from app.queries.terms import settings_of


def said(amount: Decimal | None) -> str:
    """As people type it: 48.50, not 48.5; 0.125 as it is."""
    if amount is None:
        return ""
    plain = amount.normalize()
    places = max(2, -int(plain.as_tuple().exponent))
    return format(plain.quantize(Decimal(1).scaleb(-places)), "f")


def rate_said(per_cent: Decimal | None) -> str:
    """19 and 5.5: a rate has no cents."""
    return "" if per_cent is None else format(per_cent.normalize(), "f")


def on_invoices(session: Session) -> Values:
    row = settings_of(session)
    return {
        "lines": "\n".join(row.address_lines),
        "postcode": row.postcode or "",
        "city": row.city or "",
        "country": row.country or "",
        "tax_id": row.tax_id or "",
        "register": row.register or "",
        "company_phone": row.phone or "",
        "company_email": row.email or "",
        "website": row.website or "",
        "iban": spaced(row.iban or ""),
        "bic": row.bic or "",
        "terms_days": "" if row.terms_days is None else str(row.terms_days),
        "terms": row.terms,
        "invoice_prefix": row.invoice_prefix,
        "credit_prefix": row.credit_prefix,
    }


def spaced(iban: str) -> str:
    """In fours, as it stands on paper."""
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def taxes_and_prices(session: Session) -> Values:
    row = settings_of(session)
    return {
        "tax_category": row.tax_category,
        "tax_rate": rate_said(row.tax_rate),
        "exempt_reason": row.exempt_reason or "",
        "labour_rate": said(row.labour_rate),
        "rounding_unit": str(row.rounding_unit),
        "rounding_direction": str(row.rounding_direction),
        "rounding_grace": str(row.rounding_grace),
        "rounding_minimum": str(row.rounding_minimum),
        "rounding_scope": str(row.rounding_scope),
        "travel": str(row.travel),
        "travel_rate": said(row.travel_rate),
        "call_out_fee": said(row.call_out_fee),
    }


def currency(session: Session) -> str:
    return company_of(session).currency


def logo_key(session: Session) -> str | None:
    return settings_of(session).logo_key


def person_rate(session: Session, person_id: int) -> Values:
    row = session.get(Person, person_id)
    return {"labour_rate": said(row.labour_rate if row else None)}


def customer_billing(session: Session, customer_id: int) -> Values:
    row = session.get(Customer, customer_id)
    if row is None:
        return {}
    return {
        "terms_days": "" if row.terms_days is None else str(row.terms_days),
        "reference_required": "yes" if row.reference_required else "",
        "labour_rate": said(row.labour_rate),
    }


def type_prices(session: Session, job_type_id: int) -> Values:
    row = session.get(JobType, job_type_id)
    if row is None:
        return {}
    return {
        "labour_rate": said(row.labour_rate),
        "fixed_price": said(row.fixed_price),
        "own_tax": row.tax_category or "",
        "own_tax_rate": rate_said(row.tax_rate),
    }
