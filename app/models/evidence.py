"""What is known about the work: notes, messages, the office's questions, and what it chose to do without."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, words
from app.models.person import Person


class NoteKind(StrEnum):
    WORK_DONE = "work_done"
    INTERNAL = "internal"


class Withdrawable(Base):
    """What somebody said about a job. Withdrawn, it stays, struck through, and does not count any more."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdraw_reason: Mapped[str | None] = mapped_column(Text)


class Note(Withdrawable):
    __tablename__ = "note"

    kind: Mapped[NoteKind] = mapped_column(words(NoteKind))

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys="Note.person_id")


class Message(Withdrawable):
    __tablename__ = "message"

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys="Message.person_id")


class Question(Base):
    """The office asks the technician back; open until answered or taken back."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None]

    asker: Mapped[Person] = relationship(lazy="raise", foreign_keys=[asked_by])
    answerer: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[answered_by])


class Waiver(Base):
    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("job_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
