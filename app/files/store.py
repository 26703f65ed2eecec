"""Where files lie: a small interface, and the local folder behind it. Names are made here, never taken from outside."""

import asyncio
import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

KEY = re.compile(r"[a-z]+/\d{4}-\d{2}/[0-9a-f]{32}\.(jpg|png)")
"""kind/month/random.ending: nothing of a person's file name survives, and a folder never grows without end."""


class Store(Protocol):
    """What the doors need of a place for files. A company with several machines puts an object store behind it."""

    async def keep(self, source: Path, key: str) -> None:
        """Move a finished file in; it is durable when this returns."""

    async def read(self, key: str) -> bytes:
        """Raises ``FileNotFoundError`` for a key that is not there."""

    async def remove(self, key: str) -> None:
        """Gone, or never there: both are fine."""

    async def keys_before(self, moment: datetime) -> list[str]:
        """Everything put in before that moment, for the search for orphans."""


def new_key(kind: str, ending: str, *, at: datetime) -> str:
    """A name nobody can guess."""
    return f"{kind}/{at:%Y-%m}/{secrets.token_hex(16)}.{ending}"


class LocalFolder:
    """Files in a folder beside the database. ``incoming`` holds what is not finished; it is emptied at start."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True, mode=0o700)

    def empty_incoming(self) -> None:
        """What a crash left half-written: no row speaks of it."""
        for left in self.incoming.iterdir():
            left.unlink(missing_ok=True)

    async def keep(self, source: Path, key: str) -> None:
        await asyncio.to_thread(self._keep, source, self._path(key))

    async def read(self, key: str) -> bytes:
        return await asyncio.to_thread(self._path(key).read_bytes)

    async def remove(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, True)

    async def keys_before(self, moment: datetime) -> list[str]:
        return await asyncio.to_thread(lambda: list(self._keys_before(moment)))

    def _keep(self, source: Path, target: Path) -> None:
        """fsync, rename, fsync the folder: after a power cut the file is there whole or not at all."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with source.open("rb") as file:
            os.fsync(file.fileno())
        source.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _keys_before(self, moment: datetime) -> Iterator[str]:
        for path in self.root.glob("*/*/*"):
            key = path.relative_to(self.root).as_posix()
            if KEY.fullmatch(key) and datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment:
                yield key

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise FileNotFoundError(f"expected a key like photos/2026-11/….jpg, got {key!r}")
        return self.root / key
