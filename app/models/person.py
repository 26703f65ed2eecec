"""People, their roles, and everything that lets them in: sessions, enrolment links, API tokens, failed tries."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Exact, words
from app.rules.access import Role


class Person(Base):
    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case."""
    phone: Mapped[str | None] = mapped_column(String(40))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    labour_rate: Mapped[Decimal | None] = mapped_column(Exact(24))
    """What an hour of this person costs a customer, in major units."""
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    roles: Mapped[list["PersonRole"]] = relationship(lazy="raise", cascade="all, delete-orphan")


class PersonRole(Base):
    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(words(Role), primary_key=True)


class SignIn(Base):
    """One browser that is signed in. The cookie's secret is stored as its SHA-256 only."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    """When the password was last given: some pages ask for it again."""
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    late_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the secret with which this browser may hand in work after the sign-in has ended."""


class Enrolment(Base):
    """A one-time link that lets a person set up a phone or choose a password; ten minutes, used by a POST."""

    __tablename__ = "enrolment"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FailedTry(Base):
    """A failed sign-in, counted per name and per address over a quarter of an hour, in every process alike."""

    __tablename__ = "failed_try"
    __table_args__ = (Index("ix_failed_try_subject_at", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(260))
    at: Mapped[datetime]
