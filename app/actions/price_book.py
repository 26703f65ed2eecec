"""The price book: what parts are called and cost. A retired part is found on old jobs and used on no new one.

Prices are frozen at use: changing one here changes no job.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import Happening, record
from app.models import PriceBookItem
from app.rules.access import Right, may
from app.rules.refusal import BadInput, Forbidden, NotFound

TAX_CATEGORIES = frozenset({"S", "Z", "E", "AE", "K", "G", "O"})
"""EN 16931's: standard, zero, exempt, reverse charge, within the EU, export, outside the tax."""


@dataclass(frozen=True, slots=True)
class PartWords:
    """What may be said about a part. ``unit_price`` in major units, ``tax_rate`` in per cent."""

    description: str
    unit: str
    unit_price: Decimal
    number: str | None = None
    tax_category: str = "S"
    tax_rate: Decimal = Decimal(0)


PART_FIELDS = frozenset(field.name for field in fields(PartWords))


def add_part(session: Session, act: Act, *, words: PartWords) -> Done:
    _refuse_stranger(act)
    _refuse_bad(asdict(words))
    _refuse_taken(session, words.number, but=None)
    row = PriceBookItem(**asdict(words), search_text="", created_at=act.at)
    row.search_text = _search_text(row)
    session.add(row)
    session.flush()
    return _quiet(session, act, "price_book_added", row)


def change_part(session: Session, act: Act, *, item_id: int, changes: Mapping[str, Any]) -> Done:
    """``changes`` by the names of ``PartWords``; what is not in it stays."""
    row = _item_for(session, act, item_id)
    if unknown := changes.keys() - PART_FIELDS:
        raise ValueError(f"expected some of {sorted(PART_FIELDS)}, got {sorted(unknown)}")
    new = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not new:
        return Done(made_id=row.id)
    _refuse_bad(new)
    _refuse_taken(session, new.get("number"), but=row.id)
    old = {name: _plain(getattr(row, name)) for name in new}
    for name, value in new.items():
        setattr(row, name, value)
    row.search_text = _search_text(row)
    plain = {name: _plain(value) for name, value in new.items()}
    return _quiet(session, act, "price_book_changed", row, old=old, new=plain)


def retire_part(session: Session, act: Act, *, item_id: int) -> Done:
    """It is offered no more; jobs that used it keep it. Twice is once."""
    row = _item_for(session, act, item_id)
    if row.retired_at is not None:
        return Done(made_id=row.id)
    row.retired_at = act.at
    return _quiet(session, act, "price_book_retired", row)


def take_back_part(session: Session, act: Act, *, item_id: int) -> Done:
    """A retired part is offered again."""
    row = _item_for(session, act, item_id)
    if row.retired_at is None:
        return Done(made_id=row.id)
    row.retired_at = None
    return _quiet(session, act, "price_book_returned", row)


def _item_for(session: Session, act: Act, item_id: int) -> PriceBookItem:
    _refuse_stranger(act)
    row = session.get(PriceBookItem, item_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


def _refuse_stranger(act: Act) -> None:
    if not may(act.by, Right.EDIT_PRICE_BOOK):
        raise Forbidden


def _refuse_bad(words: Mapping[str, Any]) -> None:
    if "description" in words and not words["description"].strip():
        raise BadInput("no_words", "Say what the part is called.", field="description")
    if "unit" in words and not words["unit"].strip():
        raise BadInput("no_unit", "Say what one of it is: piece, m, kg.", field="unit")
    if words.get("tax_category", "S") not in TAX_CATEGORIES:
        raise BadInput("tax", "Choose the kind of tax from the list.", field="tax_category")


def _refuse_taken(session: Session, number: str | None, *, but: int | None) -> None:
    if number is None:
        return
    other = session.scalar(select(PriceBookItem.id).where(PriceBookItem.number == number))
    if other is not None and other != but:
        raise BadInput("number_taken", "Another part has this number already.", field="number")


def _search_text(row: PriceBookItem) -> str:
    return " ".join(part for part in (row.number, row.description) if part).lower()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _quiet(session: Session, act: Act, kind: str, row: PriceBookItem, **data: Any) -> Done:
    """For the history; no board shows it."""
    done = record(session, act, Happening(kind, data={"item_id": row.id, **data}))
    return Done(seq=done.seq, epoch=done.epoch, made_id=row.id)
