"""Work that can only be handed in, because its person has left or the board did not accept it: kept for the office."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import evidence, photos
from app.actions.act import Act, Done
from app.actions.held import hold_press
from app.models import HeldPress, HeldState, NoteKind, PhotoKind, SignatureKind
from app.queries.jobs import company_of, load_job, was_ever_assigned
from app.rules.refusal import NotFound, TooMany

MOST_WAITING = 500
"""Of one person. An honest phone never has so many, and a stolen one shall not fill the office's list."""


def hold_late(
    session: Session, act: Act, *, job_id: int, verb: str, body: Mapping[str, Any], why: str
) -> Done:
    """Keep it for the office. Raises ``NotFound`` for a job that was never theirs, ``TooMany`` for a flood."""
    job = load_job(session, job_id, lock=True)
    known = was_ever_assigned(session, act.person_id, job_id) or company_of(session).may_pick_up
    if job is None or not known:
        raise NotFound
    waiting = session.scalar(
        select(func.count())
        .select_from(HeldPress)
        .where(HeldPress.person_id == act.person_id, HeldPress.state == HeldState.WAITING)
    )
    if (waiting or 0) >= MOST_WAITING:
        raise TooMany("too_many_held", "Too much waits at the office already. Call them.")
    return hold_press(session, act, verb, job, body=dict(body), why=why)


def _note(session: Session, act: Act, *, job_id: int, text: str, kind: str = "work_done") -> Done:
    return evidence.add_note(session, act, job_id=job_id, text=text, kind=NoteKind(kind))


def _photo(session: Session, act: Act, *, job_id: int, **kept: Any) -> Done:
    picture = photos.Picture(**kept["picture"], taken_at=kept["taken_at"])
    return photos.add_photo(
        session,
        act,
        job_id=job_id,
        kind=PhotoKind(kept["kind"]),
        client_id=kept["client_id"],
        picture=picture,
        item_id=kept.get("item_id"),
    )


def _signature(session: Session, act: Act, *, job_id: int, text: str, file_key: str) -> Done:
    drawn = SignatureKind.DRAWN
    return evidence.sign(session, act, job_id=job_id, kind=drawn, text=text, file_key=file_key)


def _other(session: Session, act: Act, *, job_id: int, text: str) -> Done:
    """What the office must enter itself stays readable beside the job."""
    return evidence.add_note(session, act, job_id=job_id, text=text, kind=NoteKind.INTERNAL)


APPLY: dict[str, Callable[..., Done]] = {
    "note": _note,
    "message": evidence.send_message,
    "photo": _photo,
    "signature": _signature,
    "other": _other,
}
"""What applying does with what is no press of the five; ``actions.deciding`` knows those."""
