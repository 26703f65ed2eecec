"""The job page and every form about a job, as the office uses them without scripts."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import pages
from app.actions import evidence, office, presses
from app.actions.act import Act, now_by
from app.models import Correction, HeldPress, HeldState, Note, PhotoKind, TimeEntry
from app.rules.access import Actor
from app.rules.requirements import BROUGHT_BY, BY_CODE
from app.rules.states import State
from app.web.commands import BY_NAME, COMMANDS
from app.web.deeds import ANSWERS
from app.web.form_commands import KINDS
from tests.cast import ADDRESS, World
from tests.databases import on_sqlite
from tests.web.work import card, hidden, job_for, job_of, now, post, pressed, state


async def page_of(client: httpx2.AsyncClient, job_id: int) -> str:
    answer = await client.get(f"/jobs/{job_id}")
    assert answer.status_code == 200
    return answer.text


# --- the page


async def test_the_page_tells_everything_that_is_known(world: World) -> None:
    job_id = await job_for(
        world,
        world.cast.tom,
        customer_id=world.cast.customer_id,
        site_id=world.cast.site_id,
        reference="PO 7",
        description="Line one\nLine two",
    )
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    await world.db.write(_note_and_message, world, job_id)
    async with await world.client_of(world.cast.olga) as client:
        page = await page_of(client, job_id)
    for words in (
        "Café Zoë GmbH",
        "Lange Straße 4",
        "PO 7",
        "Line one",
        "Valve &amp; pump replaced",
        "Where is the key?",
        "Tom Brandt started work.",
        "Tom Brandt stopped work.",
        "Dana Weiss took the job in.",
        "Still needed: nothing",
    ):
        assert words in page
    assert f'data-key="job-{job_id}"' in page


async def test_a_corrected_time_keeps_its_old_value_struck_through(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    entry = await world.db.ask(_entry, job_id)
    assert entry.ended_at is not None
    async with await world.client_of(world.cast.olga) as client:
        answer = await post(
            client,
            f"/jobs/{job_id}/correct-time",
            entry_id=entry.id,
            ended_at=(entry.ended_at + timedelta(minutes=10)).isoformat(),
            reason="Clock was stopped early",
        )
        assert answer.headers["location"] == f"/jobs/{job_id}?said=time"
        page = await page_of(client, job_id)
    assert re.search(r"<s>\d\d:\d\d</s>", page)
    assert "Clock was stopped early" in page
    assert "Olga Petrova changed Tom Brandt’s time from" in page
    assert len(await world.db.ask(_corrections)) == 1


@on_sqlite
@pytest.mark.parametrize("path", ["/jobs/999", "/jobs/99999999999999999999", "/jobs/999/hold"])
async def test_a_job_that_is_not_there(world: World, path: str) -> None:
    async with await world.client_of(world.cast.olga) as client:
        assert (await client.get(path)).status_code == 404


@on_sqlite
async def test_a_dispatcher_is_not_offered_the_offices_buttons(world: World) -> None:
    job_id = await job_for(world, world.cast.tom, job_type_id=world.cast.job_type_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    async with await world.client_of(world.cast.dana) as client:
        danas = await page_of(client, job_id)
    async with await world.client_of(world.cast.olga) as client:
        olgas = await page_of(client, job_id)
    assert f'/jobs/{job_id}/waive"' in olgas
    assert f'/jobs/{job_id}/ask"' in olgas
    assert f'/jobs/{job_id}/waive"' not in danas
    assert f'/jobs/{job_id}/ask"' not in danas
    assert f'/jobs/{job_id}/edit"' in danas


# --- the forms, one by one: the dialog opens, the form does it

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
    await world.db.write(_note_and_message, world, job_id)
    note_id = (await world.db.ask(_note)).id
    async with await world.client_of(world.cast.olga) as client:
        dialog = await client.get(f"/jobs/{job_id}/withdraw-note?fact={note_id}")
        assert "Valve &amp; pump replaced" in dialog.text
        await post(client, f"/jobs/{job_id}/withdraw-note", fact_id=note_id, reason="Another job's")
        page = await page_of(client, job_id)
    assert "<s>Valve &amp; pump replaced</s>" in page
    assert "Another job&#39;s (Olga Petrova)" in page


# --- refusals


@on_sqlite
@pytest.mark.parametrize(
    ("name", "words", "sentence", "kept"),
    [
        ("hold", {"reason": ""}, "Say why.", ""),
        ("hold", {"reason": "x" * 4001}, "4000 characters at most", "x" * 50),
        ("assign", {}, "Choose a technician.", ""),
        ("edit", {"title": "", "description": "Kept"}, "Give the job a title", "Kept</textarea>"),
        ("edit", {"title": "A", "colour": "red"}, "not known here: colour", 'value="A"'),
        (
            "schedule",
            {"starts_at": "2030-03-31T02:30", "ends_at": "2030-03-31T05:00"},
            "There was no 02:30 on Sun 31 Mar",
            'value="2030-03-31T02:30"',
        ),
        (
            "schedule",
            {"starts_at": "2030-11-25T10:00", "ends_at": "2030-11-25T09:00"},
            "The planned end must be after the start.",
            'value="2030-11-25T09:00"',
        ),
        (
            "record-time",
            {"started_at": "2031-01-01T08:00", "ended_at": "2031-01-01T09:00", "reason": "R"},
            "Choose whose time it is.",
            'value="R"',
        ),
    ],
)
async def test_a_refused_form_says_why_and_keeps_what_was_typed(
    world: World, name: str, words: dict[str, str], sentence: str, kept: str
) -> None:
    job_id = await job_for(world)
    async with await world.client_of(world.cast.olga) as client:
        answer = await post(client, f"/jobs/{job_id}/{name}", **words)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert kept in answer.text
    assert (await world.db.ask(job_of, job_id)).version == 1


@on_sqlite
async def test_the_hour_that_comes_twice_is_asked_for_and_then_taken(world: World) -> None:
    job_id = await job_for(world)
    words = {"starts_at": "2030-10-27T02:30", "ends_at": "2030-10-27T05:00"}
    async with await world.client_of(world.cast.dana) as client:
        asked = await post(client, f"/jobs/{job_id}/schedule", **words)
        assert asked.status_code == 422
        assert "02:30 comes twice on Sun 27 Oct" in asked.text
        assert 'name="starts_at_which" value="second"' in asked.text
        await post(client, f"/jobs/{job_id}/schedule", **words, starts_at_which="second")
    planned = (await card(world, job_id)).planned_start
    assert planned is not None
    assert planned.isoformat() == "2030-10-27T01:30:00+00:00"


async def test_a_form_that_comes_too_late_is_refused_with_the_reason(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start")
    async with await world.client_of(world.cast.dana) as client:
        answer = await post(client, f"/jobs/{job_id}/hold", reason="Waits for a part")
        assert answer.status_code == 409
        assert "Tom Brandt is still working on this job. Stop the clock first." in answer.text
        assert "Waits for a part</textarea>" in answer.text
        too_early = await client.get(f"/jobs/{job_id}/release")
    assert too_early.status_code == 409
    assert "This job is not on hold." in too_early.text


@on_sqlite
async def test_a_form_without_a_key_cannot_be_told_from_its_repetition(world: World) -> None:
    job_id = await job_for(world)
    async with await world.client_of(world.cast.dana) as client:
        answer = await client.post(f"/jobs/{job_id}/hold", data={"reason": "x"})
        assert answer.status_code == 400
        await post(client, f"/jobs/{job_id}/hold", key="one", reason="x")
        reused = await post(client, f"/jobs/{job_id}/hold", key="one", reason="y")
    assert reused.status_code == 422
    assert "This key was used for something else already." in reused.text


@on_sqlite
@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/jobs/1/hold",
        "/sign-out",
        "/my-jobs\n/x",
        "/api",
    ],
)
async def test_a_form_leads_nowhere_but_to_pages_of_ours(world: World, wanted: str) -> None:
    job_id = await job_for(world)
    async with await world.client_of(world.cast.dana) as client:
        answer = await post(client, f"/jobs/{job_id}/hold", reason="x", next=wanted)
    assert answer.headers["location"] == f"/jobs/{job_id}?said=on_hold"


@on_sqlite
async def test_a_dialog_leads_back_to_where_it_was_opened(world: World) -> None:
    job_id = await job_for(world)
    async with await world.client_of(world.cast.dana) as client:
        from_board = await client.get(
            f"/jobs/{job_id}/hold", headers={"Referer": f"{ADDRESS}/dispatch?when=week"}
        )
        from_elsewhere = await client.get(
            f"/jobs/{job_id}/hold", headers={"Referer": "http://evil.example/dispatch"}
        )
    assert hidden(from_board.text, "next") == "/dispatch?when=week"
    assert hidden(from_elsewhere.text, "next") == f"/jobs/{job_id}"


# --- moving


async def test_the_move_dialog_names_the_places_and_why_not_the_others(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.dana) as client:
        dialog = (await client.get(f"/jobs/{job_id}/move")).text
    assert f'href="/jobs/{job_id}/schedule?next=' in dialog
    assert f'href="/jobs/{job_id}/hold?next=' in dialog
    assert "A job comes here when its technician presses Start." in dialog


async def test_a_planned_job_is_moved_back_by_one_button_and_the_move_undone(world: World) -> None:
    job_id = await _planned(world)
    async with await world.client_of(world.cast.dana) as client:
        dialog = (await client.get(f"/jobs/{job_id}/move")).text
        assert 'name="lane" value="unscheduled"' in dialog
        version = hidden(dialog, "version")
        moved = await post(
            client, f"/jobs/{job_id}/move", lane="unscheduled", version=version, next="/dispatch"
        )
        assert moved.headers["location"] == "/dispatch?said=moved"
        assert await state(world, job_id) is State.NEW
        recent = (await client.get("/moves")).text
        assert "Dana Weiss" in recent
        undo = hidden(recent.split("/undo-move")[1], "version")
        undone = await post(client, f"/jobs/{job_id}/undo-move", version=undo)
        assert undone.headers["location"] == "/moves?said=undone"
    assert await state(world, job_id) is State.SCHEDULED


async def test_who_is_second_sees_who_was_first_and_has_two_ways_on(world: World) -> None:
    job_id = await _planned(world)
    seen = (await card(world, job_id)).version
    await world.db.write(_hold, world.cast.dana, job_id)
    async with await world.client_of(world.cast.olga) as client:
        words: dict[str, Any] = {"lane": "unscheduled", "version": seen, "next": "/dispatch"}
        conflict = await post(client, f"/jobs/{job_id}/move", **words)
        assert conflict.status_code == 409
        assert "Dana Weiss moved this to On hold" in conflict.text
        assert "Leave it" in conflict.text
        assert "Move to Unscheduled anyway" in conflict.text
        assert hidden(conflict.text, "lane") == "unscheduled"
        fresh = hidden(conflict.text, "version")
        assert int(fresh) > seen
        again = await post(client, f"/jobs/{job_id}/move", **(words | {"version": fresh}))
    assert again.status_code == 303
    assert await state(world, job_id) is State.SCHEDULED  # Released to where its plan puts it.


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("hold", {"reason": "Part on order"}),
        ("cancel", {"reason": "They called it off"}),
        ("not-billable", {"reason": "Goodwill"}),
        ("ask", {"question": "Which pump?"}),
        ("schedule", {"starts_at": "2026-11-25T08:00", "ends_at": "2026-11-25T09:00"}),
    ],
)
async def test_a_dialog_that_moves_a_card_says_who_moved_it_first(
    world: World, form: str, words: dict[str, str]
) -> None:
    """Every move carries the card's version, however it is asked for; what was typed is kept for the second try."""
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.olga) as client:
        dialog = await client.get(f"/jobs/{job_id}/{form}")
        version = hidden(dialog.text, "version")
        await pressed(world, world.cast.tom, job_id, "start")
        conflict = await post(client, f"/jobs/{job_id}/{form}", version=version, **words)
        assert conflict.status_code == 409
        assert "Tom Brandt moved this to Working" in conflict.text
        for typed in words.values():
            assert typed in conflict.text
    assert await state(world, job_id) is State.WORKING


async def test_two_people_change_the_same_field(world: World) -> None:
    job_id = await job_for(world)
    async with await world.client_of(world.cast.dana) as client:
        version = hidden((await client.get(f"/jobs/{job_id}/edit")).text, "version")
        await post(client, f"/jobs/{job_id}/edit", title="First", version=version)
        conflict = await post(client, f"/jobs/{job_id}/edit", title="Second", version=version)
        assert conflict.status_code == 409
        assert (await world.db.ask(job_of, job_id)).title == "First"
        fresh = hidden(conflict.text, "version")
        await post(
            client,
            f"/jobs/{job_id}/edit",
            title=hidden(conflict.text, "title"),
            version=fresh,
        )
    assert (await world.db.ask(job_of, job_id)).title == "Second"


async def test_a_move_that_was_moved_on_cannot_be_undone(world: World) -> None:
    job_id = await _planned(world)
    async with await world.client_of(world.cast.dana) as client:
        version = (await card(world, job_id)).version
        await post(client, f"/jobs/{job_id}/move", lane="unscheduled", version=version)
        made = (await card(world, job_id)).version
        await world.db.write(_hold, world.cast.olga, job_id)
        recent = (await client.get("/moves")).text
        assert "Moved again since" in recent
        refused = await post(client, f"/jobs/{job_id}/undo-move", version=made)
    assert refused.status_code == 409
    assert "Olga Petrova moved this to On hold" in refused.text


# --- presses that wait


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


# --- every form


def test_every_command_on_a_job_has_a_form() -> None:
    # These forms ask for less, or for more, than the API does.
    own_words = {BY_NAME[name] for name in ("assign", "price_labour", "price_part", "signature")}
    assert {kind.command for kind in KINDS if kind.command} >= set(COMMANDS) - own_words


ABOUT_AN_INVOICE = {"invoice.html"}
"""Its ``here`` is an invoice."""


def test_every_form_that_a_template_names_exists() -> None:
    named = {
        name
        for path in pages.TEMPLATES.rglob("*.html")
        if path.name not in ABOUT_AN_INVOICE
        for name in re.findall(
            r"""/jobs/(?:%d|\{\{[^}]*\}\})/([a-z-]+)|(?:here ~ "/|\{\{ here \}\}/)([a-z-]+)""",
            path.read_text(),
        )
    }
    # Photos come as files, by a door of their own; what is withdrawn is said by the macro's caller.
    elsewhere = {"photos", "held", "withdraw-", *(deed.path for deed in ANSWERS)}
    assert {one or other for one, other in named} - elsewhere <= {kind.name for kind in KINDS}


@on_sqlite
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
async def test_every_form_refuses_a_stranger(world: World, kind: Any) -> None:
    job_id = await job_for(world)
    async with world.client() as client:
        answer = await post(client, f"/jobs/{job_id}/{kind.name}")
    assert answer.status_code == (405 if kind.command is None else 401)


@on_sqlite
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
async def test_no_form_breaks_on_nonsense(world: World, kind: Any) -> None:
    job_id = await job_for(world, world.cast.tom)
    nonsense = dict.fromkeys(
        (*getattr(kind.command, "body", Note).__annotations__, *kind.ids, "version"), "9" * 30
    )
    async with await world.client_of(world.cast.owner) as client:
        answer = await post(client, f"/jobs/{job_id}/{kind.name}", **nonsense)
        nothing = await post(client, f"/jobs/{job_id}/{kind.name}")
        page = await client.get(f"/jobs/{job_id}/{kind.name}")
    assert {answer.status_code, nothing.status_code, page.status_code} <= {
        *(200, 303, 400, 403, 404, 405, 409, 422)
    }


async def _planned(world: World) -> int:
    start = now() + timedelta(days=1)
    return await job_for(world, world.cast.tom, starts_at=start, ends_at=start + timedelta(hours=1))


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


def _hold(session: Session, by: Actor, job_id: int) -> None:
    office.hold(session, now_by(by, now()), job_id=job_id, reason="Waits for a part")


def _note_and_message(session: Session, world: World, job_id: int) -> None:
    act = now_by(world.cast.tom, now())
    evidence.add_note(session, act, job_id=job_id, text="Valve & pump replaced")
    evidence.send_message(session, act, job_id=job_id, text="Where is the key?")


def _entry(session: Session, job_id: int) -> TimeEntry:
    return session.scalars(select(TimeEntry).where(TimeEntry.job_id == job_id)).one()


def _corrections(session: Session) -> list[Correction]:
    return list(session.scalars(select(Correction)))


def _note(session: Session) -> Note:
    return session.scalars(select(Note)).one()


def _held_states(session: Session) -> list[HeldState]:
    return list(session.scalars(select(HeldPress.state).order_by(HeldPress.id)))


def test_what_brings_a_needed_thing_is_a_form_on_the_phone() -> None:
    assert set(BROUGHT_BY) <= set(BY_CODE)
    forms = {kind.name for kind in KINDS} | {f"photos-{kind}" for kind in PhotoKind}
    assert set(BROUGHT_BY.values()) <= forms
