"""What must be there before a job is ready to invoice: one entry a requirement, each a pure test over the facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Owner = Literal["technician", "office"]

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one job when its requirements are judged. Withdrawn facts and void entries are left out.

    ``required`` maps the codes set for the job's type to their count; ``coming`` says how many photos are announced
    and on whose phone; ``checklist_open`` names the required items without an answer (or without their photo).
    """

    work_seconds: int
    has_customer: bool
    unconfirmed_entries: int
    open_questions: tuple[str, ...]
    work_notes: int
    required: Mapping[str, int]
    waived: frozenset[str]
    reference_missing: bool = False
    coming: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    unpriced: tuple[str, ...] = ()
    photos_before: int = 0
    photos_after: int = 0
    checklist_items: int = 0
    checklist_open: tuple[str, ...] = ()
    is_signed: bool = False
    parts: int = 0
    no_parts_used: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """``always`` requirements hold for every job; the others for the job types that ask for them.

    ``is_met`` and ``ask`` are told the facts: ``ask`` is the question to whoever must answer it. ``countable``: the job
    type says how many. ``waivable``: the office may do without it, with a reason.
    """

    code: str
    name: str
    owner: Owner
    is_met: Callable[[Facts], bool]
    ask: Callable[[Facts], str]
    always: bool = True
    countable: bool = False
    waivable: bool = False


def _fixed(words: str) -> Callable[[Facts], str]:
    return lambda facts: words


def _photos_left(facts: Facts, code: str, there: int, when: str) -> str:
    left = facts.required.get(code, 1) - there
    return f"{_number(left, 'more photo' if there else 'photo')} {when} the work"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _coming(facts: Facts) -> str:
    return ", ".join(
        f"{_number(count, 'photo')} coming from {who}’s phone"
        for who, count in facts.coming.items()
    )


def _checklist(facts: Facts) -> str:
    done = facts.checklist_items - len(facts.checklist_open)
    return f"Checklist, {done} of {facts.checklist_items}: {facts.checklist_open[0]}"


def _unpriced(facts: Facts) -> str:
    return "Price for " + ", ".join(f"“{what}”" for what in facts.unpriced)


REQUIREMENTS: tuple[Requirement, ...] = (
    Requirement(
        "time", "Working time", "technician", lambda f: f.work_seconds > 0, _fixed("Working time")
    ),
    Requirement(
        "customer", "Customer", "office", lambda f: f.has_customer, _fixed("Who pays: the customer")
    ),
    Requirement(
        "reference",
        "Order number",
        "office",
        lambda f: not f.reference_missing,
        _fixed("The customer’s order number"),
        waivable=True,
    ),
    Requirement(
        "confirmed_time",
        "Times confirmed",
        "technician",
        lambda f: f.unconfirmed_entries == 0,
        _fixed("A time that looks wrong: confirm or correct it"),
    ),
    Requirement(
        "question",
        "Office’s question answered",
        "technician",
        lambda f: not f.open_questions,
        _fixed("An answer to the office’s question"),
        waivable=True,
    ),
    Requirement(
        "pending", "Photos arrived", "technician", lambda f: not f.coming, _coming, waivable=True
    ),
    Requirement("prices", "Prices known", "office", lambda f: not f.unpriced, _unpriced),
    Requirement(
        "work_note",
        "Work note",
        "technician",
        lambda f: f.work_notes > 0,
        _fixed("A note on the work done"),
        always=False,
        waivable=True,
    ),
    Requirement(
        "photos_before",
        "Photos before the work",
        "technician",
        lambda f: f.photos_before >= f.required.get("photos_before", 1),
        lambda f: _photos_left(f, "photos_before", f.photos_before, "before"),
        always=False,
        countable=True,
        waivable=True,
    ),
    Requirement(
        "photos_after",
        "Photos after the work",
        "technician",
        lambda f: f.photos_after >= f.required.get("photos_after", 1),
        lambda f: _photos_left(f, "photos_after", f.photos_after, "after"),
        always=False,
        countable=True,
        waivable=True,
    ),
    Requirement(
        "checklist",
        "Checklist",
        "technician",
        lambda f: not f.checklist_open,
        _checklist,
        always=False,
        waivable=True,
    ),
    Requirement(
        "signature",
        "Customer’s signature",
        "technician",
        lambda f: f.is_signed,
        _fixed("Customer’s signature"),
        always=False,
        waivable=True,
    ),
    Requirement(
        "parts",
        "Parts listed",
        "technician",
        lambda f: f.parts > 0 or f.no_parts_used,
        _fixed("Parts used, or “No parts used”"),
        always=False,
        waivable=True,
    ),
)

BY_CODE: dict[str, Requirement] = {requirement.code: requirement for requirement in REQUIREMENTS}

BROUGHT_BY: dict[str, str] = {
    "time": "stop",
    "question": "answer",
    "confirmed_time": "confirm-time",
    "work_note": "note",
    "photos_before": "photos-before",
    "photos_after": "photos-after",
    "checklist": "checklist",
    "signature": "signature",
    "parts": "part",
}
"""The form on the phone that brings it; photos with what they show. A phone without a network says by this what of the
needed it holds already."""

PER_JOB_TYPE: tuple[Requirement, ...] = tuple(r for r in REQUIREMENTS if not r.always)
"""The ones a job type may ask for, in the order of its form."""

ONLY_WHEN: dict[str, Callable[[Facts], bool]] = {
    "reference": lambda f: f.reference_missing,
    "question": lambda f: bool(f.open_questions),
    "pending": lambda f: bool(f.coming),
    "prices": lambda f: f.parts > 0 or bool(f.unpriced),
    "confirmed_time": lambda f: f.unconfirmed_entries > 0,
}
"""Always judged, but listed as something to tick off only where there is anything to say about it."""


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
