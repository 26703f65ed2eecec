"""Which release the database is at, and whether that is ours. Not to be called on a running loop."""

import asyncio
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from app.db import alembic_config, migrate
from app.settings import Unable


class SchemaError(Unable):
    """The database does not fit this release; the message says what to do."""


def make_ready(url: str) -> None:
    """Make the tables of a database that has none; refuse one that is at another release.

    An older one is not migrated by the way: whoever runs it decides when, after a backup.
    """
    found = revision_of(url)
    if found is None:
        migrate(url)
        return
    scripts = ScriptDirectory.from_config(alembic_config(url))
    if found not in {script.revision for script in scripts.walk_revisions()}:
        raise SchemaError(
            "This database was used by a newer Readyboard. Install that release, or restore a backup."
        )
    if found != scripts.get_current_head():
        raise SchemaError(
            "This database is from an older Readyboard. Make a backup, then run `readyboard migrate`."
        )


def revision_of(url: str) -> str | None:
    """None for a database that is missing or has no tables yet."""
    if url.startswith("sqlite") and not sqlite_path(url).exists():
        return None
    return asyncio.run(_revision(url))


def newest_revision(url: str) -> str | None:
    return ScriptDirectory.from_config(alembic_config(url)).get_current_head()


def sqlite_path(url: str) -> Path:
    return Path(url.split("///", 1)[1])


async def _revision(url: str) -> str | None:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_read)
    finally:
        await engine.dispose()


def _read(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
