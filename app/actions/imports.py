"""Customers from a list of another program: all at once, those that are here already left as they are."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import Happening, record
from app.models import Customer, Invoice, Job, Site
from app.papers.customers_in import CustomerRow
from app.queries.imports import last_import
from app.rules.access import Right, may
from app.rules.refusal import Forbidden, Refusal

AT_ONCE = 1_000


def import_customers(session: Session, act: Act, *, rows: Iterable[CustomerRow]) -> Done:
    """Sent twice, the second finds everybody here and adds nobody."""
    if not may(act.by, Right.IMPORT):
        raise Forbidden
    here = names_here(session)
    new = [row for row in rows if row.name.casefold() not in here]
    if not new:
        raise Refusal("nothing_new", "Everybody on this list is here already. Nothing was added.")
    ids: list[int] = []
    for start in range(0, len(new), AT_ONCE):
        values = [_values(row, act) for row in new[start : start + AT_ONCE]]
        ids += session.scalars(insert(Customer).returning(Customer.id), values)
    data = {"count": len(new), "customer_ids": ids}
    return record(session, act, Happening("customers_imported", data=data))


def undo_import(session: Session, act: Act, *, event_id: int) -> Done:
    """Customers of the last import go again, for a day. Those that have a job, a site or an invoice by now stay."""
    if not may(act.by, Right.IMPORT):
        raise Forbidden
    last = last_import(session, at=act.at)
    if last is None or last.event_id != event_id:
        raise Refusal("no_undo", "This import cannot be undone any more. Nothing was removed.")
    gone = 0
    for start in range(0, last.count, AT_ONCE):
        gone += _remove_unused(session, last.customer_ids[start : start + AT_ONCE])
    if not gone:
        raise Refusal(
            "all_in_use", "All of these customers have a job, a site or an invoice by now."
        )
    data = {"event_id": event_id, "count": gone, "kept": last.count - gone}
    return record(session, act, Happening("customers_import_undone", data=data))


def _remove_unused(session: Session, ids: Sequence[int]) -> int:
    # Locked first: a job that names one of them waits until it is sure whether it stays.
    here = select(Customer.id).where(Customer.id.in_(ids)).order_by(Customer.id)
    found = set(session.scalars(here.with_for_update()))
    for kind in (Job, Site, Invoice):
        found -= set(session.scalars(select(kind.customer_id).where(kind.customer_id.in_(ids))))
    session.execute(delete(Customer).where(Customer.id.in_(found)))
    return len(found)


def names_here(session: Session) -> set[str]:
    """What tells customers apart: the name, whatever its capitals."""
    return {name.casefold() for name in session.scalars(select(Customer.name))}


def _values(row: CustomerRow, act: Act) -> dict[str, object]:
    words = asdict(row)
    del words["line"]
    return words | {
        "address_lines": list(row.address_lines),
        "reference_required": False,
        "created_at": act.at,
    }
