"""Programs in front of the API: each acts as one of the cast, with a token of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx2
import pytest_asyncio

from app.actions.tokens import create_token
from app.rules.access import Actor
from tests.cast import ADDRESS, NOON, World

_keys = count(1)


class Program:
    """``post`` sends a new Idempotency-Key each time, unless told which (None: none at all)."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        return await self.client.get(f"/api/v1{path}", params=query)

    async def post(
        self, path: str, body: Any = None, *, key: str | None = "new"
    ) -> httpx2.Response:
        key = f"key-{next(_keys)}" if key == "new" else key
        headers = {} if key is None else {"Idempotency-Key": key}
        return await self.client.post(f"/api/v1{path}", json=body or {}, headers=headers)

    async def raw(self, path: str, content: bytes) -> httpx2.Response:
        headers = {"Idempotency-Key": f"key-{next(_keys)}", "Content-Type": "application/json"}
        return await self.client.post(f"/api/v1{path}", content=content, headers=headers)

    async def patch(self, path: str, body: Any) -> httpx2.Response:
        return await self.client.patch(f"/api/v1{path}", json=body)

    async def new_job(self, **words: Any) -> int:
        """The id of a new job, by whoever may take jobs in."""
        answer = await self.post("/jobs", {"title": "Boiler out", **words})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["job"]["id"])


def ago(**time: float) -> str:
    """A moment before now, as a device would say it; the program under test asks the real clock."""
    return (datetime.now(UTC) - timedelta(**time)).isoformat()  # noqa: TID251


ProgramOf = Callable[[Actor], Awaitable[Program]]


@pytest_asyncio.fixture
async def program_of(world: World) -> AsyncIterator[ProgramOf]:
    async with AsyncExitStack() as stack:

        async def make(who: Actor) -> Program:
            token = await world.db.write(create_token, email=email_of(who), at=NOON)
            return Program(await stack.enter_async_context(client_with(world, token)))

        yield make


def client_with(world: World, token: str) -> httpx2.AsyncClient:
    """No Origin: programs are no pages."""
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=world.app, raise_app_exceptions=False),
        base_url=ADDRESS,
        headers={"Authorization": f"Bearer {token}"},
    )


def email_of(who: Actor) -> str:
    return f"{who.name.split()[0].lower().replace('ê', 'e')}@brandt.test"


@pytest_asyncio.fixture
async def dana(world: World, program_of: ProgramOf) -> Program:
    return await program_of(world.cast.dana)


@pytest_asyncio.fixture
async def olga(world: World, program_of: ProgramOf) -> Program:
    return await program_of(world.cast.olga)


@pytest_asyncio.fixture
async def tom(world: World, program_of: ProgramOf) -> Program:
    return await program_of(world.cast.tom)


@pytest_asyncio.fixture
async def ines(world: World, program_of: ProgramOf) -> Program:
    return await program_of(world.cast.ines)


@pytest_asyncio.fixture
async def owner(world: World, program_of: ProgramOf) -> Program:
    return await program_of(world.cast.owner)


@pytest_asyncio.fixture
async def job_id(world: World, dana: Program) -> int:
    """Tom's job, planned for now, with a customer."""
    visit = {
        "starts_at": "2026-11-24T08:00:00Z",
        "ends_at": "2026-11-24T10:00:00Z",
        "technician_ids": [world.cast.tom.id],
    }
    return await dana.new_job(customer_id=world.cast.customer_id, visit=visit)


async def together(*calls: Awaitable[httpx2.Response]) -> list[httpx2.Response]:
    return list(await asyncio.gather(*calls))
