"""People from the command line, where whoever may read the database may also say who comes in."""

import hashlib
import secrets
from argparse import Namespace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import company, people, sign_in
from app.actions.act import Act, now_by
from app.actions.people import NOBODY_YET
from app.db import Database
from app.models import Company, Person
from app.rules.access import Role
from app.rules.refusal import NotFound


async def add(db: Database, args: Namespace, *, at: datetime) -> tuple[str, str | None]:
    """The secret of a link by which the new person comes in. The first one also sets the company up: then its currency
    comes with it."""
    return await db.write(_add, args, at=at)


async def set_roles(db: Database, args: Namespace, *, at: datetime) -> None:
    await db.write(_set_roles, args, at=at)


async def retire(db: Database, args: Namespace, *, at: datetime) -> None:
    await db.write(_retire, args, at=at)


def _add(session: Session, args: Namespace, *, at: datetime) -> tuple[str, str | None]:
    currency = None
    if session.get(Company, 1) is None:
        currency = args.currency.upper()
        company.set_up(
            session,
            name=args.company,
            time_zone=args.time_zone or local_zone(),
            currency=currency,
            at=at,
        )
    roles = frozenset(Role(role) for role in args.role)
    act = _operator(at)
    done = people.add_person(session, act, name=args.name, email=args.email, roles=roles)
    if done.made_id is None:
        raise AssertionError("expected add_person to name the new person")
    secret = secrets.token_urlsafe(32)
    secret_hash = hashlib.sha256(secret.encode()).hexdigest()
    sign_in.make_link(session, act, person_id=done.made_id, secret_hash=secret_hash)
    return secret, currency


def _set_roles(session: Session, args: Namespace, *, at: datetime) -> None:
    roles = frozenset(Role(role) for role in args.role)
    person_id = _who(session, args.email)
    people.change_person(session, _operator(at), person_id=person_id, roles=roles)


def _retire(session: Session, args: Namespace, *, at: datetime) -> None:
    people.retire(session, _operator(at), person_id=_who(session, args.email))


def _operator(at: datetime) -> Act:
    return now_by(NOBODY_YET, at)


def _who(session: Session, email: str) -> int:
    found = session.scalar(select(Person.id).where(Person.email == email.strip().lower()))
    if found is None:
        raise NotFound(f"Nobody here has the address {email}. `readyboard person list` shows who.")
    return found


def local_zone() -> str:
    """The machine's own time zone by its name, as far as it tells; UTC otherwise."""
    link = Path("/etc/localtime")
    if not link.is_symlink():
        return "UTC"
    _, found, name = str(link.readlink()).partition("zoneinfo/")
    return name if found else "UTC"
