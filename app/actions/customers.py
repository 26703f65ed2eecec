"""Who pays, and where the work is: adding and changing customers and sites."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import Happening, record
from app.actions.retelling import retell
from app.models import Customer, Job, Site
from app.rules.access import Right, may
from app.rules.refusal import BadInput, Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class CustomerWords:
    """What may be said about a customer; only the name is needed. ``country``: two capital letters."""

    name: str
    email: str | None = None
    phone: str | None = None
    address_lines: tuple[str, ...] = ()
    postcode: str | None = None
    city: str | None = None
    country: str | None = None
    tax_id: str | None = None
    terms_days: int | None = None
    reference_required: bool = False


@dataclass(frozen=True, slots=True)
class SiteWords:
    """What may be said about a site; ``street`` is its address's lines, one under the other."""

    street: str = ""
    customer_id: int | None = None
    name: str | None = None
    postcode: str | None = None
    city: str | None = None
    country: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    access_note: str | None = None


CUSTOMER_FIELDS = frozenset(field.name for field in fields(CustomerWords))
SITE_FIELDS = frozenset(field.name for field in fields(SiteWords))


def add_customer(session: Session, act: Act, *, words: CustomerWords) -> Done:
    _refuse_stranger(act)
    row = Customer(**_plain(asdict(words)), created_at=act.at)
    session.add(row)
    session.flush()
    return _quiet(session, act, "customer_added", customer_id=row.id, made_id=row.id)


def change_customer(
    session: Session, act: Act, *, customer_id: int, changes: Mapping[str, Any]
) -> Done:
    """``changes`` by the names of ``CustomerWords``; what is not in it stays. A new name is shown on every card."""
    _refuse_stranger(act)
    row = session.get(Customer, customer_id, with_for_update=True)
    if row is None:
        raise NotFound
    old = _apply(row, changes, CUSTOMER_FIELDS)
    if not old:
        return Done(made_id=row.id)
    if "name" not in old:
        return _quiet(session, act, "customer_changed", customer_id=row.id, made_id=row.id)
    renamed = Happening("customer_renamed", data={"old": old["name"], "new": row.name})
    return retell(session, act, Job.customer_id == row.id, renamed)


def add_site(session: Session, act: Act, *, words: SiteWords) -> Done:
    _refuse_stranger(act)
    _refuse_unknown_customer(session, words.customer_id)
    _refuse_nowhere(words.street, words.name, words.city)
    row = Site(**asdict(words), created_at=act.at)
    session.add(row)
    session.flush()
    return _quiet(session, act, "site_added", site_id=row.id, made_id=row.id)


def change_site(session: Session, act: Act, *, site_id: int, changes: Mapping[str, Any]) -> Done:
    """Street and town stand on cards; name, contact and access note on the job's own page, which follows too."""
    _refuse_stranger(act)
    row = session.get(Site, site_id, with_for_update=True)
    if row is None:
        raise NotFound
    _refuse_unknown_customer(session, changes.get("customer_id"))
    old = _apply(row, changes, SITE_FIELDS)
    if not old:
        return Done(made_id=row.id)
    _refuse_nowhere(row.street, row.name, row.city)
    changed = Happening("site_changed", data={"fields": sorted(old)})
    return retell(session, act, Job.site_id == row.id, changed)


def _refuse_stranger(act: Act) -> None:
    if not may(act.by, Right.EDIT_CUSTOMERS):
        raise Forbidden


def _refuse_unknown_customer(session: Session, customer_id: int | None) -> None:
    if customer_id is None:
        return
    if session.scalar(select(Customer.id).where(Customer.id == customer_id)) is None:
        raise BadInput(
            "unknown", "There is no such customer. Choose one from the list.", field="customer_id"
        )


def _refuse_nowhere(street: str, name: str | None, city: str | None) -> None:
    if not (street or name or city):
        raise BadInput(
            "nowhere", "Say where it is: a street, a town, or what people call it.", field="street"
        )


def _apply(
    row: Customer | Site, changes: Mapping[str, Any], known: frozenset[str]
) -> dict[str, Any]:
    """Set what differs; answers the old values of those fields."""
    if unknown := changes.keys() - known:
        raise ValueError(f"expected some of {sorted(known)}, got {sorted(unknown)}")
    new = {k: v for k, v in _plain(changes).items() if getattr(row, k) != v}
    old = {name: getattr(row, name) for name in new}
    for name, value in new.items():
        setattr(row, name, value)
    return old


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lines are stored as a list."""
    return {k: list(v) if k == "address_lines" else v for k, v in values.items()}


def _quiet(session: Session, act: Act, kind: str, *, made_id: int, **data: Any) -> Done:
    """For the history; no board shows it."""
    done = record(session, act, Happening(kind, data=data))
    return Done(seq=done.seq, epoch=done.epoch, made_id=made_id)
