"""The bell: rung here, or by another process through PostgreSQL."""

import asyncio

import asyncpg
import pytest

from app.realtime import wake
from app.realtime.wake import PostgresWake, Wake, wake_for
from tests.databases import on_postgresql


async def test_a_ring_during_the_reading_is_heard_again() -> None:
    bell = Wake()
    bell.ring()
    await bell.wait(60)
    bell.hush()
    bell.ring()  # While the feed reads.
    await bell.wait(60)


async def test_silence_ends_with_the_poll() -> None:
    await Wake().wait(0.01)


def test_the_url_decides_which_bell() -> None:
    assert type(wake_for("sqlite+aiosqlite:///x.db")) is Wake
    assert type(wake_for("postgresql+asyncpg://u@h/d")) is PostgresWake


@on_postgresql
async def test_a_lost_listener_comes_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "REDIAL_S", 0.05)
    bell = wake_for(database_url)
    await bell.start()
    other = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        await _heard(bell)
        await other.execute("NOTIFY readyboard")
        await _heard(bell)
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        await _heard(bell)  # It rings once when it is back, for what it may have missed.
        await other.execute("NOTIFY readyboard")
        await _heard(bell)
    finally:
        await other.close()
        await bell.stop()


async def _heard(bell: Wake) -> None:
    async with asyncio.timeout(5):
        await bell.wait(60)
    bell.hush()
