"""Into billing and out of it: which jobs stand on which draft."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, selectinload

from app.actions.act import Act, Done
from app.actions.drafts import add_up, keep_rates, lock_invoice, redraw
from app.actions.history import before, record
from app.actions.settling import let_go, move_to
from app.db import TryAgain
from app.models import (
    Invoice,
    InvoiceJob,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Job,
    LineSource,
    Visit,
)
from app.queries.drafts import draft_place, lines_on, places_on
from app.queries.invoices import difference_words
from app.queries.jobs import company_of
from app.rules.access import Right, may
from app.rules.refusal import BadInput, DraftChanged, Forbidden, NotFound, Refusal
from app.rules.states import REFUSALS, State, Verb, why_not


def send_to_billing(
    session: Session,
    act: Act,
    *,
    job_ids: Iterable[int],
    together: bool = True,
    draft_id: int | None = None,
    draft_version: int | None = None,
) -> Done:
    """Ready jobs go on drafts: one a customer, or with ``together`` False one a job; with ``draft_id`` on that draft,
    which is refused where it is not at ``draft_version`` any more (None: whatever it has become).

    All or none: the first job that may not be billed refuses them all. ``made_ids`` are the drafts, oldest job first.
    """
    refuse_stranger(act, Right.BILL)
    jobs = lock_jobs(session, job_ids)
    _refuse_any(Verb.SEND_TO_BILLING, jobs)
    told = [before(job) for job in jobs]
    drafts: list[Invoice] = []
    for group in _groups(jobs, together=together):
        draft = _draft_for(session, act, group[0], draft_id, draft_version)
        _put_on(session, draft, group)
        drafts.append(draft)
    for job in jobs:
        keep_rates(session, job)
        move_to(job, State.BILLING, at=act.at)
    for draft, group in zip(drafts, _groups(jobs, together=together), strict=True):
        redraw(session, draft, group)
    where = {place.job_id: d.id for d in drafts for place in places_on(session, d.id)}
    done = record(
        session,
        act,
        *(was.then(Verb.SEND_TO_BILLING, invoice_id=where[was.job.id]) for was in told),
    )
    made = tuple(dict.fromkeys(draft.id for draft in drafts))
    return Done(done.job_id, done.seq, done.epoch, made_id=made[0], made_ids=made)


def take_back(session: Session, act: Act, *, job_ids: Iterable[int]) -> Done:
    """These jobs' lines leave their drafts; a draft without jobs is discarded. Back to where the facts put them."""
    refuse_stranger(act, Right.BILL)
    jobs = lock_jobs(session, job_ids)
    _refuse_any(Verb.TAKE_BACK, jobs)
    told = [before(job) for job in jobs]
    places = {job.id: draft_place(session, job.id) for job in jobs}
    left = {job_id: place.invoice_id for job_id, place in places.items() if place is not None}
    _take_off(session, jobs)
    for job in jobs:
        let_go(session, job, at=act.at)
    return record(
        session,
        act,
        *(was.then(Verb.TAKE_BACK, invoice_id=left.get(was.job.id)) for was in told),
    )


def discard_draft(session: Session, act: Act, *, invoice_id: int) -> Done:
    """All jobs of a draft go back; a drafted supplement is given up and its jobs stay as they are."""
    refuse_stranger(act, Right.BILL)
    invoice, jobs = hold_of(session, invoice_id)
    refuse_issued(invoice)
    told = [before(job) for job in jobs]
    _take_off(session, jobs)
    for job in jobs:
        if job.state is State.BILLING:
            let_go(session, job, at=act.at)
    return record(session, act, *(was.then("draft_discarded") for was in told))


def _take_off(session: Session, jobs: Sequence[Job]) -> None:
    places = [place for job in jobs if (place := draft_place(session, job.id)) is not None]
    for invoice_id in sorted({place.invoice_id for place in places}):
        invoice = lock_invoice(session, invoice_id)
        leaving = [place for place in places if place.invoice_id == invoice_id]
        if {p.job_id for p in leaving} == {p.job_id for p in places_on(session, invoice_id)}:
            _discard(session, invoice)
        else:
            _remove(session, invoice, {place.job_id for place in leaving})
            add_up(session, invoice)


def _remove(session: Session, invoice: Invoice, job_ids: set[int]) -> None:
    rows = [row.id for row in lines_on(session, invoice.id) if row.job_id in job_ids]
    session.execute(delete(LineSource).where(LineSource.line_id.in_(rows)))
    session.execute(delete(InvoiceLine).where(InvoiceLine.id.in_(rows)))
    session.execute(
        delete(InvoiceJob).where(
            InvoiceJob.invoice_id == invoice.id, InvoiceJob.job_id.in_(job_ids)
        )
    )


def _discard(session: Session, invoice: Invoice) -> None:
    """A draft has no number, so nobody misses it."""
    rows = select(InvoiceLine.id).where(InvoiceLine.invoice_id == invoice.id)
    session.execute(delete(LineSource).where(LineSource.line_id.in_(rows)))
    session.execute(delete(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id))
    session.execute(delete(InvoiceJob).where(InvoiceJob.invoice_id == invoice.id))
    session.execute(delete(Invoice).where(Invoice.id == invoice.id))


def _groups(jobs: Sequence[Job], *, together: bool) -> list[list[Job]]:
    """By customer in the order of their first jobs, or each on its own."""
    groups: defaultdict[tuple[int | None, int], list[Job]] = defaultdict(list)
    for job in jobs:
        groups[job.customer_id, 0 if together else job.id].append(job)
    return list(groups.values())


def _draft_for(
    session: Session, act: Act, job: Job, draft_id: int | None, version: int | None
) -> Invoice:
    if draft_id is not None:
        draft = _chosen(session, job, draft_id)
        if version is not None:
            refuse_changed(draft, version)
        return draft
    assert job.customer_id is not None  # noqa: S101 -- a requirement of every ready job
    draft = new_draft(session, act, kind=InvoiceKind.INVOICE, customer_id=job.customer_id)
    session.add(draft)
    session.flush()
    return draft


def new_draft(session: Session, act: Act, *, kind: InvoiceKind, customer_id: int) -> Invoice:
    """Empty, not yet added."""
    return Invoice(
        kind=kind,
        state=InvoiceState.DRAFT,
        customer_id=customer_id,
        currency=company_of(session).currency,
        version=1,
        trail=[],
        created_at=act.at,
        created_by=act.by.id or None,
    )


def _chosen(session: Session, job: Job, draft_id: int) -> Invoice:
    draft = lock_invoice(session, draft_id)
    refuse_issued(draft)
    if draft.kind is not InvoiceKind.INVOICE or draft.customer_id != job.customer_id:
        raise BadInput(
            "other_customer",
            "This draft is for somebody else. Choose a draft of the same customer, or a new one.",
            field="draft_id",
        )
    return draft


def _put_on(session: Session, draft: Invoice, jobs: Sequence[Job]) -> None:
    taken = [place.position for place in places_on(session, draft.id)]
    session.execute(
        insert(InvoiceJob),
        [
            {
                "invoice_id": draft.id,
                "job_id": job.id,
                "is_draft": True,
                "position": number,
                "number": job.number,
                "title": job.title,
                "site": "",
            }
            for number, job in enumerate(jobs, start=max(taken, default=-1) + 1)
        ],
    )


def lock_jobs(session: Session, job_ids: Iterable[int]) -> Sequence[Job]:
    """By id, as everybody locks. The office sees every job, so a missing one is told as such."""
    wanted = sorted(set(job_ids))
    if not wanted:
        raise BadInput("no_jobs", "Choose at least one job.", field="job_ids")
    found = session.scalars(
        select(Job)
        .where(Job.id.in_(wanted))
        .order_by(Job.id)
        .options(selectinload(Job.visits).selectinload(Visit.assignments))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(wanted):
        raise NotFound
    return found


def hold_of(session: Session, invoice_id: int) -> tuple[Invoice, Sequence[Job]]:
    """The invoice with the jobs on it, locked in everybody's order: jobs, then the invoice."""
    known = {place.job_id for place in places_on(session, invoice_id)}
    if not known:
        raise NotFound("There is no such invoice. The draft may have been discarded.")
    jobs = lock_jobs(session, known)
    invoice = lock_invoice(session, invoice_id)
    if {place.job_id for place in places_on(session, invoice_id)} != known:
        raise TryAgain
    return invoice, jobs


def refuse_stranger(act: Act, right: Right) -> None:
    if not may(act.by, right):
        raise Forbidden


def refuse_issued(invoice: Invoice) -> None:
    if invoice.state is not InvoiceState.DRAFT:
        raise Refusal(
            "issued",
            f"Invoice {invoice.number} is issued and stays as it is. "
            "Write a credit note or a supplement instead.",
        )


def refuse_changed(draft: Invoice, version: int) -> None:
    """``version``: the draft as somebody looked at it."""
    if version != draft.version:
        raise DraftChanged(
            "This draft has changed since you looked at it: "
            f"{difference_words(draft, version)}. Look at it again.",
            invoice_id=draft.id,
            version=draft.version,
        )


def refuse_draft(invoice: Invoice) -> None:
    if invoice.state is InvoiceState.DRAFT:
        raise Refusal("draft", "This is still a draft. Issue it first.")


def _refuse_any(verb: Verb, jobs: Sequence[Job]) -> None:
    for job in jobs:
        if key := why_not(verb, job.state):
            which = f"Job {job.number}: " if len(jobs) > 1 else ""
            raise Refusal(key, which + REFUSALS[key])
