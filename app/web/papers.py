"""The PDF of an invoice and its e-invoice: printed once after the issue, kept, and from then on always the same bytes.

Printing happens outside of every transaction, in a thread. What the first try misses, the sweep prints later.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.actions.keeping_papers import keep_papers, kept_papers
from app.db import Database
from app.files.store import LocalFolder
from app.models import Invoice, InvoiceFile, InvoiceState, Mail, MailState
from app.queries.documents import document
from app.queries.terms import house_of
from app.rules.invoice import Document
from app.rules.numbering import day_of
from app.rules.refusal import NotFound, Refusal
from app.web.door import Call
from app.web.where import id_of

if TYPE_CHECKING:
    from app.papers.pdf import Printer

log = structlog.get_logger(__name__)

MEDIA = {"pdf": "application/pdf", "xml": "application/xml"}

AT_ONCE = 5
"""Invoices that one round of the sweep prints: the rest comes with the next."""

LOOKS_BACK = timedelta(days=60)
"""What the sweep reads each minute must not grow with the years."""


@dataclass(frozen=True, slots=True)
class Paper:
    """``is_kept``: issued and frozen; a draft is printed as it would be, and not kept."""

    body: bytes
    name: str
    is_kept: bool


@lru_cache(maxsize=1)
def printer(font_dir: Path | None) -> "Printer":
    """One for the program: it holds its fonts, and is loaded when it is first needed. ``font_dir``: further ones."""
    try:
        from app.papers.pdf import Printer
    except ImportError:
        raise Refusal("no_printer", "This server cannot print invoices.") from None
    return Printer([font_dir] if font_dir else [])


async def pdf(call: Call) -> Response:
    return await answer(call, id_of(call, "invoice_id"), "pdf")


async def xml(call: Call) -> Response:
    return await answer(call, id_of(call, "invoice_id"), "xml")


async def logo(call: Call) -> Response:
    """What stands above this document: of an issued one the logo that it was issued with."""
    found, _ = await call.db.ask(_read, invoice_id=id_of(call, "invoice_id"), at=call.at)
    store: LocalFolder = call.request.app.state.pictures.store
    if found.logo_key is None:
        return Response(status_code=204)
    try:
        body = await store.read(found.logo_key)
    except FileNotFoundError:
        raise NotFound from None
    return Response(body, media_type="image/png", headers={"Cache-Control": "no-store"})


async def answer(call: Call, invoice_id: int, kind: str) -> Response:
    paper = await paper_of(
        call.db,
        call.request.app.state.pictures.store,
        invoice_id,
        kind,
        at=call.at,
        font_dir=call.settings.font_dir,
    )
    return as_file(paper, kind)


def as_file(paper: Paper, kind: str) -> Response:
    """A name of ours, and nothing that a browser could run."""
    return Response(
        paper.body,
        media_type=MEDIA[kind],
        headers={
            "Content-Disposition": f"{'inline' if kind == 'pdf' else 'attachment'}; "
            f'filename="{paper.name}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


async def paper_of(
    db: Database,
    store: LocalFolder,
    invoice_id: int,
    kind: str,
    *,
    at: datetime,
    font_dir: Path | None = None,
) -> Paper:
    """Raises ``NotFound``, or ``Refusal`` with the reason why there is no e-invoice."""
    found, kept = await db.ask(_read, invoice_id=invoice_id, at=at)
    is_issued = found.kind != "draft"
    name = f"{found.number}" if found.number else f"draft-{invoice_id}"
    if kind in kept:
        return Paper(kept[kind], name, is_kept=True)
    files, why_no_xml = await _printed(found, store, font_dir)
    if is_issued:
        files = await db.write(keep_papers, invoice_id=invoice_id, at=at, files=files)
    if kind not in files:
        raise Refusal("no_e_invoice", why_no_xml or "There is no e-invoice of this document.")
    return Paper(files[kind], name, is_kept=is_issued)


def _read(
    session: Session, *, invoice_id: int, at: datetime
) -> tuple[Document, Mapping[str, bytes]]:
    today = day_of(at, house_of(session).zone)
    # What was paid meanwhile is not part of what was issued.
    found = replace(document(session, invoice_id, today=today), paid=0)
    return found, kept_papers(session, invoice_id=invoice_id)


async def _printed(
    found: Document, store: LocalFolder, font_dir: Path | None
) -> tuple[dict[str, bytes], str | None]:
    keys = [key for key, _ in found.photos] + ([found.logo_key] if found.logo_key else [])
    pictures = {}
    for key in keys:
        with suppress(OSError):  # What is not there is marked on the sheet.
            pictures[key] = await store.read(key)
    done = await asyncio.to_thread(printer(font_dir).print, found, pictures=pictures)
    files = {"pdf": done.pdf} | ({"xml": done.xml} if done.xml else {})
    return files, done.why_no_xml


async def print_missing(
    db: Database, store: LocalFolder, *, at: datetime, font_dir: Path | None = None
) -> int:
    """Print what was issued and not printed yet. One that fails is logged and tried again at the next round."""
    done = 0
    for invoice_id in await db.ask(_unprinted, at=at):
        try:
            await paper_of(db, store, invoice_id, "pdf", at=at, font_dir=font_dir)
            done += 1
        except (NotFound, Refusal):
            continue
        except Exception:
            log.exception("print_failed", invoice=invoice_id)
    return done


def _unprinted(session: Session, *, at: datetime) -> list[int]:
    """Of the last weeks. An older one is printed when somebody asks for it, or when a letter waits for it."""
    has_pdf = exists().where(InvoiceFile.invoice_id == Invoice.id, InvoiceFile.kind == "pdf")
    issued = select(Invoice.id).where(Invoice.state != InvoiceState.DRAFT, ~has_pdf)
    recent = issued.where(Invoice.issued_on >= at.date() - LOOKS_BACK)
    waits = issued.join(Mail, Mail.invoice_id == Invoice.id).where(Mail.state == MailState.WAITING)
    by_day = session.scalars(recent.order_by(Invoice.issued_on, Invoice.id).limit(AT_ONCE))
    return list(dict.fromkeys([*by_day, *session.scalars(waits.distinct().limit(AT_ONCE))]))
