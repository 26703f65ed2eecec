"""The billing board with money on it: who sees amounts, what moves where, several at once, and who was faster."""

from datetime import datetime, timedelta

import httpx2
from sqlalchemy.orm import Session

from app.main import LiveDoor
from app.models import Job
from app.queries.cards import JobCard
from app.realtime.audiences import Audience
from app.rules.money import cash
from app.rules.states import State
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.money import ready_job
from tests.web.work import card, hidden, now, post, state


@on_sqlite
async def test_only_who_may_see_money_is_sent_amounts(world: World) -> None:
    job_id = await ready_job(world)
    shown = await card(world, job_id)
    assert shown.money is not None
    assert shown.money.amount > 0
    amount = f'data-amount="{shown.money.amount}"'
    async with await world.client_of(world.cast.olga) as client:
        board = (await client.get("/office")).text
        assert amount in board
        assert (await client.get("/live/snapshot?view=office")).text.count("data-amount") == 1
    async with await world.client_of(world.cast.dana) as client:
        for path in ("/dispatch", "/live/snapshot?view=dispatch", f"/jobs/{job_id}/move"):
            answer = (await client.get(path)).text
            assert "data-amount" not in answer
            assert "€" not in answer


@on_sqlite
async def test_the_page_and_the_socket_draw_the_same_card(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        await _move(client, await card(world, job_id), "billing")
        board = (await client.get("/office")).text
        snapshot = (await client.get("/live/snapshot?view=office")).json()
    door = LiveDoor(world.db, world.settings)
    (put,) = (one for one in snapshot["cards"] if one["key"] == f"job-{job_id}")
    assert put["lane"] == "billing"
    assert put["html"] in board
    assert door.render(Audience("office"), await card(world, job_id)).count("data-invoice") == 1


@on_sqlite
async def test_the_jobs_of_a_draft_stand_together_under_what_it_comes_to(world: World) -> None:
    first, other, second = [await ready_job(world, title=title) for title in ("A", "B", "C")]
    async with await world.client_of(world.cast.olga) as client:
        await _bill(client, world, first, second)
        await _bill(client, world, other)
        draft = (await card(world, first)).money
        assert draft is not None
        line = {"description": "Ladder", "quantity": "1", "unit_price": "25.00", "tax": "S:19"}
        await post(client, f"/invoices/{draft.invoice_id}/lines", **line)
        board = (await client.get("/office")).text
    places = [board.index(f'id="job-{one}"') for one in (first, second, other)]
    assert places == sorted(places)
    net = cash(2 * draft.amount + 2500, "EUR")
    assert f'>Draft, 2 jobs</a><b class="num">{net}</b>' in board
    assert board.count("data-draft-head") == 2


@on_sqlite
async def test_the_board_is_narrowed_to_what_waits_long(world: World) -> None:
    old = await ready_job(world, title="Old")
    new = await ready_job(world, title="New")
    await world.db.write(_stopped, old, now() - timedelta(days=3, minutes=1))
    async with await world.client_of(world.cast.olga) as client:
        board = (await client.get("/office?older=3")).text
        assert 'data-older="3"' in board
        assert f'<li data-key="job-{new}" hidden>' in board
        assert f'<li data-key="job-{old}">' in board
        assert 'href="/office">Show all' in board
        none = (await client.get("/office?older=7")).text
    assert f'<li data-key="job-{old}" hidden>' in none


def _stopped(session: Session, job_id: int, at: datetime) -> None:
    session.get_one(Job, job_id).stopped_at = at


async def _bill(client: httpx2.AsyncClient, world: World, *jobs: int) -> None:
    cards = [await card(world, job) for job in jobs]
    seen = [f"{one.id}:{one.version}:{one.money.amount if one.money else ''}" for one in cards]
    words = {"seen": seen, "together": "yes"}
    assert (await client.post("/office/bill", data={"key": "-".join(seen), **words})).is_redirect


async def test_a_ready_job_is_billed_and_taken_back_by_its_move_dialog(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        dialog = (await client.get(f"/jobs/{job_id}/move?next=/office")).text
        assert 'value="billing"' in dialog
        assert "Put it on a draft first" in dialog
        await _move(client, await card(world, job_id), "billing")
        assert await state(world, job_id) is State.BILLING
        dialog = (await client.get(f"/jobs/{job_id}/move?next=/office")).text
        assert "Issue the draft" in dialog
        await _move(client, await card(world, job_id), "ready")
        assert await state(world, job_id) is State.READY
        moves = (await client.get("/moves")).text
        answer = await post(
            client,
            f"/jobs/{job_id}/undo-move",
            version=hidden(moves.split("data-undo")[1], "version"),
        )
        assert answer.status_code == 303
    assert await state(world, job_id) is State.BILLING


async def test_two_customers_make_two_drafts_in_one_press(world: World) -> None:
    jobs = [await ready_job(world), await ready_job(world), await ready_job(world, payer="other")]
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get("/office/bill?" + "&".join(f"job={one}" for one in jobs))).text
        assert "Make 2 draft invoices" in page
        seen = [_seen(await card(world, one)) for one in jobs]
        answer = await client.post("/office/bill", data={"key": "k1", "seen": seen})
        assert answer.headers["location"] == "/office?said=billed"
        cards = [await card(world, one) for one in jobs]
        drafts = [one.money.invoice_id for one in cards if one.money]
        assert drafts[0] == drafts[1] != drafts[2]
        back = [_seen(one) for one in cards[:1]]
        await client.post("/office/take-back", data={"key": "k2", "seen": back})
    assert [await state(world, one) for one in jobs] == [State.READY, State.BILLING, State.BILLING]


async def test_who_drags_second_is_told_who_was_first(world: World) -> None:
    first, second = await ready_job(world), await ready_job(world)
    seen = [_seen(await card(world, one)) for one in (first, second)]
    async with await world.client_of(world.cast.owner) as client:
        await client.post("/office/bill", data={"key": "a", "seen": seen[:1]})
    async with await world.client_of(world.cast.olga) as client:
        answer = await client.post("/office/bill", data={"key": "b", "seen": seen})
        assert answer.status_code == 409
        assert "moved this to Billing" in answer.text
        assert await state(world, second) is State.READY
        answer = await post(
            client,
            f"/jobs/{first}/move",
            lane="billing",
            version=seen[0].split(":")[1],
            next="/office",
        )
    assert answer.status_code == 409
    assert "moved this to Billing" in answer.text


async def test_an_amount_that_changed_since_is_a_conflict(world: World) -> None:
    job_id = await ready_job(world)
    shown = await card(world, job_id)
    assert shown.money is not None
    async with await world.client_of(world.cast.olga) as client:
        await post(client, f"/jobs/{job_id}/note", text="Pump 2 replaced")
        answer = await client.post(
            "/office/bill",
            data={"key": "a", "seen": f"{job_id}:{shown.version}:{shown.money.amount - 500}"},
        )
    assert answer.status_code == 409
    assert " then, " in answer.text
    assert await state(world, job_id) is State.READY


@on_sqlite
async def test_a_dispatcher_bills_nothing(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.dana) as client:
        assert (await client.get("/office/bill")).status_code == 403
        shown = await card(world, job_id)
        answer = await post(
            client, f"/jobs/{job_id}/move", lane="billing", version=str(shown.version)
        )
        assert answer.status_code == 403
    assert await state(world, job_id) is State.READY


async def _move(client: httpx2.AsyncClient, shown: JobCard, lane: str) -> None:
    answer = await post(
        client, f"/jobs/{shown.id}/move", lane=lane, version=str(shown.version), next="/office"
    )
    assert answer.status_code == 303, answer.text


def _seen(shown: JobCard) -> str:
    assert shown.money is not None
    return f"{shown.id}:{shown.version}:{shown.money.amount}"
