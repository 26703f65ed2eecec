"""Late work at its own door: kept for the office, under its own key, and for nobody who could still sign in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO

import httpx2
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import people
from app.actions.act import now_by
from app.models import (
    HeldPress,
    Job,
    Message,
    Note,
    Person,
    Photo,
    Signature,
    SignatureKind,
    SignIn,
)
from app.queries.files import orphans
from app.web.cookies import hash_of
from tests.cast import PASSWORD, World
from tests.databases import on_sqlite
from tests.web.pictures import ink
from tests.web.work import job_for, now, post, pressed, state


@asynccontextmanager
async def left_phone(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    """Tom's phone: signed in through the door, and then Tom leaves the company."""
    form = {"email": "tom@brandt.test", "password": PASSWORD}
    async with world.client() as client:
        assert (await client.post("/sign-in", data=form)).status_code == 303
        await leave(world)
        yield client


async def leave(world: World) -> None:
    act = now_by(world.cast.owner, now())
    await world.db.write(people.retire, act, person_id=world.cast.tom.id)


def late(world: World, path: str, key: str = "k1", **words: str) -> dict[str, str]:
    about = {"late_path": path, "late_person": str(world.cast.tom.id), "key": key}
    return about | {"occurred_at": (now() - timedelta(hours=1)).isoformat()} | words


async def held(world: World) -> list[HeldPress]:
    return await world.db.ask(lambda session: list(session.scalars(select(HeldPress))))


async def test_what_a_retired_person_pressed_is_kept_and_not_applied(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start")
    async with left_phone(world) as client:
        form = late(world, f"/jobs/{job_id}/stop", outcome="done")
        for _ in range(2):
            answer = await client.post("/late/presses", data=form)
            assert answer.status_code == 202
    (press,) = await held(world)
    assert (press.verb, press.body["outcome"]) == ("stop", "done")
    assert press.received_at - press.occurred_at > timedelta(minutes=59)
    assert (await state(world, job_id)).value == "working"


async def test_the_office_applies_a_kept_note_and_a_kept_stop(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start")
    async with left_phone(world) as client:
        for key, name, words in (
            ("n", "note", {"text": "Valve changed", "kind": "work_done"}),
            ("m", "message", {"text": "Key is under the mat"}),
            ("c", "checklist", {"item_id": "gas", "value": "tight"}),
            ("s", "stop", {"outcome": "done"}),
        ):
            form = late(world, f"/jobs/{job_id}/{name}", key, **words)
            assert (await client.post("/late/presses", data=form)).status_code == 202
    async with await world.client_of(world.cast.olga) as office:
        page = await office.get("/held")
        assert "Valve changed" in page.text
        for press in await held(world):
            answer = await post(office, f"/jobs/{job_id}/apply-held", held_id=press.id)
            assert answer.status_code == 303, answer.text
    notes = await world.db.ask(lambda s: list(s.scalars(select(Note).order_by(Note.id))))
    assert notes[0].text == "Valve changed"
    assert notes[0].person_id == world.cast.tom.id
    assert "value: tight" in notes[1].text
    (message,) = await world.db.ask(lambda s: list(s.scalars(select(Message))))
    assert message.person_id == world.cast.tom.id
    assert (await state(world, job_id)).value != "working"


async def test_what_had_arrived_the_ordinary_way_is_not_kept_again(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with world.client() as client:
        await client.post("/sign-in", data={"email": "tom@brandt.test", "password": PASSWORD})
        moment = (now() - timedelta(minutes=5)).isoformat()
        words = {"text": "Once", "kind": "work_done", "occurred_at": moment}
        first = await post(client, f"/jobs/{job_id}/note", key="same", **words)
        assert first.status_code == 303
        await leave(world)
        form = late(world, f"/jobs/{job_id}/note", "same") | words
        assert (await client.post("/late/presses", data=form)).status_code == 202
    assert await held(world) == []


@on_sqlite
async def test_whoever_can_still_sign_in_is_asked_to(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with world.client() as client:
        await client.post("/sign-in", data={"email": "tom@brandt.test", "password": PASSWORD})
        await client.post("/sign-out")
        form = late(world, f"/jobs/{job_id}/stop")
        assert (await client.post("/late/presses", data=form)).status_code == 401
    assert await held(world) == []


@on_sqlite
async def test_without_the_secret_nobody_is_believed(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await leave(world)
    async with world.client() as client:
        form = late(world, f"/jobs/{job_id}/stop")
        assert (await client.post("/late/presses", data=form)).status_code == 401
    async with await world.client_of(world.cast.ines) as client:
        assert (await client.post("/late/presses", data=form)).status_code == 401
    assert await held(world) == []


@on_sqlite
async def test_a_job_that_was_never_theirs_is_not_there(world: World) -> None:
    job_id = await job_for(world, world.cast.ines)
    async with left_phone(world) as client:
        form = late(world, f"/jobs/{job_id}/stop")
        assert (await client.post("/late/presses", data=form)).status_code == 404


@on_sqlite
@pytest.mark.parametrize("path", ["", "/people/1/retire", "/jobs/99999999999/stop", "//x"])
async def test_a_form_that_is_none_is_refused(world: World, path: str) -> None:
    async with left_phone(world) as client:
        answer = await client.post("/late/presses", data=late(world, path))
    assert answer.status_code == 400


async def test_what_was_not_accepted_goes_to_the_office_with_the_reason(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        form = late(world, f"/jobs/{job_id}/stop", late_why="You have not started.")
        assert (await client.post("/late/presses", data=form)).status_code == 202
    (press,) = await held(world)
    assert press.why == "Not accepted before: You have not started."


async def test_a_photo_waits_with_its_files_until_the_office_decides(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    file = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG")
    async with left_phone(world) as client:
        form = late(world, f"/jobs/{job_id}/photos?next=/my-jobs/{job_id}", kind="after")
        form |= {"client_id": "c1", "taken_at": "2026-11-24T09:00:00Z"}
        answer = await client.post(
            "/late/photos",
            data=form,
            files={"file": ("photo", file.getvalue(), "image/jpeg")},
            headers={"X-Readyboard-Late": str(world.cast.tom.id)},
        )
        assert answer.status_code == 202, answer.text
    (press,) = await held(world)
    keys = press.body["picture"]["file_key"], press.body["picture"]["thumb_key"]
    assert await world.db.ask(_orphans, keys) == []
    async with await world.client_of(world.cast.olga) as office:
        answer = await post(office, f"/jobs/{job_id}/apply-held", held_id=press.id)
        assert answer.status_code == 303, answer.text
    (photo,) = await world.db.ask(lambda s: list(s.scalars(select(Photo))))
    assert (photo.file_key, photo.person_id) == (keys[0], world.cast.tom.id)
    assert photo.taken_at is not None


async def test_a_drawn_signature_waits_as_one_and_is_applied_as_one(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with left_phone(world) as client:
        form = late(world, f"/jobs/{job_id}/signature/drawn?next=/my-jobs/{job_id}", name="Zoë")
        for _ in range(2):
            answer = await client.post(
                "/late/photos",
                data=form,
                files={"file": ("photo", ink(), "image/png")},
                headers={"X-Readyboard-Late": str(world.cast.tom.id)},
            )
            assert answer.status_code == 202, answer.text
    (press,) = await held(world)
    key = press.body["file_key"]
    assert (press.verb, press.body["text"]) == ("signature", "Zoë")
    assert await world.db.ask(_orphans, (key,)) == []
    async with await world.client_of(world.cast.olga) as office:
        page = (await office.get("/held")).text
        assert "Signature: “Zoë”" in page
        picture = f"/jobs/{job_id}/held/{press.id}/picture"
        assert f'src="{picture}"' in page
        shown = await office.get(picture)
        assert shown.headers["content-type"] == "image/png"
        answer = await post(office, f"/jobs/{job_id}/apply-held", held_id=press.id)
        assert answer.status_code == 303, answer.text
        (signed,) = await world.db.ask(lambda s: list(s.scalars(select(Signature))))
        assert (await office.get(f"/signatures/{signed.id}")).content == shown.content
        assert (await office.get(picture)).status_code == 404
    assert (signed.kind, signed.file_key) == (SignatureKind.DRAWN, key)
    assert signed.person_id == world.cast.tom.id
    assert await world.db.ask(lambda s: list(s.scalars(select(Photo)))) == []


@on_sqlite
async def test_a_photo_without_the_secret_is_not_even_read(world: World) -> None:
    await leave(world)
    async with world.client() as client:
        answer = await client.post("/late/photos", content=b"x" * 1000)
    assert answer.status_code == 400


@on_sqlite
async def test_the_secret_is_kept_as_a_hash_and_sent_to_the_late_door_only(world: World) -> None:
    async with world.client() as client:
        answer = await client.post(
            "/sign-in", data={"email": "tom@brandt.test", "password": PASSWORD}
        )
        (cookie,) = [c for c in answer.headers.get_list("set-cookie") if "readyboard-late" in c]
    assert "Path=/late" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    plain = cookie.split(";")[0].split("=", 1)[1]
    assert hash_of(plain) in await world.db.ask(_late_hashes)


@on_sqlite
async def test_a_press_sent_as_somebody_else_is_not_taken_as_mine(world: World) -> None:
    job_id = await job_for(world, world.cast.tom, world.cast.ines)
    async with await world.client_of(world.cast.ines) as client:
        headers = {"X-Readyboard-Person": str(world.cast.tom.id)}
        answer = await client.post(f"/jobs/{job_id}/start", data={"key": "k"}, headers=headers)
    assert answer.status_code == 401


@on_sqlite
async def test_a_clock_that_is_wrong_at_the_sending_is_flagged(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    slow = now() - timedelta(minutes=30)
    async with await world.client_of(world.cast.tom) as client:
        answer = await client.post(
            f"/jobs/{job_id}/start",
            data={"key": "k", "occurred_at": (slow - timedelta(hours=1)).isoformat()},
            headers={"X-Readyboard-Clock": slow.isoformat()},
        )
        assert answer.status_code == 303
    flags = await world.db.ask(_flags, job_id)
    assert "clock_differs" in flags


def _flags(session: Session, job_id: int) -> list[str]:
    return list(session.get_one(Job, job_id).flags)


def _late_hashes(session: Session) -> list[str | None]:
    rows = select(SignIn.late_hash).join(Person, Person.id == SignIn.person_id)
    return list(session.scalars(rows))


def _orphans(session: Session, keys: tuple[str, ...]) -> list[str]:
    return orphans(session, keys)
