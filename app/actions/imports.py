"""Customers from a list of another program: all at once, those that are here already left as they are."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import Happening, record
from app.models import Customer
from app.papers.customers_in import CustomerRow
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
    for start in range(0, len(new), AT_ONCE):
        session.execute(
            insert(Customer), [_values(row, act) for row in new[start : start + AT_ONCE]]
        )
    return record(session, act, Happening("customers_imported", data={"count": len(new)}))


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
