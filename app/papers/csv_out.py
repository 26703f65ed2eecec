"""Invoices for bookkeeping programs: the files that QuickBooks Online and Xero import, adding up to the cent there too.
Invoices and credit notes go into files of their own, as both programs import them apart."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal

from app.papers.cells import Cell, table
from app.rules.invoice import Document, Line, Party, Tax
from app.rules.money import Money, exponent, major, net_of, per_cent_of

QUICKBOOKS = (
    "*InvoiceNo",
    "*Customer",
    "*InvoiceDate",
    "*DueDate",
    "Terms",
    "Location",
    "Memo",
    "Item(Product/Service)",
    "ItemDescription",
    "ItemQuantity",
    "ItemRate",
    "*ItemAmount",
    "Service Date",
)
"""Where the company's sales tax is worked out in QuickBooks: the United States."""

QUICKBOOKS_TAXED = (
    *QUICKBOOKS[:7],
    "*Item(Product/Service)",
    *QUICKBOOKS[8:12],
    "Item Tax Amount",
    "*Item Tax Code",
    "Currency",
)
"""Everywhere else."""

XERO = (
    "*ContactName",
    "EmailAddress",
    "POAddressLine1",
    "POAddressLine2",
    "POAddressLine3",
    "POAddressLine4",
    "POCity",
    "PORegion",
    "POPostalCode",
    "POCountry",
    "*InvoiceNumber",
    "Reference",
    "*InvoiceDate",
    "*DueDate",
    "InventoryItemCode",
    "*Description",
    "*Quantity",
    "*UnitAmount",
    "Discount",
    "*AccountCode",
    "*TaxType",
    "TrackingName1",
    "TrackingOption1",
    "TrackingName2",
    "TrackingOption2",
    "Currency",
    "BrandingTheme",
)

MOST_QUICKBOOKS = 100
MOST_XERO = 500
"""Invoices that the program takes in one file."""

DATES = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y-%m-%d"}

UNIT_DECIMALS = 4
"""Xero keeps four decimals of a unit price and works out the amount itself."""


@dataclass(frozen=True, slots=True)
class Books:
    """How the company's bookkeeping is set up. ``tax_names``: the tax rate's display name there; what is missing is
    named by rate. ``dates``: the order that the program is set to."""

    dates: Literal["dmy", "mdy", "ymd"] = "dmy"
    item: str = "Services"
    account_code: str = "200"
    tax_names: Mapping[Tax, str] = field(default_factory=dict)
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class File:
    """``name`` has no folder and nothing that a file system minds."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Row:
    """A line, or a discount as a line below zero. ``quantity`` × ``price`` is ``net`` in any program."""

    words: str
    quantity: Decimal
    price: Decimal
    net: Money
    tax: Tax
    tax_amount: Money
    supplied_on: date | None


def quickbooks(
    documents: Iterable[Document], books: Books, *, is_taxed: bool = True
) -> tuple[File, ...]:
    """Files for QuickBooks Online. ``is_taxed``: the layout of regions with a tax code on every line."""
    header = QUICKBOOKS_TAXED if is_taxed else QUICKBOOKS

    def rows(document: Document) -> Iterator[Sequence[Cell]]:
        for row in _rows(document):
            cells = (*_quickbooks_head(document, books), *_quickbooks_item(document, row, books))
            if is_taxed:
                tax = major(row.tax_amount, document.currency)
                yield (*cells, tax, _tax_name(row.tax, books), document.currency)
            else:
                yield (*cells, _day(row.supplied_on, books))

    return _files("quickbooks", header, documents, rows, MOST_QUICKBOOKS, books)


def xero(documents: Iterable[Document], books: Books) -> tuple[File, ...]:
    """Files for Xero; tell it that the prices are without tax."""

    def rows(document: Document) -> Iterator[Sequence[Cell]]:
        for row in _rows(document):
            yield (
                *_xero_contact(document.buyer),
                document.number or "",
                document.reference or "",
                _day(document.issued_on, books),
                _day(document.due_on or document.issued_on, books),
                "",
                row.words,
                row.quantity,
                row.price,
                "",
                books.account_code,
                _tax_name(row.tax, books),
                *("", "", "", ""),
                document.currency,
                "",
            )

    return _files("xero", XERO, documents, rows, MOST_XERO, books)


def _files(
    program: str,
    header: Sequence[str],
    documents: Iterable[Document],
    rows: Callable[[Document], Iterator[Sequence[Cell]]],
    most: int,
    books: Books,
) -> tuple[File, ...]:
    issued = [document for document in documents if document.number is not None]
    kinds = (
        ("invoices", [one for one in issued if one.kind != "credit_note"]),
        ("credit-notes", [one for one in issued if one.kind == "credit_note"]),
    )
    made = []
    for kind, ours in kinds:
        for at in range(0, len(ours), most):
            several = f"-{at // most + 1}" if len(ours) > most else ""
            cells = [row for document in ours[at : at + most] for row in rows(document)]
            content = table(header, cells, encoding=books.encoding)
            made.append(File(f"{program}-{kind}{several}.csv", content))
    return tuple(made)


def _rows(document: Document) -> Iterator[_Row]:
    """Lines and discounts by tax, so that the tax of each group is shared out to the cent: each row gets what the tax
    of the sum so far has grown by, and the last one ends at the group's tax."""
    plain = [*_lines(document), *_discounts(document)]
    order = {tax: at for at, tax in enumerate(dict.fromkeys(row.tax for row in plain))}
    amounts = {group.tax: group.tax_amount for group in document.groups}
    for tax, group in groupby(sorted(plain, key=lambda row: order[row.tax]), lambda row: row.tax):
        so_far = told = 0
        for row in group:
            so_far += row.net
            due = per_cent_of(so_far, tax.rate) if amounts.get(tax) else 0
            yield _Row(
                row.words, row.quantity, row.price, row.net, tax, due - told, row.supplied_on
            )
            told = due


def _lines(document: Document) -> Iterator[_Row]:
    for line in document.lines:
        quantity, price, words = _as_counted(line, document.currency)
        yield _Row(words, quantity, price, line.net, line.tax, 0, line.supplied_on)


def _discounts(document: Document) -> Iterator[_Row]:
    for allowance in document.allowances:
        price = major(-allowance.amount, document.currency)
        words = allowance.reason or "Discount"
        yield _Row(words, Decimal(1), price, -allowance.amount, allowance.tax, 0, None)


def _as_counted(line: Line, currency: str) -> tuple[Decimal, Decimal, str]:
    """Quantity and price if the program comes to the same amount with them; else one at the whole amount, and what
    was counted goes into the words."""
    words = _one_line(
        " · ".join(
            filter(None, (f"Job {line.job_number}" if line.job_number else "", line.description))
        )
    )
    fits = -int(line.unit_price.normalize().as_tuple().exponent) <= UNIT_DECIMALS
    if (
        fits
        and line.price_per == 1
        and net_of(line.quantity, line.unit_price, currency) == line.net
    ):
        places = exponent(currency)
        price = line.unit_price
        if -int(price.as_tuple().exponent) < places:
            price = price.quantize(Decimal(1).scaleb(-places))
        return line.quantity, price, words
    counted = f" ({line.quantity.normalize():f} {line.unit})".replace(" )", ")")
    return Decimal(1), major(line.net, currency), words + counted


def _quickbooks_head(document: Document, books: Books) -> Iterator[Cell]:
    """On every row: programs differ in whether later rows of an invoice may leave it out."""
    yield document.number or ""
    yield quickbooks_name(document.buyer.name)
    yield _day(document.issued_on, books)
    yield _day(document.due_on or document.issued_on, books)
    yield ""
    yield ""
    yield _one_line(document.reference or "")


def _quickbooks_item(document: Document, row: _Row, books: Books) -> Iterator[Cell]:
    yield books.item
    yield row.words
    yield row.quantity
    yield row.price
    yield major(row.net, document.currency)


def quickbooks_name(name: str) -> str:
    """A name as QuickBooks takes it: without tab, line break, colon and double quote, at most 100 letters."""
    return _one_line(name.replace(":", " -").replace('"', "'"))[:100].rstrip()


def _xero_contact(buyer: Party) -> Iterator[Cell]:
    lines = [_one_line(line) for line in buyer.lines if line]
    if len(lines) > 4:
        lines = [*lines[:3], ", ".join(lines[3:])]
    yield _one_line(buyer.name)
    yield buyer.email or ""
    yield from (*lines, "", "", "", "")[:4]
    yield buyer.city or ""
    yield ""
    yield buyer.postcode or ""
    yield buyer.country or ""


def _tax_name(tax: Tax, books: Books) -> str:
    """The name set by the company; else what Xero calls it where it was born."""
    if tax in books.tax_names:
        return books.tax_names[tax]
    plain = {"Z": "Zero Rated Income", "E": "Exempt Income"}
    return plain.get(tax.category) or (
        f"{tax.rate:f}% (VAT on Income)" if tax.category == "S" else "No VAT"
    )


def _day(when: date | None, books: Books) -> str:
    return when.strftime(DATES[books.dates]) if when else ""


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
