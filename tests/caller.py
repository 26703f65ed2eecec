"""A program that calls the API of a running `readyboard serve`, as anybody of the demo company."""

import secrets
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from tests.demo_folder import DemoFolder

# Without it every client reads all the authorities of this machine: 0.2 s.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Caller:
    """Sets the stage for a test and looks behind it; what the test is about it does in a browser or by itself."""

    def __init__(self, url: str, demo: DemoFolder) -> None:
        self.url = url
        self.demo = demo
        self._client = httpx2.AsyncClient(base_url=url, timeout=30, verify=NO_TLS)

    async def close(self) -> None:
        await self._client.aclose()

    async def text(self, path: str) -> str:
        """What anybody may read."""
        answer = await self._client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.text

    async def get(self, who: str, path: str) -> dict[str, Any]:
        answer = await self._client.get(path, headers=self._headers(who))
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    async def post(
        self, who: str, path: str, body: Mapping[str, Any] | None = None, *, key: str = ""
    ) -> httpx2.Response:
        """Whatever is answered. ``key``: the press's own, made anew when not given."""
        headers = self._headers(who) | {"Idempotency-Key": key or secrets.token_hex(8)}
        return await self._client.post(path, json=dict(body or {}), headers=headers)

    async def do(self, who: str, path: str, **body: Any) -> dict[str, Any]:
        """Post it and expect that it is done."""
        answer = await self.post(who, path, body)
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    async def press(self, who: str, job_id: int, verb: str, **body: Any) -> dict[str, Any]:
        """A verb on a job, for example ``press("ines", 41, "start")``; answers the card."""
        return dict((await self.do(who, f"/api/v1/jobs/{job_id}/{verb}", **body))["job"])

    async def edit(self, who: str, job_id: int, **changes: Any) -> None:
        """Change the job's own words, for example its customer."""
        headers = self._headers(who) | {"Idempotency-Key": secrets.token_hex(8)}
        answer = await self._client.patch(f"/api/v1/jobs/{job_id}", json=changes, headers=headers)
        assert answer.status_code == 200, answer.text

    async def new_job(self, title: str, *, technician: str = "", **more: Any) -> int:
        """A job with a customer, so that nothing is missing once it is stopped."""
        body = {"title": title, "customer": {"name": f"Customer of {title[:60]}"}} | more
        made = await self.do("olga", "/api/v1/jobs", **body)
        job_id = int(made["job"]["id"])
        if technician:
            await self.press("olga", job_id, "assign", technician_id=self.demo.ids[technician])
        return job_id

    async def started_job(self, title: str, *, technician: str) -> int:
        """The same; the technician has been on it for an hour."""
        job_id = await self.new_job(title, technician=technician)
        hour_ago = datetime.now(UTC) - timedelta(hours=1)  # noqa: TID251
        await self.press(technician, job_id, "start", occurred_at=hour_ago.isoformat())
        return job_id

    async def planned_job(self, title: str, *, technician: str, in_hours: float = 1) -> int:
        """The same with a visit of an hour."""
        job_id = await self.new_job(title)
        begins = datetime.now(UTC) + timedelta(hours=in_hours)  # noqa: TID251
        ends = begins + timedelta(hours=1)
        plan = {"starts_at": begins.isoformat(), "ends_at": ends.isoformat()}
        await self.press(
            "olga", job_id, "schedule", **plan, technician_ids=[self.demo.ids[technician]]
        )
        return job_id

    async def job(self, job_id: int, *, who: str = "olga") -> dict[str, Any]:
        """The whole job with its entries and history."""
        return await self.get(who, f"/api/v1/jobs/{job_id}")

    def _headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.demo.tokens[who]}"}
