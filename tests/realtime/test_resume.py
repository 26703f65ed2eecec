"""A screen that was away, or missed something, ends up with the truth: by one delta or by a reset."""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from typing import Any

import pytest

from app.realtime import news
from app.realtime.audiences import Audience
from app.realtime.catch_up import Answer
from tests.databases import on_sqlite
from tests.realtime.screens import Screen
from tests.realtime.stage import TOM, House


async def test_a_change_arrives_as_one_delta(house: House) -> None:
    async with house.screen() as screen:
        done = await house.new_job("Boiler")
        delta = await screen.until("delta")
        assert (delta["prev"], delta["seq"]) == (0, done.seq)
        assert [op["key"] for op in delta["ops"]] == [f"job-{done.made_id}"]
        assert await screen.shows_the_truth()


async def test_the_first_hello_already_resumes(house: House) -> None:
    job = await house.new_job("Boiler")
    async with house.socket() as websocket:
        screen = Screen(house, websocket, "dispatch", "office")
        await screen.load()
        await house.edit(job.made_id or 0, "Boiler, loud")
        last = await house.new_job("Gutter")
        await house.published(last.seq)
        await screen.hello()
        await screen.until("welcome")
        delta = await screen.until("delta")
        assert (delta["prev"], delta["seq"], len(delta["ops"])) == (1, 3, 2)
        assert await screen.shows_the_truth()


async def test_twenty_missed_changes_of_one_card_are_one_op(house: House) -> None:
    job = await house.new_job("Boiler")
    async with house.socket() as websocket:
        screen = Screen(house, websocket, "dispatch", "office")
        await screen.load()
        await house.edit_often(job.made_id or 0, 20)
        await screen.hello()
        await screen.until("welcome")
        assert len((await screen.until("delta"))["ops"]) == 1
        assert await screen.shows_the_truth()


async def test_nothing_missed_is_answered_by_a_welcome_alone(house: House) -> None:
    async with house.screen() as screen:
        done = await house.new_job()
        await screen.reach(done.seq)
        assert screen.kinds() == ["welcome", "delta"]


async def test_a_lost_delta_is_a_gap_and_is_filled(house: House) -> None:
    async with house.screen() as screen:
        first = await house.new_job("Boiler")
        await house.published(first.seq)
        await screen.websocket.recv()  # Lost: the screen never sees it.
        second = await house.new_job("Gutter")
        await screen.reach(second.seq)
        assert screen.kinds() == ["welcome", "delta", "welcome", "delta"]
        assert await screen.shows_the_truth()


async def test_what_others_do_makes_no_gap(house: House) -> None:
    async with house.screen("technician", who="tom") as screen:
        await house.new_job("Not Tom's")
        mine = await house.new_job("Tom's", technicians=(2,))
        await screen.reach(mine.seq)
        assert screen.kinds() == ["welcome", "delta"]
        assert screen.messages[-1]["prev"] == 0
        assert await screen.shows_the_truth()


async def test_a_hello_while_nothing_visible_happened_gets_an_empty_delta(house: House) -> None:
    other = await house.new_job("Not Tom's")
    await house.published(other.seq)
    async with house.socket("technician", who="tom") as websocket:
        screen = Screen(house, websocket, "technician", "tom", seq=0)
        await screen.hello(epoch=house.live.hub.epoch, seq=0)
        await screen.until("welcome")
        assert (await screen.until("delta")) == {
            "t": "delta",
            "prev": 0,
            "seq": other.seq,
            "ops": [],
        }


async def test_a_job_taken_from_a_technician_leaves_the_phone(house: House) -> None:
    job = await house.new_job("Tom's", technicians=(2,))
    async with house.screen("technician", who="tom") as screen:
        assert list(screen.cards) == [f"job-{job.made_id}"]
        done = await house.unassign(job.made_id or 0, 2)
        await screen.reach(done.seq)
        assert screen.messages[-1]["ops"] == [{"op": "del", "key": f"job-{job.made_id}"}]
        assert await screen.shows_the_truth()


async def test_programs_get_the_same_as_data(house: House) -> None:
    async with house.screen("json", who="", token="program", origin=None) as screen:
        done = await house.new_job("Boiler")
        await screen.reach(done.seq)
        card = screen.cards[f"job-{done.made_id}"]
        assert card["data"] == {"id": done.made_id, "state": "new", "title": "Boiler"}
        assert "html" not in card
        assert await screen.shows_the_truth()


async def test_a_program_of_a_technician_hears_of_own_jobs_only(house: House) -> None:
    async with house.screen("json", who="tom") as screen:
        await house.new_job("Not Tom's")
        mine = await house.new_job("Tom's", technicians=(2,))
        await screen.reach(mine.seq)
        assert [card["data"]["title"] for card in screen.cards.values()] == ["Tom's"]
        assert await screen.shows_the_truth()


class TestReset:
    @pytest.mark.parametrize("said", [{"epoch": None}, {"seq": None}, {"epoch": "another"}])
    @on_sqlite
    async def test_no_epoch_no_seq_or_another_history(
        self, house: House, said: dict[str, str | None]
    ) -> None:
        await house.new_job()
        async with house.screen() as screen:
            await screen.hello(**said)
            assert (await screen.until("reset"))["why"] == "epoch"
            await screen.until("welcome")
            assert await screen.shows_the_truth()

    async def test_ahead_of_the_head_is_a_restored_database(self, house: House) -> None:
        async with house.screen() as screen:
            await screen.hello(seq=7)
            assert (await screen.until("reset"))["why"] == "epoch"

    async def test_older_than_the_floor(self, house: House) -> None:
        await house.new_jobs(3)
        await house.set_counter(floor=2)
        async with house.screen() as screen:
            await screen.hello(seq=1)
            assert (await screen.until("reset"))["why"] == "floor"
            await screen.until("welcome")
            assert await screen.shows_the_truth()

    async def test_too_many_events(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(news, "MAX_EVENTS", 3)
        await house.new_jobs(4)
        async with house.screen() as screen:
            await screen.hello(seq=0)
            assert (await screen.until("reset"))["why"] == "toolarge"
            await screen.hello(seq=1)
            assert (await screen.until("delta"))["seq"] == 4

    async def test_too_many_bytes(self, house: House) -> None:
        await house.new_jobs(3)
        house.weight = 100_000
        async with house.screen() as screen:
            await screen.hello(seq=0)
            assert (await screen.until("reset"))["why"] == "toolarge"
            await screen.until("welcome")
            assert await screen.shows_the_truth()

    async def test_a_new_epoch_under_open_screens(self, house: House) -> None:
        await house.new_job()
        async with house.screen() as screen:
            await house.set_counter(epoch="restored", seq=0)
            assert (await screen.until("reset"))["why"] == "epoch"
            await screen.until("welcome")
            assert screen.epoch == "restored"
            assert await screen.shows_the_truth()
            done = await house.new_job("After the restore")
            await screen.reach(done.seq)
            assert await screen.shows_the_truth()

    async def test_a_page_drawn_for_other_rights(self, house: House) -> None:
        await house.new_job()
        async with house.screen() as screen:
            await screen.hello(audience="dispatch+prices")
            assert (await screen.until("reset"))["why"] == "audience"

    async def test_a_hello_from_the_next_epoch_waits_for_the_feed(self, house: House) -> None:
        house.db.on_commit = lambda: None  # The wake-up is lost; the page knows more than the feed.
        await house.set_counter(epoch="restored")
        began = time.perf_counter()
        async with house.screen() as screen:
            assert time.perf_counter() - began < 1  # Without waiting for the poll.
            assert screen.kinds() == ["welcome"]
            assert screen.messages[0]["epoch"] == "restored"
            assert await screen.shows_the_truth()


async def test_a_restart_loses_nothing(house: House) -> None:
    async with house.screen() as screen:
        before = screen.seq
    house.db.on_commit = lambda: None
    await house.new_job("Committed, and never published")
    await house.close()
    await house.open()
    async with house.socket() as websocket:
        screen = Screen(house, websocket, "dispatch", "office", epoch=screen.epoch, seq=before)
        await screen.hello()
        await screen.until("delta")
        assert await screen.shows_the_truth()


@on_sqlite
@pytest.mark.timeout(10)
async def test_a_reading_that_comes_too_late_lets_the_loop_turn(house: House) -> None:
    done = await house.new_job()
    await house.published(done.seq)
    outdated = asyncio.create_task(_answer(Answer(house.live.hub.epoch, head=0)))
    await outdated
    house.live.catch_up._reading[Audience("dispatch"), 0] = outdated
    async with house.socket() as websocket:
        screen = Screen(house, websocket, "dispatch", "office", epoch=house.live.hub.epoch)
        await screen.hello(seq=0)
        await asyncio.sleep(0.05)
        house.live.catch_up._reading.clear()
        await screen.reach(done.seq)
        assert await screen.shows_the_truth()


async def _answer(answer: Answer) -> Answer:
    return answer


@pytest.mark.timeout(120)
async def test_hello_racing_a_commit_a_thousand_times(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20 screens, 50 rounds: each says hello from behind at its own moment around two commits, and every reading takes
    a while to come back, so that the feed and the hellos overtake each other."""
    chance = random.Random(4)
    quick = house.db.ask_quick

    async def slow(*args: Any, **kwargs: Any) -> Any:
        result = await quick(*args, **kwargs)
        await asyncio.sleep(chance.uniform(0, 0.008))
        return result

    monkeypatch.setattr(house.db, "ask_quick", slow)
    job = (await house.new_job("Boiler", technicians=(TOM.id,))).made_id or 0
    await house.start(job)  # Displays show a job from its start, and there may be many of them.
    async with AsyncExitStack() as stack:
        screens = [
            await stack.enter_async_context(house.screen("wall", who="tv")) for _ in range(20)
        ]
        for number in range(50):
            house.clock.ahead += 1  # So that 20 hellos in a second are no flood.

            async def greet(screen: Screen) -> None:
                await asyncio.sleep(chance.uniform(0, 0.012))
                await screen.hello(seq=max(0, screen.seq - 1))

            greetings = [asyncio.create_task(greet(screen)) for screen in screens]
            await house.edit(job, f"Boiler {number}")
            done = await house.edit(job, f"Boiler {number}, again")
            await asyncio.gather(*greetings)
            await asyncio.gather(*(screen.reach(done.seq) for screen in screens))
        for screen in screens:
            assert await screen.shows_the_truth()
