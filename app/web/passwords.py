"""Hashing off the event loop: one thread, a short queue. A flood of sign-ins fills the queue, not the machine."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from app.actions import passwords
from app.rules.refusal import TooMany

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_QUEUE = 20
"""At about 20 ms each the last one waits less than half a second."""


class PasswordDesk:
    """One for the program; ``close`` it at the end."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._waiting = 0

    async def hash(self, password: str) -> str:
        return await self._run(passwords.hash_password, password)

    async def is_right(self, password: str, password_hash: str | None) -> bool:
        return await self._run(passwords.is_password, password, password_hash)

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._waiting >= LONGEST_QUEUE:
            raise TooMany("busy", "Many people are signing in just now. Try again in a moment.")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, lambda: work(*args, **kwargs))
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
