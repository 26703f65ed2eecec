"""Twenty technicians who press start and stop without a pause, and write down what they were told."""

import asyncio
import secrets

import httpx2

from tests.drills.conftest import CREW, Ground
from tests.drills.journal import Journal

RETRY_S = 0.1


class Crew:
    """Each on a job of their own. `await crew.work(until)` presses until `until()` is true."""

    def __init__(self, ground: Ground, journal: Journal, *, size: int = len(CREW)) -> None:
        self._ground = ground
        self._journal = journal
        self._names = CREW[:size]
        self._jobs: dict[str, int] = {}
        self.stops_acknowledged = 0
        self.is_done = False

    @property
    def people(self) -> list[int]:
        return [self._ground.demo.ids[name] for name in self._names]

    async def take_jobs(self) -> None:
        for name in self._names:
            job = await self._ground.caller.new_job(f"Job of {name}", technician=name)
            self._jobs[name] = job

    async def work(self) -> None:
        """Until `is_done`."""
        await asyncio.gather(*(self._press_on(name) for name in self._names))

    async def _press_on(self, name: str) -> None:
        verb = "start"
        while not self.is_done:
            key = secrets.token_hex(8)
            self._journal.sending(key)
            outcome = await self._press(name, verb, key)
            if outcome == "unknown":
                # The server is away. Half of them ask again with the same key, as a phone would.
                await asyncio.sleep(RETRY_S)
                if secrets.randbelow(2):
                    outcome = await self._until_answered(name, verb, key)
            if outcome != "unknown":
                self._journal.answered(key, outcome)
            self.stops_acknowledged += verb == "stop" and outcome == "ok"
            verb = "stop" if verb == "start" else "start"

    async def _until_answered(self, name: str, verb: str, key: str) -> str:
        outcome = "unknown"
        while outcome == "unknown" and not self.is_done:
            await asyncio.sleep(RETRY_S)
            outcome = await self._press(name, verb, key)
        return outcome

    async def _press(self, name: str, verb: str, key: str) -> str:
        path = f"/api/v1/jobs/{self._jobs[name]}/{verb}"
        try:
            answer = await self._ground.caller.post(name, path, key=key)
        except httpx2.TransportError:
            return "unknown"
        if answer.status_code >= 500:
            return "unknown"
        return "ok" if answer.status_code == 200 else "refused"
