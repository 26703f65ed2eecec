"""A screen that was away, or missed something, ends up with the truth: by one delta or by a reset."""

import asyncio
import random

import pytest

from app.realtime import news
from tests.databases import on_sqlite
from tests.realtime.stage import House


async def test_a_change_arrives_as_one_delta(house: House) -> None:
    async with house.screen("dispatch") as screen:
        done = await house.new_job("Boiler")
        delta = await screen.until("delta")
        assert (delta["prev"], delta["seq"]) == (0, done.seq)
        assert [op["key"] for op in delta["ops"]] == [f"job-{done.made_id}"]
        assert await screen.shows_the_truth()


async def test_the_first_hello_already_resumes(house: House) -> None:
    job = await house.new_job("Boiler")
    async with house.socket("dispatch") as websocket:
        from tests.realtime.stage import Screen

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
