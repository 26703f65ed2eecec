"""A document as the texts on its sheet: every amount, date and address said once, for the PDF and for the preview.
What is printed is decided here; where it stands on the page is the template's."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TypeVar, cast

from app.papers.characters import tidy
from app.papers.countries import CITY_FIRST, LETTER_PAPER, name_of, tax_word
from app.papers.saying import amount, full, grouped, long_date, number, rate, short, span, tax_name
from app.rules.invoice import Document, JobBlock, Line, Party
from app.rules.money import Money, exponent

REFERS = {"credit_note": "Corrects", "supplement": "Supplements"}

LONGEST = 200
"""Letters of a name or a title: what the forms take."""

TEXT = 3000
"""Letters of a description, a note or the terms. More is no invoice any more, and thousands of pages are no paper."""

CAPTION = 400
"""Letters below a photo."""

MOST_LINES = 5
"""Lines of an address between name and town: the window of an envelope shows no more."""

TITLES = {
    "invoice": "Invoice",
    "supplement": "Supplementary invoice",
    "credit_note": "Credit note",
    "draft": "Draft invoice",
    "draft supplement": "Draft supplementary invoice",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line in the table, as printed."""

    text: str
    notes: tuple[str, ...]
    quantity: str
    price: str
    tax: str
    net: str


@dataclass(frozen=True, slots=True)
class Block:
    """One job with its rows; ``title`` is empty for lines that belong to no job."""

    title: str
    about: str
    net: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Pay:
    """How to pay. ``qr``: the lines of the banks' QR code, empty where there can be none."""

    title: str
    facts: tuple[tuple[str, str], ...]
    qr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All texts of one document, in the order they are read. ``mark``: what a draft has for a number; ``taxes``: name,
    what it was taken from, amount; ``photos``: their captions."""

    title: str
    mark: str
    kind: str
    paper: str
    seller: str
    short_name: str
    contact: tuple[str, ...]
    return_line: str
    address: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    intro: str
    head: tuple[str, ...]
    blocks: tuple[Block, ...]
    sums: tuple[tuple[str, str], ...]
    taxes: tuple[tuple[str, str, str], ...]
    total: tuple[str, str]
    reasons: tuple[str, ...]
    pay: Pay | None
    terms: tuple[str, ...]
    photos_title: str
    photos: tuple[str, ...]
    foot: tuple[tuple[str, ...], tuple[str, ...]]


def sheet(document: Document) -> Sheet:
    """Sums are taken from the document as they are, never computed anew. Without characters that cannot be seen."""
    return _tidied(_as_written(document))


T = TypeVar("T")


def _tidied(value: T) -> T:
    """The same with every text in it tidied."""
    changed: object = value
    match value:
        case str():
            changed = tidy(value)
        case tuple():
            changed = tuple(map(_tidied, value))
        case Block() | Pay() | Row() | Sheet():
            parts = {one.name: _tidied(getattr(value, one.name)) for one in fields(value)}
            changed = replace(value, **parts)
    return cast("T", changed)


def _as_written(document: Document) -> Sheet:
    word = tax_word(document.seller.country)
    return Sheet(
        mark="Draft, no number yet" if document.kind == "draft" else "",
        title=short(" ".join(filter(None, (TITLES[_becomes(document)], document.number)))),
        kind=document.kind,
        paper="us-letter" if document.seller.country in LETTER_PAPER else "a4",
        seller=short(document.seller.name, LONGEST),
        short_name=short(document.seller.name),
        contact=_contact(document),
        return_line=short(" · ".join((document.seller.name, *_postal(document.seller))), LONGEST),
        address=_address(document),
        facts=tuple((name, short(value)) for name, value in _facts(document, word)),
        intro=_intro(document),
        head=("Description", "Quantity", "Price", word, f"Net, {document.currency}"),
        blocks=tuple(_blocks(document)),
        sums=tuple(_sums(document)),
        taxes=tuple(
            (
                tax_name(group.tax, word),
                f"of {_say(document, group.base)}",
                _say(document, group.tax_amount),
            )
            for group in document.groups
        ),
        total=(_total_word(document), full(document.totals.total, document.currency)),
        reasons=tuple(
            dict.fromkeys(short(group.reason, TEXT) for group in document.groups if group.reason)
        ),
        pay=_pay(document),
        terms=_paragraphs(document.terms),
        photos_title="Photos" if document.photos else "",
        photos=tuple(short(caption, CAPTION) for _, caption in document.photos),
        foot=_foot(document, word),
    )


def _postal(party: Party) -> tuple[str, ...]:
    town = (party.postcode, party.city)
    if party.country in CITY_FIRST:
        town = (party.city, party.postcode)
    return tuple(
        short(line) for line in (*party.lines[:MOST_LINES], " ".join(filter(None, town))) if line
    )


def _say(document: Document, value: Money) -> str:
    return amount(value, document.currency)


def _contact(document: Document) -> tuple[str, ...]:
    seller = document.seller
    lines = (", ".join(_postal(seller)), seller.phone, seller.email, seller.website)
    return tuple(short(line) for line in lines if line)


def _address(document: Document) -> tuple[str, ...]:
    """The country only where the letter crosses a border."""
    buyer = document.buyer
    country = buyer.country if buyer.country != document.seller.country else None
    return (
        short(buyer.name, LONGEST),
        *_postal(buyer),
        *((name_of(country).upper(),) if country else ()),
    )


def _becomes(document: Document) -> str:
    """Of drafts only a supplement refers to an invoice."""
    is_supplement = document.kind == "draft" and document.refers_to
    return "draft supplement" if is_supplement else document.kind


def _facts(document: Document, word: str) -> Iterator[tuple[str, str]]:
    """The table at the right of the address."""
    is_draft = document.number is None
    noun = "Credit note" if document.kind == "credit_note" else "Invoice"
    yield noun, "given when issued" if is_draft else document.number or ""
    if document.issued_on:
        yield "Date", long_date(document.issued_on)
    if document.due_on and document.kind != "credit_note":
        yield "Due", long_date(document.due_on)
    if document.refers_to:
        yield "For invoice", document.refers_to[0]
    if document.reference:
        yield "Your reference", document.reference
    if document.buyer.tax_id:
        yield f"Your {word} id", document.buyer.tax_id


def _intro(document: Document) -> str:
    worked = [
        day for job in document.jobs for day in (job.supplied_from, job.supplied_to) if day
    ] or [line.supplied_on for line in document.lines if line.supplied_on]
    when = span(min(worked), max(worked)) if worked else ""
    if document.refers_to:
        number_of, issued = document.refers_to
        verb = REFERS.get(_becomes(document).removeprefix("draft "), "For")
        because = f" {document.reason.rstrip('.')}." if document.reason else ""
        return short(f"{verb} invoice {number_of} of {long_date(issued)}.{because}", TEXT)
    return f"For the work below, carried out {_on(when)}." if when else ""


def _on(when: str) -> str:
    return f"from {when}" if " to " in when else f"on {when}"


def _blocks(document: Document) -> Iterator[Block]:
    """Every line exactly once: those of a job under its head, the others at the end."""
    told: list[Line] = []
    for job in document.jobs:
        told.extend(job.lines)
        yield Block(
            title=short(job.title or f"Job {job.number}", LONGEST),
            about=short(" · ".join(filter(None, _about(job))), LONGEST),
            net=_say(document, sum(line.net for line in job.lines)),
            rows=tuple(_row(document, line, in_job=True) for line in job.lines),
        )
    rest = list(document.lines)
    for line in told:
        if line in rest:
            rest.remove(line)
    if rest:
        rows = tuple(_row(document, line, in_job=False) for line in rest)
        title = "Other" if document.jobs else ""
        yield Block(
            title, "", _say(document, sum(line.net for line in rest)) if title else "", rows
        )


def _about(job: JobBlock) -> tuple[str, ...]:
    return (f"Job {job.number}", span(job.supplied_from, job.supplied_to), job.site)


def _row(document: Document, line: Line, *, in_job: bool) -> Row:
    supplied = "" if in_job or not line.supplied_on else f"Supplied {long_date(line.supplied_on)}"
    return Row(
        text=short(line.description, TEXT),
        notes=tuple(filter(None, (*_paragraphs(line.note), supplied))),
        quantity=" ".join(filter(None, (number(line.quantity), short(_unit(line), 20)))),
        price=number(line.unit_price, exponent(document.currency)) + _per(line),
        tax=rate(line.tax),
        net=_say(document, line.net),
    )


def _unit(line: Line) -> str:
    """Nobody says "3 piece" or "1 job"."""
    return "" if line.unit in ("piece", "job") else line.unit


def _per(line: Line) -> str:
    """What the price is for, where it is not for one: "72.00/h" beside a quantity of minutes."""
    if line.price_per == 1:
        return ""
    if line.unit == "min" and line.price_per == 60:
        return "/h"
    return f"/{number(line.price_per)} {short(line.unit, 20)}".rstrip()


def _sums(document: Document) -> Iterator[tuple[str, str]]:
    if document.allowances:
        yield "Sum of lines", _say(document, document.totals.lines)
        for allowance in document.allowances:
            yield (
                f"{short(allowance.reason, LONGEST)} ({rate(allowance.tax)})",
                _say(document, -allowance.amount),
            )
    yield "Net", _say(document, document.totals.net)


def _total_word(document: Document) -> str:
    return "Credited to you" if document.kind == "credit_note" else "To pay"


def _pay(document: Document) -> Pay | None:
    if document.kind == "credit_note" or document.totals.total <= 0:
        return None
    seller, sum_said = document.seller, full(document.totals.total, document.currency)
    due = f" by {long_date(document.due_on)}" if document.due_on else ""
    facts = [("To", short(seller.name))]
    if seller.iban:
        facts.append(("IBAN", grouped(seller.iban)))
    if seller.bic:
        facts.append(("BIC", seller.bic))
    reference = document.payment_reference or document.number or "given when issued"
    facts.append(("Reference", short(reference)))
    return Pay(f"Please pay {sum_said}{due}", tuple(facts), _bank_qr(document))


def _bank_qr(document: Document) -> tuple[str, ...]:
    """The European Payments Council's code (EPC069-12, version 002): euros to an IBAN only. A draft has none: nobody
    should pay what has no number."""
    seller, total = document.seller, document.totals.total
    if document.number is None or document.currency != "EUR" or not seller.iban:
        return ()
    if not 1 <= total <= 99_999_999_999:
        return ()
    euros = f"EUR{total // 100}.{total % 100:02}"
    iban = "".join(seller.iban.split())
    reference = " ".join((document.payment_reference or document.number).split())[:140]
    name = " ".join(seller.name.split())[:70]
    return ("BCD", "002", "1", "SCT", seller.bic or "", name, iban, euros, "", "", reference)


def _foot(document: Document, word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    seller = document.seller
    register = (seller.register or "").split("\n")[:3]
    own = (short(seller.name), *(short(line) for line in register if line))
    tax = (f"{word} id {short(seller.tax_id)}",) if seller.tax_id else ()
    return own, tax


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(short(text, TEXT).split("\n")) if text else ()
