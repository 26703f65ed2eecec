"""Who pays (customer) and where the work is (site)."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Exact


class Customer(Base):
    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))
    address_lines: Mapped[list[str]]
    postcode: Mapped[str | None] = mapped_column(String(20))
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))
    tax_id: Mapped[str | None] = mapped_column(String(40))
    terms_days: Mapped[int | None]
    reference_required: Mapped[bool] = mapped_column(default=False)
    labour_rate: Mapped[Decimal | None] = mapped_column(Exact(24))
    """Agreed with this customer, per hour in major units; over everybody else's."""
    created_at: Mapped[datetime]

    sites: Mapped[list["Site"]] = relationship(lazy="raise", back_populates="customer")


class Site(Base):
    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(200))
    street: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(20))
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))
    contact_name: Mapped[str | None] = mapped_column(String(120))
    contact_phone: Mapped[str | None] = mapped_column(String(40))
    access_note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]

    customer: Mapped[Customer | None] = relationship(lazy="raise", back_populates="sites")
