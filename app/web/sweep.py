"""What the server decides because time passes: entries that run too long become suspect, lost files are collected."""

import asyncio
from contextlib import suppress
from pathlib import Path

import structlog

from app.actions.putting_away import put_paid_away
from app.actions.times import mark_suspects
from app.db import Database
from app.files.pictures import Pictures
from app.rules.refusal import BadInput
from app.web import clock
from app.web.files import collect_orphans
from app.web.papers import print_missing

log = structlog.get_logger(__name__)

EVERY_S = 60.0
"""An entry is asked about within a minute of its limit; oftener would only cost commits."""


ROUNDS_TO_COLLECT = 60
"""Orphans are rare and cost only space: once an hour, and at the first round after a start."""


class Sweep:
    """One task. A round that fails is logged and tried again at the next; a task that dies ends the program's log
    with its reason."""

    def __init__(
        self,
        db: Database,
        pictures: Pictures,
        every_s: float = EVERY_S,
        *,
        font_dir: Path | None = None,
    ) -> None:
        self._db = db
        self._pictures = pictures
        self._font_dir = font_dir
        self._rounds = 0
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="sweep")
        self._task.add_done_callback(_say_if_dead)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                await self.once()
            except Exception:
                log.exception("sweep_failed")

    async def once(self) -> None:
        with suppress(BadInput):  # Nobody has set the company up yet.
            await self._db.write(mark_suspects, at=clock.now())
            await self._db.write(put_paid_away, at=clock.now())
            await print_missing(
                self._db, self._pictures.store, at=clock.now(), font_dir=self._font_dir
            )
        if self._rounds % ROUNDS_TO_COLLECT == 0:
            gone = await collect_orphans(self._db, self._pictures)
            if gone:
                log.warning("orphans_removed", files=gone)
        self._rounds += 1


def _say_if_dead(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        log.critical("sweep_dead", exc_info=problem)
