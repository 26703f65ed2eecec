"""Corrections of issued invoices: credit notes in their own series. Nothing issued is ever voided or deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.billing import hold_of, new_draft, refuse_draft, refuse_stranger
from app.actions.drafts import difference_of, fill, plain_allowance, plain_group
from app.actions.history import before, record
from app.actions.invoices import seal
from app.actions.payments import work_out
from app.actions.settling import let_go, move_to
from app.models import (
    Invoice,
    InvoiceJob,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Job,
    LineSource,
)
from app.queries.drafts import draft_place, line_of, lines_on, places_on
from app.queries.invoices import allowance_of, group_of
from app.queries.terms import house_of
from app.rules.access import Right
from app.rules.crediting import Left, left_of, part, part_of_line, rest
from app.rules.invoice import Allowance, Line, Tax, TaxGroup, Totals
from app.rules.numbering import day_of
from app.rules.refusal import BadInput, NotFound, Refusal
from app.rules.states import State, Verb


@dataclass(frozen=True, slots=True)
class CreditLine:
    """So much of one line, net, in minor units."""

    line_id: int
    net: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A line of the credit note: what it shows, and which line of the invoice it takes back."""

    line: Line
    row: InvoiceLine | None
    key: str | None = None
    job_id: int | None = None


def credit(
    session: Session,
    act: Act,
    *,
    invoice_id: int,
    reason: str,
    lines: Sequence[CreditLine] | None = None,
    then: Literal["ready", "not_billable"] = "ready",
) -> Done:
    """All that is left (``lines`` None): the work is free to be billed anew, or is ``not_billable``. With ``lines`` it
    is a price credit, which frees nothing."""
    refuse_stranger(act, Right.CREDIT)
    original, jobs = _hold(session, invoice_id, reason)
    if lines is None:
        _refuse_while_supplemented(session, jobs)
    told = [before(job) for job in jobs]
    note = _new_note(session, act, original, reason, is_full=lines is None)
    _write(session, note, original, _remaining(session, original), lines)
    seal(session, act, note, day_of(act.at, house_of(session).zone))
    if lines is None:
        _free(session, original)
    work_out(session, original, jobs, at=act.at)
    if lines is None:
        _let_go(session, act, original, jobs, reason, then)
    data = {"invoice_id": original.id, "number": note.number, "of": original.number}
    words = {"amount": note.total, "currency": note.currency, "reason": reason}
    done = record(session, act, *(was.then(Verb.CREDIT, **data, **words) for was in told))
    return replace(done, made_id=note.id)


def _hold(session: Session, invoice_id: int, reason: str) -> tuple[Invoice, Sequence[Job]]:
    if not reason.strip():
        raise BadInput(
            "no_reason", "Say why it is credited: it stands on the note.", field="reason"
        )
    original, jobs = hold_of(session, invoice_id)
    refuse_draft(original)
    if original.kind is InvoiceKind.CREDIT_NOTE:
        raise Refusal("credit_note", "A credit note cannot be credited. Write a new invoice.")
    if original.state is InvoiceState.CREDITED:
        raise Refusal("credited", f"Invoice {original.number} was credited already.")
    return original, jobs


def _refuse_while_supplemented(session: Session, jobs: Sequence[Job]) -> None:
    for job in jobs:
        if job.state is not State.BILLING and draft_place(session, job.id) is not None:
            raise Refusal(
                "supplement_drafted",
                f"A supplement for job {job.number} is being drafted. Issue or discard it first.",
            )


def _new_note(
    session: Session, act: Act, original: Invoice, reason: str, *, is_full: bool
) -> Invoice:
    note = new_draft(session, act, kind=InvoiceKind.CREDIT_NOTE, customer_id=original.customer_id)
    note.currency, note.refers_to_id = original.currency, original.id
    note.reason, note.is_full_credit = reason.strip(), is_full
    session.add(note)
    session.flush()
    for place in places_on(session, original.id):
        session.add(
            InvoiceJob(
                invoice_id=note.id,
                job_id=place.job_id,
                is_draft=False,
                position=place.position,
                number=place.number,
                title=place.title,
                site=place.site,
                supplied_from=place.supplied_from,
                supplied_to=place.supplied_to,
                stopped_at=place.stopped_at,
            )
        )
    return note


def _remaining(session: Session, original: Invoice) -> list[tuple[InvoiceLine, int]]:
    """The invoice's lines with what was not credited of each."""
    rows = session.execute(
        select(InvoiceLine.credits_id, func.sum(InvoiceLine.net))
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.refers_to_id == original.id, InvoiceLine.credits_id.is_not(None))
        .group_by(InvoiceLine.credits_id)
    )
    taken = {line_id: int(net) for line_id, net in rows}
    return [(row, row.net - taken.get(row.id, 0)) for row in lines_on(session, original.id)]


def _write(
    session: Session,
    note: Invoice,
    original: Invoice,
    remaining: Sequence[tuple[InvoiceLine, int]],
    chosen: Sequence[CreditLine] | None,
) -> None:
    left = _left(session, original)
    if chosen is None:
        taken = [
            Taken(part_of_line(line_of(row), net, note.currency), row)
            for row, net in remaining
            if net
        ]
        reasons = {a.tax: a.reason for a in map(allowance_of, original.allowances)}
        allowances, groups, sums = rest([t.line for t in taken], left, reasons)
    else:
        taken = [_chosen(line, remaining, note.currency) for line in chosen]
        allowances, (groups, sums) = (), part([t.line for t in taken], left)
    if sums.total <= 0:
        raise BadInput("nothing", "There is nothing left to credit.", field="lines")
    _fill_note(session, note, taken, allowances, groups, sums)


def _left(session: Session, original: Invoice) -> dict[Tax, tuple[TaxGroup, Left]]:
    notes = session.scalars(
        select(Invoice.tax_groups).where(
            Invoice.refers_to_id == original.id,
            Invoice.kind == InvoiceKind.CREDIT_NOTE,
            Invoice.state != InvoiceState.DRAFT,
        )
    )
    credited = [group_of(kept) for groups in notes for kept in groups]
    return left_of([group_of(kept) for kept in original.tax_groups], credited)


def _chosen(
    wanted: CreditLine, remaining: Sequence[tuple[InvoiceLine, int]], currency: str
) -> Taken:
    found = next(((row, left) for row, left in remaining if row.id == wanted.line_id), None)
    if found is None:
        raise NotFound("There is no such line on this invoice. Look at it again.")
    row, left = found
    if not 0 < wanted.net <= left:
        raise BadInput(
            "too_much",
            f"Of “{row.description}” there is less left. Credit no more than that.",
            field="lines",
        )
    return Taken(part_of_line(line_of(row), wanted.net, currency), row)


def _fill_note(
    session: Session,
    note: Invoice,
    taken: Sequence[Taken],
    allowances: Sequence[Allowance],
    groups: Sequence[TaxGroup],
    sums: Totals,
) -> None:
    for number, one in enumerate(taken):
        line = InvoiceLine(
            invoice_id=note.id,
            job_id=one.row.job_id if one.row else one.job_id,
            position=number,
            key=one.key,
            credits_id=one.row.id if one.row else None,
            computed_net=one.line.net if one.key else None,
        )
        fill(line, one.line)
        session.add(line)
    note.line_sum, note.net, note.tax, note.total = sums.lines, sums.net, sums.tax, sums.total
    note.allowances = [plain_allowance(a) for a in allowances]
    note.tax_groups = [plain_group(g) for g in groups]
    session.flush()
    rows = lines_on(session, note.id)
    for place in places_on(session, note.id):
        place.net = sum(row.net for row in rows if row.job_id == place.job_id)


def _free(session: Session, original: Invoice) -> None:
    """What its lines billed may be billed again."""
    rows = select(InvoiceLine.id).where(InvoiceLine.invoice_id == original.id)
    session.execute(update(LineSource).where(LineSource.line_id.in_(rows)).values(is_live=False))
    original.state = InvoiceState.CREDITED


def _let_go(
    session: Session,
    act: Act,
    original: Invoice,
    jobs: Sequence[Job],
    reason: str,
    then: Literal["ready", "not_billable"],
) -> None:
    """Back to where the facts put the jobs; a credited supplement leaves its job's state alone."""
    for job in jobs:
        job.difference_dismissed = None
        if original.kind is InvoiceKind.SUPPLEMENT:
            job.difference = difference_of(session, job)
            continue
        job.difference = None
        if then == "ready":
            let_go(session, job, at=act.at)
        else:
            job.closed_reason = reason
            move_to(job, State.NOT_BILLABLE, at=act.at)


def note_for(
    session: Session, act: Act, original: Invoice, taken: Sequence[Taken], reason: str
) -> Invoice:
    """A credit note of these lines, issued. The caller holds the invoice and its jobs."""
    note = _new_note(session, act, original, reason, is_full=False)
    groups, sums = part([one.line for one in taken], _left(session, original))
    _fill_note(session, note, taken, (), groups, sums)
    seal(session, act, note, day_of(act.at, house_of(session).zone))
    return note
