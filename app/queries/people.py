"""Reading people: who they are, what they are called on a board, who is behind a sign-in."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.models import Person
from app.queries.cards import Who
from app.rules.access import Actor, Role


def short_names(session: Session) -> dict[int, Who]:
    """Everybody as boards name them, retired people too: their work is still on the board."""
    people = session.execute(select(Person.id, Person.name)).all()
    shorts = {person_id: short_name(name) for person_id, name in people}
    seen = Counter(shorts.values())
    return {
        person_id: Who(person_id, name, shorts[person_id] if seen[shorts[person_id]] == 1 else name)
        for person_id, name in people
    }


def short_name(name: str) -> str:
    """ "Tom Brandt" → "Tom B." with a no-break space; one word stays as it is."""
    first, *rest = name.split()
    return f"{first}\u00a0{rest[-1][0]}." if rest else first


def technicians(session: Session) -> list[Who]:
    """Those who can be sent to a job, by name."""
    names = short_names(session)
    people = session.scalars(
        select(Person)
        .where(Person.retired_at.is_(None), Person.roles.any(role=Role.TECHNICIAN))
        .order_by(Person.name)
    )
    return [names[person.id] for person in people]


def actor_of(session: Session, person_id: int) -> Actor | None:
    """The person with the roles they hold now; None for somebody unknown or retired."""
    person = session.get(Person, person_id, options=[selectinload(Person.roles)])
    if person is None or person.retired_at is not None:
        return None
    return Actor(person.id, person.name, frozenset(row.role for row in person.roles))


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """What a sign-in is checked against."""

    id: int
    password_hash: str | None


def by_email(session: Session, email: str) -> SignInFacts | None:
    """The person who may sign in with this address; nobody who has left."""
    row = session.execute(
        select(Person.id, Person.password_hash).where(
            Person.email == email, Person.retired_at.is_(None)
        )
    ).one_or_none()
    return SignInFacts(*row) if row else None
