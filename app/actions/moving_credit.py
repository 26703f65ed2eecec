"""A customer's credit on account, moved to another of their invoices. The money keeps the day on which it came: the
payments that it came with are reversed and written anew in two parts, so that every sum of payments stays the same."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.billing import lock_jobs, refuse_stranger
from app.actions.drafts import lock_invoice
from app.actions.history import before, record
from app.actions.payments import work_out
from app.models import Invoice, InvoiceKind, InvoiceState, Job, Payment, PaymentKind
from app.queries.drafts import places_on
from app.rules.access import Right
from app.rules.refusal import BadInput, NotFound, Refusal
from app.rules.states import Verb


def move_credit(session: Session, act: Act, *, invoice_id: int, to_id: int) -> Done:
    """As much of the credit as the other invoice still owes."""
    refuse_stranger(act, Right.TAKE_PAYMENTS)
    source, target, jobs = _both(session, invoice_id, to_id)
    _refuse_unfit(source, target)
    amount = min(-source.balance, target.balance)
    theirs = _jobs_on(session, target, jobs)
    ours = [job for job in _jobs_on(session, source, jobs) if job not in theirs]
    told = [before(job) for job in ours], [before(job) for job in theirs]
    _carry(session, act, source, target, amount)
    for invoice in (source, target):
        work_out(session, invoice, _jobs_on(session, invoice, jobs), at=act.at)
    words = {"currency": source.currency, "amount": amount}
    gone = {"invoice_id": source.id, "number": source.number, "reason": f"To {target.number}"}
    came = {"invoice_id": target.id, "number": target.number, "reason": f"From {source.number}"}
    return record(
        session,
        act,
        *(was.then("payment_reversed", **words, **gone) for was in told[0]),
        *(
            was.then(Verb.RECORD_PAYMENT, **words, **came, balance=target.balance)
            for was in told[1]
        ),
    )


def _both(session: Session, from_id: int, to_id: int) -> tuple[Invoice, Invoice, Sequence[Job]]:
    """Locked as everybody locks: jobs by id, then invoices by id. Issued ones keep their jobs."""
    job_ids = {p.job_id for one in (from_id, to_id) for p in places_on(session, one)}
    if from_id == to_id or not job_ids:
        raise NotFound("There is no such invoice.")
    jobs = lock_jobs(session, job_ids)
    found = {one: lock_invoice(session, one) for one in sorted((from_id, to_id))}
    return found[from_id], found[to_id], jobs


def _refuse_unfit(source: Invoice, target: Invoice) -> None:
    if source.balance >= 0:
        raise Refusal("no_credit", f"There is no credit on {source.number} any more.")
    is_theirs = source.customer_id == target.customer_id and source.currency == target.currency
    is_issued = target.state is InvoiceState.ISSUED and target.kind is not InvoiceKind.CREDIT_NOTE
    if not is_theirs or not is_issued or target.balance <= 0:
        raise BadInput(
            "not_owed",
            "Choose an invoice of this customer that still owes something.",
            field="to_id",
        )


def _jobs_on(session: Session, invoice: Invoice, jobs: Sequence[Job]) -> list[Job]:
    ids = {place.job_id for place in places_on(session, invoice.id)}
    return [job for job in jobs if job.id in ids]


def _carry(session: Session, act: Act, source: Invoice, target: Invoice, amount: int) -> None:
    """From the newest payments, because they made the credit."""
    left = amount
    for old in session.scalars(
        select(Payment)
        .where(
            Payment.invoice_id == source.id,
            Payment.kind == PaymentKind.PAYMENT,
            Payment.reversed_at.is_(None),
        )
        .order_by(Payment.id.desc())
    ).all():
        part = min(left, old.amount)
        if not part:
            break
        left -= part
        old.reversed_at, old.reversed_by = act.at, act.by.id
        old.reverse_reason = f"Moved to {target.number}, all or in part"
        if old.amount > part:
            session.add(_again(act, old, source, old.amount - part, old.reference))
        session.add(_again(act, old, target, part, f"From {source.number}"))
    if left:
        raise Refusal("no_credit", f"The credit on {source.number} did not come with a payment.")
    session.flush()


def _again(act: Act, old: Payment, invoice: Invoice, amount: int, reference: str) -> Payment:
    return Payment(
        invoice_id=invoice.id,
        kind=PaymentKind.PAYMENT,
        amount=amount,
        method=old.method,
        received_on=old.received_on,
        reference=reference,
        by_id=act.by.id,
        at=act.at,
    )
