"""One presence at a site, who is sent there, and the time each person spent."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, words
from app.models.person import Person
from app.rules.states import Activity, Outcome, Progress


class Visit(Base):
    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("job_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    sequence: Mapped[int]
    starts_local: Mapped[str | None] = mapped_column(String(19))
    """Planned start as people said it, ``2026-11-24T08:00``: survives a change of the clocks."""
    ends_local: Mapped[str | None] = mapped_column(String(19))
    time_zone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime | None] = mapped_column(index=True)
    ends_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(words(Outcome))
    outcome_reason: Mapped[str | None] = mapped_column(Text)
    parts_to_order: Mapped[str | None] = mapped_column(Text)
    """What somebody must bring to the next visit, in the technician's words."""
    created_at: Mapped[datetime]

    assignments: Mapped[list["Assignment"]] = relationship(lazy="raise", order_by="Assignment.id")


class Assignment(Base):
    """One technician on one visit. ``ended_at`` set: taken off it; the row stays, because late presses ask for it."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("visit_id", "person_id"),
        Index(
            "ix_assignment_person_open",
            "person_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_assignment_job_id_person_id", "job_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    progress: Mapped[Progress] = mapped_column(words(Progress))
    progress_since: Mapped[datetime]
    pause_reason: Mapped[str | None] = mapped_column(String(200))
    stopped_from: Mapped[Progress | None] = mapped_column(words(Progress))
    """What the last stop ended, so that it can be undone."""
    outcome: Mapped[Outcome | None] = mapped_column(words(Outcome))
    """What this person said with their stop; the last one's counts for the visit."""
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class TimeEntry(Base):
    """The projection of presses and corrections: one person, one activity, one start, one end."""

    __tablename__ = "time_entry"
    __table_args__ = (
        Index(
            "uq_time_entry_open_person_id",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("ended_at IS NULL AND voided_at IS NULL"),
        ),
        Index("ix_time_entry_person_id_started_at", "person_id", "started_at"),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    activity: Mapped[Activity] = mapped_column(words(Activity))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    suspect: Mapped[bool] = mapped_column(default=False)
    disputed: Mapped[bool] = mapped_column(default=False)
    flags: Mapped[list[str]] = mapped_column(default=list)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])


class Correction(Base):
    """A change of an entry's times: appended with who, when, why and the old values, never rewritten.

    ``is_proposed``: a second stop time that came later; somebody confirms or corrects.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("time_entry.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    old_started_at: Mapped[datetime]
    old_ended_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    is_proposed: Mapped[bool] = mapped_column(default=False)
