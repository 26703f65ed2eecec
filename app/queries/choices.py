"""What the selects and radios of forms offer: customers, sites, job types, people with what they are doing."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Assignment, Customer, Job, JobType, Site, TimeEntry, Visit
from app.queries.jobs import company_of
from app.queries.people import technicians
from app.queries.screens.frame import Choice
from app.rules.dates import counted, hm


def customer_choices(session: Session) -> tuple[Choice, ...]:
    rows = session.execute(select(Customer.id, Customer.name).order_by(Customer.name, Customer.id))
    return tuple(Choice(str(id), name) for id, name in rows)


def site_choices(session: Session) -> tuple[Choice, ...]:
    rows = session.scalars(select(Site).order_by(Site.street, Site.id))
    return tuple(Choice(str(site.id), site_label(site)) for site in rows)


def site_label(site: Site) -> str:
    """ "Bakery, 12 Mill Lane, Ghent"."""
    return ", ".join(part for part in (site.name, site.street, site.city) if part)


def job_type_choices(session: Session, *, also: int | None = None) -> tuple[Choice, ...]:
    """Those in use; ``also`` is the one that a job has already, even if it is retired."""
    rows = session.scalars(
        select(JobType)
        .where(JobType.retired_at.is_(None) | (JobType.id == also))
        .order_by(JobType.name)
    )
    return tuple(Choice(str(row.id), row.name) for row in rows)


def technician_choices(session: Session, *, at: datetime) -> tuple[Choice, ...]:
    """Everybody who can be sent, with what they are on and how much they have today."""
    doing = _doing(session)
    planned = _planned_today(session, at)
    return tuple(
        Choice(str(who.id), who.name, _hint(doing.get(who.id), planned[who.id]))
        for who in technicians(session)
    )


def _hint(doing: str | None, planned: int) -> str:
    now = doing or "free now"
    return f"{now}, {counted(planned, 'job')} planned today" if planned else now


def _doing(session: Session) -> dict[int, str]:
    zone = ZoneInfo(company_of(session).time_zone)
    rows = session.execute(
        select(TimeEntry.person_id, TimeEntry.started_at, Job.number)
        .join(Job, Job.id == TimeEntry.job_id)
        .where(TimeEntry.ended_at.is_(None), TimeEntry.voided_at.is_(None))
    )
    return {person: f"on job {number} since {hm(since, zone)}" for person, since, number in rows}


def _planned_today(session: Session, at: datetime) -> Counter[int]:
    zone = ZoneInfo(company_of(session).time_zone)
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = session.scalars(
        select(Assignment.person_id)
        .join(Visit, Visit.id == Assignment.visit_id)
        .where(
            Assignment.ended_at.is_(None),
            Visit.outcome.is_(None),
            Visit.starts_at >= midnight,
            Visit.starts_at < midnight + timedelta(days=1),
        )
    )
    return Counter(rows)
