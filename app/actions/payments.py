"""Money that came in, came back, or is given up. What is owed is worked out anew each time, never typed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.billing import hold_of, refuse_draft, refuse_stranger
from app.actions.history import before, record
from app.actions.settling import move_to
from app.models import Invoice, InvoiceKind, InvoiceState, Job, Payment, PaymentKind
from app.queries.invoices import main_invoice
from app.queries.terms import house_of
from app.rules.access import Right
from app.rules.money import checked
from app.rules.numbering import day_of
from app.rules.refusal import BadInput, NotFound, Refusal
from app.rules.states import REFUSALS, State, Verb


def record_payment(
    session: Session,
    act: Act,
    *,
    invoice_id: int,
    amount: int,
    received_on: date,
    method: str = "transfer",
    reference: str = "",
) -> Done:
    """Part of it, all of it, or more: what is too much stays as the customer's credit on account. Minor units."""
    refuse_stranger(act, Right.TAKE_PAYMENTS)
    checked(amount, least=1)
    invoice, jobs = hold_of(session, invoice_id)
    _refuse_unpayable(invoice)
    if received_on > day_of(act.at, house_of(session).zone):
        raise BadInput(
            "future",
            "This day is still to come. Enter the day on which the money arrived.",
            field="received_on",
        )
    payment = Payment(
        invoice_id=invoice.id,
        kind=PaymentKind.PAYMENT,
        amount=amount,
        method=method,
        received_on=received_on,
        reference=reference,
        by_id=act.by.id,
        at=act.at,
    )
    return _pay(session, act, invoice, jobs, payment, Verb.RECORD_PAYMENT)


def write_off(session: Session, act: Act, *, invoice_id: int, reason: str) -> Done:
    """Give up what is still owed. The owner's decision, on record."""
    refuse_stranger(act, Right.WRITE_OFF)
    _refuse_no_reason(reason)
    invoice, jobs = hold_of(session, invoice_id)
    _refuse_unpayable(invoice)
    if invoice.balance <= 0:
        raise Refusal("settled", REFUSALS["settled"])
    payment = Payment(
        invoice_id=invoice.id,
        kind=PaymentKind.WRITE_OFF,
        amount=invoice.balance,
        method="write_off",
        received_on=day_of(act.at, house_of(session).zone),
        reference=reason,
        by_id=act.by.id,
        at=act.at,
    )
    return _pay(session, act, invoice, jobs, payment, Verb.WRITE_OFF)


def _pay(
    session: Session, act: Act, invoice: Invoice, jobs: Sequence[Job], payment: Payment, verb: Verb
) -> Done:
    told = [before(job) for job in jobs]
    session.add(payment)
    session.flush()
    work_out(session, invoice, jobs, at=act.at)
    data = {"invoice_id": invoice.id, "number": invoice.number, "currency": invoice.currency}
    words = {"amount": payment.amount, "balance": invoice.balance, "reason": payment.reference}
    done = record(session, act, *(was.then(verb, **data, **words) for was in told))
    return replace(done, made_id=payment.id)


def reverse_payment(
    session: Session, act: Act, *, invoice_id: int, payment_id: int, reason: str
) -> Done:
    """It bounced, or was somebody else's. The row stays and does not count. Twice is once."""
    refuse_stranger(act, Right.TAKE_PAYMENTS)
    _refuse_no_reason(reason)
    invoice, jobs = hold_of(session, invoice_id)
    payment = session.get(Payment, payment_id, populate_existing=True)
    if payment is None or payment.invoice_id != invoice.id:
        raise NotFound
    if payment.kind is PaymentKind.WRITE_OFF:
        refuse_stranger(act, Right.WRITE_OFF)
    if payment.reversed_at is not None:
        return Done(job_id=jobs[0].id)
    told = [before(job) for job in jobs]
    payment.reversed_at, payment.reversed_by = act.at, act.by.id
    payment.reverse_reason = reason
    session.flush()
    work_out(session, invoice, jobs, at=act.at)
    data = {"invoice_id": invoice.id, "number": invoice.number, "currency": invoice.currency}
    words = {"amount": payment.amount, "reason": reason}
    return record(session, act, *(was.then("payment_reversed", **data, **words) for was in told))


def work_out(session: Session, invoice: Invoice, jobs: Sequence[Job], *, at: datetime) -> None:
    """What is owed on the invoice, since when nothing is, and whether its jobs are paid. A supplement leaves the state
    of its job alone."""
    session.flush()
    invoice.balance = invoice.total - _received(session, invoice) - _credited(session, invoice)
    invoice.settled_on = _settled_on(session, invoice) if invoice.balance <= 0 else None
    if invoice.kind is not InvoiceKind.INVOICE or invoice.state is not InvoiceState.ISSUED:
        return
    state = State.PAID if invoice.balance <= 0 else State.INVOICED
    for job in jobs:
        main = main_invoice(session, job.id)
        if main is not None and main.id == invoice.id and job.state in (State.INVOICED, State.PAID):
            move_to(job, state, at=at)


def _received(session: Session, invoice: Invoice) -> int:
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Payment.amount), 0)).where(
                Payment.invoice_id == invoice.id, Payment.reversed_at.is_(None)
            )
        )
        or 0
    )


def _credited(session: Session, invoice: Invoice) -> int:
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Invoice.total), 0)).where(
                Invoice.refers_to_id == invoice.id,
                Invoice.kind == InvoiceKind.CREDIT_NOTE,
                Invoice.state != InvoiceState.DRAFT,
            )
        )
        or 0
    )


def _settled_on(session: Session, invoice: Invoice) -> date | None:
    """The day of the last payment or credit note: with it nothing was owed any more. Never before it was issued, though
    moved money may have come earlier."""
    paid = session.scalar(
        select(func.max(Payment.received_on)).where(
            Payment.invoice_id == invoice.id, Payment.reversed_at.is_(None)
        )
    )
    credited = session.scalar(
        select(func.max(Invoice.issued_on)).where(
            Invoice.refers_to_id == invoice.id,
            Invoice.kind == InvoiceKind.CREDIT_NOTE,
            Invoice.state != InvoiceState.DRAFT,
        )
    )
    return max(filter(None, (paid, credited, invoice.issued_on)), default=None)


def _refuse_unpayable(invoice: Invoice) -> None:
    refuse_draft(invoice)
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        raise Refusal("credit_note", "Nobody pays a credit note. Open the invoice it belongs to.")
    if invoice.state is InvoiceState.CREDITED:
        raise Refusal("credited", f"Invoice {invoice.number} was credited. Nothing is owed on it.")


def _refuse_no_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput("no_reason", "Say why, so that others understand it later.", field="reason")
