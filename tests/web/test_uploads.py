"""Photos and signatures through the plain form: what is kept of them, what is refused, who may see them."""

import asyncio
import io
import os
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.files.store import LocalFolder
from app.models import Display, DisplayState, Photo, Signature
from app.web.cookies import DISPLAY, hash_of
from app.web.files import collect_orphans
from tests.cast import World
from tests.databases import on_sqlite
from tests.web import pictures
from tests.web.work import job_for, now, pressed

IN_TIME_S = 10.0
"""A tenth of a second of work; the limit is for machines on which ten things run at once."""


async def send(
    client: httpx2.AsyncClient,
    job_id: int,
    *files: bytes,
    name: str = "IMG_0001.jpg",
    path: str = "photos",
    **words: str,
) -> httpx2.Response:
    """As a browser without scripts sends the form: a field for each file, an empty one for what was not chosen."""
    fields = {"key": uuid4().hex, "kind": "after", "client_id": uuid4().hex} | words
    parts = [("file", (name, data, "image/jpeg")) for data in files]
    parts.append(("file", ("", b"", "application/octet-stream")))
    return await client.post(
        f"/jobs/{job_id}/{path}?next=/my-jobs/{job_id}", data=fields, files=parts
    )


async def photos_of(world: World, job_id: int) -> list[Photo]:
    def read(session: Session) -> list[Photo]:
        rows = session.scalars(select(Photo).where(Photo.job_id == job_id).order_by(Photo.id)).all()
        session.expunge_all()
        return list(rows)

    return await world.db.ask(read)


def folder(world: World) -> Path:
    return world.settings.data_dir / "files"


def kept(world: World) -> list[str]:
    """Every file that is there, finished or not."""
    return sorted(
        path.relative_to(folder(world)).as_posix()
        for path in folder(world).rglob("*")
        if path.is_file()
    )


# --- what is kept


async def test_a_photo_of_twelve_megapixels_comes_upright_small_and_without_its_place(
    world: World,
) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        answer = await send(client, job_id, pictures.of_a_phone())
        assert (answer.status_code, answer.headers["location"]) == (303, f"/my-jobs/{job_id}")
        (row,) = await photos_of(world, job_id)
        full = await client.get(f"/photos/{row.id}")
        thumb = await client.get(f"/photos/{row.id}?size=thumb")
    assert row.taken_at == datetime(2026, 11, 24, 12, 50, 7, tzinfo=UTC)
    with Image.open(io.BytesIO(full.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1536, 2048))
        assert dict(picture.getexif()) == {}
        red, green, _ = picture.convert("RGB").getpixel((768, 100))  # type: ignore[misc]
        assert red > 2 * green  # Its sky is above again.
    assert b"Some Phone" not in full.content
    with Image.open(io.BytesIO(thumb.content)) as picture:
        assert max(picture.size) == 400
    assert full.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert full.headers["x-content-type-options"] == "nosniff"
    assert len(kept(world)) == 2


@on_sqlite
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
async def test_what_phones_take_is_taken(world: World, kind: str) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        answer = await send(client, job_id, pictures.saved_as(kind), name="photo.bin")
        assert answer.status_code == 303
        (row,) = await photos_of(world, job_id)
        shown = await client.get(f"/photos/{row.id}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.content[:3] == b"\xff\xd8\xff"


@on_sqlite
async def test_several_photos_of_one_form_are_several_rows_and_sent_again_no_more(
    world: World,
) -> None:
    job_id = await job_for(world, world.cast.tom)
    files = [pictures.saved_as("JPEG"), pictures.saved_as("PNG")]
    words = {"key": "k1", "client_id": "c1"}
    async with await world.client_of(world.cast.tom) as client:
        for _ in range(2):
            assert (await send(client, job_id, *files, **words)).status_code == 303
    assert [row.client_id for row in await photos_of(world, job_id)] == ["c1", "c1-2"]
    assert len(kept(world)) == 4


@on_sqlite
@pytest.mark.parametrize("place", ["comment", "end"])
async def test_a_file_that_is_a_page_besides_is_refused(world: World, place: str) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        answer = await send(client, job_id, pictures.polyglot(place))
    assert answer.status_code == 422
    assert "a picture and something else besides" in answer.text
    assert await photos_of(world, job_id) == []
    assert kept(world) == []


@on_sqlite
async def test_the_moment_that_travels_beside_a_shrunken_photo_is_kept(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        taken = {"taken_at": "2026-11-24T09:30:00Z"}
        assert (await send(client, job_id, pictures.saved_as("JPEG"), **taken)).status_code == 303
    (row,) = await photos_of(world, job_id)
    assert row.taken_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


# --- what is refused

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (pictures.bomb, "more than 50 million pixels"),
    "svg": (lambda: pictures.SVG, "not a picture we can read"),
    "pdf": (lambda: pictures.PDF, "not a picture we can read"),
    "truncated": (pictures.truncated, "not a picture we can read"),
    "nothing": (lambda: b"", "Choose a photo first."),
}


@on_sqlite
@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_picture_is_refused_in_a_sentence_and_leaves_nothing(
    world: World, name: str
) -> None:
    make, sentence = REFUSED[name]
    data = make()
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        began = time.perf_counter()
        answer = await send(client, job_id, data)
        lasted = time.perf_counter() - began
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Photos" in answer.text  # The page that the form stands on, once more.
    assert lasted < IN_TIME_S
    assert await photos_of(world, job_id) == []
    assert kept(world) == []


def test_the_bomb_is_small_and_claims_much() -> None:
    assert len(pictures.bomb()) < 15_000


@on_sqlite
async def test_an_endless_body_is_cut_off(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
            b"Content-Type: image/jpeg\r\n\r\n"
        )
        while True:
            sent += 65536
            yield bytes(65536)
            await asyncio.sleep(0)

    async with await world.client_of(world.cast.tom) as client:
        answer = await client.post(
            f"/jobs/{job_id}/photos",
            content=endless(),
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        )
    assert answer.status_code == 413
    assert "too large" in answer.text
    assert sent <= world.settings.max_upload_bytes + 2_000_000
    assert kept(world) == []


@on_sqlite
async def test_a_wrong_kind_of_photo_is_refused(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        answer = await send(client, job_id, pictures.saved_as("JPEG"), kind="sideways")
    assert answer.status_code == 422
    assert "before, during or after" in answer.text


@on_sqlite
async def test_a_form_from_elsewhere_is_refused(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        client.headers["Origin"] = "http://elsewhere.test"
        assert (await send(client, job_id, pictures.saved_as("JPEG"))).status_code == 403


# --- signatures


async def test_a_drawn_signature_is_ink_on_white(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        words = {"path": "signature/drawn", "name": "signature.png"}
        answer = await send(client, job_id, pictures.ink(), **words)
        assert answer.status_code == 303
        signature_id = await world.db.ask(_signature_id, job_id)
        shown = await client.get(f"/signatures/{signature_id}")
        page = await client.get(f"/my-jobs/{job_id}")
    assert shown.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert picture.mode == "L"
        assert picture.getpixel((0, 0)) == 255
    assert f"/signatures/{signature_id}" in page.text


def _signature_id(session: Session, job_id: int) -> int:
    return session.scalars(select(Signature.id).where(Signature.job_id == job_id)).one()


@on_sqlite
async def test_an_empty_canvas_is_no_signature(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        answer = await send(client, job_id, pictures.blank(), path="signature/drawn")
    assert answer.status_code == 422
    assert "The signature is empty." in answer.text
    assert kept(world) == []


# --- who may see them


@on_sqlite
async def test_photos_are_seen_by_those_who_may_read_the_job_and_never_by_a_display(
    world: World,
) -> None:
    cast = world.cast
    job_id = await job_for(world, cast.tom)
    async with await world.client_of(cast.tom) as client:
        await send(client, job_id, pictures.saved_as("JPEG"))
    (row,) = await photos_of(world, job_id)
    seen = {}
    for name in ("tom", "ines", "dana", "olga", "owner"):
        async with await world.client_of(getattr(cast, name)) as client:
            seen[name] = (await client.get(f"/photos/{row.id}")).status_code
    assert seen == {"tom": 200, "ines": 404, "dana": 200, "olga": 200, "owner": 200}
    await world.db.write(_hang_a_display)
    async with world.client() as wall:
        wall.cookies.set(DISPLAY, "television")
        answer = await wall.get(f"/photos/{row.id}")
    assert answer.headers["location"].startswith("/sign-in")


def _hang_a_display(session: Session) -> None:
    session.add(
        Display(
            state=DisplayState.PAIRED,
            name="Hall",
            secret_hash=hash_of("television"),
            word="heron",
            created_at=now(),
            seen_at=now(),
        )
    )


@on_sqlite
async def test_nobody_adds_a_photo_to_a_foreign_job(world: World) -> None:
    job_id = await job_for(world, world.cast.ines)
    async with await world.client_of(world.cast.tom) as client:
        assert (await send(client, job_id, pictures.saved_as("JPEG"))).status_code == 404
    assert kept(world) == []


@on_sqlite
async def test_a_photo_counts_down_what_is_needed(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    await pressed(world, tom, job_id, "start", "stop")
    async with await world.client_of(tom) as client:
        await send(client, job_id, pictures.saved_as("JPEG"), kind="before")
        page = (await client.get(f"/my-jobs/{job_id}")).text
    (row,) = await photos_of(world, job_id)
    assert f'src="/photos/{row.id}?size=thumb"' in page
    assert "Sent" in page


# --- orphans


@on_sqlite
async def test_files_without_a_row_are_swept_and_others_stay(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        await send(client, job_id, pictures.saved_as("JPEG"))
    (row,) = await photos_of(world, job_id)
    store = LocalFolder(folder(world))
    lost = store.incoming / "lost"
    lost.write_bytes(b"x")
    await store.keep(lost, f"photos/2026-11/{'0' * 32}.jpg")
    pictures_door = world.app.state.pictures
    assert await collect_orphans(world.db, pictures_door) == 0  # All of them are young.
    for path in folder(world).glob("*/*/*"):
        _make_old(path)
    assert await collect_orphans(world.db, pictures_door) == 1
    assert kept(world) == sorted([row.file_key, row.thumb_key])


def _make_old(path: Path) -> None:
    old = now().timestamp() - 7200
    os.utime(path, (old, old))
