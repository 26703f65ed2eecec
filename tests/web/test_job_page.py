"""The job page, as the office sees it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Correction, TimeEntry
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.work import (
    job_for,
    note_and_message,
    page_of,
    post,
    pressed,
)


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
    await world.db.write(note_and_message, world, job_id)
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


def _entry(session: Session, job_id: int) -> TimeEntry:
    return session.scalars(select(TimeEntry).where(TimeEntry.job_id == job_id)).one()


def _corrections(session: Session) -> list[Correction]:
    return list(session.scalars(select(Correction)))
