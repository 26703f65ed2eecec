"""The bodies of calls that create and change things; those of commands on a job stand in ``web.commands``."""

from typing import Annotated, Literal

import msgspec

from app.rules.access import Role
from app.rules.states import Priority
from app.web.commands import Body, Id, Moment, MoneyBody, TaxBody, Text, Title, Version

UNSET = msgspec.UNSET
Unset = msgspec.UnsetType

Short = Annotated[str, msgspec.Meta(max_length=120)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
Email = Annotated[str, msgspec.Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Phone = Annotated[str, msgspec.Meta(max_length=40)]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
"""ISO 3166, two capital letters."""


class Address(Body, frozen=True, kw_only=True):
    """As on an envelope: ``lines`` is the street and whatever else stands above postcode and city."""

    lines: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=200)]], msgspec.Meta(max_length=6)
    ] = msgspec.field(default_factory=list)
    postcode: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    city: Short | None = None
    country: Country | None = None


class NewCustomer(Body, frozen=True, kw_only=True):
    name: Name
    email: Email | None = None
    phone: Phone | None = None
    address: Address | None = None
    tax_id: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    terms_days: Annotated[int, msgspec.Meta(ge=0, le=365)] | None = None
    reference_required: bool = False


class CustomerChanges(Body, frozen=True, kw_only=True):
    """Only what is sent is changed."""

    name: Name | Unset = UNSET
    email: Email | Unset | None = UNSET
    phone: Phone | Unset | None = UNSET
    address: Address | Unset | None = UNSET
    tax_id: Annotated[str, msgspec.Meta(max_length=40)] | Unset | None = UNSET
    terms_days: Annotated[int, msgspec.Meta(ge=0, le=365)] | Unset | None = UNSET
    reference_required: bool | Unset = UNSET


class NewSite(Body, frozen=True, kw_only=True):
    """``customer_id`` missing: nobody in particular; within a new job: the job's customer."""

    customer_id: Id | None = None
    name: Name | None = None
    address: Address
    contact_name: Short | None = None
    contact_phone: Phone | None = None
    access_note: Text | None = None


class SiteChanges(Body, frozen=True, kw_only=True):
    customer_id: Id | Unset | None = UNSET
    name: Name | Unset | None = UNSET
    address: Address | Unset = UNSET
    contact_name: Short | Unset | None = UNSET
    contact_phone: Phone | Unset | None = UNSET
    access_note: Text | Unset | None = UNSET


class RequirementBody(Body, frozen=True, kw_only=True):
    """One requirement of a job type, by its code; ``count`` for those that say how many."""

    code: str
    count: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1


class ChecklistLineBody(Body, frozen=True, kw_only=True):
    """A line of a checklist. With the ``id`` of a line that is there it is that line; without, a new one."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
    required: bool = True
    photo: bool = False
    answer: Literal["yes_no", "value"] = "yes_no"
    id: Annotated[str, msgspec.Meta(max_length=40)] | None = None


Checklist = Annotated[list[ChecklistLineBody], msgspec.Meta(max_length=30)]


class NewJobType(Body, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"\S")]
    requirements: list[RequirementBody] = msgspec.field(default_factory=list)
    checklist: Checklist = msgspec.field(default_factory=list)


class JobTypeChanges(Body, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"\S")] | Unset = UNSET
    requirements: list[RequirementBody] | Unset = UNSET
    checklist: Checklist | Unset = UNSET


class NewPart(Body, frozen=True, kw_only=True):
    """An item of the price book."""

    description: Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=r"\S")]
    unit: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=r"\S")]
    unit_price: MoneyBody
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] | None = None
    tax: TaxBody | None = None


class PartChanges(Body, frozen=True, kw_only=True):
    """Only what is sent is changed; ``retired`` true: offered no more."""

    description: (
        Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=r"\S")] | Unset
    ) = UNSET
    unit: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=r"\S")] | Unset = UNSET
    unit_price: MoneyBody | Unset = UNSET
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] | Unset | None = UNSET
    tax: TaxBody | Unset = UNSET
    retired: bool | Unset = UNSET


class NewPerson(Body, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"\S")]
    email: Email
    roles: Annotated[list[Role], msgspec.Meta(min_length=1)]
    phone: Phone | None = None


class PersonChanges(Body, frozen=True, kw_only=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=r"\S")] | Unset = UNSET
    email: Email | Unset = UNSET
    roles: Annotated[list[Role], msgspec.Meta(min_length=1)] | Unset = UNSET
    phone: Phone | Unset | None = UNSET


class NewVisit(Body, frozen=True, kw_only=True):
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    technician_ids: list[Id] = msgspec.field(default_factory=list)


class NewJob(Body, frozen=True, kw_only=True):
    """Only the title is needed. A customer or a site is named by its id, or made on the way."""

    title: Title
    description: Text = ""
    wall_title: Short | None = None
    customer_id: Id | None = None
    customer: NewCustomer | None = None
    site_id: Id | None = None
    site: NewSite | None = None
    job_type: Id | None = None
    priority: Priority = Priority.NORMAL
    reference: Short | None = None
    visit: NewVisit | None = None


class JobChanges(Body, frozen=True, kw_only=True):
    """Only what is sent is changed; ``version`` is the one that was seen."""

    version: Version | None = None
    title: Title | Unset = UNSET
    description: Text | Unset = UNSET
    wall_title: Short | Unset | None = UNSET
    customer_id: Id | Unset | None = UNSET
    site_id: Id | Unset | None = UNSET
    job_type: Id | Unset | None = UNSET
    priority: Priority | Unset = UNSET
    reference: Short | Unset | None = UNSET
