"""A company that has not said what an hour costs: what waits for it, where it is entered, and what moves then."""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.actions.act import now_by
from app.actions.rates import change_billing
from app.models import Person
from app.queries.terms import says_no_rate
from app.rules.states import State
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.work import job_for, now, post, pressed, state


async def unpriced_job(world: World) -> int:
    """Finished, while nobody has said what an hour costs."""
    await rate_is(world, None)
    job_id = await job_for(world, world.cast.tom, customer_id=world.cast.customer_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    assert await state(world, job_id) is State.NEEDS_DETAILS
    return job_id


async def rate_is(world: World, rate: Decimal | None) -> None:
    changes: dict[str, Any] = {"labour_rate": rate}
    await world.db.write(change_billing, now_by(world.cast.olga, now()), changes=changes)


@on_sqlite
async def test_the_job_says_what_lacks_its_price_and_takes_it(world: World) -> None:
    job_id = await unpriced_job(world)
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(f"/jobs/{job_id}")).text
        assert "Price for “Labour: Tom Brandt”" in page
        assert f'href="/jobs/{job_id}/price-labour" data-dialog>Price the labour' in page
        assert (
            "No usual rate is entered yet."
            in (await client.get(f"/jobs/{job_id}/price-labour")).text
        )
        refused = await post(client, f"/jobs/{job_id}/price-labour", amount="-1")
        assert refused.status_code == 422
        answer = await post(client, f"/jobs/{job_id}/price-labour", amount="72.50")
        assert answer.headers["location"] == f"/jobs/{job_id}?said=priced"
    assert await state(world, job_id) is State.READY


async def test_saved_rates_move_nothing_until_somebody_says_so(world: World) -> None:
    jobs = [await unpriced_job(world) for _ in range(2)]
    await rate_is(world, Decimal(72))
    assert await state(world, jobs[0]) is State.NEEDS_DETAILS
    async with await world.client_of(world.cast.olga) as client:
        assert "2 jobs wait" in (await client.get("/settings/taxes")).text
        await post(client, "/settings/taxes/price-waiting")
        page = (await client.get("/settings/taxes")).text
        assert "Price them with these rates" not in page
        again = await post(client, "/settings/taxes/price-waiting")
    assert again.status_code == 422
    assert [await state(world, job) for job in jobs] == [State.READY, State.READY]


@on_sqlite
async def test_only_those_who_set_rates_price_what_waits(world: World) -> None:
    job_id = await unpriced_job(world)
    async with await world.client_of(world.cast.dana) as client:
        assert (await post(client, "/settings/taxes/price-waiting")).status_code == 403
        page = (await client.get(f"/jobs/{job_id}")).text
        assert (await post(client, f"/jobs/{job_id}/price-labour", amount="9")).status_code == 403
    assert "Price the labour" not in page


@on_sqlite
async def test_the_board_says_that_no_rate_is_entered(world: World) -> None:
    await unpriced_job(world)
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get("/office")).text
        assert "No hourly rate yet." in page
        assert 'href="/settings/taxes">Enter the rate' in page
        await world.db.write(_person_has_a_rate, world.cast.tom.id)
        assert "No hourly rate yet." not in (await client.get("/office")).text
    assert await world.db.ask(says_no_rate) is False


def _person_has_a_rate(session: Session, person_id: int) -> None:
    session.get_one(Person, person_id).labour_rate = Decimal(80)
