"""kill -9: under load, and between a commit and the news of it."""

import asyncio
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.actions.act import now_by
from app.actions.jobs import edit_job
from app.rules.access import Actor, Role
from tests.drills.boards import Board
from tests.drills.conftest import CREW, Ground
from tests.drills.crew import Crew
from tests.drills.figures import power, say, worst
from tests.drills.journal import Journal, ledger_of
from tests.program import DEATH, DIES_BEFORE_PUBLISHING

KILLS = 12
STOPS = {"sqlite": 2000, "postgresql": 500}


async def test_kill_under_load(either_ground: Ground, kind: str, tmp_path: Path) -> None:
    """Twenty technicians press, the program is killed at random: nothing acknowledged is lost, nothing doubled."""
    ground, journal = either_ground, Journal(tmp_path / "journal.txt")
    crew = Crew(ground, journal)
    await crew.take_jobs()
    working = asyncio.create_task(crew.work())
    restarts, kills = [], 0
    while kills < KILLS or crew.stops_acknowledged < STOPS[kind]:
        assert not working.done(), working.exception()
        await asyncio.sleep(random.uniform(0.5, 8))
        ground.program.kill()
        kills += 1
        began = time.monotonic()
        await ground.program.start()
        restarts.append(time.monotonic() - began)
    crew.is_done = True
    await working
    db = ground.database()
    ledger = await ledger_of(db, people=crew.people)
    await db.close()
    lost, doubled = len(ledger.lost(journal)), len(ledger.doubled(journal))
    acknowledged = journal.count("ok")
    say(
        f"kill -9 under load, {kind}",
        f"{kills} kills, {acknowledged} presses acknowledged ({crew.stops_acknowledged} stops), "
        f"{journal.count('unknown')} unanswered: lost {power(lost, acknowledged)}, "
        f"doubled {doubled}, refused yet there {len(ledger.appeared(journal))}, "
        f"without a receipt {ledger.orphans}; worst restart {worst(restarts)}",
    )
    journal.close()
    assert (lost, doubled, ledger.appeared(journal), ledger.orphans) == (0, 0, [], 0)


class TestBetweenCommitAndPublish:
    """The program dies after the commit and before anybody hears of it."""

    @pytest.fixture
    def sabotage(self) -> str:
        return DIES_BEFORE_PUBLISHING

    async def test_kill_between_commit_and_publish(self, ground: Ground) -> None:
        times, missed = [], 0
        death = ground.demo.path / DEATH
        for name in CREW:
            job = await ground.caller.new_job(f"Last words of {name}", technician=name)
            await ground.caller.press(name, job, "start")
            async with Board.opened(ground, "office") as board:
                death.touch()
                stop = ground.caller.post(name, f"/api/v1/jobs/{job}/stop")
                unanswered = asyncio.create_task(stop)
                await ground.program.died()
                await asyncio.gather(unanswered, return_exceptions=True)
                death.unlink()
                await ground.program.start()
                began = time.monotonic()
                missed += not await board.sees(f"job-{job}", lane_not="in_progress", within_s=10)
                times.append(time.monotonic() - began)
                assert await board.equals_a_fresh_snapshot()
        say(
            "kill -9 between commit and publish",
            f"not on the open board {power(missed, len(CREW))}; worst {worst(times)} after the restart",
        )
        assert missed == 0


async def test_committed_by_another_process(ground: Ground) -> None:
    """Nobody wakes the server: it looks at the counter every two seconds."""
    times = []
    dana = Actor(ground.demo.ids["dana"], "Dana", frozenset({Role.DISPATCHER}))
    job = await ground.caller.new_job("Changed elsewhere")
    db = ground.database()
    async with Board.opened(ground, "dispatch") as board:
        for number in range(20):
            act = now_by(dana, datetime.now(UTC))
            changes = {"title": f"Changed elsewhere {number}"}
            done = await db.write(edit_job, act, job_id=job, version=None, changes=changes)
            began = time.monotonic()
            await board.reach(done.seq or 0)
            times.append(time.monotonic() - began)
        assert await board.equals_a_fresh_snapshot()
    await db.close()
    say("committed by another process", f"20 changes, all on the open board; worst {worst(times)}")
    assert max(times) < 3
