"""A job that changed after its invoice was issued: the invoice stands, and the office chooses one of three answers."""

from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.billing import hold_of, lock_jobs, new_draft, refuse_stranger
from app.actions.credits import Taken, note_for
from app.actions.drafts import difference_of, redraw
from app.actions.history import before, record
from app.actions.payments import work_out
from app.models import Invoice, InvoiceJob, InvoiceKind, Job
from app.queries.billing import price_jobs
from app.queries.drafts import billed_of, draft_place, lines_on
from app.queries.invoices import main_invoice
from app.rules.access import Right
from app.rules.money import major
from app.rules.outstanding import outstanding
from app.rules.refusal import BadInput, NotFound, Refusal
from app.rules.states import State


def supplement(session: Session, act: Act, *, job_id: int) -> Done:
    """A draft for what is not billed yet. The job's state stays; issuing the draft takes the difference away."""
    refuse_stranger(act, Right.BILL)
    (job,) = lock_jobs(session, [job_id])
    original = _changed(session, job)
    if draft_place(session, job.id) is not None:
        raise Refusal("supplement_drafted", "A supplement for this job is being drafted already.")
    if (job.difference or 0) < 0:
        raise Refusal("to_credit", "This job costs less than was billed. Write a credit note.")
    was = before(job)
    draft = new_draft(session, act, kind=InvoiceKind.SUPPLEMENT, customer_id=original.customer_id)
    draft.refers_to_id = original.id
    session.add(draft)
    session.flush()
    place = InvoiceJob(
        invoice_id=draft.id, job_id=job.id, is_draft=True, number=job.number, title=job.title
    )
    place.position, place.site = 0, ""
    session.add(place)
    redraw(session, draft, [job])
    done = record(session, act, was.then("supplement_drafted", invoice_id=draft.id))
    return replace(done, made_id=draft.id, made_ids=(draft.id,))


def credit_difference(session: Session, act: Act, *, job_id: int, reason: str) -> Done:
    """A credit note for what was billed too much, line by line."""
    refuse_stranger(act, Right.CREDIT)
    if not reason.strip():
        raise BadInput(
            "no_reason", "Say why it is credited: it stands on the note.", field="reason"
        )
    if session.get(Job, job_id) is None:
        raise NotFound
    main = main_invoice(session, job_id)
    if main is None:
        raise Refusal("unchanged", "Nothing differs from what was billed.")
    original, jobs = hold_of(session, main.id)
    job = next(job for job in jobs if job.id == job_id)
    _changed(session, job)
    if (job.difference or 0) > 0:
        raise Refusal("to_supplement", "This job costs more than was billed. Add a supplement.")
    told = [before(job) for job in jobs]
    note = note_for(session, act, original, _taken(session, original, job), reason)
    job.difference, job.difference_dismissed = difference_of(session, job), None
    work_out(session, original, jobs, at=act.at)
    data = {"invoice_id": original.id, "number": note.number, "of": original.number}
    words = {"amount": note.total, "currency": note.currency, "reason": reason}
    done = record(session, act, *(was.then("difference_credited", **data, **words) for was in told))
    return replace(done, made_id=note.id)


def dismiss_difference(session: Session, act: Act, *, job_id: int, reason: str) -> Done:
    """Let it be, with a reason. Another change shows the new difference again."""
    refuse_stranger(act, Right.BILL)
    if not reason.strip():
        raise BadInput("no_reason", "Say why it is let be.", field="reason")
    (job,) = lock_jobs(session, [job_id])
    _changed(session, job)
    was = before(job)
    job.difference_dismissed = job.difference
    return record(
        session, act, was.then("difference_dismissed", amount=job.difference, reason=reason)
    )


def _changed(session: Session, job: Job) -> Invoice:
    """The invoice that the job differs from. Raises ``Refusal`` where it does not."""
    original = main_invoice(session, job.id)
    if original is None or job.state not in (State.INVOICED, State.PAID) or not job.difference:
        raise Refusal("unchanged", "Nothing differs from what was billed.")
    return original


def _taken(session: Session, original: Invoice, job: Job) -> list[Taken]:
    """The differences the other way round: a credit note has positive amounts for what it gives back."""
    charges = outstanding(
        price_jobs(session, [job])[job.id].charges,
        billed_of(session, [job.id]).get(job.id, {}),
        currency=original.currency,
        number=job.number,
    )
    rows = {row.key: row for row in lines_on(session, original.id) if row.job_id == job.id}
    return [
        Taken(
            replace(
                charge.line,
                quantity=Decimal(1 if charge.line.net < 0 else -1),
                unit="piece",
                unit_price=major(abs(charge.line.net), original.currency),
                price_per=Decimal(1),
                net=-charge.line.net,
            ),
            rows.get(charge.key),
            key=charge.key,
            job_id=job.id,
        )
        for charge in charges
    ]
