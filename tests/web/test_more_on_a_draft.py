"""A customer's other ready jobs, offered on the page of a draft and added there without scripts."""

import httpx2
from sqlalchemy.orm import Session

from app.actions import billing
from app.actions.act import now_by
from app.queries.drafts import places_on
from app.rules.states import State
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.money import ready_job
from tests.web.work import card, hidden, now, post, state


async def drafted(world: World, *jobs: int) -> int:
    act = now_by(world.cast.olga, now())
    done = await world.db.write(billing.send_to_billing, act, job_ids=jobs)
    assert done.made_id is not None
    return done.made_id


async def tick(world: World, job_id: int) -> dict[str, str]:
    """The tick-box of this job, as its card is now."""
    seen = await card(world, job_id)
    assert seen.money is not None
    return {f"job_{job_id}": f"{seen.version}:{seen.money.amount}"}


async def version_on(client: httpx2.AsyncClient, draft: int) -> str:
    page = (await client.get(f"/invoices/{draft}")).text
    return hidden(page.split("/add-jobs")[1], "version")


def _jobs_on(session: Session, invoice_id: int) -> list[int]:
    return [place.job_id for place in places_on(session, invoice_id)]


async def test_ready_jobs_of_the_customer_are_ticked_onto_the_draft(world: World) -> None:
    first = await ready_job(world)
    draft = await drafted(world, first)
    second, third = await ready_job(world, title="Pump"), await ready_job(world, title="Valve")
    await ready_job(world, payer="Somebody else", title="Not theirs")
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(f"/invoices/{draft}")).text
        offered = page.split("/add-jobs")[1].split("</form>")[0]
        (box,) = (await tick(world, third)).items()
        assert f'name="{box[0]}" value="{box[1]}"' in offered
        assert "Not theirs" not in offered
        answer = await post(
            client,
            f"/invoices/{draft}/add-jobs",
            version=hidden(page.split("/add-jobs")[1], "version"),
            **dict([box]),
        )
        assert answer.headers["location"] == f"/invoices/{draft}?said=jobs_added"
    assert await world.db.ask(_jobs_on, draft) == [first, third]
    assert [await state(world, one) for one in (second, third)] == [State.READY, State.BILLING]


async def test_a_draft_that_changed_since_takes_no_job(world: World) -> None:
    draft = await drafted(world, await ready_job(world))
    waiting = await ready_job(world, title="Pump")
    async with await world.client_of(world.cast.olga) as client:
        old = await version_on(client, draft)
        await post(client, f"/invoices/{draft}/discount", per_cent="10", reason="Regular")
        box = await tick(world, waiting)
        answer = await post(client, f"/invoices/{draft}/add-jobs", version=old, **box)
        assert answer.status_code == 409
        assert "has changed since you looked at it" in answer.text
        assert f'name="job_{waiting}" value="{box[f"job_{waiting}"]}" checked' in answer.text
        assert await state(world, waiting) is State.READY
        again = await version_on(client, draft)
        answer = await post(client, f"/invoices/{draft}/add-jobs", version=again, **box)
        assert answer.status_code == 303
    assert await state(world, waiting) is State.BILLING


@on_sqlite
async def test_what_cannot_be_added_is_said_in_a_sentence(world: World) -> None:
    draft = await drafted(world, await ready_job(world))
    waiting, foreign = await ready_job(world), await ready_job(world, payer="Somebody else")
    box, others = await tick(world, waiting), await tick(world, foreign)
    path = f"/invoices/{draft}/add-jobs"
    async with await world.client_of(world.cast.olga) as client:
        version = await version_on(client, draft)
        nothing = await post(client, path, version=version)
        assert (nothing.status_code, "Choose at least one job." in nothing.text) == (422, True)
        theirs = await post(client, path, version=version, **others)
        assert (theirs.status_code, "for somebody else" in theirs.text) == (422, True)
        await post(client, f"/jobs/{waiting}/note", text="The key hangs left")
        before = box[f"job_{waiting}"].partition(":")[0]
        dearer = await post(client, path, version=version, **{f"job_{waiting}": f"{before}:1"})
        assert (dearer.status_code, "changed since" in dearer.text) == (409, True)
        elsewhere = await drafted(world, waiting)
        taken = await post(client, path, version=version, **box)
        assert (taken.status_code, "You moved this to" in taken.text) == (409, True)
    assert await world.db.ask(_jobs_on, elsewhere) == [waiting]


@on_sqlite
async def test_only_those_who_bill_add_jobs(world: World) -> None:
    draft = await drafted(world, await ready_job(world))
    box = await tick(world, await ready_job(world))
    async with await world.client_of(world.cast.dana) as client:
        answer = await post(client, f"/invoices/{draft}/add-jobs", version="1", **box)
    assert answer.status_code == 403
