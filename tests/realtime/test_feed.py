"""What is published, once each, whatever happens to the wake-ups."""

import asyncio
import time

import pytest

from app.realtime import feed, news
from tests.databases import on_postgresql, on_sqlite
from tests.realtime.screens import Screen, closing, until
from tests.realtime.stage import House, running_house


async def test_a_change_goes_out_by_itself_and_waits_for_no_poll(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POLL_S", 3600.0)
    async with house.screen() as screen:
        await house.new_job()  # From here the feed waits with the new time.
        await screen.until("delta")
        done = await house.new_job()
        await screen.reach(done.seq or 0)


async def test_a_burst_is_collapsed(house: House) -> None:
    async with house.screen() as screen:
        job = (await house.new_job()).made_id or 0
        began = time.perf_counter()
        changes = await asyncio.gather(*(house.edit(job, f"Boiler {n}") for n in range(30)))
        await screen.reach(max(done.seq or 0 for done in changes))
        flushes = (time.perf_counter() - began) / feed.COLLAPSE_S
        assert screen.kinds().count("delta") <= flushes + 2
        assert await screen.shows_the_truth()


async def test_a_card_is_rendered_once_for_all_who_look(house: House) -> None:
    async with house.screen() as one, house.screen() as two, house.screen("json") as program:
        done = await house.new_job()
        for screen in (one, two, program):
            await screen.reach(done.seq)
        assert sorted(house.drawn) == [("dispatch", "job-1"), ("json", "job-1")]


async def test_nobody_looks_and_nothing_is_rendered(house: House) -> None:
    done = await house.new_job()
    await house.published(done.seq)
    assert house.drawn == []


async def test_wake_ups_may_come_twice_or_for_nothing(house: House) -> None:
    async with house.screen() as screen:
        for _ in range(50):
            house.live.wake()
        done = await house.new_job()
        for _ in range(50):
            house.live.wake()
        await screen.reach(done.seq)
        await asyncio.sleep(0.1)
        last = await house.new_job()
        await screen.reach(last.seq)
        assert screen.kinds() == ["welcome", "delta", "delta"]
        assert await screen.shows_the_truth()


async def test_a_lost_wake_up_is_healed_by_the_poll(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POLL_S", 0.1)
    async with running_house(database_url) as house, house.screen() as screen:
        house.db.on_commit = lambda: None
        done = await house.new_job()
        await screen.reach(done.seq)
        assert await screen.shows_the_truth()


@on_postgresql
async def test_another_process_is_heard_without_the_poll(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POLL_S", 60)
    async with running_house(database_url) as house, house.screen() as screen:
        house.db.on_commit = lambda: None  # As if the change came from elsewhere.
        done = await house.new_job()
        await screen.reach(done.seq)


async def test_a_large_change_is_a_reset_for_everybody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.screen() as screen:
        monkeypatch.setattr(news, "MAX_EVENTS", 0)
        await house.new_job()
        assert (await screen.until("reset"))["why"] == "toolarge"
        await screen.until("welcome")
        assert await screen.shows_the_truth()


@on_sqlite
async def test_a_fat_change_is_a_reset_for_everybody(house: House) -> None:
    async with house.screen() as screen:
        house.weight = 300_000
        await house.new_job()
        assert (await screen.until("reset"))["why"] == "toolarge"
        await screen.until("welcome")
        assert await screen.shows_the_truth()


@on_sqlite
async def test_cards_that_cannot_be_rendered_close_their_board_and_no_other(house: House) -> None:
    async with house.screen() as dispatch, house.screen("json") as program:
        house.broken = {"dispatch"}
        done = await house.new_job()
        assert await closing(dispatch.websocket) == 4000
        await program.reach(done.seq)
        assert await program.shows_the_truth()


@on_sqlite
async def test_an_audience_that_comes_while_a_thread_draws_for_another_misses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.realtime.drawing.INLINE_CARDS", 0)
    job = (await house.new_job()).made_id or 0
    async with house.screen("dispatch") as other:
        page = await house.snapshot("json")
        house.drawn.clear()
        house.drawing_takes_s = 0.2
        change = asyncio.create_task(house.edit(job, "Boiler, loud"))
        await until(lambda: bool(house.drawn))
        async with house.socket("json") as websocket:
            screen = Screen(house, websocket, "json", "office")
            screen.show(page)
            await screen.hello()
            await screen.reach((await change).seq)
            assert await screen.shows_the_truth()
        await other.reach(house.live.hub.published)
        assert await other.shows_the_truth()


async def test_the_feed_goes_on_after_a_failure(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POLL_S", 0.1)
    async with house.screen() as screen:
        quick = house.db.ask_quick
        monkeypatch.setattr(house.db, "ask_quick", _away)
        done = await house.new_job()
        await asyncio.sleep(0.05)
        monkeypatch.setattr(house.db, "ask_quick", quick)
        await screen.reach(done.seq)
        assert await screen.shows_the_truth()


async def _away(*_: object, **__: object) -> None:
    raise OSError("the database is away")
