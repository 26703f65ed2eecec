"""The page of one invoice, and the list of all: what they show, from one snapshot each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, TextClause, select
from sqlalchemy.orm import Session

from app.models import Customer, Invoice, InvoiceJob, InvoiceKind, InvoiceState, Job
from app.models.invoice import IS_OPEN
from app.queries.board import Head, cards_by_id, head
from app.queries.cards import JobCard
from app.queries.documents import document
from app.queries.draft_photos import OfferedPhoto, photos_of
from app.queries.invoices import InvoiceRow, invoice_row
from app.queries.letters import LetterRow, letters
from app.queries.people import short_names
from app.queries.screens.frame import Choice
from app.queries.search import occurs_in
from app.queries.terms import house_of
from app.rules.invoice import Document
from app.rules.lawful import Lack, lacks
from app.rules.money import Money, cash
from app.rules.numbering import day_of
from app.rules.states import State

Conditions = list[ColumnElement[bool] | TextClause]

LISTED = 200
"""Rows of the list; older ones are found by number or customer."""

MOST_OFFERED = 100
"""Ready jobs that a draft offers at once: a form takes 200 fields, and the next ones come when these are on it."""


@dataclass(frozen=True, slots=True)
class InvoiceShown:
    """``lacks``: of a draft, what keeps it from being issued. ``names``: who recorded which payment. ``letters``: by
    which it was sent, or shall be. ``photos``: of a draft, those to choose from. ``open_others``:
    where there is credit on account, the customer's invoices that it could be moved to. ``more_jobs``: of a draft, the
    customer's jobs that are ready and could go on it."""

    head: Head
    row: InvoiceRow
    document: Document
    lacks: tuple[Lack, ...]
    today: date
    names: Mapping[int, str]
    taxes: tuple[Choice, ...]
    where: Mapping[str, str]
    letters: tuple[LetterRow, ...] = ()
    photos: tuple[OfferedPhoto, ...] = ()
    open_others: tuple[Choice, ...] = ()
    more_jobs: tuple[JobCard, ...] = ()


def read_invoice(session: Session, *, invoice_id: int, at: datetime) -> InvoiceShown:
    """Raises ``NotFound``. Whoever calls has checked the right to see money."""
    row = invoice_row(session, invoice_id)
    house = house_of(session)
    today = day_of(at, house.zone)
    paper = document(session, invoice_id, today=today)
    is_draft = row.state is InvoiceState.DRAFT
    rates = dict.fromkeys([(house.tax.category, house.tax.rate), *_taxes(row)])
    return InvoiceShown(
        head=head(session),
        row=row,
        document=paper,
        lacks=lacks(paper) if is_draft else (),
        today=today,
        names={key: who.short for key, who in short_names(session).items()},
        taxes=tuple(
            Choice(f"{category}:{rate.normalize():f}", f"{rate.normalize():f} % ({category})")
            for category, rate in rates
        ),
        where={
            "company": "/settings/company",
            "taxes": "/settings/company",
            "customer": f"/customers/{row.customer_id}",
            "draft": "#lines",
            "job_type": "/job-types",
        },
        letters=() if is_draft else letters(session, invoice_id=invoice_id),
        open_others=_open_others(session, row) if row.balance < 0 else (),
        photos=photos_of(session, session.get_one(Invoice, invoice_id)) if is_draft else (),
        more_jobs=_more_jobs(session, row) if is_draft and row.kind is InvoiceKind.INVOICE else (),
    )


def _more_jobs(session: Session, row: InvoiceRow) -> tuple[JobCard, ...]:
    """Oldest first."""
    ids = session.scalars(
        select(Job.id)
        .where(Job.customer_id == row.customer_id, Job.state == State.READY)
        .order_by(Job.rank, Job.id)
        .limit(MOST_OFFERED)
    )
    return tuple(cards_by_id(session, ids.all()))


def _open_others(session: Session, row: InvoiceRow) -> tuple[Choice, ...]:
    """Oldest first."""
    found = session.execute(
        select(Invoice.id, Invoice.number, Invoice.balance)
        .where(
            Invoice.customer_id == row.customer_id,
            Invoice.currency == row.currency,
            Invoice.state == InvoiceState.ISSUED,
            Invoice.kind != InvoiceKind.CREDIT_NOTE,
            Invoice.balance > 0,
        )
        .order_by(Invoice.due_on, Invoice.id)
    )
    return tuple(
        Choice(str(key), f"{no}, {cash(owed, row.currency)} owed") for key, no, owed in found
    )


def _taxes(row: InvoiceRow) -> list[tuple[str, Decimal]]:
    return [(line.tax.category, line.tax.rate) for line in row.lines]


@dataclass(frozen=True, slots=True)
class ListedInvoice:
    id: int
    number: str | None
    kind: InvoiceKind
    state: InvoiceState
    customer: str
    issued_on: date | None
    due_on: date | None
    total: Money
    balance: Money
    currency: str
    is_overdue: bool
    settled_on: date | None


STATES: dict[str, str] = {
    "": "All",
    "draft": "Drafts",
    "open": "Owed",
    "overdue": "Overdue",
    "settled": "Settled",
    "credit_note": "Credit notes",
}
"""The tabs of the list, by the word in its address."""


def list_invoices(
    session: Session,
    *,
    at: datetime,
    state: str = "",
    q: str = "",
    before_id: int | None = None,
    limit: int = LISTED,
) -> tuple[ListedInvoice, ...]:
    """Newest first."""
    today = day_of(at, house_of(session).zone)
    among = _in_state(state, today)
    if before_id is not None:
        among.append(Invoice.id < before_id)
    if words := q.strip():
        among = [Invoice.id.in_(_found(session, words, among, limit))]
    query = (
        select(Invoice, Customer.name)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(*among)
        .order_by(Invoice.id.desc())
        .limit(limit)
    )
    return tuple(_listed(row, name, today) for row, name in session.execute(query))


def _found(session: Session, words: str, among: Conditions, limit: int) -> set[int]:
    """The newest by each way of finding one: with all ways in one condition, no index would help."""
    named = select(Customer.id).where(occurs_in(Customer.name, words))
    ways = [occurs_in(Invoice.number, words)]
    if session.scalar(named.limit(1)) is not None:
        ways.append(Invoice.customer_id.in_(named))
    if words.isdecimal() and len(words) < 10:
        on = select(InvoiceJob.invoice_id).where(InvoiceJob.number == int(words))
        ways.append(Invoice.id.in_(on))
    newest = select(Invoice.id).where(*among).order_by(Invoice.id.desc()).limit(limit)
    return {found for way in ways for found in session.scalars(newest.where(way))}


def _in_state(state: str, today: date) -> Conditions:
    owed: Conditions = [Invoice.state == InvoiceState.ISSUED, Invoice.balance > 0, IS_OPEN]
    match state:
        case "draft":
            return [Invoice.state == InvoiceState.DRAFT]
        case "open":
            return _first(*owed)
        case "overdue":
            return _first(*owed, Invoice.due_on < today)
        case "settled":
            return [
                Invoice.state != InvoiceState.DRAFT,
                Invoice.balance <= 0,
                Invoice.kind != InvoiceKind.CREDIT_NOTE,
            ]
        case "credit_note":
            return [Invoice.kind == InvoiceKind.CREDIT_NOTE]
    return []


def _first(*conditions: ColumnElement[bool] | TextClause) -> Conditions:
    """These are found before all else, by their own index. SQLite would go through all, from the newest, in the hope to
    meet them soon."""
    return [Invoice.id.in_(select(Invoice.id).where(*conditions).correlate(None))]


def _listed(row: Invoice, customer: str, today: date) -> ListedInvoice:
    owes = row.state is InvoiceState.ISSUED and row.balance > 0
    return ListedInvoice(
        id=row.id,
        number=row.number,
        kind=row.kind,
        state=row.state,
        customer=row.buyer.get("name") or customer,
        issued_on=row.issued_on,
        due_on=row.due_on,
        total=row.total,
        balance=row.balance,
        currency=row.currency,
        is_overdue=bool(owes and row.due_on and row.due_on < today),
        settled_on=row.settled_on,
    )
