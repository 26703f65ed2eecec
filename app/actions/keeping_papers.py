"""What was printed once after the issue is kept with its hash, and never printed again."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.models import InvoiceFile


def keep_papers(
    session: Session, *, invoice_id: int, at: datetime, files: dict[str, bytes]
) -> dict[str, bytes]:
    """By kind ("pdf", "xml"). Who was first is kept: answers what is kept now."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    for kind, body in files.items():
        session.execute(
            insert(InvoiceFile)
            .values(
                invoice_id=invoice_id,
                kind=kind,
                sha256=hashlib.sha256(body).hexdigest(),
                body=body,
                made_at=at,
            )
            .on_conflict_do_nothing(index_elements=["invoice_id", "kind"])
        )
    return kept_papers(session, invoice_id=invoice_id)


def kept_papers(session: Session, *, invoice_id: int) -> dict[str, bytes]:
    rows = session.execute(
        select(InvoiceFile.kind, InvoiceFile.body).where(InvoiceFile.invoice_id == invoice_id)
    )
    return {kind: bytes(body) for kind, body in rows}
