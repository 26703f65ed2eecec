"""A form that is refused: why, with what was typed, and where it leads afterwards."""

import pytest

from tests.cast import ADDRESS, World
from tests.databases import on_sqlite
from tests.web.work import card, hidden, job_for, job_of, post, pressed


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
