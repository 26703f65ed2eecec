"""A job type that demands everything: what is missing is listed, counts down with each arrival, and the last one makes
the job ready in the same transaction. In whatever order it comes, what is shown is what the facts say."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import evidence, presses
from app.actions.jobs import edit_job
from app.db import Database
from app.models import Job, Note, PartUsed, Photo, Signature, Withdrawable
from app.queries.facts import facts_of
from app.rules.requirements import still_needed
from app.rules.states import Outcome, State
from tests.actions.proof import EVERYTHING, all_of_it, demanding_type
from tests.actions.shop import Shop
from tests.cast import company


async def stopped(shop: Shop) -> tuple[int, int]:
    """Nobody knows the customer, and nothing is there but the time."""
    job_type_id = await demanding_type(shop)
    job_id = await shop.working(shop.cast.tom, job_type_id=job_type_id, customer_id=None)
    await shop.do(presses.stop, shop.cast.tom, 60, job_id=job_id, outcome=Outcome.DONE)
    return job_id, job_type_id


async def test_a_stop_with_everything_missing_needs_seven_things(shop: Shop) -> None:
    job_id, _ = await stopped(shop)
    seen = await shop.see(job_id)
    assert seen.state is State.NEEDS_DETAILS
    assert set(seen.missing) == {"customer", *EVERYTHING}
    (card,) = await shop.cards(job_id)
    assert len(card.needed) == 7


async def test_each_arrival_counts_down_and_the_last_one_makes_it_ready(shop: Shop) -> None:
    job_id, job_type_id = await stopped(shop)
    bring = await all_of_it(shop, shop.cast.tom, job_id, job_type_id)
    left = []
    for one in bring.values():
        await one()
        left.append(len((await shop.see(job_id)).missing))
    assert left == [6, 5, 4, 3, 2, 1]
    before = await shop.seq()
    changes = {"customer_id": shop.cast.customer_id}
    await shop.do(edit_job, shop.cast.olga, 80, job_id=job_id, version=None, changes=changes)
    (event,) = await shop.heard(after=before)
    assert (event.kind, event.before, event.after) == ("edited", State.NEEDS_DETAILS, State.READY)


FACTS: dict[str, type[Withdrawable]] = {
    "photos": Photo,
    "notes": Note,
    "signature": Signature,
    "parts": PartUsed,
}


@pytest.mark.parametrize("fact", FACTS)
async def test_a_withdrawn_fact_moves_the_job_back(shop: Shop, fact: str) -> None:
    job_type_id = await demanding_type(shop)
    job_id = await shop.working(shop.cast.tom, job_type_id=job_type_id)
    for one in (await all_of_it(shop, shop.cast.tom, job_id, job_type_id)).values():
        await one()
    await shop.do(presses.stop, shop.cast.tom, 90, job_id=job_id, outcome=Outcome.DONE)
    assert await shop.state(job_id) is State.READY
    fact_id = await shop.db.ask(_first, FACTS[fact], job_id)
    words: dict[str, Any] = {
        "job_id": job_id,
        "fact": fact,
        "fact_id": fact_id,
        "reason": "Wrong job",
    }
    await shop.do(evidence.withdraw, shop.cast.tom, 91, **words)
    seen = await shop.see(job_id)
    assert (seen.state, len(seen.missing)) == (State.NEEDS_DETAILS, 1)
    assert (await shop.do(evidence.withdraw, shop.cast.tom, 92, **words)).seq is None


def _first(session: Session, kind: type[Withdrawable], job_id: int) -> int:
    return (
        session.scalars(select(kind.id).where(kind.job_id == job_id).order_by(kind.id)).first() or 0
    )


def _as_computed(session: Session, job_id: int) -> tuple[list[str], list[str], State]:
    """What the rules say of the facts as they are now, what the job shows, and where it stands."""
    job = session.get_one(Job, job_id)
    computed = [requirement.code for requirement in still_needed(facts_of(session, job))]
    return computed, [item["code"] for item in job.missing], job.state


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    order=st.permutations([*EVERYTHING, "stop"]),
    dropped=st.lists(st.sampled_from(["work_note", "photos_after"]), max_size=2, unique=True),
)
def test_in_any_order_what_is_shown_is_what_the_facts_say(
    sqlite_template: Path, tmp_path: Path, order: list[str], dropped: list[str]
) -> None:
    for old in tmp_path.glob("any-order.db*"):
        old.unlink()
    path = tmp_path / "any-order.db"
    shutil.copyfile(sqlite_template, path)
    asyncio.run(_arrive(path, order, dropped))


async def _arrive(path: Path, order: list[str], dropped: list[str]) -> None:
    db = Database(f"sqlite+aiosqlite:///{path}")
    try:
        shop = Shop(db=db, cast=await db.write(company))
        job_type_id = await demanding_type(shop)
        job_id = await shop.working(shop.cast.tom, job_type_id=job_type_id)
        bring = await all_of_it(shop, shop.cast.tom, job_id, job_type_id)
        for code in order:
            if code == "stop":
                await shop.do(presses.stop, shop.cast.tom, 75, job_id=job_id, outcome=Outcome.DONE)
            elif code not in dropped:
                await bring[code]()
            computed, shown, _ = await db.ask(_as_computed, job_id)
            assert shown == computed
        computed, _, state = await db.ask(_as_computed, job_id)
        assert set(computed) == set(dropped)
        assert state is (State.NEEDS_DETAILS if dropped else State.READY)
    finally:
        await db.close()
