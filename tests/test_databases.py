"""The databases that tests get are real, empty, separate, and leave the machine as it was."""

import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.databases import on_postgresql
from tests.postgres import Postgres


async def _scribble(url: str) -> None:
    """Fails if this database has been scribbled on before."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE scribble (id integer)"))
    finally:
        await engine.dispose()


async def test_a_database_can_be_changed_freely(database_url: str) -> None:
    await _scribble(database_url)


async def test_the_next_test_sees_nothing_of_it(database_url: str) -> None:
    await _scribble(database_url)


async def test_an_empty_database_has_no_tables_at_all(empty_database_url: str) -> None:
    engine = create_async_engine(empty_database_url)
    try:
        async with engine.connect() as connection:
            with pytest.raises(Exception, match="alembic_version"):
                await connection.execute(text("SELECT * FROM alembic_version"))
    finally:
        await engine.dispose()


@on_postgresql
def test_postgresql_leaves_the_folders_above_it_alone(database: str, postgres: Postgres) -> None:
    assert database == "postgresql"
    memory = Path("/dev/shm")  # noqa: S108 — only compared with.
    assert postgres.folder.parent in (memory, Path(tempfile.gettempdir()))
    assert postgres.folder.stat().st_mode & 0o077 == 0


@on_postgresql
def test_postgresql_dies_with_a_killed_test_run(database: str) -> None:
    assert database == "postgresql"
    program = (
        "import os, signal\n"
        "from tests.postgres import started_postgres\n"
        "with started_postgres() as server:\n"
        "    print(server.process.pid, server.folder, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=False, timeout=60
    )
    pid, folder = run.stdout.split()
    try:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(int(pid)).wait(timeout=20)
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)
