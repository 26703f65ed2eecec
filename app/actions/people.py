"""People and their roles. Owners only; the last owner stays, and nobody raises themselves."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select, update
from sqlalchemy.orm import Session, selectinload

from app.actions.act import Act, Done
from app.actions.history import Happening, record
from app.actions.retelling import retell
from app.actions.sign_in import access_changed
from app.models import ApiToken, Assignment, Enrolment, Job, Person, PersonRole, SignIn
from app.queries.people import short_name, short_names
from app.rules.access import Actor, Right, Role, may
from app.rules.refusal import BadInput, Forbidden, NotFound, Refusal
from app.rules.states import CLOSED

LAST_OWNER = "This is the last owner. Make somebody else an owner first."


def add_person(
    session: Session,
    act: Act,
    *,
    name: str,
    email: str,
    roles: Collection[Role],
    phone: str | None = None,
    password_hash: str | None = None,
) -> Done:
    """``password_hash`` None: they come in by a link. ``email`` in any case; it is kept in lower case."""
    _refuse_stranger(act)
    _refuse_no_role(roles)
    _refuse_taken_email(session, email, but=None)
    row = Person(
        name=name,
        email=email.lower(),
        phone=phone,
        password_hash=password_hash,
        created_at=act.at,
        roles=[PersonRole(role=role) for role in sorted(roles)],
    )
    session.add(row)
    session.flush()
    data = {"about_person_id": row.id, "roles": sorted(roles)}
    done = retell(
        session, act, _shows(_namesakes(session, name)), Happening("person_added", data=data)
    )
    return Done(seq=done.seq, epoch=done.epoch, made_id=row.id)


def change_person(
    session: Session,
    act: Act,
    *,
    person_id: int,
    name: str | None = None,
    email: str | None = None,
    phone: str | bool | None = False,
    roles: Collection[Role] | None = None,
    password_hash: str | None = None,
) -> Done:
    """What is None stays (``phone``: False stays, None takes it away). A new password or other roles are felt at once,
    on every open page."""
    _refuse_stranger(act)
    row = _person(session, person_id)
    if email is not None:
        _refuse_taken_email(session, email, but=row.id)
        row.email = email.lower()
    if not isinstance(phone, bool):
        row.phone = phone
    happenings = []
    if roles is not None and (change := _set_roles(session, row, roles)) is not None:
        happenings += [change, access_changed(person_id=row.id)]
    if password_hash is not None:
        _new_password(session, row, password_hash, at=act.at, but=None)
        happenings += [_about("password_changed", row), access_changed(person_id=row.id)]
    if name is not None and name != row.name:
        renamed = _about("person_renamed", row, old=row.name, new=name)
        known_as = {row.id, *_namesakes(session, row.name), *_namesakes(session, name)}
        row.name = name
        return retell(session, act, _shows(known_as), renamed, *happenings)
    return record(session, act, *(happenings or [_about("person_changed", row)]))


def change_own_password(
    session: Session, act: Act, *, password_hash: str, sign_in_id: int | None
) -> Done:
    """One's own, having proved the present one. Every other sign-in ends."""
    row = _person(session, act.by.id)
    _new_password(session, row, password_hash, at=act.at, but=sign_in_id)
    return record(
        session, act, _about("password_changed", row), access_changed(person_id=act.by.id)
    )


def retire(session: Session, act: Act, *, person_id: int) -> Done:
    """They have left: every sign-in, token and link of theirs ends. What they did stays, with their name."""
    _refuse_stranger(act)
    row = _person(session, person_id)
    if row.retired_at is not None:
        return Done(made_id=row.id)
    if Role.OWNER in _roles(row):
        _refuse_last_owner(session, row)
    row.retired_at = act.at
    _let_nobody_in(session, row.id, at=act.at)
    return record(session, act, _about("person_retired", row), access_changed(person_id=row.id))


def take_back(session: Session, act: Act, *, person_id: int) -> Done:
    """Somebody who had left comes in again, with the roles they had; by a new link or their password."""
    _refuse_stranger(act)
    row = _person(session, person_id)
    if row.retired_at is None:
        return Done(made_id=row.id)
    row.retired_at = None
    return record(session, act, _about("person_returned", row))


def first_owner(
    session: Session, *, name: str, email: str, password_hash: str | None, at: datetime
) -> int:
    """The person who sets the company up, with every role, because a small firm's owner does everything.

    Raises ``Refusal`` where somebody is there already. Answers their id.
    """
    if session.scalar(select(func.count()).select_from(Person)):
        raise Refusal("not_empty", "Somebody has set this board up already. Sign in.")
    row = Person(
        name=name,
        email=email.lower(),
        password_hash=password_hash,
        created_at=at,
        roles=[PersonRole(role=role) for role in Role],
    )
    session.add(row)
    session.flush()
    return row.id


def _refuse_stranger(act: Act) -> None:
    """This is also why nobody raises themselves: whoever may change roles holds the highest one."""
    if not may(act.by, Right.EDIT_PEOPLE):
        raise Forbidden


def _refuse_no_role(roles: Collection[Role]) -> None:
    if not roles:
        raise BadInput("no_role", "Choose at least one thing that they do.", field="roles")


def _refuse_taken_email(session: Session, email: str, *, but: int | None) -> None:
    other = session.execute(
        select(Person.id, Person.name).where(Person.email == email.lower())
    ).one_or_none()
    if other is not None and other.id != but:
        raise BadInput("email_taken", f"{other.name} has this address already.", field="email")


def _refuse_last_owner(session: Session, row: Person) -> None:
    owners = session.scalars(
        select(Person.id)
        .where(Person.retired_at.is_(None), Person.roles.any(role=Role.OWNER))
        .order_by(Person.id)
        .with_for_update()
    ).all()
    if set(owners) <= {row.id}:
        raise Refusal("last_owner", LAST_OWNER, field="roles")


def _person(session: Session, person_id: int) -> Person:
    row = session.get(Person, person_id, options=[selectinload(Person.roles)], with_for_update=True)
    if row is None:
        raise NotFound
    return row


def _roles(row: Person) -> frozenset[Role]:
    return frozenset(held.role for held in row.roles)


def _set_roles(session: Session, row: Person, roles: Collection[Role]) -> Happening | None:
    _refuse_no_role(roles)
    old, new = _roles(row), frozenset(roles)
    if old == new:
        return None
    if Role.OWNER in old - new:
        _refuse_last_owner(session, row)
    row.roles = [held for held in row.roles if held.role in new] + [
        PersonRole(role=role) for role in sorted(new - old)
    ]
    return _about("roles_changed", row, old=sorted(old), new=sorted(new))


def _new_password(
    session: Session, row: Person, password_hash: str, *, at: datetime, but: int | None
) -> None:
    row.password_hash = password_hash
    others = update(SignIn).where(SignIn.person_id == row.id, SignIn.ended_at.is_(None))
    session.execute(others.where(SignIn.id != (but or 0)).values(ended_at=at))


def _let_nobody_in(session: Session, person_id: int, *, at: datetime) -> None:
    session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
        .values(ended_at=at)
    )
    session.execute(
        update(ApiToken)
        .where(ApiToken.person_id == person_id, ApiToken.ended_at.is_(None))
        .values(ended_at=at)
    )
    session.execute(
        update(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.used_at.is_(None))
        .values(used_at=at)
    )


def _shows(people: Collection[int]) -> ColumnElement[bool]:
    """Jobs on the boards whose cards may name one of these people."""
    is_there = exists().where(Assignment.job_id == Job.id, Assignment.person_id.in_(people))
    return and_(Job.state.not_in(CLOSED), is_there)


def _namesakes(session: Session, name: str) -> set[int]:
    """Those with the same short name, who are shown in full as soon as there are two: "Tom B." → "Tom Brandt"."""
    return {
        who.id for who in short_names(session).values() if short_name(who.name) == short_name(name)
    }


def _about(kind: str, row: Person, **data: object) -> Happening:
    return Happening(kind, data={"about_person_id": row.id, **data})


NOBODY_YET = Actor(id=0, name="Readyboard", roles=frozenset(Role))
"""Who acts on the command line, and before anybody is there."""
