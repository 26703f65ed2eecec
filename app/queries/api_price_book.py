"""The price book as the API answers it. Prices are decimals in major units, as text."""

from datetime import datetime

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import PriceBookItem
from app.queries.jobs import company_of
from app.rules.parts import quantity_words
from app.rules.refusal import NotFound


class PriceAnswer(msgspec.Struct, frozen=True):
    amount: str
    currency: str


class TaxAnswer(msgspec.Struct, frozen=True):
    category: str
    rate: str


class PriceBookAnswer(msgspec.Struct, frozen=True):
    id: int
    number: str | None
    description: str
    unit: str
    unit_price: PriceAnswer
    tax: TaxAnswer
    retired_at: datetime | None


def price_book_page(
    session: Session, *, words: str, after_id: int, limit: int
) -> list[PriceBookAnswer]:
    query = select(PriceBookItem).where(PriceBookItem.id > after_id)
    for word in words.lower().split():
        query = query.where(PriceBookItem.search_text.contains(word, autoescape=True))
    currency = company_of(session).currency
    rows = session.scalars(query.order_by(PriceBookItem.id).limit(limit))
    return [_answer(row, currency) for row in rows]


def price_book_answer(session: Session, item_id: int) -> PriceBookAnswer:
    row = session.get(PriceBookItem, item_id)
    if row is None:
        raise NotFound
    return _answer(row, company_of(session).currency)


def currency_of(session: Session) -> str:
    return company_of(session).currency


def _answer(row: PriceBookItem, currency: str) -> PriceBookAnswer:
    return PriceBookAnswer(
        id=row.id,
        number=row.number,
        description=row.description,
        unit=row.unit,
        unit_price=PriceAnswer(quantity_words(row.unit_price), currency),
        tax=TaxAnswer(row.tax_category, quantity_words(row.tax_rate)),
        retired_at=row.retired_at,
    )
