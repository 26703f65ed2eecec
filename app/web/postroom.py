"""The task that carries the letters: hands what is due to the mail server, and writes down what it said. It survives
restarts because the letters are rows, and a mail server that is away because each has its time to try again."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from app.actions import letters as acts
from app.db import Database
from app.mail import Letter, Post, Round, Sender, carry
from app.queries.letters import sender
from app.rules.refusal import BadInput

log = structlog.get_logger(__name__)

EVERY_S = 5.0
"""Between a press and the mail; asking is one indexed read."""


class Rows:
    """``app.mail.Outbox`` over the table of letters."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def due(self, at: datetime, *, most: int, lease: timedelta) -> Sequence[Letter]:
        return await self._db.write(acts.take_due, at=at, most=most, lease=lease)

    async def sent(self, letter: Letter, at: datetime, *, answer: str) -> None:
        await self._db.write(acts.note_sent, mail_id=letter.id, at=at)
        log.info("mail_sent", letter=letter.id, answer=answer[:200])

    async def later(self, letter: Letter, at: datetime, *, again_at: datetime, why: str) -> None:
        await self._db.write(acts.note_later, mail_id=letter.id, again_at=again_at, why=why)

    async def failed(self, letter: Letter, at: datetime, *, why: str) -> None:
        await self._db.write(acts.note_failed, mail_id=letter.id, at=at, why=why)


class Postroom:
    """One task. A round that fails is logged and tried again; without a mail server the letters wait."""

    def __init__(
        self,
        db: Database,
        post: Post | None,
        *,
        mail_from: str,
        clock: Callable[[], datetime],
        every_s: float = EVERY_S,
    ) -> None:
        self._db = db
        self._post = post
        self._mail_from = mail_from
        self._clock = clock
        self._every_s = every_s
        self._task: asyncio.Task[None] | None = None
        self._bell = asyncio.Event()

    @property
    def is_open(self) -> bool:
        return self._post is not None

    def start(self) -> None:
        if self._post is not None:
            self._task = asyncio.create_task(self._run(), name="postroom")
            self._task.add_done_callback(_say_if_dead)

    def ring(self) -> None:
        """Somebody has just written a letter: do not wait for the next round."""
        self._bell.set()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def once(self) -> Round:
        if self._post is None or not await self._db.ask_quick(acts.any_due, at=self._clock()):
            return Round()
        name, own = await self._db.ask_quick(sender)
        who = Sender(name, self._mail_from or own, own or None)
        return await carry(Rows(self._db), self._post, who, clock=self._clock)

    async def _run(self) -> None:
        while True:
            try:
                with suppress(BadInput):  # Nobody has set the company up yet.
                    await self.once()
            except Exception:
                log.exception("postroom_failed")
            self._bell.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), self._every_s)


def _say_if_dead(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        log.critical("postroom_dead", exc_info=problem)
