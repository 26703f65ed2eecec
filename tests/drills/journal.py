"""What a client knows: each operation before it is sent and after it was answered, on a disk of its own.

After the drill the ledger, which is what the database kept, is held against it: every *ok* there exactly once, every
*refused* absent, every *unknown* at most once.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.models import Event, Receipt

VERBS = ("start", "stop")


class Journal:
    """A line for each step, synced before the next step is taken."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self.outcomes: dict[str, str] = {}

    def sending(self, key: str) -> None:
        self._write(key, "unknown")

    def answered(self, key: str, outcome: str) -> None:
        """``outcome``: "ok" or "refused"."""
        self._write(key, outcome)

    def count(self, outcome: str) -> int:
        return Counter(self.outcomes.values())[outcome]

    def keys(self, outcome: str) -> list[str]:
        return [key for key, how in self.outcomes.items() if how == outcome]

    def close(self) -> None:
        os.close(self._file)

    def _write(self, key: str, outcome: str) -> None:
        os.write(self._file, f"{key} {outcome}\n".encode())
        os.fdatasync(self._file)
        self.outcomes[key] = outcome


@dataclass
class Ledger:
    """What was kept. ``effects``: for each key, how many events its receipt stands for."""

    effects: dict[str, int] = field(default_factory=dict)
    orphans: int = 0
    """Presses in the history without a receipt."""

    def lost(self, journal: Journal) -> list[str]:
        return [key for key in journal.keys("ok") if key not in self.effects]

    def doubled(self, journal: Journal) -> list[str]:
        return [key for key in journal.outcomes if self.effects.get(key, 0) > 1]

    def appeared(self, journal: Journal) -> list[str]:
        """Refused, and yet there."""
        return [key for key in journal.keys("refused") if key in self.effects]


async def ledger_of(db: Database, *, people: list[int]) -> Ledger:
    return await db.ask(_read, people)


def _read(session: Session, people: list[int]) -> Ledger:
    presses = Counter(
        session.scalars(select(Event.seq).where(Event.by_id.in_(people), Event.kind.in_(VERBS)))
    )
    ledger = Ledger()
    for receipt in session.scalars(select(Receipt).where(Receipt.person_id.in_(people))):
        seq = receipt.result.get("seq")
        ledger.effects[receipt.key] = presses.pop(seq, 0) if seq is not None else 0
    ledger.orphans = sum(presses.values())
    return ledger
