"""The two nouns that every action shares: who acts when (``Act``), and what came of it (``Done``)."""

from dataclasses import dataclass
from datetime import datetime

from app.rules.access import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """``at`` is the server's clock on receipt, ``occurred_at`` the act's own time (equal unless a device said
    otherwise), ``device_at`` what the device's clock said. ``for_person_id``: done for a technician by the office."""

    by: Actor
    at: datetime
    occurred_at: datetime
    device_at: datetime | None = None
    flags: tuple[str, ...] = ()
    for_person_id: int | None = None

    @property
    def person_id(self) -> int:
        """Whose clock, whose note: the person acted for, or the one who acts."""
        return self.for_person_id or self.by.id

    @property
    def is_late(self) -> bool:
        """The press waited on a device before it reached us: nobody is there to answer a question."""
        return (self.at - self.occurred_at).total_seconds() > LATE_S


LATE_S = 120
"""Seconds. Shorter would take a slow network for an offline phone; longer would ask a phone nobody looks at."""


def now_by(actor: Actor, at: datetime) -> Act:
    """An act that happens at the moment it is received: everything but presses from a device."""
    return Act(by=actor, at=at, occurred_at=at)


@dataclass(frozen=True, slots=True)
class Done:
    """What an action answers; plain values, since mapped objects must not leave their thread.

    ``seq`` None: there was nothing left to do. ``made_id``: the id of what was created, ``made_ids`` where it is
    several. ``held_id``: the press was kept for the office and nothing else happened. ``is_disputed``: somebody
    else had stopped this clock at another time, and both wait for a decision.
    """

    job_id: int | None = None
    seq: int | None = None
    epoch: str | None = None
    made_id: int | None = None
    held_id: int | None = None
    made_ids: tuple[int, ...] = ()
    is_disputed: bool = False
