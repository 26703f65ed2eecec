"""Wall televisions: paired devices, not people. Read-only, private unless the company says otherwise."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, words


class DisplayState(StrEnum):
    WAITING = "waiting"
    PAIRED = "paired"
    REMOVED = "removed"


class Display(Base):
    """``secret_hash``: of the cookie the television holds from the first moment; ``code``: what a person types."""

    __tablename__ = "display"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[DisplayState] = mapped_column(words(DisplayState))
    name: Mapped[str] = mapped_column(String(80))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str | None] = mapped_column(String(8), unique=True)
    word: Mapped[str] = mapped_column(String(20))
    """Shown on the television and to the person who approves, so that they pair the one they look at."""
    code_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    paired_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    shows_customers: Mapped[bool] = mapped_column(default=False)
    shows_titles: Mapped[bool] = mapped_column(default=False)
    """The owner's switch: the free title instead of the wall title or job type."""
    removed_at: Mapped[datetime | None]
