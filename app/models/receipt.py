"""Receipts of presses and other commands, kept for ever, and the presses that wait for a person's decision."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, words
from app.models.person import Person


class Receipt(Base):
    """The same key again gives the first result and changes nothing; with another fingerprint it is refused."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(100))
    fingerprint: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]


class HeldState(StrEnum):
    WAITING = "waiting"
    APPLIED = "applied"
    DISMISSED = "dismissed"


class HeldPress(Base):
    """A press that could not be applied when it came: kept with its own time until the office decides."""

    __tablename__ = "held_press"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verb: Mapped[str] = mapped_column(String(40))
    body: Mapped[dict[str, Any]]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text)
    state: Mapped[HeldState] = mapped_column(words(HeldState))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
