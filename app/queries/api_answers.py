"""The JSON answers about jobs, as typed structures: what documents are generated from and tests hold true."""

from datetime import datetime
from typing import Any

import msgspec

from app.models import HeldState, NoteKind, PhotoKind, SignatureKind
from app.queries.api_card import ApiCard, MoneyAnswer
from app.rules.states import Activity, Lane, Outcome, Progress, State


class OnVisit(msgspec.Struct, frozen=True):
    """One technician on one visit."""

    id: int
    name: str
    progress: Progress


class VisitAnswer(msgspec.Struct, frozen=True):
    id: int
    sequence: int
    starts_at: datetime | None
    ends_at: datetime | None
    time_zone: str
    outcome: Outcome | None
    outcome_reason: str | None
    parts_to_order: str | None
    technicians: list[OnVisit]


class EntryAnswer(msgspec.Struct, frozen=True):
    """A time entry; ``ended_at`` null while the clock runs."""

    id: int
    person_id: int
    visit_id: int
    activity: Activity
    started_at: datetime
    ended_at: datetime | None
    suspect: bool
    disputed: bool
    flags: list[str]


class NoteAnswer(msgspec.Struct, frozen=True):
    id: int
    person_id: int
    kind: NoteKind
    text: str
    at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str | None


class MessageAnswer(msgspec.Struct, frozen=True):
    id: int
    person_id: int
    text: str
    at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str | None


class PhotoAnswer(msgspec.Struct, frozen=True):
    """The picture itself: ``GET /photos/{id}``."""

    id: int
    person_id: int
    kind: PhotoKind
    client_id: str
    item_id: str | None
    width: int
    height: int
    size_bytes: int
    sha256: str
    taken_at: datetime | None
    at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str | None


class ChecklistAnswerAnswer(msgspec.Struct, frozen=True):
    id: int
    person_id: int
    item_id: str
    item_text: str
    text: str
    at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str | None


class SignatureAnswer(msgspec.Struct, frozen=True):
    """Drawn (``GET /signatures/{id}``), a typed name, or absent; ``text`` is the name or the reason."""

    id: int
    person_id: int
    kind: SignatureKind
    text: str
    at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str | None


class PartAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """``unit_price`` is absent for those who see no prices, null where nobody knows it yet."""

    id: int
    person_id: int
    item_id: int | None
    text: str
    none_used: bool
    quantity: str
    unit: str
    unit_price: str | msgspec.UnsetType | None = msgspec.UNSET
    at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str | None


class QuestionAnswer(msgspec.Struct, frozen=True):
    """What the office asked; ``closed_at`` null while it is open."""

    id: int
    asked_by: int
    text: str
    asked_at: datetime
    answered_by: int | None
    answer: str | None
    closed_at: datetime | None


class WaiverAnswer(msgspec.Struct, frozen=True):
    code: str
    reason: str
    by_id: int
    at: datetime


class HeldAnswer(msgspec.Struct, frozen=True):
    """A press that waits for the office, or what became of it."""

    id: int
    job_id: int
    person_id: int
    verb: str
    occurred_at: datetime
    received_at: datetime
    why: str
    state: HeldState


class EventAnswer(msgspec.Struct, frozen=True):
    """One line of the history. ``data``: what the sentence needs, by kind."""

    seq: int
    job_version: int | None
    kind: str
    by_id: int | None
    for_id: int | None
    recorded_at: datetime
    occurred_at: datetime
    state_before: State | None
    state_after: State | None
    data: dict[str, Any]


class WholeJob(ApiCard, frozen=True, kw_only=True):
    """The card and everything behind it. ``history`` and ``held`` are absent for those who may not see them.
    ``difference``: what it would cost now less what was billed, net, where it changed after its invoice and nobody has
    let that be."""

    wall_title: str | None
    description: str
    customer_id: int | None
    site_id: int | None
    job_type: int | None
    reference: str | None
    follows_id: int | None
    hold_reason: str | None
    closed_reason: str | None
    created_at: datetime
    state_since: datetime
    visits: list[VisitAnswer]
    entries: list[EntryAnswer]
    notes: list[NoteAnswer]
    messages: list[MessageAnswer]
    photos: list[PhotoAnswer]
    parts: list[PartAnswer]
    checklist: list[ChecklistAnswerAnswer]
    signatures: list[SignatureAnswer]
    questions: list[QuestionAnswer]
    waivers: list[WaiverAnswer]
    difference: MoneyAnswer | msgspec.UnsetType = msgspec.UNSET
    held: list[HeldAnswer] | msgspec.UnsetType = msgspec.UNSET
    history: list[EventAnswer] | msgspec.UnsetType = msgspec.UNSET


class JobAnswer(msgspec.Struct, frozen=True):
    """What a verb answers. ``seq`` is the press's own, null where there was nothing left to do; ``job`` is as of now;
    ``made_id`` is the id of what was created (a note, an entry, a follow-up)."""

    job: ApiCard
    epoch: str
    seq: int | None
    made_id: int | None = None


class LaneAnswer(msgspec.Struct, frozen=True):
    key: Lane
    label: str
    count: int
    cards: list[ApiCard]
    total: MoneyAnswer | msgspec.UnsetType = msgspec.UNSET
    """What its cards come to; absent for those who may not see money."""


class BoardAnswer(msgspec.Struct, frozen=True):
    """Every lane of the view, each oldest first, true at ``seq``."""

    epoch: str
    seq: int
    lanes: list[LaneAnswer]
