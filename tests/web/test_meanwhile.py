"""What waited on a phone meets a job that the office changed: the phone is told who did what, and when."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx2
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import office, presses, scheduling
from app.actions.act import Act, now_by
from app.models import HeldPress, HeldState, Live, TimeEntry
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.pictures import saved_as
from tests.web.work import job_for, now, pressed


async def seq(world: World) -> int:
    return await world.db.ask(lambda session: session.scalars(select(Live.seq)).one())


async def sent(
    client: httpx2.AsyncClient, path: str, *, seen: int, ago: float = 5, **words: Any
) -> httpx2.Response:
    """As the outbox sends it some minutes after the press, from a page that knew the job up to ``seen``."""
    headers = {"X-Readyboard-Script": "outbox", "X-Readyboard-Seen": str(seen)}
    headers["Idempotency-Key"] = f"{path} {words}"
    moment = (now() - timedelta(minutes=ago)).isoformat()
    return await client.post(path, data={"occurred_at": moment, **words}, headers=headers)


def theirs(answer: httpx2.Response) -> list[str]:
    found = re.findall(r"data-theirs data-at=\"[^\"]+\">(.*?)</li>", answer.text)
    return [unescape(one) for one in found]


async def test_a_press_on_a_cancelled_job_is_kept_and_names_who_cancelled_it(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    seen = await seq(world)
    await world.db.write(
        office.cancel, now_by(world.cast.dana, now()), job_id=job_id, reason="Moved out"
    )
    async with await world.client_of(world.cast.tom) as client:
        # Pressed after it was cancelled, by a phone that did not know it.
        answer = await sent(client, f"/jobs/{job_id}/start", seen=seen, ago=0)
        assert answer.status_code == 202
        assert answer.headers["x-readyboard-changed"] == "1"
        assert theirs(answer) == ["Dana Weiss cancelled the job. Moved out. Now: Cancelled."]
        (held_id,) = re.findall(r'name="held_id" value="(\d+)"', answer.text)
        dropped = await sent(client, f"/jobs/{job_id}/drop-held", seen=seen, held_id=held_id)
    assert dropped.status_code == 204
    (press,) = await world.db.ask(lambda session: list(session.scalars(select(HeldPress))))
    assert (press.state, press.decided_by) == (HeldState.DISMISSED, world.cast.tom.id)


@on_sqlite
async def test_a_note_for_a_job_that_went_to_somebody_else_says_so(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    seen = await seq(world)
    await world.db.write(_give_to_ines, world, job_id)
    async with await world.client_of(world.cast.tom) as client:
        answer = await sent(client, f"/jobs/{job_id}/note", seen=seen, text="Gasket worn")
        photo = await client.post(
            f"/jobs/{job_id}/photos",
            data={"key": "p1"},
            files={"file": ("a.jpg", saved_as("JPEG"), "image/jpeg")},
            headers={"X-Readyboard-Script": "outbox", "X-Readyboard-Seen": str(seen)},
        )
    for one in (answer, photo):
        assert one.status_code == 409
        # What came after they were off it, a reason among it, is not theirs to read.
        assert theirs(one) == ["Dana Weiss took Tom Brandt off the job."]


def _give_to_ines(session: Session, world: World, job_id: int) -> None:
    act, tom, ines = now_by(world.cast.dana, now()), world.cast.tom, world.cast.ines
    scheduling.unassign(session, act, job_id=job_id, technician_id=tom.id)
    scheduling.assign(session, act, job_id=job_id, technician_id=ines.id)
    office.hold(session, act, job_id=job_id, reason="A dog bites")


@on_sqlite
async def test_a_refusal_without_a_change_of_somebody_else_is_the_press_s_own(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        answer = await sent(client, f"/jobs/{job_id}/stop", seen=await seq(world), outcome="done")
    assert answer.status_code == 409
    assert "x-readyboard-changed" not in answer.headers
    assert "not started" in answer.text


@on_sqlite
async def test_a_refusal_after_a_change_shows_both(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    seen = await seq(world)
    await world.db.write(
        office.hold, now_by(world.cast.dana, now()), job_id=job_id, reason="No key"
    )
    async with await world.client_of(world.cast.tom) as client:
        answer = await sent(client, f"/jobs/{job_id}/start", seen=seen, ago=0)
    assert answer.status_code == 409
    assert theirs(answer) == ["Dana Weiss put it on hold. No key. Now: On hold."]
    assert "No key" in re.findall(r"<p data-why>(.*?)</p>", answer.text)[0]


async def test_two_stops_are_both_shown_and_dropping_mine_confirms_theirs(world: World) -> None:
    cast = world.cast
    job_id = await job_for(world, cast.tom)
    await pressed(world, cast.tom, job_id, "start")
    seen = await seq(world)
    moment = now() - timedelta(minutes=40)
    for_tom = Act(by=cast.dana, at=moment, occurred_at=moment, for_person_id=cast.tom.id)
    await world.db.write(presses.stop, for_tom, job_id=job_id)
    async with await world.client_of(cast.tom) as client:
        answer = await sent(client, f"/jobs/{job_id}/stop", seen=seen, ago=10, outcome="done")
        assert answer.status_code == 202
        assert "Tom Brandt stopped work. by Dana Weiss." in theirs(answer)[0]
        (entry_id,) = re.findall(r'name="entry_id" value="(\d+)"', answer.text)
        dropped = await sent(client, f"/jobs/{job_id}/confirm-time", seen=seen, entry_id=entry_id)
    assert dropped.status_code == 204
    (entry,) = await world.db.ask(lambda session: list(session.scalars(select(TimeEntry))))
    assert (entry.disputed, entry.ended_at) == (False, moment)


@on_sqlite
async def test_what_is_sent_before_somebody_s_eyes_leads_on_as_ever(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await world.db.write(
        office.cancel, now_by(world.cast.dana, now()), job_id=job_id, reason="Moved out"
    )
    async with await world.client_of(world.cast.tom) as client:
        answer = await client.post(f"/jobs/{job_id}/start", data={"key": "k"})
    assert answer.headers["location"] == "/my-jobs?said=held"
