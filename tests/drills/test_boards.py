"""Many boards: cut at random they all end at the truth, and after a restart they all come back."""

import asyncio
import random
import time
from typing import Any

from tests.drills.boards import Board, many_boards
from tests.drills.conftest import CREW, Ground
from tests.drills.figures import power, say

EVENTS = 1000
JOBS = 40


async def test_boards_converge(ground: Ground) -> None:
    """100 sockets of four kinds, 1 000 changes, lines cut at random all the while."""
    jobs = [await ground.caller.new_job(f"Job {number}") for number in range(JOBS)]
    async with many_boards(ground, 100) as boards:
        is_over = asyncio.Event()
        cutting = asyncio.create_task(_cut_at_random(boards, is_over))
        for _ in range(EVENTS):
            await _change_something(ground, random.choice(jobs))
        is_over.set()
        cuts = await cutting
        # The last cut may have been a moment ago: give those their dial.
        differing = [board for board in boards if not await board.equals_a_fresh_snapshot()]
        resets = sum(board.resets for board in boards)
        say(
            "boards converge",
            f"{len(boards)} boards, {EVENTS} changes, {cuts} cuts, {resets} resets: "
            f"differing from a fresh snapshot {power(len(differing), len(boards))}",
        )
        assert differing == []


async def test_reconnect_storm(ground: Ground) -> None:
    """200 boards lose the server in one moment and ask for everything when it returns."""
    async with many_boards(ground, 200, views=("office", "dispatch", "json")) as boards:
        for board in boards:
            board.forgets = True
        ground.program.kill()
        await ground.program.start()
        began = time.monotonic()
        await asyncio.gather(*(board.welcomed(2) for board in boards))
        took = time.monotonic() - began
        rendered = await ground.figure("snapshots_rendered")
        right = [await board.equals_a_fresh_snapshot() for board in boards[:30]]
        say(
            "reconnect storm",
            f"{len(boards)} boards all back {took:.2f} s after the restart; "
            f"snapshots rendered per audience and seq: {rendered / 3:.2f}",
        )
        assert all(right)
        assert rendered == 3


async def _cut_at_random(boards: list[Board], is_over: asyncio.Event) -> int:
    cuts = 0
    while not is_over.is_set():
        await random.choice(boards).cut()
        cuts += 1
        await asyncio.sleep(random.uniform(0, 0.1))
    return cuts


async def _change_something(ground: Ground, job: int) -> None:
    """Whatever the job allows: put on or taken off somebody's list, held, released, renamed."""
    who = ground.demo.ids[random.choice(CREW)]
    bodies: dict[str, dict[str, Any]] = {
        "assign": {"technician_id": who},
        "unassign": {"technician_id": who},
        "hold": {"reason": "Waits"},
        "release": {},
        "messages": {"text": "Anything new?"},
    }
    verb = random.choice(list(bodies))
    answer = await ground.caller.post("olga", f"/api/v1/jobs/{job}/{verb}", bodies[verb])
    assert answer.status_code < 500, answer.text
