"""Photos for a draft: those of its jobs that nobody has withdrawn, and which of them the office has chosen."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Invoice, InvoiceJob, Photo, PhotoKind

KIND_WORDS = {
    PhotoKind.BEFORE: "before the work",
    PhotoKind.DURING: "during the work",
    PhotoKind.AFTER: "after the work",
}


@dataclass(frozen=True, slots=True)
class OfferedPhoto:
    """``caption`` stands below it on the document."""

    id: int
    key: str
    caption: str
    is_chosen: bool


def photos_of(session: Session, invoice: Invoice) -> tuple[OfferedPhoto, ...]:
    """In the order of the jobs and of time."""
    chosen = {one["key"] for one in invoice.photos}
    rows = session.execute(
        select(Photo, InvoiceJob.number)
        .join(InvoiceJob, InvoiceJob.job_id == Photo.job_id)
        .where(InvoiceJob.invoice_id == invoice.id, Photo.withdrawn_at.is_(None))
        .order_by(InvoiceJob.position, Photo.at, Photo.id)
    )
    return tuple(
        OfferedPhoto(photo.id, photo.file_key, _caption(photo, number), photo.file_key in chosen)
        for photo, number in rows
    )


def still_shown(session: Session, invoice: Invoice) -> list[dict[str, Any]]:
    """What was chosen, without what was withdrawn since or went with its job."""
    if not invoice.photos:
        return []
    offered = {one.key for one in photos_of(session, invoice)}
    return [one for one in invoice.photos if one["key"] in offered]


def _caption(photo: Photo, number: int) -> str:
    words = f"Job {number}, {KIND_WORDS[photo.kind]}"
    return f"{words}: {photo.text}" if photo.text else words
