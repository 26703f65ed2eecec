"""The shop: a company on a database of its own, for tests of actions."""

from collections.abc import AsyncIterator

import pytest_asyncio

from app.db import Database
from tests.actions.shop import Shop
from tests.cast import company


@pytest_asyncio.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    """Runs on SQLite and on PostgreSQL."""
    db = Database(database_url)
    try:
        yield Shop(db=db, cast=await db.write(company))
    finally:
        await db.close()
