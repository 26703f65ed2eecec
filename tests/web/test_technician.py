"""The technician's phone through plain forms: list, start, stop, undo, and everything that comes in between."""

import re
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import office, times
from app.actions.act import now_by
from app.models import HeldPress, Note, Question, TimeEntry
from app.queries.facts import facts_of
from app.queries.jobs import load_job
from app.rules.requirements import ONLY_WHEN, asked_of, still_needed
from app.rules.states import State
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.work import card, hidden, job_for, now, post, pressed, state


async def form_of(client: httpx2.AsyncClient, job_id: int) -> str:
    answer = await client.get(f"/my-jobs/{job_id}")
    assert answer.status_code == 200
    return answer.text


async def test_start_and_stop_by_plain_forms_finish_a_job(world: World) -> None:
    job_id = await job_for(world, world.cast.tom, customer_id=world.cast.customer_id)
    async with await world.client_of(world.cast.tom) as client:
        page = await form_of(client, job_id)
        half_an_hour_ago = (now() - timedelta(minutes=30)).isoformat()
        words = {
            "key": hidden(page, "key"),
            "next": hidden(page, "next"),
            "occurred_at": half_an_hour_ago,
        }
        started = await client.post(f"/jobs/{job_id}/start", data=words)
        assert started.status_code == 303
        assert started.headers["location"] == f"/my-jobs/{job_id}"
        assert "Working since" in await form_of(client, job_id)
        stopped = await post(client, f"/jobs/{job_id}/stop", outcome="done")
        assert stopped.headers["location"] == f"/my-jobs/{job_id}"
        assert int(stopped.headers["x-readyboard-seq"]) > int(started.headers["x-readyboard-seq"])
    assert await state(world, job_id) is State.READY


async def test_a_foreign_job_is_not_there(world: World) -> None:
    job_id = await job_for(world, world.cast.ines)
    async with await world.client_of(world.cast.tom) as client:
        answers = [
            await client.get(f"/my-jobs/{job_id}"),
            await client.get(f"/jobs/{job_id}/pause"),
            await post(client, f"/jobs/{job_id}/start"),
            await post(client, f"/jobs/{job_id}/note", text="Hello"),
            await client.get("/my-jobs/999999999999"),
        ]
        list_of_jobs = (await client.get("/my-jobs")).text
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 404]
    assert "Boiler" not in list_of_jobs


@on_sqlite
async def test_the_office_has_no_phone_and_a_technician_no_office_page(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.olga) as client:
        assert (await client.get(f"/my-jobs/{job_id}")).status_code == 403
    async with await world.client_of(world.cast.tom) as client:
        answer = await client.get(f"/jobs/{job_id}")
        assert answer.headers["location"] == f"/my-jobs/{job_id}"


async def test_starting_with_another_running_asks_with_two_buttons(world: World) -> None:
    running = await job_for(world, world.cast.tom, title="Pump at Main St")
    wanted = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, running, "start")
    async with await world.client_of(world.cast.tom) as client:
        refused = await post(client, f"/jobs/{wanted}/start")
        assert refused.status_code == 409
        assert "Pause it and start this one?" in refused.text
        assert "Pause it and start this</button>" in refused.text
        assert f'href="/my-jobs/{running}">Keep working there' in refused.text
        await post(client, f"/jobs/{wanted}/start", pause_other="true")
    assert await state(world, running) is State.PAUSED
    assert await state(world, wanted) is State.WORKING


async def test_a_stop_after_seconds_asks_whether_it_was_meant(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        await post(client, f"/jobs/{job_id}/start")
        await post(client, f"/jobs/{job_id}/stop", outcome="done")
        page = await form_of(client, job_id)
        assert "Only 0 seconds" in page
        kept = await post(client, f"/jobs/{job_id}/confirm-time", entry_id=hidden(page, "entry_id"))
        assert kept.status_code == 303
        assert "Only 0 seconds" not in await form_of(client, job_id)


async def test_a_mistaken_press_is_taken_back_whole(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        await post(client, f"/jobs/{job_id}/start")
        await post(client, f"/jobs/{job_id}/stop", outcome="done")
        entry_id = hidden(await form_of(client, job_id), "entry_id")
        await post(
            client, f"/jobs/{job_id}/discard-entry", entry_id=entry_id, reason="It was a mistake"
        )
        assert "Start work" in await form_of(client, job_id)
    assert await state(world, job_id) is State.NEW


async def test_undo_stop_goes_on_as_if_never_stopped(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    async with await world.client_of(world.cast.tom) as client:
        assert "Undo stop" in await form_of(client, job_id)
        await post(client, f"/jobs/{job_id}/undo-stop")
        assert "Working since" in await form_of(client, job_id)
    entries = await world.db.ask(_entries, job_id)
    assert [(entry.ended_at, entry.voided_at) for entry in entries] == [(None, None)]


async def test_undo_is_gone_with_a_sentence_once_they_worked_elsewhere(world: World) -> None:
    first = await job_for(world, world.cast.tom)
    second = await job_for(world, world.cast.tom, title="Pump")
    await pressed(world, world.cast.tom, first, "start", "stop")
    await pressed(world, world.cast.tom, second, "start", ago=timedelta(minutes=30))
    async with await world.client_of(world.cast.tom) as client:
        page = await form_of(client, first)
    # What the phone would show ahead of the server lies inert in templates.
    shown = re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)
    assert "/undo-stop" not in shown
    assert "You have worked on another job since." in shown


async def test_stop_with_a_return_visit_asks_why_and_goes_back_to_be_planned(
    world: World,
) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start")
    async with await world.client_of(world.cast.tom) as client:
        dialog = await client.get(f"/jobs/{job_id}/stop")
        assert "Why must somebody come back?" in dialog.text
        await post(
            client, f"/jobs/{job_id}/stop", outcome="return_visit", reason="Valve to be ordered"
        )
    assert await state(world, job_id) is State.NEW
    assert "return_visit" in (await card(world, job_id)).flags


async def test_one_of_two_stops_and_the_job_goes_on(world: World) -> None:
    job_id = await job_for(world, world.cast.tom, world.cast.ines)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    await pressed(world, world.cast.ines, job_id, "start", ago=timedelta(hours=2))
    async with await world.client_of(world.cast.ines) as client:
        page = await form_of(client, job_id)
        assert "Tom Brandt</span><b>stopped" in page
    async with await world.client_of(world.cast.tom) as client:
        assert "1 of 2 stopped" in await form_of(client, job_id)


async def test_who_never_started_is_asked_about(world: World) -> None:
    job_id = await job_for(world, world.cast.tom, world.cast.ines)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    async with await world.client_of(world.cast.tom) as client:
        assert "Inês Carvalho never started" in await form_of(client, job_id)


async def test_the_list_on_the_form_is_the_list_of_the_rules(world: World) -> None:
    job_id = await job_for(world, world.cast.tom, job_type_id=world.cast.job_type_id)
    await world.db.write(_ask, world, job_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    async with await world.client_of(world.cast.tom) as client:
        page = await form_of(client, job_id)
    missing, all_of_them = await world.db.ask(_needed, job_id)
    assert missing == {"customer", "question", "work_note"}
    assert {code for code in missing if f'id="needs-{code}"' in page} == missing
    assert 'id="needs-time"' not in page
    assert f"{len(all_of_them) - len(missing)} of {len(all_of_them)} are in" in page


async def test_note_message_and_answer_from_the_phone(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await world.db.write(_ask, world, job_id)
    async with await world.client_of(world.cast.tom) as client:
        page = await form_of(client, job_id)
        assert "Which pump?" in page
        await post(client, f"/jobs/{job_id}/note", text="New <valve>", kind="work_done")
        await post(client, f"/jobs/{job_id}/message", text="Where is the key?")
        question = hidden(page, "question_id")
        await post(client, f"/jobs/{job_id}/answer", text="Pump 2", question_id=question)
        after = await form_of(client, job_id)
    assert "New &lt;valve&gt;" in after
    assert "Where is the key?" in after
    assert "Which pump?" not in after
    assert (await world.db.ask(_question)).answer == "Pump 2"


async def test_an_answer_that_comes_too_late_is_not_lost(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        answer = await post(
            client, f"/jobs/{job_id}/answer", text="Pump 2", next=f"/my-jobs/{job_id}"
        )
    assert answer.status_code == 409
    assert "There is no open question here." in answer.text
    assert "Pump 2</textarea>" in answer.text


async def test_an_empty_note_is_refused_on_the_same_page(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        answer = await post(client, f"/jobs/{job_id}/note", text="", next=f"/my-jobs/{job_id}")
    assert answer.status_code == 422
    assert "Write something first." in answer.text
    assert "rb-live" in answer.text
    assert await world.db.ask(_notes) == []


async def test_a_press_on_a_closed_job_is_kept_for_the_office(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await world.db.write(_cancel, world, job_id)
    async with await world.client_of(world.cast.tom) as client:
        answer = await post(client, f"/jobs/{job_id}/start", key="late")
        again = await post(client, f"/jobs/{job_id}/start", key="late")
        assert answer.headers["location"] == "/my-jobs?said=held"
        assert again.headers["location"] == "/my-jobs?said=held"
        kept = await client.get(answer.headers["location"])
    assert "Kept for the office" in kept.text
    assert len(await world.db.ask(_held)) == 1


async def test_a_double_tap_is_one_start(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        first = await post(client, f"/jobs/{job_id}/start", key="tap")
        again = await client.post(f"/jobs/{job_id}/start", headers={"Idempotency-Key": "tap"})
    assert first.headers["x-readyboard-seq"] == again.headers["x-readyboard-seq"]
    assert len(await world.db.ask(_entries, job_id)) == 1


@on_sqlite
async def test_a_press_carries_its_own_time(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    at = now() - timedelta(minutes=30)
    async with await world.client_of(world.cast.tom) as client:
        await post(
            client,
            f"/jobs/{job_id}/start",
            occurred_at=at.isoformat(),
            elapsed_ms=str(30 * 60 * 1000),
        )
        # A phone sends the press time with everything; what has no use for it leaves it out.
        await post(client, f"/jobs/{job_id}/note", text="x", occurred_at=at.isoformat())
        record = await post(
            client,
            f"/jobs/{job_id}/record-time",
            started_at=(at - timedelta(hours=2)).isoformat(),
            ended_at=(at - timedelta(hours=1)).isoformat(),
            reason="Forgot",
            occurred_at=at.isoformat(),
            elapsed_ms="5",
        )
        assert record.status_code == 303
    entries = await world.db.ask(_entries, job_id)
    started = max(entry.started_at for entry in entries)
    assert abs((started - at).total_seconds()) < 5


@on_sqlite
async def test_the_list_is_sorted_into_now_next_later_and_missing(world: World) -> None:
    noon = now().replace(hour=10, minute=0, second=0, microsecond=0)
    day, hour = timedelta(days=1), timedelta(hours=1)
    titles = {"Today job": 0, "Tomorrow job": 1, "Later job": 3}
    for title, days in titles.items():
        start = noon + days * day
        await job_for(world, world.cast.tom, title=title, starts_at=start, ends_at=start + hour)
    running = await job_for(world, world.cast.tom, title="Running job")
    missing = await job_for(
        world, world.cast.tom, title="Missing job", job_type_id=world.cast.job_type_id
    )
    await pressed(world, world.cast.tom, missing, "start", "stop", ago=timedelta(minutes=40))
    await pressed(world, world.cast.tom, running, "start", ago=timedelta(minutes=10))
    async with await world.client_of(world.cast.tom) as client:
        page = (await client.get("/my-jobs")).text
    order = [
        page.index(f"{word} job") for word in ("Running", "Missing", "Today", "Tomorrow", "Later")
    ]
    assert order == sorted(order)


@on_sqlite
async def test_a_clock_that_looks_forgotten_is_asked_about_once(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start", ago=timedelta(hours=11))
    await world.db.write(times.mark_suspects, at=now())
    async with await world.client_of(world.cast.tom) as client:
        page = await form_of(client, job_id)
        assert "Still working?" in page
        assert "Your clock runs since" in page
        await post(client, f"/jobs/{job_id}/confirm-time", entry_id=hidden(page, "entry_id"))
        await world.db.write(times.mark_suspects, at=now())
        assert "Still working?" not in await form_of(client, job_id)


@on_sqlite
async def test_i_stopped_earlier_stops_the_clock_then(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start", ago=timedelta(hours=11))
    await world.db.write(times.mark_suspects, at=now())
    (entry,) = await world.db.ask(_entries, job_id)
    async with await world.client_of(world.cast.tom) as client:
        dialog = await client.get(f"/jobs/{job_id}/correct-time?entry={entry.id}")
        assert dialog.status_code == 200
        answer = await post(
            client,
            f"/jobs/{job_id}/correct-time",
            entry_id=str(entry.id),
            started_at=_shown(dialog.text, "started_at"),
            seen_started_at=hidden(dialog.text, "seen_started_at"),
            ended_at=(now() - timedelta(hours=4)).isoformat(),
            reason="Forgot to stop",
        )
    assert answer.status_code == 303
    (after,) = await world.db.ask(_entries, job_id)
    assert after.started_at == entry.started_at  # To the second, though the form shows minutes.
    assert after.ended_at is not None
    assert not after.suspect


@on_sqlite
async def test_another_persons_time_cannot_even_be_looked_at(world: World) -> None:
    job_id = await job_for(world, world.cast.tom, world.cast.ines)
    await pressed(world, world.cast.ines, job_id, "start", "stop")
    (entry,) = await world.db.ask(_entries, job_id)
    async with await world.client_of(world.cast.tom) as client:
        for name in ("correct-time", "confirm-time", "discard-entry"):
            answer = await client.get(f"/jobs/{job_id}/{name}?entry={entry.id}")
            assert answer.status_code == 404
        pressed_anyway = await post(
            client, f"/jobs/{job_id}/discard-entry", entry_id=str(entry.id), reason="Mine"
        )
        assert pressed_anyway.status_code == 403


@on_sqlite
async def test_a_job_on_hold_says_why_it_cannot_be_started(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await world.db.write(
        lambda session: office.hold(
            session, now_by(world.cast.dana, now()), job_id=job_id, reason="Waits for a permit"
        )
    )
    async with await world.client_of(world.cast.tom) as client:
        page = await form_of(client, job_id)
        assert "This job is on hold: Waits for a permit." in page
        refused = await post(client, f"/jobs/{job_id}/start", next=f"/my-jobs/{job_id}")
    assert refused.status_code == 409
    assert "Release it first." in refused.text


@on_sqlite
async def test_pause_by_a_button_with_its_reason(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start")
    async with await world.client_of(world.cast.tom) as client:
        dialog = (await client.get(f"/jobs/{job_id}/pause")).text
        assert 'name="reason" value="Lunch"' in dialog
        await post(client, f"/jobs/{job_id}/pause", reason="Lunch", next=hidden(dialog, "next"))
        assert "Lunch since" in await form_of(client, job_id)


@on_sqlite
@pytest.mark.parametrize("name", ["waive", "hold", "edit", "assign", "ask", "move", "cancel"])
async def test_the_offices_forms_are_not_for_technicians(world: World, name: str) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.tom) as client:
        assert (await client.get(f"/jobs/{job_id}/{name}")).status_code == 403
        assert (await post(client, f"/jobs/{job_id}/{name}", reason="x")).status_code == 403


def _shown(page: str, name: str) -> str:
    """The value of a visible field."""
    return page.split(f'name="{name}" type="datetime-local" value="')[1].split('"')[0]


def _entries(session: Session, job_id: int) -> list[TimeEntry]:
    return list(session.scalars(select(TimeEntry).where(TimeEntry.job_id == job_id)))


def _needed(session: Session, job_id: int) -> tuple[set[str], set[str]]:
    job = load_job(session, job_id)
    assert job is not None
    facts = facts_of(session, job)
    listed = {
        r.code for r in asked_of(facts) if r.code not in ONLY_WHEN or ONLY_WHEN[r.code](facts)
    }
    return {r.code for r in still_needed(facts)}, listed


def _ask(session: Session, world: World, job_id: int) -> None:
    act = now_by(world.cast.olga, now() - timedelta(hours=3))
    office.ask_technician(session, act, job_id=job_id, question="Which pump?")


def _cancel(session: Session, world: World, job_id: int) -> None:
    office.cancel(session, now_by(world.cast.dana, now()), job_id=job_id, reason="Not needed")


def _question(session: Session) -> Question:
    return session.scalars(select(Question)).one()


def _notes(session: Session) -> list[Note]:
    return list(session.scalars(select(Note)))


def _held(session: Session) -> list[HeldPress]:
    return list(session.scalars(select(HeldPress)))
