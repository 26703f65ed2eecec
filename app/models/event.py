"""The history, and the one counter that screens follow. Events are appended, never changed (a trigger sees to it)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, words
from app.rules.states import State


class Live(Base):
    """One row. A sequence would commit out of order and readers of "newer than" would miss rows; this row does not."""

    __tablename__ = "live"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int] = mapped_column(BigInteger)
    floor: Mapped[int] = mapped_column(BigInteger)


class Event(Base):
    """Who did what to which job, when. ``kind`` is a verb or a fact's name; events of several jobs may share a seq."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_seq", "seq"),
        Index("ix_event_job_id_job_version", "job_id", "job_version"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    job_version: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    occurred_at: Mapped[datetime]
    state_before: Mapped[State | None] = mapped_column(words(State))
    state_after: Mapped[State | None] = mapped_column(words(State))
    people_before: Mapped[list[int]] = mapped_column(default=list)
    """Technicians on the job before and after: a card that leaves somebody's phone must be taken off it."""
    people_after: Mapped[list[int]] = mapped_column(default=list)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
