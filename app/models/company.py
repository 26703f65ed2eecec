"""The one company that this installation serves, with the settings its owner decides."""

from datetime import datetime, time

from sqlalchemy import CheckConstraint, String, Time
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Company(Base):
    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    time_zone: Mapped[str] = mapped_column(String(64))
    day_starts: Mapped[time] = mapped_column(Time)
    day_ends: Mapped[time] = mapped_column(Time)
    longest_entry_hours: Mapped[int]
    """An open entry older than this is suspect (hours)."""
    may_pick_up: Mapped[bool]
    """Technicians may start a job that nobody gave them."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
