"""What the office does to a draft by hand: lines of its own, other words or prices, a discount, the photos to show."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.billing import hold_of, refuse_issued, refuse_stranger
from app.actions.drafts import add_up, drop_line, fill, redraw
from app.actions.history import before, record
from app.models import Invoice, InvoiceLine, Job, LineSource
from app.queries.draft_photos import photos_of
from app.queries.drafts import lines_on
from app.rules.access import Right
from app.rules.invoice import Line, Tax
from app.rules.lawful import CATEGORIES
from app.rules.money import MOST, checked, net_of
from app.rules.pricing import Source
from app.rules.refusal import BadInput, NotFound

FIRST_BY_HAND = 10**9
"""Position of lines that belong to no job: below all that do. Those of a job follow its own."""

AFTER_OWN = 9_000
"""Within a job's ten thousand: behind the lines that write themselves."""


@dataclass(frozen=True, slots=True)
class LineWords:
    """A line as a person types it. ``unit_price`` in major units."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    tax: Tax
    job_id: int | None = None
    supplied_on: date | None = None


def add_line(session: Session, act: Act, *, invoice_id: int, words: LineWords) -> Done:
    """A line made by hand; nothing recomputes it."""
    invoice, jobs = _draft(session, act, invoice_id)
    job = next((job for job in jobs if job.id == words.job_id), None)
    if words.job_id is not None and job is None:
        raise BadInput("unknown_job", "This job is not on the draft.", field="job_id")
    row = InvoiceLine(
        invoice_id=invoice.id,
        job_id=words.job_id,
        position=_position(session, invoice, words.job_id),
        key=None,
        is_edited=True,
    )
    fill(row, _line(words, invoice.currency, number=job.number if job else None))
    session.add(row)
    session.flush()
    session.execute(
        insert(LineSource).values(
            line_id=row.id, kind=Source.ADJUSTMENT, source_id=row.id, is_live=True
        )
    )
    return replace(_changed(session, act, invoice, jobs), made_id=row.id)


def edit_line(
    session: Session, act: Act, *, invoice_id: int, line_id: int, words: LineWords
) -> Done:
    """Other words, quantity or price. From now on the line is kept as it is, and flagged when its facts change."""
    invoice, jobs = _draft(session, act, invoice_id)
    row = _line_on(session, invoice, line_id)
    line = _line(words, invoice.currency, number=row.job_number)
    fill(row, replace(line, supplied_on=words.supplied_on or row.supplied_on))
    row.is_edited, row.needs_look = True, False
    return _changed(session, act, invoice, jobs)


def reset_line(session: Session, act: Act, *, invoice_id: int, line_id: int) -> Done:
    """Back to what the facts say; a line made by hand goes."""
    invoice, jobs = _draft(session, act, invoice_id)
    row = _line_on(session, invoice, line_id)
    if row.key is None or row.computed_net == 0:
        drop_line(session, row)
    else:
        row.is_edited = row.needs_look = False
    session.flush()
    redraw(session, invoice, [job for job in jobs if job.id == row.job_id])
    return _changed(session, act, invoice, jobs)


def set_discount(
    session: Session,
    act: Act,
    *,
    invoice_id: int,
    reason: str,
    per_cent: Decimal | None = None,
    amount: int | None = None,
) -> Done:
    """On the whole document: a percentage, or an amount in minor units that is split over its taxes. Neither: none."""
    invoice, jobs = _draft(session, act, invoice_id)
    is_none = per_cent is None and amount is None
    if not is_none and not reason.strip():
        raise BadInput("no_reason", "Say what the discount is for.", field="reason")
    if per_cent is not None and not (per_cent.is_finite() and 0 < per_cent <= 100):
        raise BadInput("out_of_range", "Enter a discount from 0 to 100 per cent.", field="per_cent")
    if amount is not None:
        checked(amount, least=1)
        if amount > sum(row.net for row in lines_on(session, invoice.id)):
            raise BadInput("too_much", "This is more than the invoice. Enter less.", field="amount")
    invoice.discount_reason = None if is_none else reason.strip()
    invoice.discount_per_cent, invoice.discount_amount = per_cent, amount
    return _changed(session, act, invoice, jobs)


def choose_photos(session: Session, act: Act, *, invoice_id: int, photo_ids: set[int]) -> Done:
    """Exactly these photos of its jobs shall be on the document, in the order of the jobs and of time."""
    invoice, jobs = _draft(session, act, invoice_id)
    offered = photos_of(session, invoice)
    if photo_ids - {one.id for one in offered}:
        raise BadInput(
            "unknown_photo",
            "One of these photos was withdrawn, or is not of a job on this draft. Look at them again.",
        )
    invoice.photos = [
        {"key": one.key, "caption": one.caption} for one in offered if one.id in photo_ids
    ]
    return _changed(session, act, invoice, jobs)


def refresh_draft(session: Session, act: Act, *, invoice_id: int) -> Done:
    """Computed anew with the settings of now. Nothing differs: nothing happens."""
    invoice, jobs = _draft(session, act, invoice_id)
    told = [before(job) for job in jobs]
    if not redraw(session, invoice, jobs):
        return Done(job_id=jobs[0].id)
    return record(session, act, *(was.then("draft_changed", invoice_id=invoice.id) for was in told))


def _draft(session: Session, act: Act, invoice_id: int) -> tuple[Invoice, list[Job]]:
    refuse_stranger(act, Right.BILL)
    invoice, jobs = hold_of(session, invoice_id)
    refuse_issued(invoice)
    return invoice, list(jobs)


def _changed(session: Session, act: Act, invoice: Invoice, jobs: list[Job]) -> Done:
    told = [before(job) for job in jobs]
    add_up(session, invoice)
    return record(session, act, *(was.then("draft_changed", invoice_id=invoice.id) for was in told))


def _position(session: Session, invoice: Invoice, job_id: int | None) -> int:
    own = [row.position for row in lines_on(session, invoice.id) if row.job_id == job_id]
    if job_id is None:
        return max(own, default=FIRST_BY_HAND) + 1
    return max(own, default=0) // 10_000 * 10_000 + AFTER_OWN + len(own)


def _line_on(session: Session, invoice: Invoice, line_id: int) -> InvoiceLine:
    row = session.get(InvoiceLine, line_id, populate_existing=True)
    if row is None or row.invoice_id != invoice.id:
        raise NotFound("There is no such line on this draft. Look at it again.")
    return row


def _line(words: LineWords, currency: str, *, number: int | None) -> Line:
    if not words.description.strip():
        raise BadInput("no_words", "Say what the line is for.", field="description")
    _refuse_wrong(words.quantity, field="quantity")
    _refuse_wrong(words.unit_price, field="unit_price")
    if words.tax.category not in CATEGORIES or not 0 <= words.tax.rate <= 100:
        raise BadInput("unknown_tax", "Choose a tax from the list.", field="tax")
    net = checked(net_of(words.quantity, words.unit_price, currency), field="unit_price")
    return Line(
        description=words.description.strip(),
        quantity=words.quantity,
        unit=words.unit or "piece",
        unit_price=words.unit_price,
        tax=words.tax,
        net=net,
        job_number=number,
        supplied_on=words.supplied_on,
    )


def _refuse_wrong(number: Decimal, *, field: str) -> None:
    is_fine = number.is_finite() and 0 <= number <= MOST
    exponent = number.as_tuple().exponent if is_fine else 0
    if not is_fine or (isinstance(exponent, int) and exponent < -4):
        raise BadInput(
            "out_of_range", "Enter a number from 0 up, with at most four decimals.", field=field
        )
