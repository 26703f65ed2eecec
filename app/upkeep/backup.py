"""A backup is one zip archive: a manifest, every table as lines of JSON, and the files. It is taken from one snapshot
while the program runs, on SQLite and PostgreSQL alike, so a backup also moves a company from one to the other.

``app.upkeep.restore`` reads it.
"""

import asyncio
import base64
import hashlib
import json
import os
import zipfile
import zlib
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from app import __version__
from app.db import Database
from app.models import Base, Live
from app.settings import Settings, Unable

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files"
"""The folder in the data folder, and in the archive."""

ROWS_AT_ONCE = 500


class BackupError(Unable):
    """Nothing was made or changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """One member of the archive: a table (``rows`` counts them) or a file."""

    sha256: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """``revision``: of the migrations; ``epoch`` and ``seq``: where the history stood."""

    format: int
    made_at: str
    version: str
    revision: str
    epoch: str
    seq: int
    parts: dict[str, Part] = field(default_factory=dict)


async def back_up(settings: Settings, target: Path, *, at: datetime) -> Manifest:
    """Write the archive whole or not at all: beside its name first, and read again before it gets it."""
    _refuse_bad_target(target)
    draft = target.with_name(target.name + ".part")
    db = Database(settings.url)
    try:
        manifest = await db.ask_quick(_write_archive, draft, settings.data_dir / FILES, at=at)
        await asyncio.to_thread(_keep, draft, target)
    finally:
        await asyncio.to_thread(draft.unlink, missing_ok=True)
        await db.close()
    return manifest


def _refuse_bad_target(target: Path) -> None:
    if target.exists():
        raise BackupError(f"{target} is there already. Choose another name: backups are kept.")
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}. Make it first.")


def _write_archive(session: Session, draft: Path, files: Path, *, at: datetime) -> Manifest:
    live = session.execute(select(Live.epoch, Live.seq)).one()
    revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    parts: dict[str, Part] = {}
    draft.touch(mode=0o600)
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for table in Base.metadata.sorted_tables:
            parts[f"tables/{table.name}.jsonl"] = _write_table(session, archive, table)
        for path in sorted(p for p in files.rglob("*") if p.is_file()):
            name = f"{FILES}/{path.relative_to(files).as_posix()}"
            parts[name] = _write_file(archive, path, name)
        manifest = Manifest(
            FORMAT, at.isoformat(), __version__, str(revision), live.epoch, live.seq, parts
        )
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    return manifest


def _write_table(session: Session, archive: zipfile.ZipFile, table: Table) -> Part:
    digest, rows = hashlib.sha256(), 0
    query = select(table).order_by(*table.primary_key.columns)
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as member:
        for row in session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).mappings():
            line = json.dumps(dict(row), default=_as_text, ensure_ascii=False) + "\n"
            member.write(line.encode())
            digest.update(line.encode())
            rows += 1
    return Part(digest.hexdigest(), rows)


def _as_text(value: object) -> str:
    match value:
        case date() | time():  # A moment is a date too.
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case bytes():
            return base64.b64encode(value).decode()
    raise TypeError(f"expected a date, a time, an exact number or bytes, got {type(value)}")


def _write_file(archive: zipfile.ZipFile, path: Path, name: str) -> Part:
    digest = hashlib.sha256()
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as member:
        while chunk := source.read(1 << 20):
            member.write(chunk)
            digest.update(chunk)
    return Part(digest.hexdigest())


def _keep(draft: Path, target: Path) -> None:
    """On the disk for certain, and readable, before it is called a backup."""
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    with zipfile.ZipFile(draft) as archive:
        check(archive, read_manifest(archive))
    draft.rename(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Raises ``BackupError`` for an archive that is not ours, or not ours yet."""
    try:
        found = json.loads(archive.read(MANIFEST))
        parts = {name: Part(**part) for name, part in found.pop("parts").items()}
        manifest = Manifest(**found, parts=parts)
    except (KeyError, TypeError, ValueError) as problem:
        raise BackupError("This is no Readyboard backup: it has no manifest.") from problem
    if manifest.format > FORMAT:
        raise BackupError("This backup was made by a newer Readyboard. Update this one first.")
    return manifest


def check(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every part is there and is what was written. Raises ``BackupError`` for the first that is not."""
    for name, part in manifest.parts.items():
        digest = hashlib.sha256()
        try:
            with archive.open(name) as member:
                while chunk := member.read(1 << 20):
                    digest.update(chunk)
        except (KeyError, zipfile.BadZipFile, zlib.error, OSError) as problem:
            raise BackupError(f"This backup is damaged: {name} cannot be read.") from problem
        if digest.hexdigest() != part.sha256:
            raise BackupError(f"This backup is damaged: {name} is not what was written.")
