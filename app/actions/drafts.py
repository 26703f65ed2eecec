"""The draft that writes itself: lines from the facts, again after each change, until the invoice is issued.

What a person changed by hand is kept and flagged when the facts say something else since. Called by ``settling`` after
every change of a fact, with the job locked.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.actions.claiming import Claims, claim
from app.models import Customer, Invoice, InvoiceJob, InvoiceLine, Job, LineSource, Site
from app.queries.billing import price_jobs
from app.queries.drafts import (
    billed_of,
    claimed_elsewhere,
    draft_place,
    line_of,
    lines_on,
    places_on,
)
from app.queries.terms import frozen, house_of, settings_of
from app.rules.invoice import Allowance, Line, TaxGroup, discount, totals
from app.rules.outstanding import outstanding
from app.rules.pricing import Charge, Priced
from app.rules.refusal import NotFound, Refusal
from app.rules.states import CLOSED, State

APART = 10_000
"""Between the first lines of two jobs: more lines than one job has, so that each keeps its own order."""

TRAIL = 50
"""Versions of a draft whose totals are remembered, for the sentence that says what has changed."""


KEEPS_RATES = CLOSED | {State.READY, State.BILLING}


class NewLine(NamedTuple):
    """A charge that is not on the draft yet."""

    job_id: int
    position: int
    charge: Charge


def follow(session: Session, job: Job) -> None:
    """What a change of facts or state means for the job's money: frozen rates, its draft, its difference."""
    keep_rates(session, job)
    if job.state is State.BILLING or job.state in (State.INVOICED, State.PAID):
        _follow_draft(session, job)
    if job.state in (State.INVOICED, State.PAID):
        job.difference = difference_of(session, job)


def keep_rates(session: Session, job: Job) -> None:
    """Frozen when the job first reaches ready, until it leaves; another customer or job type freezes them anew."""
    if job.state not in KEEPS_RATES:
        job.rates = None
    elif job.state in (State.READY, State.BILLING):
        kept = job.rates
        whose = (job.customer_id, job.job_type_id)
        if kept is None or (kept["customer_id"], kept["job_type_id"]) != whose:
            job.rates = None
            job.rates = frozen(session, job)


def _follow_draft(session: Session, job: Job) -> None:
    place = draft_place(session, job.id)
    if place is None:
        return
    invoice = lock_invoice(session, place.invoice_id)
    if job.customer_id != invoice.customer_id:
        payer = session.get(Customer, invoice.customer_id)
        raise Refusal(
            "on_a_draft",
            f"This job is on a draft invoice for {payer.name if payer else 'another customer'}. "
            "Take it back first.",
        )
    redraw(session, invoice, [job])


def difference_of(session: Session, job: Job) -> int | None:
    """What the job would cost now less what was billed, net; None where nothing differs."""
    charges = outstanding(
        price_jobs(session, [job])[job.id].charges,
        billed_of(session, [job.id]).get(job.id, {}),
        currency=house_of(session).currency,
        number=job.number,
    )
    return sum(charge.line.net for charge in charges) or None


def lock_invoice(session: Session, invoice_id: int) -> Invoice:
    """After the jobs on it, before the number series."""
    found = session.scalars(
        select(Invoice)
        .where(Invoice.id == invoice_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such invoice. The draft may have been discarded.")
    return found


def redraw(session: Session, invoice: Invoice, jobs: Sequence[Job]) -> bool:
    """Write the lines of these jobs anew and add everything up. Answers whether anything changed."""
    session.flush()
    ids = [job.id for job in jobs]
    prices, billed = price_jobs(session, jobs), billed_of(session, ids)
    claimed = claimed_elsewhere(session, ids, but=invoice.id)
    before = [_fingerprint(line) for line in lines_on(session, invoice.id)]
    rows: defaultdict[int | None, list[InvoiceLine]] = defaultdict(list)
    for line in lines_on(session, invoice.id):
        rows[line.job_id].append(line)
    places = {place.job_id: place for place in places_on(session, invoice.id)}
    wanted: Claims = {}
    new: list[NewLine] = []
    for job in jobs:
        charges = outstanding(
            prices[job.id].charges,
            billed.get(job.id, {}),
            currency=invoice.currency,
            number=job.number,
        )
        place = places[job.id]
        _describe(session, place, job, prices[job.id])
        wanted |= _write_lines(session, place, rows[job.id], charges, new)
    session.flush()
    wanted |= _add_lines(session, invoice, new)
    claim(session, wanted, claimed)
    after = [_fingerprint(line) for line in lines_on(session, invoice.id)]
    return add_up(session, invoice, lines_changed=before != after)


def _write_lines(
    session: Session,
    place: InvoiceJob,
    rows: Sequence[InvoiceLine],
    charges: Sequence[Charge],
    new: list[NewLine],
) -> Claims:
    """One job's lines; answers what each of them bills. Hand-made ones (no key) are left alone, and those that the
    draft does not have yet go on ``new``."""
    by_key = {row.key: row for row in rows if row.key is not None}
    wanted: Claims = {}
    for number, charge in enumerate(charges):
        row = by_key.pop(charge.key, None)
        position = place.position * APART + number
        if row is None:
            new.append(NewLine(place.job_id, position, charge))
            continue
        if row.is_edited:
            row.needs_look = row.needs_look or row.computed_net != charge.line.net
        else:
            fill(row, charge.line)
        row.position, row.computed_net = position, charge.line.net
        wanted[row] = set(charge.sources)
    for row in by_key.values():
        if row.is_edited:
            row.needs_look, row.computed_net = True, 0
            wanted[row] = set()
        else:
            drop_line(session, row)
    return wanted


def _add_lines(session: Session, invoice: Invoice, new: Sequence[NewLine]) -> Claims:
    """All at once: added to the session, they would be sent one by one on SQLite, whose answer has no order."""
    if not new:
        return {}
    bills = {line.position: set(line.charge.sources) for line in new}
    rows = session.scalars(
        insert(InvoiceLine).returning(InvoiceLine),
        [
            {
                "invoice_id": invoice.id,
                "job_id": line.job_id,
                "key": line.charge.key,
                "position": line.position,
                "computed_net": line.charge.line.net,
                **_said(line.charge.line),
            }
            for line in new
        ],
    )
    return {row: bills[row.position] for row in rows}


def fill(row: InvoiceLine, line: Line) -> None:
    for name, value in _said(line).items():
        setattr(row, name, value)


def _said(line: Line) -> dict[str, Any]:
    """By column."""
    return {
        "job_number": line.job_number,
        "description": line.description,
        "note": line.note,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "price_per": line.price_per,
        "tax_category": line.tax.category,
        "tax_rate": line.tax.rate,
        "net": line.net,
        "supplied_on": line.supplied_on,
    }


def drop_line(session: Session, row: InvoiceLine) -> None:
    session.execute(delete(LineSource).where(LineSource.line_id == row.id))
    session.delete(row)


def _describe(session: Session, place: InvoiceJob, job: Job, priced: Priced) -> None:
    """The job as the document will show it."""
    site = session.get(Site, job.site_id) if job.site_id else None
    days = [c.line.supplied_on for c in priced.charges if c.line.supplied_on is not None]
    place.number, place.title, place.stopped_at = job.number, job.title, job.stopped_at
    place.site = ", ".join(filter(None, (site.street, site.city))) if site else ""
    place.supplied_from, place.supplied_to = min(days, default=None), max(days, default=None)


def _fingerprint(row: InvoiceLine) -> tuple[object, ...]:
    return (row.id, row.job_id, row.position, line_of(row), row.is_edited, row.needs_look)


def add_up(session: Session, invoice: Invoice, *, lines_changed: bool = True) -> bool:
    """Discount, tax and totals from the lines as they are, and each job's part. Counts the draft's version up where
    anything changed, and answers whether it did."""
    session.flush()
    rows = lines_on(session, invoice.id)
    lines = [line_of(row) for row in rows]
    allowances = _allowances(invoice, lines)
    exempt = settings_of(session).exempt_reason
    groups, sums = totals(lines, allowances, reasons={"E": exempt} if exempt else {})
    old = (invoice.line_sum, invoice.net, invoice.tax, invoice.total)
    invoice.line_sum, invoice.net = sums.lines, sums.net
    invoice.tax, invoice.total = sums.tax, sums.total
    invoice.allowances = [plain_allowance(a) for a in allowances]
    invoice.tax_groups = [plain_group(g) for g in groups]
    for place in places_on(session, invoice.id):
        place.net = sum(row.net for row in rows if row.job_id == place.job_id)
    if not lines_changed and old == (sums.lines, sums.net, sums.tax, sums.total):
        return False
    if invoice.trail:
        invoice.version += 1
    seen = {"version": invoice.version, "net": sums.net, "total": sums.total}
    invoice.trail = [*invoice.trail, seen][-TRAIL:]
    session.flush()
    return True


def _allowances(invoice: Invoice, lines: Sequence[Line]) -> tuple[Allowance, ...]:
    if invoice.discount_reason is None:
        return ()
    return discount(
        lines,
        reason=invoice.discount_reason,
        per_cent=invoice.discount_per_cent,
        amount=invoice.discount_amount or 0,
    )


def plain_allowance(allowance: Allowance) -> dict[str, Any]:
    """As JSON: decimals as strings."""
    return _plain(asdict(allowance))


def plain_group(group: TaxGroup) -> dict[str, Any]:
    return _plain(asdict(group))


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _plain(part)
        if isinstance(part, dict)
        else format(part, "f")
        if isinstance(part, Decimal)
        else part
        for name, part in value.items()
    }
