"""What the settings show of everybody and every place: people and their sign-ins, customers, sites."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Customer, Enrolment, Job, Person, SignIn, Site
from app.queries.screens.lists import CustomerRow, Found, PersonRow, SessionRow, SiteRow
from app.rules.access import Role
from app.rules.refusal import NotFound
from app.rules.states import CLOSED, STATE_LOOK

LONGEST_LIST = 500
"""Rows on one page of the settings; more are found by search."""

JOBS_SHOWN = 50

Values = Mapping[str, str | tuple[str, ...]]

# --- people


def people(session: Session) -> tuple[PersonRow, ...]:
    """Everybody, those who have left at the end."""
    rows = session.scalars(
        select(Person)
        .options(selectinload(Person.roles))
        .order_by(Person.retired_at.is_not(None), Person.name, Person.id)
    )
    seen = _last_seen(session)
    return tuple(_person_row(row, seen.get(row.id)) for row in rows)


def person(session: Session, person_id: int) -> PersonRow:
    row = session.get(Person, person_id, options=[selectinload(Person.roles)])
    if row is None:
        raise NotFound
    return _person_row(row, _last_seen(session).get(row.id))


def _person_row(row: Person, last_seen: datetime | None) -> PersonRow:
    held = {one.role for one in row.roles}
    return PersonRow(
        id=row.id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        roles=tuple(str(role) for role in Role if role in held),
        retired=row.retired_at is not None,
        last_seen=last_seen,
    )


def _last_seen(session: Session) -> dict[int, datetime]:
    rows = session.execute(
        select(SignIn.person_id, func.max(SignIn.seen_at)).group_by(SignIn.person_id)
    )
    return {row[0]: row[1] for row in rows}


def sign_ins_of(
    session: Session, person_id: int, *, current: int | None, at: datetime
) -> tuple[SessionRow, ...]:
    """The browsers in which this person is signed in, this one first."""
    rows = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > at)
        .order_by(SignIn.id != (current or 0), SignIn.seen_at.desc())
    )
    return tuple(
        SessionRow(row.id, device_of(row.browser), row.seen_at, row.created_at, row.id == current)
        for row in rows
    )


def has_password(session: Session, person_id: int) -> bool:
    return session.scalar(select(Person.password_hash).where(Person.id == person_id)) is not None


def password_hash_of(session: Session, person_id: int) -> str | None:
    return session.scalar(select(Person.password_hash).where(Person.id == person_id))


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_of(browser: str) -> str:
    """ "Firefox on Windows", out of what the browser calls itself; more would only look exact."""
    what = next((name for sign, name in _BROWSERS if sign in browser), "A browser")
    where = next((name for sign, name in _SYSTEMS if sign in browser), None)
    return f"{what} on {where}" if where else what


@dataclass(frozen=True, slots=True)
class OpenLink:
    """An enrolment link that still works. ``wants_password``: this person signs in on the office's side."""

    person_id: int
    name: str
    ends_at: datetime
    wants_password: bool


def open_link(session: Session, secret_hash: str, *, at: datetime) -> OpenLink | None:
    found = session.execute(
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.secret_hash == secret_hash,
            Enrolment.used_at.is_(None),
            Enrolment.expires_at > at,
            Person.retired_at.is_(None),
        )
        .options(selectinload(Person.roles))
    ).one_or_none()
    if found is None:
        return None
    link, who = found
    wants_password = any(held.role is not Role.TECHNICIAN for held in who.roles)
    return OpenLink(who.id, who.name, link.expires_at, wants_password)


# --- customers and sites


def customers(session: Session, q: str = "") -> tuple[CustomerRow, ...]:
    """By name; with ``q`` those whose name or town has it."""
    query = select(Customer).order_by(func.lower(Customer.name), Customer.id).limit(LONGEST_LIST)
    if q:
        query = query.where(
            or_(
                Customer.name.icontains(q, autoescape=True),
                Customer.city.icontains(q, autoescape=True),
            )
        )
    open_jobs = _open_jobs(session)
    return tuple(_customer_row(row, open_jobs.get(row.id, 0)) for row in session.scalars(query))


def _open_jobs(session: Session) -> dict[int | None, int]:
    rows = session.execute(
        select(Job.customer_id, func.count())
        .where(Job.state.not_in(CLOSED), Job.customer_id.is_not(None))
        .group_by(Job.customer_id)
    )
    return {row[0]: row[1] for row in rows}


def _customer_row(row: Customer, open_jobs: int) -> CustomerRow:
    return CustomerRow(row.id, row.name, row.city, row.phone, open_jobs)


@dataclass(frozen=True, slots=True)
class CustomerPage:
    row: CustomerRow
    values: Values
    sites: tuple[SiteRow, ...]
    jobs: tuple[Found, ...]


def customer(session: Session, customer_id: int) -> CustomerPage:
    row = session.get(Customer, customer_id)
    if row is None:
        raise NotFound
    jobs = session.scalars(
        select(Job).where(Job.customer_id == row.id).order_by(Job.id.desc()).limit(JOBS_SHOWN)
    ).all()
    sites = session.scalars(
        select(Site)
        .where(Site.customer_id == row.id)
        .options(joinedload(Site.customer))
        .order_by(Site.id)
    )
    return CustomerPage(
        row=_customer_row(row, sum(job.state not in CLOSED for job in jobs)),
        values=_values(
            name=row.name,
            email=row.email,
            phone=row.phone,
            lines="\n".join(row.address_lines),
            postcode=row.postcode,
            city=row.city,
            country=row.country,
            tax_id=row.tax_id,
            reference_required="yes" if row.reference_required else None,
        ),
        sites=tuple(_site_row(site) for site in sites),
        jobs=tuple(_found(job) for job in jobs),
    )


def _found(job: Job) -> Found:
    say = STATE_LOOK[job.state].label
    return Found(f"/jobs/{job.id}", "job", job.title, job.number, say, str(job.state))


def customer_names(session: Session) -> tuple[tuple[int, str], ...]:
    """For a list to choose from."""
    rows = session.execute(
        select(Customer.id, Customer.name).order_by(func.lower(Customer.name), Customer.id)
    )
    return tuple((customer_id, name) for customer_id, name in rows)


def sites(session: Session) -> tuple[SiteRow, ...]:
    rows = session.scalars(
        select(Site)
        .options(joinedload(Site.customer))
        .order_by(func.lower(Site.street), Site.id)
        .limit(LONGEST_LIST)
    )
    return tuple(_site_row(row) for row in rows)


def site(session: Session, site_id: int) -> tuple[SiteRow, Values]:
    row = session.get(Site, site_id, options=[joinedload(Site.customer)])
    if row is None:
        raise NotFound
    values = _values(
        customer_id=str(row.customer_id) if row.customer_id else None,
        name=row.name,
        lines=row.street,
        postcode=row.postcode,
        city=row.city,
        country=row.country,
        contact_name=row.contact_name,
        contact_phone=row.contact_phone,
        access_note=row.access_note,
    )
    return _site_row(row), values


def _site_row(row: Site) -> SiteRow:
    street = ", ".join(row.street.split("\n"))
    town = " ".join(part for part in (row.postcode, row.city) if part)
    address = ", ".join(part for part in (street, town) if part)
    name = row.name or street or town
    return SiteRow(row.id, name, address, row.customer.name if row.customer else None)


def _values(**fields: str | None) -> Values:
    return {name: value or "" for name, value in fields.items()}
