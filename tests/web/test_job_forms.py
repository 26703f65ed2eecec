"""Every form about a job does what it says, without scripts."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import office, presses
from app.actions.act import Act, now_by
from app.models import HeldPress, HeldState, Note
from app.rules.access import Actor
from app.rules.states import State
from tests.cast import World
from tests.web.work import (
    card,
    hidden,
    job_for,
    note_and_message,
    now,
    page_of,
    post,
    pressed,
    state,
)

WAITING: list[tuple[str, dict[str, Any], State]] = [
    ("schedule", {"starts_at": "2030-11-25T08:00", "ends_at": "2030-11-25T09:00"}, State.SCHEDULED),
    ("hold", {"reason": "Waits for a permit"}, State.ON_HOLD),
    ("cancel", {"reason": "Called off"}, State.CANCELLED),
    ("edit", {"title": "Boiler, second floor", "priority": "urgent"}, State.NEW),
]


@pytest.mark.parametrize(("name", "words", "after"), WAITING, ids=[row[0] for row in WAITING])
async def test_a_form_about_a_new_job(
    world: World, name: str, words: dict[str, Any], after: State
) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.dana) as client:
        dialog = await client.get(f"/jobs/{job_id}/{name}?next=/dispatch?when=week")
        assert dialog.status_code == 200
        assert hidden(dialog.text, "next") == "/dispatch?when=week"
        answer = await post(
            client, f"/jobs/{job_id}/{name}", next=hidden(dialog.text, "next"), **words
        )
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/dispatch?when=week&said=")
        said = await client.get(answer.headers["location"])
    assert 'class="banner" data-tone="done" role="status"' in said.text
    assert await state(world, job_id) is after


async def test_assigning_and_planning_in_one_breath(world: World) -> None:
    job_id = await job_for(world)
    async with await world.client_of(world.cast.dana) as client:
        dialog = (await client.get(f"/jobs/{job_id}/assign")).text
        assert "Tom Brandt<small>free now" in dialog
        await post(
            client,
            f"/jobs/{job_id}/assign",
            technician_id=world.cast.tom.id,
            starts_at="2030-11-25T08:00",
            ends_at="2030-11-25T09:00",
        )
    shown = await card(world, job_id)
    assert shown.state is State.SCHEDULED
    assert [who.id for who in shown.technicians] == [world.cast.tom.id]


async def test_planning_takes_off_whoever_is_not_ticked(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.dana) as client:
        await post(
            client,
            f"/jobs/{job_id}/schedule",
            starts_at="2030-11-25T08:00",
            ends_at="2030-11-25T09:00",
            technician_ids=[str(world.cast.ines.id)],
        )
    assert [who.id for who in (await card(world, job_id)).technicians] == [world.cast.ines.id]


async def test_unscheduling_and_taking_somebody_off(world: World) -> None:
    start = now() + timedelta(days=1)
    job_id = await job_for(
        world, world.cast.tom, starts_at=start, ends_at=start + timedelta(hours=1)
    )
    async with await world.client_of(world.cast.dana) as client:
        assert (await client.get(f"/jobs/{job_id}/unschedule")).status_code == 200
        await post(client, f"/jobs/{job_id}/unschedule")
        await post(client, f"/jobs/{job_id}/unassign", technician_id=world.cast.tom.id)
    shown = await card(world, job_id)
    assert (shown.state, shown.technicians) == (State.NEW, ())


async def test_asking_answering_and_doing_without(world: World) -> None:
    job_id = await job_for(
        world,
        world.cast.tom,
        customer_id=world.cast.customer_id,
        job_type_id=world.cast.job_type_id,
    )
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    async with await world.client_of(world.cast.olga) as client:
        about = await client.get(f"/jobs/{job_id}/ask?item=work_note")
        assert "A note on the work done?" in about.text
        await post(client, f"/jobs/{job_id}/ask", question="Which pump?")
        assert await state(world, job_id) is State.NEEDS_DETAILS
        assert "Olga Petrova asks: Which pump?" in (await client.get(f"/jobs/{job_id}/answer")).text
        await post(client, f"/jobs/{job_id}/answer", text="Pump 2")
        assert "A note on the work done" in (await client.get(f"/jobs/{job_id}/waive")).text
        await post(client, f"/jobs/{job_id}/waive", code="work_note", reason="Seen myself")
        page = await page_of(client, job_id)
    assert await state(world, job_id) is State.READY
    assert "done without: Seen myself" in page


async def test_closing_opening_again_and_following_up(world: World) -> None:
    job_id = await job_for(world, world.cast.tom, customer_id=world.cast.customer_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    async with await world.client_of(world.cast.olga) as client:
        await post(client, f"/jobs/{job_id}/not-billable", reason="Guarantee")
        assert "Guarantee" in await page_of(client, job_id)
        await post(client, f"/jobs/{job_id}/reopen")
        assert await state(world, job_id) is State.READY
        answer = await post(client, f"/jobs/{job_id}/follow-up", title="Come again in spring")
        made = await client.get(answer.headers["location"])
    assert "Come again in spring" in made.text
    assert "Follows" in made.text


async def test_time_that_nobody_pressed_is_recorded_for_a_technician(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    words: dict[str, Any] = {
        "person_id": world.cast.tom.id,
        "activity": "work",
        "started_at": (now() - timedelta(hours=3)).isoformat(),
        "ended_at": (now() - timedelta(hours=1)).isoformat(),
    }
    async with await world.client_of(world.cast.olga) as client:
        refused = await post(client, f"/jobs/{job_id}/record-time", **words, reason="")
        assert refused.status_code == 422
        assert "Say why." in refused.text
        assert f'value="{world.cast.tom.id}" selected' in refused.text
        await post(client, f"/jobs/{job_id}/record-time", **words, reason="Phone was empty")
    assert (await card(world, job_id)).worked_seconds == 7200


async def test_pressing_for_a_technician_is_shown_as_by_the_office(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start")
    async with await world.client_of(world.cast.dana) as client:
        dialog = (await client.get(f"/jobs/{job_id}/press-for")).text
        assert f'action="/jobs/{job_id}/stop"' in dialog
        assert f'action="/jobs/{job_id}/start"' not in dialog
        answer = await post(client, f"/jobs/{job_id}/stop", for_person_id=world.cast.tom.id)
        assert answer.headers["location"] == f"/jobs/{job_id}?said=pressed"
        page = await page_of(client, job_id)
    assert "by Dana Weiss." in page
    assert "Tom Brandt stopped work." in page


async def test_a_note_is_withdrawn_with_a_reason_and_stays(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await world.db.write(note_and_message, world, job_id)
    note_id = (await world.db.ask(_note)).id
    async with await world.client_of(world.cast.olga) as client:
        dialog = await client.get(f"/jobs/{job_id}/withdraw-note?fact={note_id}")
        assert "Valve &amp; pump replaced" in dialog.text
        await post(client, f"/jobs/{job_id}/withdraw-note", fact_id=note_id, reason="Another job's")
        page = await page_of(client, job_id)
    assert "<s>Valve &amp; pump replaced</s>" in page
    assert "Another job&#39;s (Olga Petrova)" in page


async def test_a_held_press_is_applied_or_dismissed_from_the_list(world: World) -> None:
    first, second = [await _held_start(world) for _ in range(2)]
    async with await world.client_of(world.cast.olga) as client:
        listed = (await client.get("/held")).text
        assert listed.count("Tom Brandt: Start") == 2
        refused = await post(client, f"/jobs/{first[0]}/apply-held", held_id=first[1])
        assert refused.status_code == 409
        assert "Reopen it first." in refused.text
        await post(client, f"/jobs/{first[0]}/reopen")
        applied = await post(client, f"/jobs/{first[0]}/apply-held", held_id=first[1])
        assert applied.headers["location"] == "/held"
        dialog = await client.get(f"/jobs/{second[0]}/dismiss-held?held={second[1]}")
        assert "Tom Brandt: Start, pressed" in dialog.text
        why = await post(client, f"/jobs/{second[0]}/dismiss-held", held_id=second[1], reason="")
        assert why.status_code == 422
        await post(client, f"/jobs/{second[0]}/dismiss-held", held_id=second[1], reason="Wrong job")
        assert "Nothing waits" in (await client.get("/held")).text
    assert await state(world, first[0]) is State.WORKING
    assert await world.db.ask(_held_states) == [HeldState.APPLIED, HeldState.DISMISSED]


async def _held_start(world: World) -> tuple[int, int]:
    """A job that was cancelled before its technician's press arrived: the job's id and the press's."""
    job_id = await job_for(world, world.cast.tom)
    await world.db.write(_cancel, world.cast.dana, job_id)
    at = now()
    act = Act(by=world.cast.tom, at=at, occurred_at=at - timedelta(minutes=30))
    done = await world.db.write(presses.start, act, job_id=job_id)
    assert done.held_id is not None
    return job_id, done.held_id


def _cancel(session: Session, by: Actor, job_id: int) -> None:
    office.cancel(session, now_by(by, now()), job_id=job_id, reason="Called off")


def _note(session: Session) -> Note:
    return session.scalars(select(Note)).one()


def _held_states(session: Session) -> list[HeldState]:
    return list(session.scalars(select(HeldPress.state).order_by(HeldPress.id)))
