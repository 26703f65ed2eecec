"""Several people, or one person's several taps, at the same moment: one result, and nobody waits for each other."""

import asyncio

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import evidence, presses, times
from app.actions.act import Act, Done, now_by
from app.actions.receipts import Press, once
from app.rules.states import State
from tests.actions.shop import Shop, minute
from tests.databases import on_postgresql

ROUNDS = 25


async def deadlocks(shop: Shop) -> int:
    """Met by this database so far. Each would cost its writers a second before one is tried again."""
    await asyncio.sleep(0)
    return await shop.db.ask(_deadlocks)


def _deadlocks(session: Session) -> int:
    session.execute(text("SELECT pg_stat_clear_snapshot()"))
    return int(
        session.execute(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        ).scalar_one()
    )


async def test_twenty_stops_of_one_clock_are_one_event(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    before = await shop.seq()
    answers = await asyncio.gather(
        *(shop.do(presses.stop, tom, 60, job_id=job_id) for _ in range(20))
    )
    assert [e.kind for e in await shop.heard(after=before)] == ["stop"]
    assert len([done for done in answers if done.seq is not None]) == 1
    assert {done.job_id for done in answers} == {job_id}


async def test_one_key_sent_ten_times_at_once_is_one_effect_and_one_answer(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    act, sent = now_by(tom, minute(0)), Press("k1", "f1")
    answers = await asyncio.gather(
        *(shop.db.write(_note_once, act, sent, job_id) for _ in range(10))
    )
    assert len({done.made_id for done, _ in answers}) == 1
    assert [is_replay for _, is_replay in answers].count(False) == 1


def _note_once(session: Session, act: Act, sent: Press, job_id: int) -> tuple[Done, bool]:
    return once(session, act, sent, lambda s: evidence.add_note(s, act, job_id=job_id, text="Done"))


async def test_two_starts_of_one_person_on_two_jobs_leave_one_clock(shop: Shop) -> None:
    tom = shop.cast.tom
    job_ids = [await shop.job(tom) for _ in range(4)]
    await asyncio.gather(
        *(shop.do(presses.start, tom, 5, job_id=j, pause_other=True) for j in job_ids)
    )
    states = sorted([await shop.state(j) for j in job_ids])
    assert states == [State.PAUSED, State.PAUSED, State.PAUSED, State.WORKING]


@on_postgresql
async def test_two_people_who_cross_over_do_not_wait_for_each_other(
    database: str, shop: Shop
) -> None:
    assert database == "postgresql"
    cast = shop.cast
    first, second = await shop.job(cast.tom, cast.ines), await shop.job(cast.tom, cast.ines)
    await shop.do(presses.start, cast.tom, job_id=first)
    await shop.do(presses.start, cast.ines, job_id=second)
    for number in range(1, ROUNDS + 1):
        there, back = (second, first) if number % 2 else (first, second)
        await asyncio.gather(
            shop.do(presses.start, cast.tom, number, job_id=there, pause_other=True),
            shop.do(presses.start, cast.ines, number, job_id=back, pause_other=True),
        )
    assert await deadlocks(shop) == 0
    assert await shop.state(first) is State.WORKING
    assert len((await shop.see(first)).times) == ROUNDS + 1


@on_postgresql
async def test_a_press_and_a_note_of_one_person_do_not_wait_for_each_other(
    database: str, shop: Shop
) -> None:
    assert database == "postgresql"
    cast = shop.cast
    one, other = await shop.job(cast.tom), await shop.job(cast.tom)
    for number in range(ROUNDS):
        press = presses.pause if number % 2 else presses.start
        await asyncio.gather(
            shop.do(press, cast.tom, number, job_id=one),
            shop.do(evidence.add_note, cast.tom, number, job_id=other, text="Still here"),
            shop.do(evidence.send_message, cast.olga, number, job_id=other, text="Good"),
        )
    assert await deadlocks(shop) == 0


@on_postgresql
async def test_several_presses_of_one_person_with_keys_do_not_wait_for_each_other(
    database: str, shop: Shop
) -> None:
    assert database == "postgresql"
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    for number in range(ROUNDS):
        await asyncio.gather(
            *(
                shop.db.write(_start_once, now_by(tom, minute(number)), f"{number}-{i}", job_id)
                for i in range(3)
            )
        )
    assert await deadlocks(shop) == 0
    assert len((await shop.see(job_id)).times) == 1


def _start_once(session: Session, act: Act, key: str, job_id: int) -> tuple[Done, bool]:
    return once(session, act, Press(key, key), lambda s: presses.start(s, act, job_id=job_id))


async def test_the_sweep_and_a_stop_at_once_leave_no_closed_entry_behind_unseen(
    shop: Shop,
) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await asyncio.gather(
        shop.db.write(times.mark_suspects, at=minute(400)),
        shop.do(presses.stop, tom, 400, job_id=job_id, note="Done"),
    )
    seen = await shop.see(job_id)
    assert seen.state is (State.NEEDS_DETAILS if seen.times[0].suspect else State.READY)
    assert seen.times[0].end == 400
