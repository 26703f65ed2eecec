"""Wake-ups: "something was committed", without saying what. Losing, doubling or reordering one changes nothing,
because the feed reads the counter, and reads it every two seconds anyway.

``Wake`` serves one process. ``PostgresWake`` also hears the other processes, by LISTEN on a connection of its own.
"""

import asyncio
from contextlib import suppress

import asyncpg
import structlog

log = structlog.get_logger(__name__)

CHANNEL = "readyboard"
"""The name that ``db`` notifies in each transaction."""

REDIAL_S = 2.0
"""Pause before LISTEN is tried again: as long as the poll that covers for it."""


class Wake:
    """An in-memory bell: rung after a commit, waited for by the feed."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, timeout_s: float) -> None:
        """Return when rung, or after ``timeout_s`` at the latest. What rings from here on counts for the next wait."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()

    def hush(self) -> None:
        """Forget the ringing so far. Call it *before* reading: a ring during the read must be heard again."""
        self._rung.clear()

    async def start(self) -> None:
        """Nothing to open in one process."""

    async def stop(self) -> None:
        """Nothing to close in one process."""


class PostgresWake(Wake):
    """Also rings when any process commits. ``dsn`` must reach the server directly: LISTEN hears nothing through a
    pooler in transaction mode."""

    def __init__(self, dsn: str) -> None:
        super().__init__()
        self._dsn = dsn
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._listen(), name="live-listen")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as problem:
                log.warning("live.listen_lost", error=str(problem))
            await asyncio.sleep(REDIAL_S)

    async def _listen_once(self) -> None:
        """Listen until the connection ends."""
        gone = asyncio.Event()
        connection = await asyncpg.connect(self._dsn)
        try:
            connection.add_termination_listener(lambda _connection: gone.set())
            await connection.add_listener(CHANNEL, lambda *_: self.ring())
            self.ring()  # Whatever was committed before LISTEN took hold is read now.
            await gone.wait()
        finally:
            connection.terminate()


def wake_for(url: str) -> Wake:
    """The right bell for an SQLAlchemy URL."""
    if url.startswith("postgresql"):
        return PostgresWake(url.replace("postgresql+asyncpg://", "postgresql://", 1))
    return Wake()
