"""An upload becomes a picture: checked by its content, drawn anew in a limited child, put on disk before any row."""

import asyncio
import hashlib
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.actions.photos import Picture
from app.files.store import LocalFolder, new_key
from app.rules.refusal import BadInput, TooLarge

AT_ONCE = 1
"""Children at a time: each may take 768 MB, and the press must find a free processor."""

TIMEOUT_S = 20

DECODE = str(Path(__file__).with_name("decode.py"))
"""Run by its path in isolated mode: the child finds the libraries and nothing of ours."""

SENTENCES = {
    "too_large": "This picture has more than 50 million pixels. Take it with a smaller resolution.",
    "unreadable": "This file is not a picture we can read. Send a JPEG, PNG, WebP or HEIC.",
    "two_in_one": "This file is a picture and something else besides. Take a new photo, or send a screenshot of it.",
    "empty": "The signature is empty. Sign in the box, or type the name instead.",
    "slow": "This picture could not be read in time. Send it again, or take it anew.",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A finished upload in the incoming folder."""

    path: Path
    size_bytes: int


class Pictures:
    """The one way in for pictures. Holds the store and lets one child work at a time."""

    def __init__(self, store: LocalFolder, *, most_bytes: int) -> None:
        self.store = store
        self.most_bytes = most_bytes
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def take(self, upload: Upload, *, zone: ZoneInfo, at: datetime) -> Picture:
        """Photo and thumbnail on disk. Raises ``BadInput`` or ``TooLarge`` with a sentence; nothing is left behind."""
        full, thumb = self._beside(upload, "jpg"), self._beside(upload, "thumb")
        try:
            told = await self._draw(upload, full, thumb, "photo")
            keys = new_key("photos", "jpg", at=at), new_key("thumbs", "jpg", at=at)
            digest, size = await asyncio.to_thread(_measure, full)
            await self.store.keep(full, keys[0])
            await self.store.keep(thumb, keys[1])
        finally:
            _clear(upload.path, full, thumb)
        taken_at = _moment(told["taken"], zone)
        return Picture(keys[0], keys[1], digest, told["width"], told["height"], size, taken_at)

    async def take_signature(self, upload: Upload, *, at: datetime) -> str:
        """The drawn signature's key. Raises like ``take``; an empty canvas is refused too."""
        return await self._take_drawing(upload, "signature", "signatures", at=at)

    async def take_logo(self, upload: Upload, *, at: datetime) -> str:
        """The key of the company's logo. Raises like ``take``."""
        return await self._take_drawing(upload, "logo", "logos", at=at)

    async def _take_drawing(self, upload: Upload, kind: str, folder: str, *, at: datetime) -> str:
        drawn = self._beside(upload, "png")
        try:
            await self._draw(upload, drawn, drawn, kind)
            key = new_key(folder, "png", at=at)
            await self.store.keep(drawn, key)
        finally:
            _clear(upload.path, drawn)
        return key

    async def _draw(self, upload: Upload, target: Path, thumb: Path, kind: str) -> dict[str, Any]:
        if upload.size_bytes > self.most_bytes:
            raise TooLarge(
                "too_large", f"This file is larger than {self.most_bytes // 1_000_000} MB."
            )
        async with self._turn:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-I", DECODE, upload.path, target, thumb, kind,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                env={},
            )  # fmt: skip
            try:
                out, _ = await asyncio.wait_for(child.communicate(), TIMEOUT_S)
            except TimeoutError:
                raise BadInput("slow", SENTENCES["slow"], field="file") from None
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        told: dict[str, Any] = json.loads(out) if out.strip() else {"refused": "unreadable"}
        if "refused" in told:
            raise BadInput(told["refused"], SENTENCES[told["refused"]], field="file")
        return told

    def _beside(self, upload: Upload, ending: str) -> Path:
        return upload.path.with_name(f"{upload.path.name}.{ending}")


def _measure(path: Path) -> tuple[str, int]:
    data = path.read_bytes()
    return hashlib.sha256(data).hexdigest(), len(data)


def _clear(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _moment(text: str | None, zone: ZoneInfo) -> datetime | None:
    """A camera's clock says local time; without an offset it is taken as the company's."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
