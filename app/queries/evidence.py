"""What the two pages of a job show of its evidence: photos, parts, checklist, signature. Withdrawn facts stay, struck
through; what a newer answer replaced is in the history alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    ChecklistAnswer,
    ComingPhoto,
    Job,
    JobType,
    PartUsed,
    Photo,
    Signature,
    Withdrawable,
)
from app.queries.cards import Who
from app.queries.jobs import company_of
from app.rules.access import Actor, Right, Scope, may, scope_of
from app.rules.photos import likely_kind
from app.rules.states import Progress

Fact = TypeVar("Fact", bound=Withdrawable)
Names = Mapping[int, Who]

REPLACED = frozenset({"Answered anew", "Signed anew", "A part was listed"})
"""Reasons that the program itself gives: nobody withdrew these, something newer took their place."""


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """``at`` is when it was taken, as far as that is known. ``client_id`` is the phone's own name for it."""

    id: int
    kind: str
    by: str
    at: datetime
    client_id: str
    item_id: str | None = None
    withdrawn: str | None = None
    may_withdraw: bool = False


@dataclass(frozen=True, slots=True)
class ComingRow:
    """A photo that a stop announced and that has not arrived."""

    client_id: str
    kind: str
    by: str
    at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """``unit_price`` is None for those who see no prices; ``needs_price``: nobody knows it yet."""

    id: int
    text: str
    quantity: Decimal
    unit: str
    by: str
    at: datetime
    none_used: bool = False
    unit_price: Decimal | None = None
    needs_price: bool = False
    withdrawn: str | None = None
    may_withdraw: bool = False


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line of the checklist with its standing answer. ``kind``: "yes_no" or "value"."""

    id: str
    text: str
    is_required: bool
    wants_photo: bool
    kind: str
    value: str | None = None
    answer_id: int | None = None
    by: str = ""
    at: datetime | None = None
    may_withdraw: bool = False
    photos: tuple[PhotoRow, ...] = ()

    @property
    def is_met(self) -> bool:
        return self.value is not None and (bool(self.photos) or not self.wants_photo)


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """``kind``: drawn, typed or absent. ``text`` is the name, or why nobody could sign."""

    id: int
    kind: str
    text: str
    by: str
    at: datetime
    withdrawn: str | None = None
    may_withdraw: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """``likely_kind``: what the next photo most likely shows. ``sees_prices`` and ``currency`` are for the office."""

    photos: tuple[PhotoRow, ...] = ()
    coming: tuple[ComingRow, ...] = ()
    parts: tuple[PartRow, ...] = ()
    checklist: tuple[CheckRow, ...] = ()
    signatures: tuple[SignatureRow, ...] = ()
    likely_kind: str = "during"
    sees_prices: bool = False
    currency: str = "EUR"

    @property
    def standing_photos(self) -> int:
        return sum(photo.withdrawn is None for photo in self.photos)

    @property
    def standing_parts(self) -> tuple[PartRow, ...]:
        return tuple(p for p in self.parts if p.withdrawn is None and not p.none_used)

    @property
    def said_none_used(self) -> bool:
        return any(p.none_used and p.withdrawn is None for p in self.parts)

    @property
    def signature(self) -> SignatureRow | None:
        return next((s for s in reversed(self.signatures) if s.withdrawn is None), None)

    @property
    def checks_done(self) -> int:
        return sum(check.is_met for check in self.checklist)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who looks, and at what: decides about names, prices and withdrawals."""

    session: Session
    job: Job
    by: Actor
    people: Names

    def all_of(self, kind: type[Fact]) -> Sequence[Fact]:
        """In the order in which they happened, without what was merely replaced."""
        rows = self.session.scalars(
            select(kind).where(kind.job_id == self.job.id).order_by(kind.at, kind.id)
        )
        return [row for row in rows if row.withdraw_reason not in REPLACED]

    def name(self, person_id: int | None) -> str:
        found = self.people.get(person_id) if person_id else None
        return found.name if found else "Readyboard"

    def withdrawn(self, row: Withdrawable) -> str | None:
        if row.withdrawn_at is None:
            return None
        return f"{row.withdraw_reason or 'no reason'} ({self.name(row.withdrawn_by)})"

    def may_withdraw(self, row: Withdrawable) -> bool:
        scope = scope_of(self.by, Right.WRITE_FACTS)
        is_theirs = scope is Scope.ALL or (scope is Scope.OWN and row.person_id == self.by.id)
        return is_theirs and row.withdrawn_at is None


def evidence_of(
    session: Session,
    job: Job,
    by: Actor,
    people: Names,
    *,
    progress: Progress | None = None,
    missing: Sequence[str] = (),
) -> Evidence:
    """``progress`` is the reader's own, ``missing`` the codes that are not met: they decide what a photo shows."""
    reader = _Reader(session, job, by, people)
    photos = tuple(_photo(reader, row) for row in reader.all_of(Photo))
    sees_prices = may(by, Right.SET_PRICES)
    return Evidence(
        photos=photos,
        coming=_coming(reader),
        parts=tuple(_part(reader, row, sees_prices) for row in reader.all_of(PartUsed)),
        checklist=_checklist(reader, photos),
        signatures=tuple(_signature(reader, row) for row in reader.all_of(Signature)),
        likely_kind=likely_kind(progress, missing),
        sees_prices=sees_prices,
        currency=company_of(session).currency,
    )


def _photo(reader: _Reader, row: Photo) -> PhotoRow:
    return PhotoRow(
        id=row.id,
        kind=str(row.kind),
        by=reader.name(row.person_id),
        at=row.taken_at or row.at,
        client_id=row.client_id,
        item_id=row.item_id,
        withdrawn=reader.withdrawn(row),
        may_withdraw=reader.may_withdraw(row),
    )


def _coming(reader: _Reader) -> tuple[ComingRow, ...]:
    rows = reader.session.scalars(
        select(ComingPhoto)
        .where(ComingPhoto.job_id == reader.job.id, ComingPhoto.settled_at.is_(None))
        .order_by(ComingPhoto.id)
    )
    return tuple(
        ComingRow(
            client_id=row.client_id,
            kind=str(row.kind),
            by=reader.name(row.person_id),
            at=row.announced_at,
            is_mine=row.person_id == reader.by.id,
        )
        for row in rows
    )


def _part(reader: _Reader, row: PartUsed, sees_prices: bool) -> PartRow:
    return PartRow(
        id=row.id,
        text=row.text,
        quantity=row.quantity,
        unit=row.unit,
        by=reader.name(row.person_id),
        at=row.at,
        none_used=row.none_used,
        unit_price=row.unit_price if sees_prices else None,
        needs_price=row.unit_price is None and not row.none_used and row.withdrawn_at is None,
        withdrawn=reader.withdrawn(row),
        may_withdraw=reader.may_withdraw(row),
    )


def _signature(reader: _Reader, row: Signature) -> SignatureRow:
    return SignatureRow(
        id=row.id,
        kind=str(row.kind),
        text=row.text,
        by=reader.name(row.person_id),
        at=row.at,
        withdrawn=reader.withdrawn(row),
        may_withdraw=reader.may_withdraw(row),
    )


def _checklist(reader: _Reader, photos: Sequence[PhotoRow]) -> tuple[CheckRow, ...]:
    """The job type's lines as they are now; answers to lines that are gone stay in the history."""
    number = reader.job.job_type_id
    job_type = reader.session.get(JobType, number) if number else None
    answers = {
        row.item_id: row for row in reader.all_of(ChecklistAnswer) if row.withdrawn_at is None
    }
    lines = job_type.checklist if job_type else ()
    return tuple(_check(reader, line, answers.get(line["id"]), photos) for line in lines)


def _check(
    reader: _Reader,
    line: Mapping[str, Any],
    answer: ChecklistAnswer | None,
    photos: Sequence[PhotoRow],
) -> CheckRow:
    return CheckRow(
        id=line["id"],
        text=line["text"],
        is_required=line["required"],
        wants_photo=bool(line.get("photo")),
        kind=line.get("answer", "yes_no"),
        value=answer.text if answer else None,
        answer_id=answer.id if answer else None,
        by=reader.name(answer.person_id) if answer else "",
        at=answer.at if answer else None,
        may_withdraw=answer is not None and reader.may_withdraw(answer),
        photos=tuple(p for p in photos if p.item_id == line["id"] and p.withdrawn is None),
    )
