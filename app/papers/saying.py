"""How amounts, quantities, days and rates are said on paper: once, for the PDF and for the preview."""

from datetime import date
from decimal import Decimal

from app.rules.dates import LONG_MONTHS
from app.rules.invoice import Tax
from app.rules.money import Money, exponent

SAID = {"EUR": "{} €", "GBP": "£{}", "USD": "${}"}
"""Only where nobody can mistake it; every other currency is named by its three letters."""


def amount(value: Money, currency: str) -> str:
    """ "1,412.50": minor units with thousands apart and a real minus sign."""
    places = exponent(currency)
    whole, rest = divmod(abs(value), 10**places)
    said = f"{whole:,}" + (f".{rest:0{places}}" if places else "")
    return f"−{said}" if value < 0 else said


def full(value: Money, currency: str) -> str:
    """ "1,412.50 €": with its currency."""
    return SAID.get(currency, f"{{}} {currency}").format(amount(value, currency))


def number(value: Decimal, places: int = 0) -> str:
    """A quantity or a price: no needless zeros, at least ``places`` decimals, never an exponent."""
    plain = value.normalize()
    digits = max(places, -int(plain.as_tuple().exponent))
    return f"{plain:,.{digits}f}".replace("-", "−")


def long_date(when: date) -> str:
    """ "24 November 2026": no country reads it wrongly."""
    return f"{when.day} {LONG_MONTHS[when.month - 1]} {when.year}"


def span(first: date | None, last: date | None) -> str:
    """ "15 November 2026", or "15 to 24 November 2026", with as many words as it needs."""
    first, last = first or last, last or first
    if first is None or last is None:
        return ""
    if first == last:
        return long_date(first)
    if first.year != last.year:
        return f"{long_date(first)} to {long_date(last)}"
    if first.month != last.month:
        return f"{first.day} {LONG_MONTHS[first.month - 1]} to {long_date(last)}"
    return f"{first.day} to {long_date(last)}"


def tax_name(tax: Tax, word: str) -> str:
    return f"{word} {rate(tax)}"


def rate(tax: Tax) -> str:
    return f"{number(tax.rate)} %"


def grouped(iban: str) -> str:
    plain = "".join(iban.split())
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def short(text: str, most: int = 70) -> str:
    """A sheet has edges. What is cut here is whole in the e-invoice and on the page."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
