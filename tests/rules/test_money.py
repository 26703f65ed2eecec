"""Amounts are whole minor units; one way to round; parts add up; nonsense is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.money import (
    MOST,
    amount_of,
    checked,
    exponent,
    major,
    minor,
    net_of,
    per_cent_of,
    plain,
    round_half_away,
    split,
)
from app.rules.refusal import BadInput


@pytest.mark.parametrize(
    ("amount", "places", "rounded"),
    [
        ("2.345", 2, "2.35"),
        ("-2.345", 2, "-2.35"),
        ("2.344999", 2, "2.34"),
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("1.0005", 3, "1.001"),
    ],
)
def test_half_goes_away_from_zero(amount: str, places: int, rounded: str) -> None:
    assert round_half_away(Decimal(amount), places) == Decimal(rounded)


@pytest.mark.parametrize(
    ("currency", "amount", "units"),
    [("EUR", "412.505", 41251), ("JPY", "412.5", 413), ("KWD", "1.2345", 1235)],
)
def test_currencies_have_their_own_decimals(currency: str, amount: str, units: int) -> None:
    assert minor(Decimal(amount), currency) == units
    assert minor(-Decimal(amount), currency) == -units


@given(st.integers(-MOST, MOST), st.sampled_from(["EUR", "JPY", "TND"]))
def test_minor_and_major_are_the_same_amount(amount: int, currency: str) -> None:
    assert minor(major(amount, currency), currency) == amount
    assert len(plain(amount, currency).partition(".")[2]) == exponent(currency)


@pytest.mark.parametrize(
    ("quantity", "price", "per", "net"),
    [
        # 20 minutes of 59.00 an hour are 19.67, not 0.33 h × 59.00 = 19.47.
        ("20", "59.00", "60", 1967),
        ("0.5", "0.01", "1", 1),
        ("3", "0.3333", "1", 100),
        ("-1", "0.005", "1", -1),
    ],
)
def test_a_line_is_rounded_once(quantity: str, price: str, per: str, net: int) -> None:
    assert net_of(Decimal(quantity), Decimal(price), "EUR", per=Decimal(per)) == net


def test_half_a_cent_of_tax_goes_away_from_zero() -> None:
    assert per_cent_of(146_050, Decimal(25)) == 36_513
    assert per_cent_of(-146_050, Decimal(25)) == -36_513


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**12), min_size=1, max_size=50))
def test_shares_add_up_and_are_never_a_unit_off(amount: int, weights: list[int]) -> None:
    shares = split(amount, weights)
    assert sum(shares) == amount
    parts = weights if sum(weights) else [1] * len(weights)
    assert all(
        abs(share * sum(parts) - amount * part) < sum(parts)
        for share, part in zip(shares, parts, strict=True)
    )


@pytest.mark.parametrize(
    "words",
    [
        "", "NaN", "Infinity", "-1", "-0", "+1", "1e400", "1E+31", "12.345", "0x10", "1,2,3", "1_000",
        "1,000.00", "1,000", "1.000", "1 000", "\uff11\uff12", "\u0661\u0662", "1000000000000000000",
        "10000000000000000",
    ],
)  # fmt: skip
def test_hostile_amounts_are_refused(words: str) -> None:
    with pytest.raises(BadInput):
        amount_of(words, "EUR")


def test_amounts_are_read_as_people_type_them() -> None:
    assert amount_of(" 412,5 ", "EUR") == 41250
    assert amount_of("412", "JPY") == 412
    with pytest.raises(BadInput):
        amount_of("412.5", "JPY")


def test_the_least_and_the_most_that_somebody_would_pay() -> None:
    assert checked(MOST) == MOST
    assert checked(1, least=1) == 1
    for amount, least, words in (
        (MOST + 1, 0, "zero up"),
        (-1, 0, "zero up"),
        (0, 1, "above zero"),
    ):
        with pytest.raises(BadInput, match=words):
            checked(amount, least=least)


def test_of_equal_shares_the_first_takes_what_is_left() -> None:
    assert split(2, [1, 1, 1]) == [1, 1, 0]
    assert split(-1, [0, 0]) == [-1, 0]
