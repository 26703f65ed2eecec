"""The work order and its type."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, words
from app.models.customer import Customer, Site
from app.models.visit import Visit
from app.rules.states import Priority, State


class JobType(Base):
    __tablename__ = "job_type"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    requirements: Mapped[list[dict[str, Any]]]
    """``[{"code": "photos_after", "count": 2}, …]``: only those set per type."""
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """``[{"id": "a1", "text": …, "required": true, "photo": false}, …]``."""
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_rank", "state", "rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(String(500))
    wall_title: Mapped[str | None] = mapped_column(String(120))
    """What a public screen may say; without it the wall shows the job type."""
    description: Mapped[str] = mapped_column(Text, default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    job_type_id: Mapped[int | None] = mapped_column(ForeignKey("job_type.id"), index=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True)
    priority: Mapped[Priority] = mapped_column(words(Priority))
    reference: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[State] = mapped_column(words(State))
    rank: Mapped[int] = mapped_column(BigInteger)
    """Place in its lane, smallest first; microseconds since 1970 of the moment that put it there, so gaps abound."""
    version: Mapped[int] = mapped_column(default=0)
    flags: Mapped[list[str]] = mapped_column(default=list)
    missing: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """``[{"code": …, "ask": words, "since": ISO moment}, …]``: the projection of the rules over the facts, judged anew
    with each change of a fact, in the same transaction."""
    hold_reason: Mapped[str | None] = mapped_column(Text)
    closed_reason: Mapped[str | None] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Lower case: number, title, reference, customer, street, town."""
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state_since: Mapped[datetime]
    stopped_at: Mapped[datetime | None]

    customer: Mapped[Customer | None] = relationship(lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")
    job_type: Mapped[JobType | None] = relationship(lazy="raise")
    visits: Mapped[list[Visit]] = relationship(lazy="raise", order_by="Visit.sequence")
