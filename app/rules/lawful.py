"""What a lawful invoice must say before it is issued: each thing that is missing, in a sentence, and where to enter it.

After EN 16931 and the EU's VAT directive (article 226). A company elsewhere meets the same questions: who, to whom,
what, when, how much, and until when.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from app.rules.invoice import EXPLAINED, UNTAXED, Document, Line

Where = Literal["company", "taxes", "customer", "draft", "job_type"]

CATEGORIES = frozenset({"S", *UNTAXED, "L", "M"})


@dataclass(frozen=True, slots=True)
class Lack:
    """``where``: the page on which it is entered."""

    code: str
    sentence: str
    where: Where


def lacks(document: Document) -> tuple[Lack, ...]:
    """Everything that is missing, in the order in which it is mended best. Empty: it may be issued."""
    return tuple(lack for check in _CHECKS for lack in check(document))


def _seller(document: Document) -> Iterator[Lack]:
    seller = document.seller
    if not seller.lines or not seller.city:
        yield Lack(
            "seller_address",
            "Your company’s address is missing. Enter it in Settings, Company.",
            "company",
        )
    if not seller.country:
        yield Lack(
            "seller_country",
            "Your company’s country is missing. Enter it in Settings, Company.",
            "company",
        )
    if not seller.tax_id:
        yield Lack(
            "seller_tax_id",
            "Your company’s tax number is missing. Enter it in Settings, Company.",
            "company",
        )
    if document.kind != "credit_note" and not seller.iban:
        yield Lack(
            "iban",
            "The account for the customer’s transfer is missing. Enter the IBAN in Settings, Company.",
            "company",
        )


def _buyer(document: Document) -> Iterator[Lack]:
    buyer = document.buyer
    if not buyer.lines and not buyer.city:
        yield Lack(
            "buyer_address",
            f"The address of {buyer.name} is missing. Enter it on the customer’s page.",
            "customer",
        )
    if not buyer.country:
        yield Lack(
            "buyer_country",
            f"The country of {buyer.name} is missing. Enter it on the customer’s page.",
            "customer",
        )
    needs_id = {"AE", "K"} & {group.tax.category for group in document.groups}
    if needs_id and not buyer.tax_id:
        yield Lack(
            "buyer_tax_id",
            f"The tax number of {buyer.name} is missing; an invoice without tax for another "
            "company must name it. Enter it on the customer’s page.",
            "customer",
        )


def _lines(document: Document) -> Iterator[Lack]:
    if not document.lines:
        yield Lack(
            "no_lines", "There is nothing on this invoice. Add a line or take it back.", "draft"
        )
    if document.totals.total < 0:
        yield Lack(
            "below_zero",
            "This invoice is below zero. Take it back and write a credit note instead.",
            "draft",
        )
    if any(block.supplied_to is None for block in document.jobs):
        yield Lack(
            "supply_date",
            "The day of the work is missing on a job. Record its time first.",
            "draft",
        )


def _taxes(document: Document) -> Iterator[Lack]:
    for line in document.lines:
        if (sentence := _wrong_tax(line)) is not None:
            yield Lack("tax", sentence, "taxes")
            return
    categories = {group.tax.category for group in document.groups}
    if "O" in categories and len(categories) > 1:
        yield Lack(
            "mixed_taxes",
            "Lines outside of tax cannot stand beside others. Bill them on an invoice of their own.",
            "draft",
        )
    for group in document.groups:
        if group.tax.category in EXPLAINED and not group.reason:
            yield Lack(
                "exempt_reason",
                "Say why there is no tax: enter the reason in Settings, Taxes.",
                "taxes",
            )
            return


def _wrong_tax(line: Line) -> str | None:
    if line.tax.category not in CATEGORIES:
        return f"“{line.description}” has an unknown tax category. Choose another one."
    if line.tax.category == "S" and line.tax.rate <= 0:
        return (
            f"The tax rate of “{line.description}” is missing. Enter the rate in Settings, Taxes."
        )
    if line.tax.category in UNTAXED and line.tax.rate != Decimal(0):
        return f"“{line.description}” is without tax, but has a rate. Set the rate to 0."
    return None


def _terms(document: Document) -> Iterator[Lack]:
    if document.kind != "credit_note" and document.due_on is None and not document.terms.strip():
        yield Lack(
            "terms",
            "Say until when it is to be paid: enter the days in Settings, Company, or on the "
            "customer’s page.",
            "company",
        )


_CHECKS: tuple[Callable[[Document], Iterator[Lack]], ...] = (
    _seller,
    _buyer,
    _lines,
    _taxes,
    _terms,
)
