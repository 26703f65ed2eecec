"""What a draft is made from: the places of jobs on invoices, their lines, and what of a job is billed already."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Invoice, InvoiceJob, InvoiceKind, InvoiceLine, InvoiceState, LineSource
from app.rules.invoice import Line, Tax
from app.rules.outstanding import Billed
from app.rules.pricing import Source


def draft_place(session: Session, job_id: int) -> InvoiceJob | None:
    """The job's place on the one draft that it may be on."""
    return session.scalars(
        select(InvoiceJob).where(InvoiceJob.job_id == job_id, InvoiceJob.is_draft)
    ).one_or_none()


def places_on(session: Session, invoice_id: int) -> Sequence[InvoiceJob]:
    return session.scalars(
        select(InvoiceJob)
        .where(InvoiceJob.invoice_id == invoice_id)
        .order_by(InvoiceJob.position, InvoiceJob.id)
    ).all()


def jobs_on_drafts(session: Session, invoice_ids: Collection[int]) -> Sequence[int]:
    return session.scalars(
        select(InvoiceJob.job_id).where(InvoiceJob.invoice_id.in_(invoice_ids), InvoiceJob.is_draft)
    ).all()


def lines_on(session: Session, invoice_id: int) -> Sequence[InvoiceLine]:
    return session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id == invoice_id)
        .order_by(InvoiceLine.position, InvoiceLine.id)
    ).all()


def line_of(row: InvoiceLine) -> Line:
    """The row as the rules and every reader of an invoice know it."""
    return Line(
        description=row.description,
        quantity=row.quantity,
        unit=row.unit,
        unit_price=row.unit_price,
        tax=Tax(row.tax_category, row.tax_rate),
        net=row.net,
        job_number=row.job_number,
        supplied_on=row.supplied_on,
        note=row.note,
        price_per=row.price_per,
    )


def counts_as_billed() -> ColumnElement[bool]:
    """Lines of issued invoices that were not fully credited, and of the corrections to them. With ``refers_to`` outer
    joined by ``with_original``."""
    return and_(
        Invoice.state == InvoiceState.ISSUED,
        or_(Invoice.kind != InvoiceKind.CREDIT_NOTE, _Original.state == InvoiceState.ISSUED),
    )


_Original = aliased(Invoice)


def billed_of(session: Session, job_ids: Collection[int]) -> dict[int, dict[str, Billed]]:
    """By job and by key of the charge: its net so far, corrections taken off."""
    sign = case((Invoice.kind == InvoiceKind.CREDIT_NOTE, -1), else_=1)
    rows = session.execute(
        select(
            InvoiceLine.job_id,
            InvoiceLine.key,
            # What a person changed by hand was billed on purpose: only later facts make a difference.
            func.coalesce(InvoiceLine.computed_net, InvoiceLine.net) * sign,
            InvoiceLine.tax_category,
            InvoiceLine.tax_rate,
            InvoiceLine.description,
        )
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .outerjoin(_Original, _Original.id == Invoice.refers_to_id)
        .where(InvoiceLine.job_id.in_(job_ids), InvoiceLine.key.is_not(None), counts_as_billed())
        .order_by(InvoiceLine.id)
    )
    found: defaultdict[int, dict[str, Billed]] = defaultdict(dict)
    for job_id, key, net, category, rate, description in rows:
        if job_id is None or key is None:
            continue
        was = found[job_id].get(key)
        found[job_id][key] = (
            Billed(was.net + net, was.tax, was.description)
            if was
            else Billed(net, Tax(category, rate), description)
        )
    return found


def claimed_elsewhere(
    session: Session, job_ids: Collection[int], *, but: int
) -> set[tuple[Source, int]]:
    """What live lines of other documents than ``but`` bill already."""
    rows = session.execute(
        select(LineSource.kind, LineSource.source_id)
        .join(InvoiceLine, InvoiceLine.id == LineSource.line_id)
        .where(InvoiceLine.job_id.in_(job_ids), InvoiceLine.invoice_id != but, LineSource.is_live)
    )
    return {(Source(kind), source_id) for kind, source_id in rows}


def sources_of(session: Session, line_ids: Collection[int]) -> dict[int, set[tuple[Source, int]]]:
    """By line."""
    found: defaultdict[int, set[tuple[Source, int]]] = defaultdict(set)
    rows = session.execute(
        select(LineSource.line_id, LineSource.kind, LineSource.source_id).where(
            LineSource.line_id.in_(line_ids)
        )
    )
    for line_id, kind, source_id in rows:
        found[line_id].add((Source(kind), source_id))
    return found
