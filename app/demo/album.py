"""The demo's pictures: named the same every time, remembered while the stories are told, and hung up afterwards."""

import hashlib
from datetime import datetime

from app.actions.photos import Picture
from app.demo.drawings import HEIGHT, WIDTH, photo, signature
from app.files.store import LocalFolder


class Album:
    """Names come from the seed and from their number, so that the same seed gives the same rows.

    Files are written after the rows: a demo is nobody's evidence, and an interrupted one is made anew.
    """

    def __init__(self, seed: int, at: datetime) -> None:
        self._seed = f"{seed} {at.isoformat()}"
        self._count = 0
        self._files: dict[str, bytes] = {}

    def begin_anew(self) -> None:
        """A transaction may be run again."""
        self._count = 0
        self._files.clear()

    def photo(self, scene: str, kind: str, *, at: datetime) -> tuple[str, Picture]:
        """The phone's name for it, and what the file door would have known."""
        name, drawn = self._next(), photo(scene, kind)
        keys = f"photos/{at:%Y-%m}/{name}.jpg", f"thumbs/{at:%Y-%m}/{name}.jpg"
        self._files |= {keys[0]: drawn.full, keys[1]: drawn.thumb}
        size = len(drawn.full)
        return f"demo-{name}", Picture(*keys, drawn.sha256, WIDTH, HEIGHT, size, taken_at=at)

    def signature(self, who: str, *, at: datetime) -> str:
        key = f"signatures/{at:%Y-%m}/{self._next()}.png"
        self._files[key] = signature(who)
        return key

    async def hang(self, files: LocalFolder | None) -> None:
        """Put everything that was asked for where the doors will look for it."""
        if files is None:
            return
        for key, data in self._files.items():
            unfinished = files.incoming / key.rpartition("/")[2]
            unfinished.write_bytes(data)
            await files.keep(unfinished, key)

    def _next(self) -> str:
        self._count += 1
        return hashlib.md5(
            f"{self._seed} {self._count}".encode(), usedforsecurity=False
        ).hexdigest()
