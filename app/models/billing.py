"""What the owner decides about money, and where each series of numbers stands."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Exact, words
from app.rules.pricing import Direction, Scope, Travel


class BillingSettings(Base):
    """One row, made when the owner first saves; until then the defaults count. Rates in major units per hour."""

    __tablename__ = "billing_settings"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address_lines: Mapped[list[str]] = mapped_column(default=list)
    postcode: Mapped[str | None] = mapped_column(String(20))
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))
    tax_id: Mapped[str | None] = mapped_column(String(40))
    register: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(200))
    iban: Mapped[str | None] = mapped_column(String(40))
    bic: Mapped[str | None] = mapped_column(String(11))
    terms_days: Mapped[int | None]
    terms: Mapped[str] = mapped_column(Text, default="")
    invoice_prefix: Mapped[str] = mapped_column(String(12), default="")
    credit_prefix: Mapped[str] = mapped_column(String(12), default="CN")
    logo_key: Mapped[str | None] = mapped_column(String(120))
    tax_category: Mapped[str] = mapped_column(String(2), default="S")
    tax_rate: Mapped[Decimal | None] = mapped_column(Exact(8))
    exempt_reason: Mapped[str | None] = mapped_column(Text)
    """Why category E carries no tax: the law's words."""
    labour_rate: Mapped[Decimal | None] = mapped_column(Exact(24))
    """Where neither customer, person nor job type has one."""
    rounding_unit: Mapped[int] = mapped_column(default=15)
    rounding_direction: Mapped[Direction] = mapped_column(words(Direction), default=Direction.UP)
    rounding_grace: Mapped[int] = mapped_column(default=5)
    rounding_minimum: Mapped[int] = mapped_column(default=0)
    rounding_scope: Mapped[Scope] = mapped_column(words(Scope), default=Scope.PERSON_VISIT)
    travel: Mapped[Travel] = mapped_column(words(Travel), default=Travel.NONE)
    travel_rate: Mapped[Decimal | None] = mapped_column(Exact(24))
    call_out_fee: Mapped[Decimal | None] = mapped_column(Exact(24))


class NumberSeries(Base):
    """The last number given and the date of its document. Updated inside the issuing transaction only."""

    __tablename__ = "number_series"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int]
    last: Mapped[int]
    last_on: Mapped[date | None] = mapped_column(Date)
