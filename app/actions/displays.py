"""Televisions on the wall: showing a code, being approved by somebody who stands in front of them, being removed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import Happening, record
from app.actions.sign_in import access_changed
from app.models import Display, DisplayState
from app.queries.screens.frame import WallOptions
from app.rules.access import Right, may
from app.rules.refusal import BadInput, Forbidden, NotFound, TooMany

CODE_LASTS = timedelta(minutes=15)
"""Long enough to walk to the office and back."""

MOST_WAITING = 50
"""Televisions that may show a code at the same time; more are no televisions."""

NO_SUCH_CODE = "No screen shows this code now. Look at it again: a code lasts a quarter of an hour."


@dataclass(frozen=True, slots=True)
class Offer:
    """What a television shows until it is approved: a code to type, and a word to compare."""

    code: str
    word: str


def begin_pairing(session: Session, *, secret_hash: str, offer: Offer, at: datetime) -> None:
    """A television that nobody knows yet. Those whose code has run out make room."""
    session.execute(
        delete(Display).where(
            Display.state == DisplayState.WAITING, Display.code_expires_at <= at - CODE_LASTS
        )
    )
    waiting = session.scalar(
        select(func.count()).select_from(Display).where(Display.state == DisplayState.WAITING)
    )
    if (waiting or 0) >= MOST_WAITING:
        raise TooMany(
            "many_screens", "Many screens wait to be connected just now. Try again in a moment."
        )
    session.add(
        Display(
            state=DisplayState.WAITING,
            name="",
            secret_hash=secret_hash,
            code=offer.code,
            word=offer.word,
            code_expires_at=at + CODE_LASTS,
            created_at=at,
        )
    )


def offer_again(session: Session, *, secret_hash: str, offer: Offer, at: datetime) -> None:
    """Its code has run out: the same television shows another."""
    session.execute(
        update(Display)
        .where(Display.secret_hash == secret_hash, Display.state == DisplayState.WAITING)
        .values(code=offer.code, word=offer.word, code_expires_at=at + CODE_LASTS)
    )


def pair(session: Session, act: Act, *, code: str, name: str, options: WallOptions) -> Done:
    """Approve the television that shows this code. It may look from now on, and nothing else."""
    _refuse_stranger(act)
    row = session.scalars(
        select(Display)
        .where(Display.code == code, Display.state == DisplayState.WAITING)
        .with_for_update()
    ).one_or_none()
    if row is None or row.code_expires_at is None or row.code_expires_at <= act.at:
        raise BadInput("no_such_code", NO_SUCH_CODE, field="code")
    row.state, row.code, row.code_expires_at = DisplayState.PAIRED, None, None
    row.paired_by, row.paired_at = act.by.id, act.at
    _set(row, name, options)
    done = record(session, act, Happening("display_paired", data={"name": name}))
    return Done(seq=done.seq, epoch=done.epoch, made_id=row.id)


def change_display(
    session: Session, act: Act, *, display_id: int, name: str, options: WallOptions
) -> Done:
    """Other options are other bytes: the television fetches everything anew."""
    row = _paired(session, act, display_id)
    _set(row, name, options)
    return record(session, act, access_changed(display_id=row.id))


def remove(session: Session, act: Act, *, display_id: int) -> Done:
    """It goes dark within two seconds and shows a new code."""
    row = _paired(session, act, display_id)
    row.state, row.removed_at = DisplayState.REMOVED, act.at
    return record(
        session,
        act,
        Happening("display_removed", data={"name": row.name}),
        access_changed(display_id=row.id),
    )


def seen(session: Session, display_id: int, *, at: datetime) -> None:
    """It is on, and looked a moment ago."""
    session.execute(update(Display).where(Display.id == display_id).values(seen_at=at))


def _set(row: Display, name: str, options: WallOptions) -> None:
    row.name = name
    row.shows_customers, row.shows_titles = options.shows_customers, options.shows_titles


def _paired(session: Session, act: Act, display_id: int) -> Display:
    _refuse_stranger(act)
    row = session.get(Display, display_id, with_for_update=True)
    if row is None or row.state is not DisplayState.PAIRED:
        raise NotFound
    return row


def _refuse_stranger(act: Act) -> None:
    if not may(act.by, Right.MANAGE_DISPLAYS):
        raise Forbidden
