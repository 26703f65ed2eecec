"""Reading about files: who may see which, and which no row speaks of."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import BillingSettings, HeldPress, HeldState, Invoice, Photo, Signature
from app.queries.jobs import company_of, job_for
from app.rules.access import Actor, Right
from app.rules.refusal import NotFound


def zone_for_upload(session: Session, actor: Actor, job_id: int, *, at: datetime) -> ZoneInfo:
    """The company's zone, once it is sure that this person may add to the job: asked before anything is drawn."""
    job_for(session, actor, Right.WRITE_FACTS, job_id, at=at)
    return ZoneInfo(company_of(session).time_zone)


def photo_known(session: Session, person_id: int, client_id: str) -> int | None:
    """The id of the photo that this phone has sent already."""
    return session.scalar(
        select(Photo.id).where(Photo.person_id == person_id, Photo.client_id == client_id)
    )


def photo_key(session: Session, actor: Actor, photo_id: int, *, thumb: bool, at: datetime) -> str:
    """The file of a photo, for those who may read its job. Raises ``NotFound`` for anybody else."""
    photo = session.get(Photo, photo_id)
    if photo is None:
        raise NotFound
    job_for(session, actor, Right.READ_JOBS, photo.job_id, at=at)
    return photo.thumb_key if thumb else photo.file_key


def signature_key(session: Session, actor: Actor, signature_id: int, *, at: datetime) -> str:
    """The file of a drawn signature. Raises ``NotFound`` like ``photo_key``."""
    signature = session.get(Signature, signature_id)
    if signature is None or signature.file_key is None:
        raise NotFound
    job_for(session, actor, Right.READ_JOBS, signature.job_id, at=at)
    return signature.file_key


def held_key(session: Session, actor: Actor, job_id: int, held_id: int, *, at: datetime) -> str:
    """The file of a photo or a drawn signature that waits for the office. Raises ``NotFound`` like ``photo_key``."""
    job_for(session, actor, Right.DECIDE_HELD, job_id, at=at)
    press = session.get(HeldPress, held_id)
    if press is None or press.job_id != job_id or press.state is not HeldState.WAITING:
        raise NotFound
    key = press.body.get("picture", press.body).get("file_key")
    if key is None:
        raise NotFound
    return str(key)


def _held_keys(session: Session) -> set[str]:
    """Photos and signatures that wait for the office's decision have no row of their own yet."""
    bodies = session.scalars(
        select(HeldPress.body).where(
            HeldPress.verb.in_(("photo", "signature")), HeldPress.state == HeldState.WAITING
        )
    )
    files = [body.get("picture", body) for body in bodies]
    return {key for file in files for name, key in file.items() if name in _FILES}


_FILES = ("file_key", "thumb_key")


def orphans(session: Session, keys: Collection[str]) -> list[str]:
    """Those of ``keys`` that no row speaks of."""
    known: set[str] = set()
    columns = (
        Photo.file_key,
        Photo.thumb_key,
        Signature.file_key,
        BillingSettings.logo_key,
    )
    for column in columns:
        known.update(key for key in session.scalars(select(column).where(column.in_(keys))) if key)
    known.update(_held_keys(session))
    return [key for key in keys if key not in known and not _is_logo(session, key)]


def _is_logo(session: Session, key: str) -> bool:
    """One at a time: asked for all of them together, each invoice with a logo would be a row of the answer."""
    on = select(Invoice.id).where(Invoice.logo_key == key).limit(1)
    return session.scalar(on) is not None
