"""Quantities, prices and rates as people type them; nonsense is refused and never guessed at."""

from decimal import Decimal

import pytest

from app.rules import parts
from app.rules.refusal import BadInput

HOSTILE = [
    "", "NaN", "Infinity", "-1", "-0", "+1", "1e400", "1E2", "1_000", "1,000.00", "1,000", "1.000.000",
    "\uff11\uff12", "\u0661\u0662", "0x10", "1000000000000000000", "1.23456", "1 000", "1\u00a0000", "12;13",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_numbers_are_refused(words: str) -> None:
    for read in (parts.quantity, parts.unit_price, parts.rate):
        with pytest.raises(BadInput):
            read(words)


@pytest.mark.parametrize(
    ("words", "amount"),
    [("2", "2"), (" 2,5 ", "2.5"), ("0.1250", "0.125"), ("0,125", "0.125"), ("1000.000", "1000")],
)
def test_numbers_are_read_as_people_type_them(words: str, amount: str) -> None:
    assert parts.quantity(words) == parts.unit_price(words) == Decimal(amount)


def test_nothing_at_all_is_no_quantity_but_a_price() -> None:
    assert parts.unit_price("0") == 0
    with pytest.raises(BadInput):
        parts.quantity("0")
