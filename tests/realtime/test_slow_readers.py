"""Screens that stop reading, or read slowly, cost a number: they delay nobody, and are resynced or cut."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from app.realtime.audiences import Audience, Listener
from app.realtime.peer import Peer, Stage
from tests.databases import on_sqlite
from tests.realtime.screens import Screen, until
from tests.realtime.stage import House

pytestmark = on_sqlite

CARD_BYTES = 40_000
ENOUGH_TO_FILL_A_LINE = 16


async def test_a_stalled_reader_delays_nobody_and_is_cut(house: House) -> None:
    job = (await house.new_job("Boiler", technicians=(2,))).made_id or 0
    house.weight = CARD_BYTES
    async with AsyncExitStack() as stack:
        healthy = [await stack.enter_async_context(_tv(house)) for _ in range(20)]
        await stack.enter_async_context(house.slow_screen())
        await house.edit_often(job, ENOUGH_TO_FILL_A_LINE)
        assert stages(house)[Stage.LAGGING] == 1
        delays = [await _change_and_time(house, job, healthy) for _ in range(5)]
        assert sorted(delays)[2] < 0.2
        peer = lagging(house)
        assert peer.link.backlog() < 400_000
        await house.pass_time(6, 6, 6, 6, 6)
        await house.peers(20)
        assert house.live.hub.counts["closed_4001"] == 1
        for screen in healthy:
            assert await screen.shows_the_truth()


async def test_a_slow_reader_gets_the_last_state_once_it_drains(house: House) -> None:
    job = (await house.new_job("Boiler")).made_id or 0
    house.weight = CARD_BYTES
    async with house.screen() as quick, house.slow_screen() as slow:
        await house.edit_often(job, 3 * ENOUGH_TO_FILL_A_LINE)
        last = await house.edit(job, "The last word")
        await quick.reach(last.seq)
        assert stages(house)[Stage.LAGGING] == 1
        await slow.reach(last.seq)
        assert slow.bytes_read < quick.bytes_read / 2
        assert await slow.shows_the_truth()
        done = await house.edit(job, "And one more")
        await slow.reach(done.seq)
        assert await slow.shows_the_truth()


async def test_a_slow_reader_that_makes_progress_is_kept(house: House) -> None:
    job = (await house.new_job("Boiler")).made_id or 0
    house.weight = CARD_BYTES
    async with house.slow_screen() as slow:
        await house.edit_often(job, ENOUGH_TO_FILL_A_LINE)
        for _ in range(8):
            await slow.take()
            await asyncio.sleep(0.02)
            await house.pass_time(15)
        await house.peers(1)
        assert house.live.hub.counts["closed_4001"] == 0


async def test_a_reset_waits_until_the_line_drains(house: House) -> None:
    job = (await house.new_job("Boiler")).made_id or 0
    house.weight = CARD_BYTES
    async with house.slow_screen() as slow:
        await house.edit_often(job, ENOUGH_TO_FILL_A_LINE)
        await house.set_counter(epoch="restored")
        await until(lambda: house.live.hub.epoch == "restored")
        assert stages(house)[Stage.LAGGING] == 1
        assert (await slow.until("reset"))["why"] == "epoch"
        await slow.until("welcome")
        assert await slow.shows_the_truth()


async def test_a_lost_field_leaves_a_slow_screen_too(house: House) -> None:
    other = (await house.new_job("Never touched again")).made_id
    job = (await house.new_job("Boiler")).made_id or 0
    house.weight = CARD_BYTES
    async with house.slow_screen(who="prices") as slow:
        await house.edit_often(job, ENOUGH_TO_FILL_A_LINE)
        house.doorman.known["prices"] = lambda view: Listener(Audience(view), person_id=8)
        await house.live.recheck(person_id=8)
        assert stages(house)[Stage.LAGGING] == 1
        await slow.until("reset")
        await slow.until("welcome")
        assert "price" not in slow.cards[f"job-{other}"]["html"]
        assert await slow.shows_the_truth()


async def test_nothing_is_queued_for_whoever_asks_without_reading(house: House) -> None:
    job = (await house.new_job("Boiler")).made_id or 0
    house.weight = CARD_BYTES
    async with house.slow_screen() as screen:
        await house.edit_often(job, ENOUGH_TO_FILL_A_LINE)
        backlog = lagging(house).link.backlog()
        drawn = len(house.drawn)
        for _ in range(8):
            await screen.hello(seq=1)
        await asyncio.sleep(0.1)
        assert lagging(house).link.backlog() <= backlog
        assert len(house.drawn) == drawn
        await screen.reach(house.live.hub.published)
        assert await screen.shows_the_truth()


def stages(house: House) -> dict[Stage, int]:
    found = dict.fromkeys(Stage, 0)
    for peer in house.live.hub.peers():
        found[peer.stage] += 1
    return found


def lagging(house: House) -> Peer:
    return next(peer for peer in house.live.hub.peers() if peer.stage is Stage.LAGGING)


async def _change_and_time(house: House, job: int, screens: list[Screen]) -> float:
    began = time.perf_counter()
    done = await house.edit(job, f"Boiler {began}")
    await asyncio.gather(*(screen.reach(done.seq) for screen in screens))
    return time.perf_counter() - began


def _tv(house: House) -> AbstractAsyncContextManager[Screen]:
    return house.screen("dispatch", who="tv")
