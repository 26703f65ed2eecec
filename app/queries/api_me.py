"""The caller and the company's settings that screens need."""

from datetime import time

import msgspec
from sqlalchemy.orm import Session

from app.models import Company, Person
from app.rules.access import Actor, Role


class MyPerson(msgspec.Struct, frozen=True):
    id: int
    name: str
    email: str
    roles: list[Role]


class CompanyAnswer(msgspec.Struct, frozen=True):
    """Local times of the working day are in ``time_zone``."""

    name: str
    currency: str
    time_zone: str
    day_starts: time
    day_ends: time
    longest_entry_hours: int
    may_pick_up: bool
    is_demo: bool


class MeAnswer(msgspec.Struct, frozen=True):
    """``company`` null: nobody has set one up yet."""

    person: MyPerson
    company: CompanyAnswer | None


def me(session: Session, by: Actor) -> MeAnswer:
    person = session.get_one(Person, by.id)
    company = session.get(Company, 1)
    return MeAnswer(
        MyPerson(person.id, person.name, person.email, sorted(by.roles)),
        msgspec.convert(company, CompanyAnswer, from_attributes=True) if company else None,
    )
