"""The price book: what parts are called and cost, so that nobody types a price on a phone."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Exact


class PriceBookItem(Base):
    """``unit_price`` in major units of the company's currency, up to four decimals; parts freeze it at use."""

    __tablename__ = "price_book_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    description: Mapped[str] = mapped_column(String(300))
    unit: Mapped[str] = mapped_column(String(20))
    unit_price: Mapped[Decimal] = mapped_column(Exact(24))
    tax_category: Mapped[str] = mapped_column(String(2))
    tax_rate: Mapped[Decimal] = mapped_column(Exact(8))
    search_text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
