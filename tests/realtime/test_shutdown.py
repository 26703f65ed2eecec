"""A restart: everybody is told before the line goes, nobody holds it up, a request in flight ends well."""

import asyncio
import time
from contextlib import AsyncExitStack

from app.realtime.messages import Close
from tests.databases import on_sqlite
from tests.realtime.screens import browser, closing, last_words
from tests.realtime.stage import House

pytestmark = on_sqlite


async def test_everybody_hears_bye_and_1012(house: House) -> None:
    async with house.screen() as one, house.screen() as two:
        await house.close()
        for screen in (one, two):
            assert await screen.until("bye") == {"t": "bye", "code": 1012, "after": [0, 500]}
            assert await closing(screen.websocket) == Close.RESTART


async def test_many_boards_are_asked_to_come_back_one_after_the_other(house: House) -> None:
    async with AsyncExitStack() as stack:
        screens = [
            await stack.enter_async_context(house.screen("wall", who="tv")) for _ in range(40)
        ]
        await house.close()
        assert (await screens[0].until("bye"))["after"] == [0, 800]


async def test_a_reader_that_has_stopped_does_not_hold_up_the_exit(house: House) -> None:
    job = (await house.new_job()).made_id or 0
    house.weight = 40_000
    async with house.slow_screen(), house.screen() as screen:
        await house.edit_often(job, 16)
        began = time.perf_counter()
        await house.close()
        assert time.perf_counter() - began < 2
        assert '"t":"bye"' in (await last_words(screen.websocket))[-1]


async def test_a_screen_that_never_answers_the_goodbye_does_not_either(house: House) -> None:
    async with house.screen(close_timeout=0.1) as screen:
        screen.websocket.transport.pause_reading()
        began = time.perf_counter()
        await house.close()
        assert time.perf_counter() - began < 3


async def test_a_request_in_flight_is_answered(house: House) -> None:
    async with house.screen(), browser() as client:
        request = asyncio.create_task(client.get(house.url("/slow")))
        await asyncio.sleep(0.1)
        await house.close()
        assert (await request).text == "done"


async def test_screens_resume_after_the_restart(house: House) -> None:
    async with house.screen() as screen:
        await house.close()
    await house.open()
    before = screen.epoch, screen.seq
    async with house.screen() as again:
        assert (again.epoch, again.seq) == before
        done = await house.new_job()
        await again.reach(done.seq)
        assert await again.shows_the_truth()
