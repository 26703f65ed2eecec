"""Money: whole minor units of a currency, exact decimals for prices and quantities, one way to round. No floats.

An amount is an ``int`` of minor units (cents) and stands beside its currency's code. Rounding is half away from zero.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from app.rules.refusal import BadInput

Money = int
"""Minor units; the currency is known from beside it."""

MOST = 10**13
"""Minor units. Larger is a slip of the thumb; sums of thousands of such amounts still fit 64 bits."""

_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Currencies that have not two (ISO 4217)."""

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
"""The default of 28 digits is too narrow for a product of the largest quantity and price."""


def exponent(currency: str) -> int:
    """How many decimals the currency has: 0, 2 or 3."""
    return _DECIMALS.get(currency, 2)


def round_half_away(amount: Decimal, places: int) -> Decimal:
    """2.345 → 2.35 and −2.345 → −2.35 at two places."""
    return amount.quantize(Decimal(1).scaleb(-places), context=_WIDE)


def whole(amount: Fraction) -> int:
    """The nearest whole number, half away from zero, of an exact fraction."""
    doubled = 2 * abs(amount) + 1
    rounded = doubled.numerator // (2 * doubled.denominator)
    return -rounded if amount < 0 else rounded


def minor(amount: Decimal, currency: str) -> Money:
    """An amount in major units as minor ones, rounded half away from zero."""
    return whole(Fraction(amount) * 10 ** exponent(currency))


def major(amount: Money, currency: str) -> Decimal:
    """Minor units as a decimal with the currency's places: 41250 EUR → 412.50."""
    return Decimal(amount).scaleb(-exponent(currency), context=_WIDE)


def plain(amount: Money, currency: str) -> str:
    """For files and sentences: ``412.50``, without the currency."""
    return format(major(amount, currency), "f")


_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def cash(amount: Money, currency: str) -> str:
    """For people, the same in the browser (words.js): ``1,412.50 €``, with a no-break space."""
    return f"{major(amount, currency):,f}\u00a0{_SIGNS.get(currency, currency)}"


def net_of(
    quantity: Decimal, unit_price: Decimal, currency: str, *, per: Decimal = Decimal(1)
) -> Money:
    """Quantity × price ÷ ``per`` (the price is for that many), rounded once."""
    exact = Fraction(quantity) * Fraction(unit_price) / Fraction(per)
    return whole(exact * 10 ** exponent(currency))


def per_cent_of(amount: Money, rate: Decimal) -> Money:
    return whole(Fraction(amount) * Fraction(rate) / 100)


def split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Shares by largest remainder: they add up to ``amount`` exactly. Ties go to the earlier; no weight at all, to all
    alike. Weights are never negative."""
    if not weights:
        raise ValueError("expected at least one weight, got none")
    if any(weight < 0 for weight in weights):
        raise ValueError(f"expected weights from 0 up, got {list(weights)}")
    parts = list(weights) if sum(weights) else [1] * len(weights)
    sign, size, total = (-1 if amount < 0 else 1), abs(amount), sum(parts)
    shares = [size * part // total for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(size * parts[i] % total), i))
    for i in by_remainder[: size - sum(shares)]:
        shares[i] += 1
    return [sign * share for share in shares]


def add_up(amounts: Iterable[Money]) -> Money:
    return sum(amounts, 0)


_TYPED = re.compile(r"[0-9]{1,40}([.,][0-9]{1,40})?")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")


def typed(words: str) -> Decimal | None:
    """A number from zero up as people type it: "412", "412.50", "412,5". None for everything else that a computer might
    take for one: signs, exponents, foreign digits, underscores. "1,000" is one or a thousand, so nobody guesses."""
    plain = words.strip()
    if not _TYPED.fullmatch(plain) or _THOUSANDS.fullmatch(plain):
        return None
    return Decimal(plain.replace(",", "."))


def decimals(amount: Decimal) -> int:
    """As they were typed."""
    places = amount.as_tuple().exponent
    return -places if isinstance(places, int) and places < 0 else 0


def amount_of(words: str, currency: str, *, field: str = "amount", least: Money = 0) -> Money:
    """What people type ("412.50", "412,5") in minor units, exactly. Raises ``BadInput`` for anything else."""
    amount = typed(words)
    if amount is None:
        raise BadInput("not_a_number", "Enter an amount, for example 1412.50.", field=field)
    # Zeros are counted too: "1.000" is a thousand to half of those who type it.
    if decimals(amount) > exponent(currency):
        raise BadInput(
            "too_fine",
            f"{currency} has {exponent(currency)} decimals. Enter the amount with no more.",
            field=field,
        )
    return checked(minor(amount, currency), field=field, least=least)


def checked(amount: Money, *, field: str = "amount", least: Money = 0) -> Money:
    """The amount, if anybody could mean it. Raises ``BadInput``."""
    if not least <= amount <= MOST:
        raise BadInput(
            "out_of_range",
            "This amount cannot be right. Enter one "
            + ("above zero" if least > 0 else "from zero up")
            + " that somebody would pay.",
            field=field,
        )
    return amount
