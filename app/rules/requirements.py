"""What must be there before a job is ready to invoice: one entry a requirement, each a pure test over the facts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Owner = Literal["technician", "office"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one job when its requirements are judged. Withdrawn facts and void entries are left out."""

    work_seconds: int
    has_customer: bool
    unconfirmed_entries: int
    open_questions: tuple[str, ...]
    work_notes: int
    required: frozenset[str]
    waived: frozenset[str]


@dataclass(frozen=True, slots=True)
class Requirement:
    """``always`` requirements hold for every job; the others for the job types that ask for them.

    ``is_met`` is told the facts. ``waivable``: the office may do without it, with a reason.
    """

    code: str
    ask: str
    done: str
    owner: Owner
    is_met: Callable[[Facts], bool]
    always: bool = True
    waivable: bool = False


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement("time", "Working time", "Working time", "technician", lambda f: f.work_seconds > 0),
    Requirement(
        "customer", "Who pays: the customer", "Customer", "office", lambda f: f.has_customer
    ),
    Requirement(
        "confirmed_time",
        "A time that looks wrong: confirm or correct it",
        "Times confirmed",
        "technician",
        lambda f: f.unconfirmed_entries == 0,
    ),
    Requirement(
        "question",
        "An answer to the office's question",
        "Office's question answered",
        "technician",
        lambda f: not f.open_questions,
        waivable=True,
    ),
    Requirement(
        "work_note",
        "A note on the work done",
        "Work note",
        "technician",
        lambda f: f.work_notes > 0,
        always=False,
        waivable=True,
    ),
)

BY_CODE: dict[str, Requirement] = {requirement.code: requirement for requirement in REQUIREMENTS}

PER_JOB_TYPE: tuple[Requirement, ...] = tuple(r for r in REQUIREMENTS if not r.always)
"""The ones a job type may ask for, in the order of its form."""


def asked_of(facts: Facts) -> tuple[Requirement, ...]:
    """Every requirement that this job has, met or not, in the order of the list."""
    return tuple(r for r in REQUIREMENTS if r.always or r.code in facts.required)


def still_needed(facts: Facts) -> tuple[Requirement, ...]:
    """What is missing. Empty: the job may be invoiced."""
    return tuple(
        r
        for r in asked_of(facts)
        if not r.is_met(facts) and not (r.waivable and r.code in facts.waived)
    )
