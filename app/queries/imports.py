"""The last import of customers, while it can be undone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Event

UNDO_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LastImport:
    event_id: int
    at: datetime
    customer_ids: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.customer_ids)


def last_import(session: Session, *, at: datetime) -> LastImport | None:
    """None: there was none in the last day, or it was undone, or only what came before it is left."""
    event = session.scalars(
        select(Event)
        .where(
            Event.job_id.is_(None),
            Event.kind.in_(("customers_imported", "customers_import_undone")),
        )
        .order_by(Event.id.desc())
        .limit(1)
    ).first()
    if event is None or event.kind != "customers_imported" or at - event.recorded_at > UNDO_FOR:
        return None
    ids = tuple(event.data.get("customer_ids", ()))
    return LastImport(event.id, event.recorded_at, ids) if ids else None
