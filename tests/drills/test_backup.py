"""A backup is taken while technicians press; elsewhere it comes back whole."""

import asyncio
import time
from pathlib import Path

from app.db import Database
from app.settings import Settings
from tests.drills.conftest import Ground
from tests.drills.crew import Crew
from tests.drills.figures import power, say
from tests.drills.journal import Journal, ledger_of
from tests.program import readyboard

BACKUPS = 3


async def test_backup_while_writing(ground: Ground, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.txt")
    crew = Crew(ground, journal, size=10)
    await crew.take_jobs()
    working = asyncio.create_task(crew.work())
    missing, of, torn, restores = 0, 0, 0, []
    for number in range(BACKUPS):
        await asyncio.sleep(2)
        before = journal.keys("ok")
        archive = tmp_path / f"backup-{number}.zip"
        await asyncio.to_thread(readyboard, "backup", str(archive), data_dir=ground.demo.path)
        elsewhere = tmp_path / f"elsewhere-{number}"
        began = time.monotonic()
        await asyncio.to_thread(readyboard, "restore", str(archive), data_dir=elsewhere)
        restores.append(time.monotonic() - began)
        db = Database(Settings(data_dir=elsewhere).url)
        ledger = await ledger_of(db, people=crew.people)
        await db.close()
        of += len(before)
        missing += sum(key not in ledger.effects for key in before)
        torn += ledger.orphans + sum(count > 1 for count in ledger.effects.values())
        await asyncio.to_thread(readyboard, "check", data_dir=elsewhere)
    crew.is_done = True
    await working
    say(
        "backup while writing, restored elsewhere",
        f"{BACKUPS} backups under {journal.count('ok')} presses: acknowledged before and missing "
        f"{power(missing, of)}, torn {torn}; restored and checked in {max(restores):.1f} s at worst",
    )
    journal.close()
    assert (missing, torn) == (0, 0)
