"""Photos: announced by a stop, arriving on their own, one row each for files that are on disk already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import before, record
from app.actions.settling import settle
from app.models import ComingPhoto, Job, Photo, PhotoKind
from app.queries.jobs import job_for
from app.rules.access import Right

MOST_PHOTOS = 200
"""On one job. More is a phone that has gone wild, and a page nobody can use."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What the file door has put on disk and knows about it."""

    file_key: str
    thumb_key: str
    sha256: str
    width: int
    height: int
    size_bytes: int
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class Announced:
    """A photo that is still on the phone when its job is stopped."""

    id: str
    kind: PhotoKind


def add_photo(
    session: Session,
    act: Act,
    *,
    job_id: int,
    kind: PhotoKind,
    client_id: str,
    picture: Picture,
    item_id: str | None = None,
) -> Done:
    """The photo has arrived. The same one again (its ``client_id``) is the one that is there already."""
    job = job_for(session, act.by, Right.WRITE_FACTS, job_id, at=act.at, lock=True)
    there = _photo(session, act.person_id, client_id)
    if there is not None:
        return Done(job_id=job.id, made_id=there.id)
    was = before(job)
    photo = Photo(
        job_id=job.id,
        person_id=act.person_id,
        text="",
        at=act.occurred_at,
        kind=kind,
        client_id=client_id,
        item_id=item_id,
        file_key=picture.file_key,
        thumb_key=picture.thumb_key,
        sha256=picture.sha256,
        width=picture.width,
        height=picture.height,
        size_bytes=picture.size_bytes,
        taken_at=picture.taken_at,
    )
    session.add(photo)
    _settle_coming(session, act, client_id)
    settle(session, job, at=act.at)
    done = record(session, act, was.then("photo_added", photo_kind=kind, photo_id=photo.id))
    return replace(done, made_id=photo.id)


def announce(session: Session, act: Act, job: Job, coming: Sequence[Announced]) -> None:
    """Called by a stop, in its transaction: what is still on the phone counts as missing until it is here."""
    for photo in coming[:MOST_PHOTOS]:
        known = _coming(session, act.person_id, photo.id)
        if known is None and _photo(session, act.person_id, photo.id) is None:
            session.add(
                ComingPhoto(
                    job_id=job.id,
                    person_id=act.person_id,
                    client_id=photo.id,
                    kind=photo.kind,
                    announced_at=act.occurred_at,
                )
            )


def give_up(session: Session, act: Act, *, job_id: int, client_id: str, reason: str) -> Done:
    """The phone lost the photo, or the technician took it back before it was sent: nobody waits for it any more."""
    job = job_for(session, act.by, Right.WRITE_FACTS, job_id, at=act.at, lock=True)
    known = _coming(session, act.person_id, client_id)
    if known is None or known.settled_at is not None or known.job_id != job.id:
        return Done(job_id=job.id)
    was = before(job)
    known.settled_at = act.at
    settle(session, job, at=act.at)
    return record(session, act, was.then("photo_given_up", reason=reason))


def _settle_coming(session: Session, act: Act, client_id: str) -> None:
    known = _coming(session, act.person_id, client_id)
    if known is not None:
        known.settled_at = act.at


def _coming(session: Session, person_id: int, client_id: str) -> ComingPhoto | None:
    return session.scalars(
        select(ComingPhoto).where(
            ComingPhoto.person_id == person_id, ComingPhoto.client_id == client_id
        )
    ).one_or_none()


def _photo(session: Session, person_id: int, client_id: str) -> Photo | None:
    return session.scalars(
        select(Photo).where(Photo.person_id == person_id, Photo.client_id == client_id)
    ).one_or_none()
