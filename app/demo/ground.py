"""What stands before the first job: the company, its people, its customers and their sites, its job types."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.demo import texts
from app.models import (
    Base,
    BillingSettings,
    Company,
    Customer,
    JobType,
    Person,
    PersonRole,
    PriceBookItem,
    Site,
)
from app.queries.people import actor_of
from app.rules.access import Actor
from app.rules.pricing import Travel

ZONE = ZoneInfo("Europe/Berlin")

PASSWORD = "ready-for-the-demo"  # noqa: S105 -- printed at the start of every demo, and no secret
"""Everybody's, in every demo company."""

HISTORY_DAYS = 90


@dataclass(frozen=True, slots=True)
class Ground:
    """What jobs are made of. ``people`` by the name before their @; ``sites`` by customer id."""

    people: dict[str, Actor]
    customers: dict[str, int]
    sites: dict[int, int]
    job_types: dict[str, int]
    parts: dict[str, int]

    @property
    def technicians(self) -> list[Actor]:
        return [who for who in self.people.values() if "technician" in who.roles]

    def customer(self, begins: str) -> int:
        """The id of the one customer whose name begins so."""
        (found,) = [number for name, number in self.customers.items() if name.startswith(begins)]
        return found


def lay(session: Session, *, at: datetime) -> Ground:
    """Fill an empty database up to where the first job could be taken in."""
    since = at - timedelta(days=HISTORY_DAYS + 30)
    session.execute(insert(Company), [_company(since)])
    session.add(_billing())
    people = _people(session, since)
    customers = texts.customers()
    session.execute(
        insert(Customer), [_customer(i, row, since) for i, row in enumerate(customers, start=1)]
    )
    session.execute(
        insert(Site), [_site(i, row, since) for i, row in enumerate(customers, start=1)]
    )
    session.execute(
        insert(JobType),
        [_job_type(i, row, since) for i, row in enumerate(texts.JOB_TYPES.items(), start=1)],
    )
    session.execute(
        insert(PriceBookItem),
        [_part(i, row, since) for i, row in enumerate(texts.PRICE_BOOK, start=1)],
    )
    return Ground(
        people=people,
        customers={row[0]: i for i, row in enumerate(customers, start=1)},
        sites={i: i for i in range(1, len(customers) + 1)},
        job_types={name: i for i, name in enumerate(texts.JOB_TYPES, start=1)},
        parts={number: i for i, (number, *_) in enumerate(texts.PRICE_BOOK, start=1)},
    )


def go_on_counting(session: Session) -> None:
    """Rows were inserted with their ids: PostgreSQL's sequences must be told, SQLite's rowids know."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        sequence = (
            session.scalar(
                text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name}
            )
            if "id" in table.columns
            else None
        )
        if sequence is not None:
            session.execute(
                text(f"SELECT setval('{sequence}', (SELECT max(id) FROM {table.name}))")  # noqa: S608
            )


def _billing() -> BillingSettings:
    """Everything that a lawful invoice asks of the company, and what its work costs."""
    return BillingSettings(
        id=1,
        address_lines=["Kanalstraße 26"],
        postcode="23552",
        city="Lübeck",
        country="DE",
        tax_id="DE811569869",
        register="Amtsgericht Lübeck HRB 10427",
        phone="0171 39200 90",
        email="office@demo.example",
        website="demo.example",
        iban="DE02120300000000202051",
        bic="BYLADEM1001",
        terms_days=14,
        invoice_prefix="R",
        credit_prefix="G",
        tax_rate=Decimal(19),
        labour_rate=Decimal(68),
        travel=Travel.CALL_OUT,
        call_out_fee=Decimal(29),
    )


def _company(since: datetime) -> dict[str, Any]:
    """An on-call firm: with a long working day, a demo started in the evening is not full of forgotten clocks."""
    return {
        "id": 1,
        "name": texts.COMPANY,
        "currency": "EUR",
        "time_zone": ZONE.key,
        "day_starts": time(6),
        "day_ends": time(22),
        "longest_entry_hours": 12,
        "may_pick_up": False,
        "is_demo": True,
        "created_at": since,
    }


def _people(session: Session, since: datetime) -> dict[str, Actor]:
    # The same salt each time, so that the same seed gives the same rows. The password is printed anyway.
    hashed = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(
        PASSWORD, salt=b"readyboard-demo!"
    )
    session.execute(
        insert(Person),
        [
            {
                "id": i,
                "name": name,
                "email": f"{email}@demo.example",
                "phone": f"0171 39200 {i:02d}",
                "password_hash": hashed,
                "created_at": since,
            }
            for i, (email, name, _) in enumerate(texts.PEOPLE, start=1)
        ],
    )
    session.execute(
        insert(PersonRole),
        [
            {"person_id": i, "role": role}
            for i, (_, _, roles) in enumerate(texts.PEOPLE, start=1)
            for role in roles
        ],
    )
    return {
        email: Actor(id=i, name=name, roles=frozenset(roles))
        for i, (email, name, roles) in enumerate(texts.PEOPLE, start=1)
    }


def _customer(number: int, row: list[str], since: datetime) -> dict[str, Any]:
    name, street, postcode, _, _ = row
    is_firm = not name.startswith("Fam.")
    return {
        "id": number,
        "name": name,
        "email": f"kunde{number:02d}@kunden.example",
        "phone": f"0171 39200 {30 + number}",
        "address_lines": [street.split(",")[0]],
        "postcode": postcode,
        "city": "Lübeck",
        "country": "DE",
        "tax_id": f"DE{811_000_000 + 7919 * number}" if is_firm else None,
        "terms_days": 30 if is_firm else 14,
        "reference_required": False,
        "created_at": since,
    }


def _site(number: int, row: list[str], since: datetime) -> dict[str, Any]:
    _, street, postcode, contact, access = row
    return {
        "id": number,
        "customer_id": number,
        "name": None,
        "street": street,
        "postcode": postcode,
        "city": "Lübeck",
        "country": "DE",
        "contact_name": contact,
        "contact_phone": f"0171 39200 {30 + number}",
        "access_note": access or None,
        "created_at": since,
    }


def _job_type(number: int, row: tuple[str, texts.Kind], since: datetime) -> dict[str, Any]:
    name, kind = row
    return {
        "id": number,
        "name": name,
        "requirements": [
            {"code": code, "count": count} if code.startswith("photos") else {"code": code}
            for code, count in kind.asks.items()
        ],
        "checklist": [
            {
                "id": f"c{place}",
                "text": text,
                "required": True,
                "photo": False,
                "answer": "yes_no" if answer in ("Yes", "No") else "value",
            }
            for place, (text, answer) in enumerate(kind.checklist)
        ],
        "created_at": since,
    }


def _part(number: int, row: tuple[str, str, str, str], since: datetime) -> dict[str, Any]:
    name, description, unit, price = row
    return {
        "id": number,
        "number": name,
        "description": description,
        "unit": unit,
        "unit_price": Decimal(price),
        "tax_category": "S",
        "tax_rate": Decimal(19),
        "search_text": f"{name} {description}".lower(),
        "created_at": since,
    }


def known(session: Session) -> Ground:
    """The ground of a demo that stands already, as far as it is still what ``lay`` put there."""
    people = session.execute(select(Person.email, Person.id)).all()
    customers = session.execute(select(Customer.name, Customer.id)).all()
    job_types = session.execute(select(JobType.name, JobType.id)).all()
    parts = session.execute(select(PriceBookItem.number, PriceBookItem.id)).all()
    sites = session.execute(select(Site.customer_id, Site.id).order_by(Site.id.desc()))
    actors = ((email.split("@")[0], actor_of(session, number)) for email, number in people)
    return Ground(
        people={key: actor for key, actor in actors if actor is not None},
        customers=dict(customers),
        sites={owner: number for owner, number in sites if owner is not None},
        job_types=dict(job_types),
        parts={name: number for name, number in parts if name is not None},
    )
