"""Issuing: the draft that somebody has looked at gets its number and its date, and nobody changes it any more."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.billing import hold_of, refuse_changed, refuse_issued, refuse_stranger
from app.actions.history import before, record
from app.actions.settling import move_to
from app.models import Invoice, InvoiceKind, InvoiceState, Job, NumberSeries
from app.queries.documents import document, due_of, plain_party, reference_of
from app.queries.drafts import places_on
from app.queries.terms import house_of, settings_of
from app.rules.access import Right
from app.rules.lawful import lacks
from app.rules.money import split
from app.rules.numbering import CREDIT_NOTES, INVOICES, Place, day_of, next_place, number_words
from app.rules.refusal import Incomplete, Refusal
from app.rules.states import State, Verb

TEMPLATE_VERSION = 1
"""Of the papers. An invoice keeps the one it was issued with, so that it never looks different later."""


def issue(session: Session, act: Act, *, invoice_id: int, version: int) -> Done:
    """``version`` is the draft as it was previewed. Everything is checked first; the number is taken last, so that a
    refusal or a crash leaves no gap."""
    refuse_stranger(act, Right.BILL)
    invoice, jobs = hold_of(session, invoice_id)
    refuse_issued(invoice)
    refuse_changed(invoice, version)
    _refuse_unfinished(jobs)
    today = day_of(act.at, house_of(session).zone)
    if found := lacks(document(session, invoice.id, today=today)):
        raise Incomplete(tuple((lack.code, lack.sentence, lack.where) for lack in found))
    told = [before(job) for job in jobs]
    for job in jobs:
        job.difference = job.difference_dismissed = None
        if invoice.kind is InvoiceKind.INVOICE:
            is_owed = invoice.total > 0
            move_to(job, State.INVOICED if is_owed else State.PAID, at=act.at)
    seal(session, act, invoice, today)
    data = {"invoice_id": invoice.id, "number": invoice.number, "total": invoice.total}
    done = record(
        session, act, *(was.then(Verb.ISSUE, currency=invoice.currency, **data) for was in told)
    )
    return Done(done.job_id, done.seq, done.epoch, made_id=invoice.id, made_ids=(invoice.id,))


def _refuse_unfinished(jobs: Sequence[Job]) -> None:
    for job in jobs:
        if job.state is State.BILLING and job.missing:
            asks = ", ".join(item["ask"] for item in job.missing)
            raise Refusal(
                "still_needed",
                f"Job {job.number} still needs: {asks}. Add it, or take the job back.",
            )


def seal(session: Session, act: Act, invoice: Invoice, today: date) -> None:
    """Freeze who, to whom and what; take the number; then nothing of it changes any more. Shares, lines and places
    are written before the invoice itself, because the triggers look at its state."""
    places = places_on(session, invoice.id)
    shares = split(invoice.total, [max(place.net, 0) for place in places]) if places else []
    for place, share in zip(places, shares, strict=True):
        place.share, place.is_draft = share, False
    frozen = document(session, invoice.id, today=today)
    reference, settings = reference_of(session, invoice), settings_of(session)
    session.flush()
    is_credit = invoice.kind is InvoiceKind.CREDIT_NOTE
    given = take_number(session, CREDIT_NOTES if is_credit else INVOICES, today)
    prefix = settings.credit_prefix if is_credit else settings.invoice_prefix
    due_on, terms = due_of(session, invoice, given.last_on or today)
    # From here on nothing is read: a flush in between would issue half of it.
    invoice.number, invoice.issued_on = number_words(prefix, given), given.last_on
    invoice.due_on, invoice.terms = due_on, terms
    invoice.seller, invoice.buyer = plain_party(frozen.seller), plain_party(frozen.buyer)
    invoice.reference, invoice.logo_key = reference, settings.logo_key
    invoice.photos = [{"key": key, "caption": caption} for key, caption in frozen.photos]
    invoice.template_version = TEMPLATE_VERSION
    invoice.issued_at, invoice.issued_by = act.at, act.by.id or None
    invoice.balance = 0 if is_credit else invoice.total
    invoice.settled_on = invoice.issued_on if invoice.balance <= 0 else None
    invoice.state = InvoiceState.ISSUED
    session.flush()


def take_number(session: Session, series: str, today: date) -> Place:
    """The next number of the series, held until the transaction ends: whoever comes next waits, so there is no gap."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    session.execute(
        insert(NumberSeries)
        .values(kind=series, year=0, last=0, last_on=None)
        .on_conflict_do_nothing(index_elements=["kind"])
    )
    row = session.scalars(
        select(NumberSeries)
        .where(NumberSeries.kind == series)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    place = next_place(Place(row.year, row.last, row.last_on), today)
    row.year, row.last, row.last_on = place.year, place.last, place.last_on
    session.flush()
    return place
