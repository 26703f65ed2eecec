"""Quantities and prices of parts: exact decimals, four places at most, never negative."""

from decimal import Decimal

from app.rules.money import decimals, typed
from app.rules.refusal import BadInput

PLACES = 4
NO_TAX = Decimal(0)
MOST = Decimal(10) ** 9
"""Larger is a slip of the thumb; and products of two such numbers still fit every store."""


def quantity(words: str) -> Decimal:
    """A quantity as people type it: "2", "2.5", "2,5". Raises ``BadInput`` (field ``quantity``) for anything else."""
    amount = _decimal(words, field="quantity")
    if amount == 0:
        raise BadInput("quantity", "Enter how many, for example 1 or 2.5.", field="quantity")
    return amount


def unit_price(words: str) -> Decimal:
    """A price for one unit in major units. Raises ``BadInput`` (field ``unit_price``)."""
    return _decimal(words, field="unit_price")


def rate(words: str, *, field: str = "tax") -> Decimal:
    """A tax rate in per cent, "19" or "7.7". Raises ``BadInput`` (field ``tax``)."""
    per_cent = _decimal(words, field=field)
    if per_cent > 100:
        raise BadInput("out_of_range", "Enter a rate from 0 to 100 per cent.", field=field)
    return per_cent


SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}


def price_words(amount: Decimal, currency: str) -> str:
    """ "78.50 €", "0.1250 €": two decimals, or all four where the price has them; never rounded."""
    places = 2 if amount == amount.quantize(Decimal("0.01")) else PLACES
    return f"{amount:,.{places}f} {SYMBOLS.get(currency, currency)}"


def quantity_words(amount: Decimal) -> str:
    """ "2", "2.5": without the zeros that a database may have kept."""
    return f"{amount.normalize():f}"


def _decimal(words: str, *, field: str) -> Decimal:
    amount = typed(words)
    if amount is None:
        raise BadInput("not_a_number", "Enter a number from 0 up, for example 2.5.", field=field)
    if amount > MOST or decimals(amount.normalize()) > PLACES:
        raise BadInput(
            "out_of_range", "Enter a number from 0 up, with at most four decimals.", field=field
        )
    return amount
