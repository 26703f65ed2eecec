"""The work order and its type."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Exact, words
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
    labour_rate: Mapped[Decimal | None] = mapped_column(Exact(24))
    """Per hour, in major units of the company's currency."""
    fixed_price: Mapped[Decimal | None] = mapped_column(Exact(24))
    """Instead of labour and travel."""
    tax_category: Mapped[str | None] = mapped_column(String(2))
    tax_rate: Mapped[Decimal | None] = mapped_column(Exact(8))
    """None: the company's."""
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_state_rank", "state", "rank"),
        # Every job ends up paid and put away: boards must not read through those.
        Index("ix_job_state_put_away_rank", "state", "put_away", "rank"),
        Index("ix_job_stopped_at", "stopped_at"),
    )

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
    put_away: Mapped[bool] = mapped_column(default=False)
    """Paid a week ago and therefore on no board; the sweep decides, so that time alone changes nothing."""
    labour_rate: Mapped[Decimal | None] = mapped_column(Exact(24))
    """Agreed for this job alone, per hour; over every other rate."""
    rates: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The terms as they were when the job first reached ready (queries.billing); None while it has not."""
    difference: Mapped[int | None] = mapped_column(BigInteger)
    """Of an invoiced job: what it would cost now less what was billed, net, in minor units. None: nothing differs."""
    difference_dismissed: Mapped[int | None] = mapped_column(BigInteger)
    """The difference that the office has looked at and let be."""

    customer: Mapped[Customer | None] = relationship(lazy="raise")
    site: Mapped[Site | None] = relationship(lazy="raise")
    job_type: Mapped[JobType | None] = relationship(lazy="raise")
    visits: Mapped[list[Visit]] = relationship(lazy="raise", order_by="Visit.sequence")
