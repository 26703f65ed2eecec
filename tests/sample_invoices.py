"""A draft and an issued invoice for the samples of the pages."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.models import InvoiceKind, InvoiceState, MailState, PaymentKind
from app.patterns import NOON, sample_card
from app.queries.board import Head
from app.queries.draft_photos import OfferedPhoto
from app.queries.invoice_page import InvoiceShown, ListedInvoice
from app.queries.invoices import InvoiceLink, InvoiceRow, JobOnInvoice, LineRow, PaymentRow
from app.queries.letters import LetterRow
from app.queries.screens.frame import Choice
from app.rules.invoice import Document, JobBlock, Line, Party, Seller, Tax, totals
from app.rules.lawful import Lack
from app.rules.states import State

TODAY = date(2026, 11, 24)
TAX = Tax("S", Decimal(19))
LINES = (
    Line("Labour: Tom Brandt", Decimal(105), "min", Decimal(72), TAX, 12600, 1021, TODAY, "", Decimal(60)),
    Line("Thermostatic head M30 × 1.5", Decimal(3), "piece", Decimal("31.80"), TAX, 9540, 1021, TODAY),
    Line("Ladder", Decimal(1), "piece", Decimal("47.00"), TAX, 4700),
)  # fmt: skip
GROUPS, TOTALS = totals(LINES)

PAPER = Document(
    kind="draft",
    number=None,
    issued_on=TODAY,
    due_on=date(2026, 12, 8),
    currency="EUR",
    seller=Seller("Brandt Building Services", ("Kanalstraße 42",), "23552", "Lübeck", "DE", "DE811907245"),
    buyer=Party("Hausverwaltung Sommer GmbH", ("Königstraße 117",), "23552", "Lübeck", "DE"),
    reference="SOM-4471",
    refers_to=None,
    lines=LINES,
    allowances=(),
    groups=GROUPS,
    totals=TOTALS,
    terms="Payable within 14 days.",
    payment_reference="",
    jobs=(JobBlock(1021, "Replace 3 thermostatic valves", "Königstraße 80", TODAY, TODAY, LINES[:2]),),
    photos=(),
)  # fmt: skip


def _row(place: int, line: Line) -> LineRow:
    return LineRow(
        id=place,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        price_per=line.price_per,
        net=line.net,
        tax=line.tax,
        job_id=21 if line.job_number else None,
        supplied_on=line.supplied_on,
        entry_ids=(),
        part_ids=(),
        is_edited=place == 2,
        needs_look=place == 2,
        computed_net=6360 if place == 2 else None,
        is_by_hand=line.job_number is None,
    )


ROW = InvoiceRow(
    id=7,
    number=None,
    kind=InvoiceKind.INVOICE,
    state=InvoiceState.DRAFT,
    settled=None,
    version=3,
    customer_id=12,
    customer="Hausverwaltung Sommer GmbH",
    currency="EUR",
    created_at=NOON,
    issued_at=None,
    issued_on=None,
    due_on=None,
    refers_to=None,
    related=(),
    reason="",
    reference="SOM-4471",
    terms="",
    lines=tuple(_row(place, line) for place, line in enumerate(LINES, start=1)),
    jobs=(
        JobOnInvoice(21, 1021, "Replace 3 thermostatic valves", "Königstraße 80", TODAY, TODAY, 22140, 0),
    ),
    allowances=(),
    groups=GROUPS,
    totals=TOTALS,
    discount_reason=None,
    discount_per_cent=None,
    discount_amount=None,
    payments=(),
    paid=0,
    credited=0,
    written_off=0,
    balance=0,
    pdf_sha256=None,
)  # fmt: skip

DRAFT = InvoiceShown(
    head=Head("7d0c2f", 4711, 0),
    row=ROW,
    document=PAPER,
    lacks=(Lack("iban", "The account for the customer’s transfer is missing.", "company"),),
    today=TODAY,
    names={1: "Olga P."},
    taxes=(Choice("S:19", "19 % (S)"),),
    where={"company": "/settings/company", "customer": "/customers/12"},
    photos=(
        OfferedPhoto(5, "a.jpg", "Job 1021, before the work", is_chosen=False),
        OfferedPhoto(6, "b.jpg", "Job 1021, after the work: new valves", is_chosen=True),
    ),
    more_jobs=(sample_card(State.READY), sample_card(State.READY, number=2004)),
)


def _payment(number: int, *, is_reversed: bool) -> PaymentRow:
    return PaymentRow(
        id=number,
        kind=PaymentKind.PAYMENT,
        amount=5000,
        method="transfer",
        received_on=TODAY,
        reference="Bank 7",
        by_id=1,
        at=NOON,
        is_reversed=is_reversed,
        reverse_reason="Bounced" if is_reversed else None,
    )


def _letter(number: int, state: MailState, *, tries: int = 0, why: str | None = None) -> LetterRow:
    return LetterRow(
        id=number,
        invoice_id=7,
        number="2026-0207",
        to="buchhaltung.rechnungseingang@hausverwaltung-sommer.example",
        subject="Invoice 2026-0207",
        state=state,
        tries=tries,
        at=NOON,
        again_at=NOON,
        why=why,
    )


ISSUED = replace(
    DRAFT,
    lacks=(),
    document=replace(PAPER, kind="invoice", number="2026-0207", payment_reference="2026-0207"),
    row=replace(
        ROW,
        number="2026-0207",
        state=InvoiceState.ISSUED,
        issued_on=TODAY,
        due_on=date(2026, 11, 20),
        payments=(_payment(1, is_reversed=True), _payment(2, is_reversed=False)),
        related=(InvoiceLink(9, "CN2026-0003", InvoiceKind.CREDIT_NOTE, 1190),),
        credited=1190,
        paid=5000,
        balance=TOTALS.total - 6190,
    ),
    photos=(),
    letters=(
        _letter(3, MailState.FAILED, tries=3, why="550 No such user here"),
        _letter(2, MailState.WAITING, tries=1, why="450 Busy, later"),
        _letter(1, MailState.SENT),
    ),
)

LISTED = tuple(
    ListedInvoice(
        id=number,
        number=f"2026-{number:04}" if number > 1 else None,
        kind=InvoiceKind.INVOICE,
        state=InvoiceState.ISSUED if number > 1 else InvoiceState.DRAFT,
        customer="Praxis Dr. Núñez",
        issued_on=TODAY if number > 1 else None,
        due_on=TODAY if number > 1 else None,
        total=35581,
        balance=35581 if number > 2 else 0,
        currency="EUR",
        is_overdue=number == 3,
        settled_on=None,
    )
    for number in range(1, 5)
)
