"""Which facts a draft's lines bill: each on one live line, by constraint."""

from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.models import InvoiceLine, LineSource
from app.queries.drafts import sources_of
from app.rules.pricing import Source

Claims = dict[InvoiceLine, set[tuple[Source, int]]]
"""What each line bills."""


def claim(
    session: Session,
    wanted: Claims,
    claimed: set[tuple[Source, int]],
) -> None:
    """Let go first, then take: the constraint allows a source on one live line only."""
    theirs = sources_of(session, [row.id for row in wanted])
    new: list[dict[str, Any]] = []
    for row, sources in wanted.items():
        free = (sources - claimed) or {(Source.ADJUSTMENT, row.id)}
        for kind, source_id in theirs.get(row.id, set()) - free:
            session.execute(
                delete(LineSource).where(
                    LineSource.line_id == row.id,
                    LineSource.kind == kind,
                    LineSource.source_id == source_id,
                )
            )
        new += [
            {"line_id": row.id, "kind": kind, "source_id": source_id, "is_live": True}
            for kind, source_id in sorted(free - theirs.get(row.id, set()))
        ]
    if new:
        session.execute(insert(LineSource), new)
