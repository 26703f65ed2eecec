"""Makes a database and the files what they were when a backup was taken (``app.upkeep.backup``), under a new epoch.

The tables are made as they were at the backup's release, filled, and then migrated: an old backup fits. Nothing here
may be called on a running loop, because the migrations run on one of their own.
"""

import asyncio
import base64
import json
import os
import secrets
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

import alembic.command
import pysqlite3
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Time,
    inspect,
    select,
    text,
)
from sqlalchemy.ext.asyncio import create_async_engine

from app.db import alembic_config, migrate
from app.settings import Settings
from app.upkeep.backup import FILES, ROWS_AT_ONCE, BackupError, Manifest, check, read_manifest
from app.upkeep.schema import sqlite_path

NEWER = "This backup was made by a newer Readyboard. Update this one first."

TELLING_TABLES = ("company", "person", "job", "event")
"""A row in any of these means that somebody uses the database."""


def restore(settings: Settings, source: Path, *, is_forced: bool) -> Manifest:
    """Refuses a database that holds a company already, unless forced; a damaged archive changes nothing."""
    with _opened(source) as archive:
        manifest = read_manifest(archive)
        check(archive, manifest)
        _refuse_unknown_revision(settings.url, manifest.revision)
        if not is_forced and _is_in_use(settings.url):
            raise BackupError(
                "This database holds a company already. Restore into an empty one (another "
                "READYBOARD_DATA_DIR or READYBOARD_DATABASE_URL), or say --force to replace it."
            )
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.is_sqlite:
            _restore_sqlite(settings.url, archive, manifest)
        else:
            _restore_into(settings.url, archive, manifest)
        _restore_files(archive, manifest, settings.data_dir)
    return manifest


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except FileNotFoundError:
        raise BackupError(f"There is no file {source}.") from None
    except zipfile.BadZipFile:
        raise BackupError(f"{source} is no Readyboard backup, or only a part of one.") from None


def _refuse_unknown_revision(url: str, revision: str) -> None:
    try:
        ScriptDirectory.from_config(alembic_config(url)).get_revision(revision)
    except CommandError:
        raise BackupError(NEWER) from None


def _is_in_use(url: str) -> bool:
    if url.startswith("sqlite") and not sqlite_path(url).exists():
        return False
    return bool(asyncio.run(_with_connection(url, _has_rows)))


def _has_rows(connection: Connection) -> bool:
    there = set(inspect(connection).get_table_names())
    return any(
        connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first() is not None  # noqa: S608 - our own names
        for name in TELLING_TABLES
        if name in there
    )


async def _with_connection(url: str, do: Any, *args: Any) -> Any:
    """Run ``do(connection, …)`` in one transaction."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(do, *args)
    finally:
        await engine.dispose()


def _restore_sqlite(url: str, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Into a file beside it, then over it in one transaction of SQLite's own: whole, or not at all."""
    target = sqlite_path(url)
    draft = target.with_name(target.name + ".restoring")
    draft.unlink(missing_ok=True)
    try:
        _restore_into(f"sqlite+aiosqlite:///{draft}", archive, manifest)
        _copy_over(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _copy_over(draft: Path, target: Path) -> None:
    source, into = pysqlite3.connect(draft), pysqlite3.connect(target)
    try:
        source.backup(into)
    finally:
        source.close()
        into.close()
    target.chmod(0o600)


def _restore_into(url: str, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    config = alembic_config(url)
    alembic.command.downgrade(config, "base")
    alembic.command.upgrade(config, manifest.revision)
    asyncio.run(_with_connection(url, _fill, archive, manifest))
    migrate(url)


def _fill(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    metadata = MetaData()
    metadata.reflect(connection)
    tables = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
    with _without_triggers(connection, tables):
        for table in reversed(tables):  # The migrations themselves put rows into some.
            connection.execute(table.delete())
        for table in tables:
            if f"tables/{table.name}.jsonl" in manifest.parts:
                _fill_table(connection, table, archive)
    connection.execute(
        metadata.tables["live"].update().values(epoch=secrets.token_hex(8))
    )  # Screens that saw more than the backup knows must not resume.


@contextmanager
def _without_triggers(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Issued invoices are frozen by triggers, which cannot tell a backup's rows from a forger's."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.execute(text(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER'))
        yield
        for table in tables:
            connection.execute(text(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER'))
        return
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = connection.execute(query).all()
    for trigger in triggers:
        connection.execute(text(f'DROP TRIGGER "{trigger.name}"'))
    yield
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)


def _fill_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> None:
    for column in table.columns:
        if isinstance(column.type, JSON):
            column.type.none_as_null = True
    rows = _rows(table, archive, is_sqlite=connection.dialect.name == "sqlite")
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        connection.execute(table.insert(), batch)
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        _move_sequence(connection, table)


def _rows(table: Table, archive: zipfile.ZipFile, *, is_sqlite: bool) -> Iterator[dict[str, Any]]:
    kinds = {column.name: column.type for column in table.columns}
    with archive.open(f"tables/{table.name}.jsonl") as member:
        for line in member:
            row: dict[str, Any] = json.loads(line)
            yield {
                name: _value(kinds[name], value, is_sqlite=is_sqlite) for name, value in row.items()
            }


def _value(kind: object, value: Any, *, is_sqlite: bool) -> Any:
    """As the driver wants it. SQLite keeps moments as naive UTC text (``models.base.Instant``)."""
    if value is None:
        return None
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value).astimezone(UTC)
        return moment.replace(tzinfo=None) if is_sqlite else moment
    read = next((read for wanted, read in _READ.items() if isinstance(kind, wanted)), None)
    return value if read is None else read(value)


_READ: dict[type, Callable[[str], object]] = {
    Date: date.fromisoformat,
    Time: time.fromisoformat,
    LargeBinary: base64.b64decode,
}


def _move_sequence(connection: Connection, table: Table) -> None:
    """New rows go on after the highest id."""
    sequence = connection.scalar(
        text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name}
    )
    highest = connection.scalar(select(table.c.id).order_by(table.c.id.desc()).limit(1))
    if sequence is not None and highest is not None:
        connection.execute(
            text("SELECT setval(CAST(:name AS regclass), :highest)"),
            {"name": sequence, "highest": highest},
        )


def _restore_files(archive: zipfile.ZipFile, manifest: Manifest, data_dir: Path) -> None:
    for name in manifest.parts:
        path = PurePosixPath(name)
        if path.parts[0] != FILES:
            continue
        if ".." in path.parts or path.is_absolute():
            raise BackupError(f"This backup names a file outside its folder: {name}.")
        _write_whole(data_dir.joinpath(*path.parts), archive.read(name))


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(path.name + ".part")
    with draft.open("wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    draft.rename(path)
