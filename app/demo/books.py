"""The demo's books: what its work costs, and the last weeks' jobs drafted, invoiced and paid through the real
actions, so that the money page and the billing board have something to tell."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.actions import billing, invoices, payments
from app.actions.act import Act
from app.demo.ground import ZONE, Ground
from app.models import Invoice, Job, JobType
from app.rules.access import Actor
from app.rules.states import State

BILLED_HERE_DAYS = 24
"""Older jobs were billed before Readyboard came. More would make the demo slow to build: an invoice costs 30 ms."""

DRAFT_DAYS = 5
"""Of what was finished so lately, a part is on drafts still."""

TYPE_RATES = {
    "Heat pump": Decimal(82),
    "Boiler service": Decimal(72),
}

FIRST_HOUR, OFFICE_HOURS = 8, 8


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that the office does, when its time comes."""

    at: datetime
    order: int
    by: Actor
    do: Callable[[Session, Act], None]


def set_rates(session: Session) -> None:
    """Work that costs more than the usual hour."""
    for name, rate in TYPE_RATES.items():
        session.execute(update(JobType).where(JobType.name == name).values(labour_rate=rate))


def deeds_of(session: Session, ground: Ground, *, at: datetime, draw: Random) -> list[Deed]:
    """Jobs of one customer and fortnight go on one invoice; most are paid in time, some late, a few not at all."""
    jobs = session.scalars(
        select(Job)
        .where(Job.state == State.READY, Job.stopped_at > at - timedelta(days=BILLED_HERE_DAYS))
        .order_by(Job.stopped_at, Job.id)
    ).all()
    deeds: list[Deed] = []
    for number, group in enumerate(_groups(jobs)):
        deeds += _course(group, number, at=at, draw=draw, by=ground.people["olga"])
    return deeds


def _groups(jobs: Sequence[Job]) -> list[list[tuple[int, datetime]]]:
    groups: defaultdict[tuple[int | None, int], list[tuple[int, datetime]]] = defaultdict(list)
    for job in jobs:
        if job.stopped_at is not None:
            fortnight = job.stopped_at.astimezone(ZONE).isocalendar().week // 2
            groups[job.customer_id, fortnight].append((job.id, job.stopped_at))
    return list(groups.values())


def _course(
    group: Sequence[tuple[int, datetime]], number: int, *, at: datetime, draw: Random, by: Actor
) -> Iterator[Deed]:
    """Draft, issue and payment of one group, as far as their time has come."""
    job_ids, last = [job_id for job_id, _ in group], max(stopped for _, stopped in group)
    waits = draw.choices((1, 2, 3, 6, 11), weights=(4, 5, 4, 2, 1))[0]
    drafted = min(_in_office(last + timedelta(days=waits), draw), at - timedelta(minutes=20))
    issued = _in_office(drafted + timedelta(days=draw.choice((0, 0, 1, 2))), draw)
    issued = max(issued, drafted + timedelta(minutes=10))
    stays_draft = last > at - timedelta(days=DRAFT_DAYS) and number % 3 == 0
    if not stays_draft:
        issued = min(issued, at - timedelta(minutes=10))
    pays_after = draw.choices((4, 9, 13, 19, 27, None), weights=(3, 5, 6, 4, 2, 1))[0]
    is_part = draw.random() < 0.08
    drafts: list[int] = []

    def draft(session: Session, act: Act) -> None:
        done = billing.send_to_billing(session, act, job_ids=job_ids)
        drafts.extend(done.made_ids)

    def issue(session: Session, act: Act) -> None:
        for draft_id in drafts:
            version = session.get_one(Invoice, draft_id).version
            invoices.issue(session, act, invoice_id=draft_id, version=version)

    def pay(session: Session, act: Act) -> None:
        for invoice_id in drafts:
            _pay(session, act, invoice_id, is_part=is_part)

    yield Deed(drafted, number, by, draft)
    if stays_draft:
        return
    yield Deed(issued, number, by, issue)
    if pays_after is not None:
        paid = _in_office(issued + timedelta(days=pays_after), draw)
        if paid < at:
            yield Deed(paid, number, by, pay)


def _pay(session: Session, act: Act, invoice_id: int, *, is_part: bool) -> None:
    owed = session.get_one(Invoice, invoice_id).balance
    payments.record_payment(
        session,
        act,
        invoice_id=invoice_id,
        amount=owed // 2 if is_part else owed,
        received_on=_day(act.at),
    )


def _in_office(moment: datetime, draw: Random) -> datetime:
    """At some minute of that day's office hours; Saturday and Sunday wait for Monday."""
    day = _day(moment)
    day += timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)
    minutes = draw.randrange(OFFICE_HOURS * 60)
    found = datetime.combine(day, time(FIRST_HOUR), ZONE) + timedelta(minutes=minutes)
    return max(found, moment + timedelta(minutes=5)).astimezone(moment.tzinfo)


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
