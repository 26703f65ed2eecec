"""Fixtures that give a test its own migrated database: on SQLite, on PostgreSQL, or on both.

`database_url` is what a test asks for; it runs once per kind. The kinds can be narrowed with
`READYBOARD_TEST_DATABASES=sqlite` (or `postgresql`), and a test that is about one of them says so
with `@on_sqlite` or `@on_postgresql`. The server itself lives in `tests/postgres.py`.
"""

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from app import db
from tests.postgres import Postgres, started_postgres

KINDS = ("sqlite", "postgresql")
# Taken out of the environment: the program refuses settings that it does not know.
WANTED = tuple(os.environ.pop("READYBOARD_TEST_DATABASES", ",".join(KINDS)).split(","))
if unknown := set(WANTED) - set(KINDS):
    raise pytest.UsageError(f"READYBOARD_TEST_DATABASES knows {KINDS}, got {sorted(unknown)}")

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

_numbers = count(1)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database this run of the test is about."""
    kind = str(request.param)
    if kind not in WANTED:
        pytest.skip(f"READYBOARD_TEST_DATABASES leaves out {kind}")
    return kind


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty, migrated database that no other test has seen."""
    if database == "sqlite":
        yield from _sqlite_copy(request)
    else:
        yield from _postgres_copy(request)


@pytest.fixture
def empty_database_url(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The same without any table: for tests of the migrations themselves."""
    if database == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"empty_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once; a copy of it costs about a millisecond."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    db.migrate(f"sqlite+aiosqlite:///{path}")
    if path.with_name(path.name + "-wal").exists():
        raise AssertionError("db.migrate left a connection open: the template has a -wal file")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this test run; starts in about a second, only when asked for."""
    with started_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a migrated database that nobody connects to any more."""
    postgres.execute("CREATE DATABASE template_migrated")
    db.migrate(postgres.url("template_migrated"))
    return "template_migrated"


def _sqlite_copy(request: pytest.FixtureRequest) -> Iterator[str]:
    template: Path = request.getfixturevalue("sqlite_template")
    folder: Path = request.getfixturevalue("tmp_path")
    path = folder / "readyboard.db"
    shutil.copyfile(template, path)
    yield f"sqlite+aiosqlite:///{path}"


def _postgres_copy(request: pytest.FixtureRequest) -> Iterator[str]:
    # Copying a template takes 20 ms, dropping it 8. TRUNCATE of forty tables takes 25 ms, leaves
    # what the migrations themselves inserted undone, and meets our append-only triggers.
    server: Postgres = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("postgres_template")
    name = f"test_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
