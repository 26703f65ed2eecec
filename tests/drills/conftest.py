"""The ground that drills play on: the real program over its own demo company with a crew of twenty."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.db import Database
from app.settings import Settings
from tests.caller import Caller
from tests.databases import WANTED
from tests.demo_folder import DemoFolder, make_demo
from tests.postgres import Postgres
from tests.program import Program

CREW = tuple(f"crew-{number}" for number in range(1, 21))

# A drill's screens all come from one session or token, and some of them do nothing for long.
ROOMY = {
    "READYBOARD_SOCKETS_PER_SESSION": "2000",
    "READYBOARD_METRICS": "true",
    "READYBOARD_LOG_FORMAT": "json",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """``url``: of the database, for looking behind the program."""

    program: Program
    demo: DemoFolder
    caller: Caller
    url: str

    def database(self) -> Database:
        return Database(self.url)

    async def figure(self, what: str) -> int:
        """One of the program's own counts, from /metrics."""
        text = await self.caller.text("/metrics")
        line = next(one for one in text.splitlines() if f'what="{what}"' in one)
        return int(line.rsplit(" ", 1)[1])


@pytest.fixture
def sabotage() -> str:
    """Python that the program runs first. A drill that kills at a chosen moment overrides it."""
    return ""


@pytest_asyncio.fixture
async def ground(tmp_path: Path, sabotage: str) -> AsyncIterator[Ground]:
    """On SQLite."""
    demo = await make_demo(tmp_path / "data", crew=len(CREW))
    program = Program(demo.path, environment=ROOMY, sabotage=sabotage)
    async for ground in _running(program, demo, Settings(data_dir=demo.path).url):
        yield ground


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    if request.param not in WANTED:
        pytest.skip(f"READYBOARD_TEST_DATABASES leaves out {request.param}")
    return str(request.param)


@pytest.fixture
def database_of_drill(kind: str, request: pytest.FixtureRequest) -> str:
    """The setting: empty is SQLite in the data folder."""
    if kind == "sqlite":
        return ""
    server: Postgres = request.getfixturevalue("postgres")
    name = f"drill_{request.node.name.split('[')[0]}"[:60]
    server.execute(f"CREATE DATABASE {name}")
    return server.url(name)


@pytest_asyncio.fixture
async def either_ground(
    tmp_path: Path, database_of_drill: str, sabotage: str
) -> AsyncIterator[Ground]:
    """On SQLite, and then on PostgreSQL."""
    demo = await make_demo(tmp_path / "data", database_url=database_of_drill, crew=len(CREW))
    environment = ROOMY | (
        {"READYBOARD_DATABASE_URL": database_of_drill} if database_of_drill else {}
    )
    program = Program(demo.path, environment=environment, sabotage=sabotage)
    url = Settings(data_dir=demo.path, database_url=database_of_drill).url
    async for ground in _running(program, demo, url):
        yield ground


async def _running(program: Program, demo: DemoFolder, url: str) -> AsyncIterator[Ground]:
    await program.start()
    caller = Caller(program.url, demo)
    try:
        yield Ground(program, demo, caller, url)
    finally:
        await caller.close()
        await program.close()
