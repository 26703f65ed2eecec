"""The price book as lists: for the settings with prices, for the phone by name alone."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import PriceBookItem
from app.rules.refusal import NotFound

LONGEST_LIST = 500
"""Rows on one page of the settings; more are found by search."""

OFFERED = 20
"""On a phone: more than two screens of parts is a search that needs another word."""


@dataclass(frozen=True, slots=True)
class PartOffered:
    """A part as a technician sees it: no price."""

    id: int
    number: str | None
    description: str
    unit: str


@dataclass(frozen=True, slots=True)
class PartPriced:
    """A part as the office sees it."""

    id: int
    number: str | None
    description: str
    unit: str
    unit_price: Decimal
    tax_category: str
    tax_rate: Decimal
    retired: bool


def offered(session: Session, q: str) -> tuple[PartOffered, ...]:
    """Those that may be used now and have every word of ``q``; none where nothing was asked."""
    if not q.strip():
        return ()
    rows = session.scalars(_with_words(q).where(PriceBookItem.retired_at.is_(None)).limit(OFFERED))
    return tuple(PartOffered(row.id, row.number, row.description, row.unit) for row in rows)


def listed(session: Session, q: str = "") -> tuple[PartPriced, ...]:
    """All of them, retired ones at the end."""
    return tuple(priced(row) for row in session.scalars(_with_words(q).limit(LONGEST_LIST)))


def item(session: Session, item_id: int) -> PartPriced:
    row = session.get(PriceBookItem, item_id)
    if row is None:
        raise NotFound
    return priced(row)


def priced(row: PriceBookItem) -> PartPriced:
    return PartPriced(
        id=row.id,
        number=row.number,
        description=row.description,
        unit=row.unit,
        unit_price=row.unit_price,
        tax_category=row.tax_category,
        tax_rate=row.tax_rate,
        retired=row.retired_at is not None,
    )


def _with_words(q: str) -> Select[PriceBookItem]:
    query = select(PriceBookItem).order_by(
        PriceBookItem.retired_at.is_not(None), PriceBookItem.description, PriceBookItem.id
    )
    for word in q.lower().split()[:6]:
        query = query.where(PriceBookItem.search_text.contains(word, autoescape=True))
    return query
