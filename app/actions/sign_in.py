"""Letting people in and out: counted tries, sign-ins, enrolment links. Secrets come as hashes, passwords as hashes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.actions.act import Act, Done, now_by
from app.actions.history import Happening, record
from app.models import Enrolment, FailedTry, Person, SignIn
from app.queries.board import ACCESS_CHANGED
from app.queries.people import actor_of
from app.rules.access import Actor
from app.rules.refusal import Forbidden, NotFound, SignInNeeded, TooMany

TRIES_COUNT_FOR = timedelta(minutes=15)

LINK_LASTS = timedelta(minutes=10)
"""Long enough to find the phone, short enough for a link that stayed in a chat."""


def count_try(session: Session, *subjects: str, at: datetime, most: int) -> None:
    """Count one try for each subject (a name, an address) before anything slow is done for it.

    Raises ``TooMany`` where one of them has had ``most`` in a quarter of an hour.
    """
    since = at - TRIES_COUNT_FOR
    session.execute(delete(FailedTry).where(FailedTry.at <= since))
    for subject in subjects:
        tried = session.scalar(
            select(func.count()).select_from(FailedTry).where(FailedTry.subject == subject)
        )
        if (tried or 0) >= most:
            raise TooMany(
                "too_many_tries",
                "Too many tries. Wait a quarter of an hour, or ask the owner for a link.",
            )
    session.add_all(FailedTry(subject=subject, at=at) for subject in subjects)


def begin(
    session: Session,
    *,
    person_id: int,
    secret_hash: str,
    browser: str,
    at: datetime,
    expires_at: datetime,
    forgive: tuple[str, ...] = (),
    late_hash: str | None = None,
) -> Actor:
    """Sign a browser in. ``forgive``: the tries that were counted for this one, which was right. ``late_hash``: of the
    secret with which it may hand in work later (``web.late``)."""
    actor = actor_of(session, person_id)
    if actor is None:
        raise SignInNeeded
    for subject in forgive:
        _forgive_one(session, subject)
    session.add(
        SignIn(
            person_id=person_id,
            secret_hash=secret_hash,
            browser=browser[:200],
            created_at=at,
            seen_at=at,
            confirmed_at=at,
            expires_at=expires_at,
            late_hash=late_hash,
        )
    )
    return actor


def _forgive_one(session: Session, subject: str) -> None:
    newest = select(func.max(FailedTry.id)).where(FailedTry.subject == subject).scalar_subquery()
    session.execute(delete(FailedTry).where(FailedTry.id == newest))


def touch(session: Session, sign_in_id: int, *, at: datetime, expires_at: datetime) -> None:
    """It is in use: it lasts a while longer."""
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
        .values(seen_at=at, expires_at=expires_at)
    )


def confirm(session: Session, sign_in_id: int, *, at: datetime, forgive: tuple[str, ...]) -> None:
    """The password was given again."""
    for subject in forgive:
        _forgive_one(session, subject)
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(confirmed_at=at))


def end(session: Session, act: Act, *, sign_in_id: int) -> Done:
    """Sign one browser out: one's own only."""
    row = session.get(SignIn, sign_in_id, with_for_update=True)
    if row is None or row.person_id != act.by.id:
        raise NotFound
    if row.ended_at is not None:
        return Done()
    row.ended_at = act.at
    return record(session, act, access_changed(session_id=row.id))


def end_others(session: Session, act: Act, *, but: int | None) -> Done:
    """Sign out everywhere but here."""
    return _end_all(session, act, person_id=act.by.id, but=but)


def end_everywhere(session: Session, act: Act, *, person_id: int) -> Done:
    """For somebody who has left, or whose password was changed for them."""
    return _end_all(session, act, person_id=person_id, but=None)


def _end_all(session: Session, act: Act, *, person_id: int, but: int | None) -> Done:
    open_ones = select(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    rows = [row for row in session.scalars(open_ones.with_for_update()) if row.id != but]
    for row in rows:
        row.ended_at = act.at
    if not rows:
        return Done()
    return record(session, act, access_changed(person_id=person_id))


def access_changed(**who: int) -> Happening:
    """The event that makes every process look again at the open connections of one person, session or display.

    ``who``: ``person_id``, ``session_id``, ``token_id`` or ``display_id``, as the live side calls them.
    """
    return Happening(ACCESS_CHANGED, data=who)


def make_link(session: Session, act: Act, *, person_id: int, secret_hash: str) -> datetime:
    """A link that opens one phone once; older ones of this person stop working. Answers until when it works."""
    person = session.get(Person, person_id)
    if person is None or person.retired_at is not None:
        raise NotFound
    session.execute(
        update(Enrolment)
        .where(Enrolment.person_id == person_id, Enrolment.used_at.is_(None))
        .values(used_at=act.at)
    )
    until = act.at + LINK_LASTS
    session.add(
        Enrolment(person_id=person_id, secret_hash=secret_hash, created_at=act.at, expires_at=until)
    )
    record(session, act, Happening("link_made", data={"about_person_id": person_id}))
    return until


def use_link(
    session: Session,
    *,
    link_hash: str,
    secret_hash: str,
    browser: str,
    at: datetime,
    expires_at: datetime,
    password_hash: str | None = None,
    late_hash: str | None = None,
) -> Actor:
    """Use the link up and sign this browser in; with ``password_hash`` it also becomes the person's password."""
    link = session.scalars(
        select(Enrolment).where(Enrolment.secret_hash == link_hash).with_for_update()
    ).one_or_none()
    if link is None or link.used_at is not None or link.expires_at <= at:
        raise Forbidden(USED_UP)
    link.used_at = at
    actor = begin(
        session,
        person_id=link.person_id,
        secret_hash=secret_hash,
        browser=browser,
        at=at,
        expires_at=expires_at,
        late_hash=late_hash,
    )
    if password_hash is not None:
        session.get_one(Person, actor.id).password_hash = password_hash
    record(session, now_by(actor, at), Happening("link_used", data={"about_person_id": actor.id}))
    return actor


USED_UP = "This link has been used, or its ten minutes are over. Ask the office for a new one."
