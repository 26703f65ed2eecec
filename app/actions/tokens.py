"""API tokens: a program acts as a person, with that person's rights at the moment of each call."""

import hashlib
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ApiToken, Person
from app.rules.refusal import BadInput

PREFIX = "rb_"
"""So that a token found in a log or a repository can be recognised for what it is."""


def create_token(session: Session, *, email: str, at: datetime) -> str:
    """A new token for the person with this address. This is the only time that it can be read."""
    person = session.scalars(
        select(Person).where(Person.email == email.strip().lower(), Person.retired_at.is_(None))
    ).one_or_none()
    if person is None:
        raise BadInput(
            "unknown_person",
            f"Nobody here has the address {email}. `readyboard person list` shows who there is.",
            field="person",
        )
    token = PREFIX + token_urlsafe(32)
    session.add(
        ApiToken(
            person_id=person.id,
            secret_hash=hashlib.sha256(token.encode()).hexdigest(),
            created_at=at,
        )
    )
    return token
