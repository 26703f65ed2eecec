"""Files coming in and going out: photos and drawn signatures, for the forms and the JSON API alike."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from app.actions import evidence
from app.actions import photos as acts
from app.actions.act import Act, Done
from app.actions.receipts import Press, once
from app.db import Database
from app.files.pictures import Pictures, Upload
from app.models import PhotoKind, SignatureKind
from app.queries.files import photo_known, zone_for_upload
from app.rules.access import Actor
from app.rules.clock import act_time
from app.rules.refusal import BadInput
from app.web.door import press_of

CHUNK_BYTES = 256 * 1024

MOST_FILES = 12
"""In one sending of the plain form, which has two fields for files. Large ones meet the body's limit sooner."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One upload as it came: the fields beside it, and the file in the incoming folder with its digest."""

    fields: FormData
    upload: Upload
    digest: str

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def moment(self, name: str) -> datetime | None:
        try:
            moment = datetime.fromisoformat(self.text(name)) if self.text(name) else None
        except ValueError:
            moment = None
        if self.text(name) and (moment is None or moment.tzinfo is None):
            raise BadInput(
                "not_a_time",
                "Give the moment with its zone, like 2026-11-24T14:03:00Z.",
                field=name,
            )
        return moment

    def act(self, actor: Actor, at: datetime) -> Act:
        """Who and when. A photo's own moment is when it was taken; the act is when it was added on the phone."""
        elapsed = self.text("elapsed_ms")
        when = act_time(
            self.moment("occurred_at"),
            int(elapsed) if elapsed.isdecimal() else None,
            received_at=at,
        )
        return Act(actor, at, when.occurred_at, when.device_at, when.flags)


async def receive(request: Request, pictures: Pictures) -> list[Sent]:
    """Read the body to the incoming folder. Raises ``BadInput`` without a file."""
    async with request.form(max_files=MOST_FILES, max_fields=20) as fields:
        files = [one for one in fields.getlist("file") if isinstance(one, UploadFile) and one.size]
        if not files:
            raise BadInput("no_file", "Choose a photo first.", field="file")
        return [await _received(fields, file, pictures) for file in files]


async def _received(fields: FormData, file: UploadFile, pictures: Pictures) -> Sent:
    target = pictures.store.incoming / secrets.token_hex(16)
    return Sent(fields, Upload(target, file.size or 0), await _write(file, target))


async def _write(file: UploadFile, target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as out:
        while chunk := await file.read(CHUNK_BYTES):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


async def take_photo(
    request: Request, db: Database, pictures: Pictures, actor: Actor, job_id: int, *, at: datetime
) -> tuple[Done, bool]:
    """A photo for a job; of several the answer speaks of the last. Whoever may not is told before anything is read."""
    done = (Done(job_id=job_id), False)
    zone = await db.ask_quick(zone_for_upload, actor, job_id, at=at)
    received = await receive(request, pictures)
    try:
        for place, sent in enumerate(received):
            photo = _named(request, sent, place)
            done = await _take_one(photo, db, pictures, actor, job_id, zone=zone, at=at)
    finally:
        for sent in received:
            sent.upload.path.unlink(missing_ok=True)
    return done


@dataclass(frozen=True, slots=True)
class _Named:
    """One photo with its own names: each photo of a form is a press of its own."""

    sent: Sent
    kind: PhotoKind
    press: Press
    client_id: str


def _named(request: Request, sent: Sent, place: int) -> _Named:
    """From the second photo on its place is part of its names."""
    kind, client_id = _kind(sent.text("kind")), sent.text("client_id")[:90]
    words = {"kind": kind, "client_id": client_id, "file": sent.digest}
    press = press_of(request, words, sent.text("key"))
    if place:
        press = Press(f"{press.key[:90]}-{place + 1}", press.fingerprint)
        client_id = client_id and f"{client_id}-{place + 1}"
    return _Named(sent, kind, press, client_id or press.key)


async def _take_one(
    photo: _Named,
    db: Database,
    pictures: Pictures,
    actor: Actor,
    job_id: int,
    *,
    zone: ZoneInfo,
    at: datetime,
) -> tuple[Done, bool]:
    """One that is here already (its ``client_id``) is not drawn again."""
    act = photo.sent.act(actor, at)
    known = await db.ask_quick(photo_known, actor.id, photo.client_id)
    if known is not None:
        return Done(job_id=job_id, made_id=known), True
    picture = await _drawn(pictures, photo.sent, zone, at)
    is_kept = False
    try:
        done, replayed = await db.write(
            once,
            act,
            photo.press,
            lambda session: acts.add_photo(
                session,
                act,
                job_id=job_id,
                kind=photo.kind,
                client_id=photo.client_id,
                picture=picture,
                item_id=photo.sent.text("item_id") or None,
            ),
        )
        is_kept = done.seq is not None and not replayed
    finally:
        # No row speaks of these files; a crash here leaves them to the search for orphans.
        if not is_kept:
            await pictures.store.remove(picture.file_key)
            await pictures.store.remove(picture.thumb_key)
    return done, replayed


async def _drawn(pictures: Pictures, sent: Sent, zone: ZoneInfo, at: datetime) -> acts.Picture:
    picture = await pictures.take(sent.upload, zone=zone, at=at)
    said = sent.moment("taken_at")
    return picture if picture.taken_at or said is None else _taken(picture, said)


def _taken(picture: acts.Picture, moment: datetime) -> acts.Picture:
    """The phone shrank the picture and with it the camera's words; the moment travels beside it."""
    return acts.Picture(
        picture.file_key,
        picture.thumb_key,
        picture.sha256,
        picture.width,
        picture.height,
        picture.size_bytes,
        moment,
    )


async def take_signature(
    request: Request, db: Database, pictures: Pictures, actor: Actor, job_id: int, *, at: datetime
) -> tuple[Done, bool]:
    """A signature drawn with a finger."""
    await db.ask_quick(zone_for_upload, actor, job_id, at=at)
    (sent, *_) = await receive(request, pictures)
    try:
        press = press_of(request, {"file": sent.digest}, sent.text("key"))
        act = sent.act(actor, at)
        key = await pictures.take_signature(sent.upload, at=at)
    finally:
        sent.upload.path.unlink(missing_ok=True)
    try:
        done, replayed = await db.write(
            once,
            act,
            press,
            lambda session: evidence.sign(
                session,
                act,
                job_id=job_id,
                kind=SignatureKind.DRAWN,
                text=sent.text("name"),
                file_key=key,
            ),
        )
    except BaseException:
        await pictures.store.remove(key)
        raise
    if replayed:
        await pictures.store.remove(key)
    return done, replayed


def _kind(word: str) -> PhotoKind:
    try:
        return PhotoKind(word or PhotoKind.DURING)
    except ValueError:
        raise BadInput(
            "kind", "A photo is before, during or after the work.", field="kind"
        ) from None
