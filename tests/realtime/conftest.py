"""The house that most tests of the live side play in."""

from collections.abc import AsyncIterator

import pytest

from tests.realtime.stage import House, running_house


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    async with running_house(database_url) as house:
        yield house
