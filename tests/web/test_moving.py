"""Moving a job by its dialog: where to, who was first, and back again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.actions import office
from app.actions.act import now_by
from app.rules.access import Actor
from app.rules.states import State
from tests.cast import World
from tests.web.work import (
    card,
    hidden,
    job_for,
    job_of,
    now,
    post,
    pressed,
    state,
)


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


async def _planned(world: World) -> int:
    start = now() + timedelta(days=1)
    return await job_for(world, world.cast.tom, starts_at=start, ends_at=start + timedelta(hours=1))


def _hold(session: Session, by: Actor, job_id: int) -> None:
    office.hold(session, now_by(by, now()), job_id=job_id, reason="Waits for a part")
