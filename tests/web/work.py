"""Jobs for the tests of the pages: made by the actions, at a time of the test's own."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import evidence, presses
from app.actions.act import Act, now_by
from app.actions.jobs import Intake, create_job
from app.models import Job
from app.queries.board import cards_by_id
from app.queries.cards import JobCard
from app.rules.access import Actor
from app.rules.states import State
from tests.cast import Cast, World


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- the program under test asks the real clock too


def make_job(session: Session, cast: Cast, intake: Intake) -> int:
    """Taken in by the dispatcher three hours ago."""
    done = create_job(session, now_by(cast.dana, now() - timedelta(hours=3)), intake=intake)
    assert done.made_id is not None
    return done.made_id


async def job_for(world: World, *people: Actor, title: str = "Boiler", **words: Any) -> int:
    """A job for these technicians, without a time unless ``words`` give one."""
    intake = Intake(title=title, technician_ids=[one.id for one in people], **words)
    return await world.db.write(make_job, world.cast, intake)


async def pressed(
    world: World, who: Actor, job_id: int, *verbs: str, ago: timedelta = timedelta(hours=2)
) -> None:
    """Presses of a technician, a quarter of an hour apart, the first so long ago."""
    for place, verb in enumerate(verbs):
        at = now() - ago + timedelta(minutes=15 * place)
        await world.db.write(
            getattr(presses, verb), Act(by=who, at=at, occurred_at=at), job_id=job_id
        )


async def card(world: World, job_id: int) -> JobCard:
    return (await world.db.ask(cards_by_id, [job_id]))[0]


async def state(world: World, job_id: int) -> State:
    return (await card(world, job_id)).state


async def post(
    client: httpx2.AsyncClient, path: str, *, key: str = "", **words: Any
) -> httpx2.Response:
    """A form as a browser without scripts sends it."""
    return await client.post(path, data={"key": key or uuid4().hex, **words})


def hidden(page: str, name: str) -> str:
    """The value of a hidden field, as the page holds it."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, f"no hidden field {name}"
    return found.group(1)


def job_of(session: Session, job_id: int) -> Job:
    return session.scalars(select(Job).where(Job.id == job_id)).one()


async def page_of(client: httpx2.AsyncClient, job_id: int) -> str:
    """The office's page about the job."""
    answer = await client.get(f"/jobs/{job_id}")
    assert answer.status_code == 200
    return answer.text


def note_and_message(session: Session, world: World, job_id: int) -> None:
    """What a technician wrote."""
    act = now_by(world.cast.tom, now())
    evidence.add_note(session, act, job_id=job_id, text="Valve & pump replaced")
    evidence.send_message(session, act, job_id=job_id, text="Where is the key?")
