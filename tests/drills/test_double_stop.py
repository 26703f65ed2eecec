"""Two clients press Stop in the same moment: one result, told to both."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Event, TimeEntry
from tests.drills.conftest import Ground
from tests.drills.figures import power, say

ROUNDS = 200


async def test_double_stop(either_ground: Ground, kind: str) -> None:
    """Half of the rounds are two devices (two keys), half are one press sent twice (one key)."""
    ground = either_ground
    job = await ground.caller.new_job("Stopped by two", technician="crew-1")
    path = f"/api/v1/jobs/{job}/stop"
    unlike, refused = 0, 0
    for number in range(ROUNDS):
        await ground.caller.press("crew-1", job, "start")
        # Not "now": an entry of no length is a question of its own.
        at = {"occurred_at": (datetime.now(UTC) + timedelta(seconds=1)).isoformat()}
        first = secrets.token_hex(8)
        keys = (first, secrets.token_hex(8) if number % 2 else first)
        barrier = asyncio.Barrier(2)

        async def press(
            key: str, barrier: asyncio.Barrier = barrier, at: dict[str, str] = at
        ) -> tuple[int, object]:
            await barrier.wait()
            answer = await ground.caller.post("crew-1", path, at, key=key)
            return answer.status_code, answer.json().get("job", {}).get("state")

        answers = await asyncio.gather(*(press(key) for key in keys))
        refused += sum(status != 200 for status, _ in answers)
        unlike += answers[0] != answers[1]
    db = ground.database()
    stops, entries, open_entries = await db.ask(_kept, job)
    await db.close()
    doubled = stops - ROUNDS
    say(
        f"double stop, {kind}",
        f"{ROUNDS} rounds at a barrier: double stops {power(doubled, ROUNDS)}, "
        f"refused {refused}, unlike answers {unlike}, entries {entries}, left open {open_entries}",
    )
    assert (doubled, refused, unlike, entries, open_entries) == (0, 0, 0, ROUNDS, 0)


def _kept(session: Session, job: int) -> tuple[int, int, int]:
    stops = select(func.count()).where(Event.job_id == job, Event.kind == "stop")
    entries = select(func.count()).where(TimeEntry.job_id == job)
    return (
        session.scalar(stops) or 0,
        session.scalar(entries) or 0,
        session.scalar(entries.where(TimeEntry.ended_at.is_(None))) or 0,
    )
