"""The e-invoice of EN 16931: the document as XML (Cross Industry Invoice), exact to the letter, for machines to book.
The tests hold it against the schema and the standard's own rules."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from app.papers.countries import NAMES
from app.rules.invoice import Document, JobBlock, Line, Party, Tax
from app.rules.money import Money, exponent, plain
from app.rules.refusal import Refusal

TEMPLATES = Path(__file__).with_name("templates")

TYPE_CODES = {"invoice": "380", "supplement": "380", "credit_note": "381"}
"""UNTDID 1001. A supplement is an invoice of its own that names the one before it."""

REASON_CODES = {
    "AE": "VATEX-EU-AE",
    "G": "VATEX-EU-G",
    "K": "VATEX-EU-IC",
    "O": "VATEX-EU-O",
}
"""The European list's code for why there is no tax. Category E has a law of its own country, in words only."""

UNIT_CODES = {
    "": "C62",
    "piece": "C62",
    "pieces": "C62",
    "pc": "C62",
    "pcs": "C62",
    "job": "C62",
    "h": "HUR",
    "hour": "HUR",
    "hours": "HUR",
    "min": "MIN",
    "day": "DAY",
    "days": "DAY",
    "km": "KMT",
    "m": "MTR",
    "cm": "CMT",
    "mm": "MMT",
    "mi": "SMI",
    "mile": "SMI",
    "ft": "FOT",
    "m²": "MTK",
    "m2": "MTK",
    "m³": "MTQ",
    "m3": "MTQ",
    "kg": "KGM",
    "g": "GRM",
    "t": "TNE",
    "lb": "LBR",
    "l": "LTR",
    "litre": "LTR",
    "liter": "LTR",
    "kwh": "KWH",
    "set": "SET",
    "pair": "PR",
}
"""UN/ECE Recommendation 20. A unit that is not here is sent as "one" (C62), with its name in the description."""

VAT_PREFIXES = frozenset({*NAMES, "EL", "XI"})
"""How an id for VAT begins; Greece writes EL, Northern Ireland XI."""

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry, escaped or not."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A line as the standard wants it: the price never negative, the unit a code."""

    name: str
    description: str
    about: str
    quantity: Decimal
    unit_code: str
    price: Decimal
    per: Decimal
    tax: Tax
    net: Money
    supplied_on: date | None


def why_not(document: Document) -> str | None:
    """Why there can be no e-invoice of this document, in words for the page; None where there can."""
    categories = {group.tax.category for group in document.groups}
    for party, whose in ((document.seller, "your company"), (document.buyer, "the customer")):
        if not _legal(party.name):
            return f"The e-invoice needs the name of {whose}. Enter it first."
        if not re.fullmatch("[A-Z]{2}", party.country or ""):
            return f"The e-invoice needs the country of {whose}. Enter it first."
    if not _ids(document.seller):
        return "The e-invoice needs the tax id of your company. Enter it first."
    if exponent(document.currency) > 2:
        return (
            f"{document.currency} has three decimals and the e-invoice standard allows two, so there is none. "
            "PDF and CSV are exact."
        )
    if "O" in categories and len(categories) > 1:
        return (
            "Lines outside the scope of VAT cannot stand on one e-invoice with others. Put them on an invoice of their "
            "own."
        )
    if document.number is None or document.issued_on is None:
        return "A draft has no number yet. Its e-invoice is made when it is issued."
    return None


def write(document: Document) -> bytes:
    """The XML, the same bytes for the same document. Raises ``Refusal`` with the sentence of ``why_not``."""
    if sentence := why_not(document):
        raise Refusal("no_e_invoice", sentence)
    document = _legal(document)
    first_day, last_day = _days(document)
    is_outside = any(group.tax.category == "O" for group in document.groups)
    buyer_ids = [] if is_outside else [pair for pair in _ids(document.buyer) if pair[0] == "VA"]
    has_delivery = any(group.tax.category == "K" for group in document.groups)
    text: str = _template(document.currency).render(
        document=document,
        type_code=TYPE_CODES[document.kind],
        notes=[text for text in (document.reason, document.seller.register) if text],
        lines=list(_items(document)),
        seller_ids=[
            ("FC", id) if is_outside else (scheme, id) for scheme, id in _ids(document.seller)
        ],
        buyer_ids=buyer_ids,
        ship_to=document.buyer.country if has_delivery else None,
        first_day=first_day,
        last_day=last_day,
        iban=re.sub(r"\s", "", document.seller.iban or ""),
        means_code="58" if document.currency == "EUR" else "30",
        reason_codes=REASON_CODES,
    )
    return text.encode()


@cache
def _template(currency: str) -> Template:
    """One for each currency: the filter for money knows its decimals."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "money": partial(plain, currency=currency),
        "number": _number,
        "three": _three,
    }
    return environment.get_template("en16931.xml")


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _legal(value: Any) -> Any:
    """The same tree without what XML cannot carry and without blanks around a text; every other letter stays."""
    if isinstance(value, str):
        return _ILLEGAL.sub("", value).strip()
    if isinstance(value, tuple):
        return tuple(_legal(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: _legal(getattr(value, field.name)) for field in fields(value)}
        )
    return value


def _items(document: Document) -> Iterator[_Item]:
    jobs = {job.number: job for job in document.jobs}
    for line in document.lines:
        job = jobs.get(line.job_number) if line.job_number is not None else None
        sign = -1 if line.unit_price < 0 else 1
        yield _Item(
            name=line.description or "Work",
            description="\n".join(filter(None, (line.note, _unknown_unit(line)))),
            about=_about(job),
            quantity=sign * line.quantity,
            unit_code=UNIT_CODES.get(line.unit.casefold(), "C62"),
            price=sign * line.unit_price,
            per=line.price_per,
            tax=line.tax,
            net=line.net,
            supplied_on=line.supplied_on,
        )


def _unknown_unit(line: Line) -> str:
    return "" if line.unit.casefold() in UNIT_CODES else f"Unit: {line.unit}"


def _about(job: JobBlock | None) -> str:
    return ", ".join(filter(None, (f"Job {job.number}", job.title, job.site))) if job else ""


def _days(document: Document) -> tuple[date | None, date | None]:
    """First and last day of supply."""
    days = [day for job in document.jobs for day in (job.supplied_from, job.supplied_to) if day] + [
        line.supplied_on for line in document.lines if line.supplied_on
    ]
    return (min(days), max(days)) if days else (None, None)


def _ids(party: Party) -> list[tuple[str, str]]:
    """VA: an id for VAT, which begins with a country; FC: any other number of the tax office, which then also says who
    the seller is."""
    id = re.sub(r"[\s.\-/]", "", party.tax_id or "").upper()
    if not id:
        return []
    if id[:2] in VAT_PREFIXES and any(letter.isdigit() for letter in id):
        return [("VA", id)]
    return [("FC", (party.tax_id or "").strip())]


def _three(lines: tuple[str, ...]) -> list[tuple[str, str]]:
    """An address has three lines at most; what is more goes on the last."""
    kept = [line for line in lines if line.strip()]
    if len(kept) > 3:
        kept = [*kept[:2], ", ".join(kept[2:])]
    return list(zip(("LineOne", "LineTwo", "LineThree"), kept, strict=False))
