"""People, customers, sites and job types as the API answers them, page by page, each in the order of its ids."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, selectinload

from app.models import Customer, Job, JobType, Person, Site
from app.queries.jobs import own_jobs
from app.rules.access import Actor, Right, Role, Scope, scope_of
from app.rules.refusal import NotFound


class PersonAnswer(msgspec.Struct, frozen=True):
    """``retired_at``: since when they have left; null for everybody who is here."""

    id: int
    name: str
    email: str
    phone: str | None
    roles: list[Role]
    retired_at: datetime | None


class AddressAnswer(msgspec.Struct, frozen=True):
    """As on an envelope; ``country`` by its two letters."""

    lines: list[str]
    postcode: str | None
    city: str | None
    country: str | None


class CustomerAnswer(msgspec.Struct, frozen=True):
    """``tax_id`` and ``terms_days`` are null for technicians: they are the office's business."""

    id: int
    name: str
    email: str | None
    phone: str | None
    address: AddressAnswer
    tax_id: str | None
    terms_days: int | None
    reference_required: bool


class SiteAnswer(msgspec.Struct, frozen=True):
    id: int
    customer_id: int | None
    name: str | None
    address: AddressAnswer
    contact_name: str | None
    contact_phone: str | None
    access_note: str | None


class RequirementAnswer(msgspec.Struct, frozen=True):
    """``count``: how many, 1 for those that do not count."""

    code: str
    count: int


class ChecklistLineAnswer(msgspec.Struct, frozen=True):
    id: str
    text: str
    required: bool
    photo: bool
    answer: str


class JobTypeAnswer(msgspec.Struct, frozen=True):
    id: int
    name: str
    requirements: list[RequirementAnswer]
    checklist: list[ChecklistLineAnswer]
    retired_at: datetime | None


def people_page(session: Session, *, after_id: int, limit: int) -> list[PersonAnswer]:
    return [_person(row) for row in session.scalars(_page(_people(), Person, after_id, limit))]


def person_answer(session: Session, person_id: int) -> PersonAnswer:
    return _person(_one(session.scalars(_people().where(Person.id == person_id))))


def customers_page(
    session: Session, by: Actor, *, words: str, after_id: int, limit: int, at: datetime
) -> list[CustomerAnswer]:
    query = _page(_customers(by, at), Customer, after_id, limit)
    for word in words.split():
        query = query.where(Customer.name.icontains(word, autoescape=True))
    return [_customer(row, by) for row in session.scalars(query)]


def customer_answer(
    session: Session, by: Actor, customer_id: int, *, at: datetime
) -> CustomerAnswer:
    rows = session.scalars(_customers(by, at).where(Customer.id == customer_id))
    return _customer(_one(rows), by)


def sites_page(
    session: Session,
    by: Actor,
    *,
    customer_id: int | None,
    after_id: int,
    limit: int,
    at: datetime,
) -> list[SiteAnswer]:
    query = _page(_sites(by, at), Site, after_id, limit)
    if customer_id is not None:
        query = query.where(Site.customer_id == customer_id)
    return [_site(row) for row in session.scalars(query)]


def site_answer(session: Session, by: Actor, site_id: int, *, at: datetime) -> SiteAnswer:
    return _site(_one(session.scalars(_sites(by, at).where(Site.id == site_id))))


def job_types_page(session: Session, *, after_id: int, limit: int) -> list[JobTypeAnswer]:
    rows = session.scalars(_page(select(JobType), JobType, after_id, limit))
    return [_job_type(row) for row in rows]


def job_type_answer(session: Session, job_type_id: int) -> JobTypeAnswer:
    return _job_type(_one(session.scalars(select(JobType).where(JobType.id == job_type_id))))


M = TypeVar("M", Person, Customer, Site, JobType)


def _page(query: Select[M], model: type[M], after_id: int, limit: int) -> Select[M]:
    return query.where(model.id > after_id).order_by(model.id).limit(limit)


T = TypeVar("T")


def _one(rows: Iterable[T]) -> T:
    for row in rows:
        return row
    raise NotFound


def _people() -> Select[Person]:
    return select(Person).options(selectinload(Person.roles))


def _customers(by: Actor, at: datetime) -> Select[Customer]:
    """All of them, or those of the technician's own jobs."""
    if scope_of(by, Right.READ_CUSTOMERS) is Scope.ALL:
        return select(Customer)
    return select(Customer).where(
        exists().where(Job.customer_id == Customer.id, own_jobs(by.id, at=at))
    )


def _sites(by: Actor, at: datetime) -> Select[Site]:
    if scope_of(by, Right.READ_CUSTOMERS) is Scope.ALL:
        return select(Site)
    return select(Site).where(exists().where(Job.site_id == Site.id, own_jobs(by.id, at=at)))


def _person(row: Person) -> PersonAnswer:
    roles = sorted(held.role for held in row.roles)
    return PersonAnswer(row.id, row.name, row.email, row.phone, roles, row.retired_at)


def _customer(row: Customer, by: Actor) -> CustomerAnswer:
    sees_all = scope_of(by, Right.READ_CUSTOMERS) is Scope.ALL
    return CustomerAnswer(
        id=row.id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        address=AddressAnswer(row.address_lines, row.postcode, row.city, row.country),
        tax_id=row.tax_id if sees_all else None,
        terms_days=row.terms_days if sees_all else None,
        reference_required=row.reference_required,
    )


def _site(row: Site) -> SiteAnswer:
    return SiteAnswer(
        id=row.id,
        customer_id=row.customer_id,
        name=row.name,
        address=AddressAnswer(row.street.splitlines(), row.postcode, row.city, row.country),
        contact_name=row.contact_name,
        contact_phone=row.contact_phone,
        access_note=row.access_note,
    )


def _job_type(row: JobType) -> JobTypeAnswer:
    requirements = [
        RequirementAnswer(item["code"], item.get("count", 1)) for item in row.requirements
    ]
    lines = [
        ChecklistLineAnswer(
            line["id"],
            line["text"],
            line["required"],
            bool(line.get("photo")),
            line.get("answer", "yes_no"),
        )
        for line in row.checklist
    ]
    return JobTypeAnswer(row.id, row.name, requirements, lines, row.retired_at)
