"""What jobs cost: their facts from the rows, priced by the rules. The same way for one job and for a whole board.

Only closed entries that nobody doubts are priced, so the amount of a running job grows with each press and never with
the clock.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Job, PartUsed, Person, TimeEntry
from app.queries.terms import house_of, tax_said, terms_of_jobs
from app.rules.pricing import Part, Priced, Work, Worked, price
from app.rules.states import Activity


def priced(session: Session, job: Job) -> Priced:
    return price_jobs(session, [job])[job.id]


def priced_from(
    session: Session, job: Job, *, entries: Sequence[TimeEntry], parts: Sequence[PartUsed]
) -> Priced:
    """For whoever has read the job's entries and standing parts already: a press must not read them twice."""
    kept = [entry for entry in entries if _counts(entry)]
    real = [part for part in parts if not part.none_used]
    return _price(session, [job], {job.id: kept}, {job.id: real})[job.id]


def price_jobs(session: Session, jobs: Sequence[Job]) -> dict[int, Priced]:
    """By job id. A handful of queries, however many jobs."""
    if not jobs:
        return {}
    return _price(session, jobs, _entries(session, jobs), _parts(session, jobs))


def _price(
    session: Session,
    jobs: Sequence[Job],
    entries: Mapping[int, Sequence[TimeEntry]],
    parts: Mapping[int, Sequence[PartUsed]],
) -> dict[int, Priced]:
    house = house_of(session)
    names, rates = _people(session, entries)
    terms = terms_of_jobs(session, jobs, house, rates)
    return {
        job.id: price(
            terms[job.id],
            Work(
                job_id=job.id,
                number=job.number,
                title=job.title,
                entries=[_worked(e, names, house.zone) for e in entries[job.id]],
                parts=[_part(p, house.zone) for p in parts[job.id]],
            ),
        )
        for job in jobs
    }


def _counts(entry: TimeEntry) -> bool:
    """Closed, not void, not in doubt."""
    return (
        entry.ended_at is not None
        and entry.voided_at is None
        and not entry.suspect
        and not entry.disputed
    )


def _entries(session: Session, jobs: Sequence[Job]) -> defaultdict[int, list[TimeEntry]]:
    """Those that ``_counts`` lets through."""
    found: defaultdict[int, list[TimeEntry]] = defaultdict(list)
    query = (
        select(TimeEntry)
        .where(
            TimeEntry.job_id.in_([job.id for job in jobs]),
            TimeEntry.voided_at.is_(None),
            TimeEntry.ended_at.is_not(None),
            TimeEntry.suspect.is_(False),
            TimeEntry.disputed.is_(False),
        )
        .order_by(TimeEntry.started_at, TimeEntry.id)
    )
    for entry in session.scalars(query):
        found[entry.job_id].append(entry)
    return found


def _parts(session: Session, jobs: Sequence[Job]) -> defaultdict[int, list[PartUsed]]:
    found: defaultdict[int, list[PartUsed]] = defaultdict(list)
    query = (
        select(PartUsed)
        .where(
            PartUsed.job_id.in_([job.id for job in jobs]),
            PartUsed.withdrawn_at.is_(None),
            PartUsed.none_used.is_(False),
        )
        .order_by(PartUsed.at, PartUsed.id)
    )
    for part in session.scalars(query):
        found[part.job_id].append(part)
    return found


def _people(
    session: Session, entries: Mapping[int, Sequence[TimeEntry]]
) -> tuple[dict[int, str], dict[int, Decimal]]:
    wanted = {entry.person_id for rows in entries.values() for entry in rows}
    if not wanted:
        return {}, {}
    names: dict[int, str] = {}
    rates: dict[int, Decimal] = {}
    query = select(Person.id, Person.name, Person.labour_rate).where(Person.id.in_(wanted))
    for person_id, name, rate in session.execute(query):
        names[person_id] = name
        if rate is not None:
            rates[person_id] = rate
    return names, rates


def _worked(entry: TimeEntry, names: Mapping[int, str], zone: ZoneInfo) -> Worked:
    assert entry.ended_at is not None  # noqa: S101 -- only closed ones are read
    return Worked(
        entry_id=entry.id,
        visit_id=entry.visit_id,
        person_id=entry.person_id,
        person=names[entry.person_id],
        activity=Activity(entry.activity),
        seconds=int((entry.ended_at - entry.started_at).total_seconds()),
        day=entry.started_at.astimezone(zone).date(),
    )


def _part(part: PartUsed, zone: ZoneInfo) -> Part:
    return Part(
        part_id=part.id,
        text=part.text,
        quantity=part.quantity,
        unit=part.unit,
        unit_price=part.unit_price,
        tax=tax_said(part.tax_category, part.tax_rate),
        day=part.at.astimezone(zone).date(),
    )
