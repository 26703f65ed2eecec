"""What the server decides because time passes, once a minute: entries that run too long become suspect."""

import asyncio
from contextlib import suppress

import structlog

from app.actions.times import mark_suspects
from app.db import Database
from app.rules.refusal import BadInput
from app.web import clock

log = structlog.get_logger(__name__)

EVERY_S = 60.0
"""An entry is asked about within a minute of its limit; oftener would only cost commits."""


class Sweep:
    """One task. A round that fails is logged and tried again at the next; a task that dies ends the program's log
    with its reason."""

    def __init__(self, db: Database, every_s: float = EVERY_S) -> None:
        self._db = db
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


def _say_if_dead(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        log.critical("sweep_dead", exc_info=problem)
