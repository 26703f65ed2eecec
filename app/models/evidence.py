"""What is known about the work: notes, messages, the office's questions, and what it chose to do without."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Exact, words
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


class PhotoKind(StrEnum):
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Photo(Withdrawable):
    """A picture whose two files (the picture and its thumbnail) are on disk already. ``text`` is an optional caption.

    ``client_id`` is made on the phone: the same upload again finds the same row.
    """

    __tablename__ = "photo"
    __table_args__ = (UniqueConstraint("person_id", "client_id"),)

    kind: Mapped[PhotoKind] = mapped_column(words(PhotoKind))
    client_id: Mapped[str] = mapped_column(String(100))
    file_key: Mapped[str] = mapped_column(String(120), unique=True)
    thumb_key: Mapped[str] = mapped_column(String(120), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    taken_at: Mapped[datetime | None]
    """From the picture itself or the phone; the position that stood beside it is never kept."""
    item_id: Mapped[str | None] = mapped_column(String(40))
    """The checklist item that asked for this photo."""

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys="Photo.person_id")


class ComingPhoto(Base):
    """Announced by a stop and still on the phone: counts as missing until it has arrived or is given up."""

    __tablename__ = "coming_photo"
    __table_args__ = (UniqueConstraint("person_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    client_id: Mapped[str] = mapped_column(String(100))
    kind: Mapped[PhotoKind] = mapped_column(words(PhotoKind))
    announced_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ChecklistAnswer(Withdrawable):
    """An answer to one item of the job type's checklist; a newer answer withdraws the older. ``text`` is the value."""

    __tablename__ = "checklist_answer"

    item_id: Mapped[str] = mapped_column(String(40))
    item_text: Mapped[str] = mapped_column(Text)
    """The question as it was asked: the job type may change later."""

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys="ChecklistAnswer.person_id")


class SignatureKind(StrEnum):
    DRAWN = "drawn"
    TYPED = "typed"
    ABSENT = "absent"


class Signature(Withdrawable):
    """The customer's word: drawn (a file), a typed name, or absent. ``text`` is the name or the reason."""

    __tablename__ = "signature"

    kind: Mapped[SignatureKind] = mapped_column(words(SignatureKind))
    file_key: Mapped[str | None] = mapped_column(String(120), unique=True)

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys="Signature.person_id")


class PartUsed(Withdrawable):
    """What was used up, its price frozen at use; ``text`` is the description. ``none_used``: no parts at all.

    ``unit_price`` None: nobody knows it yet, and the office is asked.
    """

    __tablename__ = "part_used"

    item_id: Mapped[int | None] = mapped_column(ForeignKey("price_book_item.id"))
    none_used: Mapped[bool] = mapped_column(default=False)
    quantity: Mapped[Decimal] = mapped_column(Exact(20))
    unit: Mapped[str] = mapped_column(String(20))
    unit_price: Mapped[Decimal | None] = mapped_column(Exact(24))
    """In major units of the company's currency, up to four decimals."""
    tax_category: Mapped[str | None] = mapped_column(String(2))
    tax_rate: Mapped[Decimal | None] = mapped_column(Exact(8))

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys="PartUsed.person_id")
