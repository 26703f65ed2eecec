"""Totals in EN 16931's order: rebuilt from published invoices, and proved for any lines."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.crediting import left_of, part, rest
from app.rules.invoice import Allowance, Line, Tax, discount, totals
from app.rules.money import minor, net_of
from app.rules.refusal import BadInput
from tests.rules.published_invoices import PUBLISHED, Published, TaxWords

TAXES = [Tax("S", Decimal(r)) for r in ("19", "7", "25", "5.5", "2.1")] + [
    Tax("E", Decimal(0)),
    Tax("Z", Decimal(0)),
]


def tax(words: TaxWords) -> Tax:
    return Tax(words[0], Decimal(words[1]))


def line_of(net: int, which: Tax) -> Line:
    return Line("Work", Decimal(1), "piece", Decimal(net).scaleb(-2), which, net)


lines = st.lists(
    st.builds(line_of, st.integers(-(10**7), 10**9), st.sampled_from(TAXES)), max_size=30
)
positive_lines = st.lists(
    st.builds(line_of, st.integers(1, 10**9), st.sampled_from(TAXES)), min_size=1, max_size=20
)


def rebuilt(published: Published) -> list[Line]:
    return [
        Line(
            "Line",
            Decimal(quantity),
            "piece",
            Decimal(price),
            tax(words),
            net_of(Decimal(quantity), Decimal(price), published.currency, per=Decimal(per)),
            price_per=Decimal(per),
        )
        for quantity, price, per, words, _ in published.lines
    ]


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda p: p.source)
def test_a_published_invoice_is_rebuilt_from_its_lines_to_the_cent(published: Published) -> None:
    def cents(words: str) -> int:
        return minor(Decimal(words), published.currency)

    found = rebuilt(published)
    assert [line.net for line in found] == [cents(net) for *_, net in published.lines]
    allowances = [
        Allowance("", tax(words), cents(amount)) for amount, words in published.allowances
    ]
    groups, sums = totals(found, allowances)
    assert {(g.tax, g.base, g.tax_amount) for g in groups} == {
        (tax(words), cents(base), cents(due)) for words, (base, due) in published.groups.items()
    }
    assert (sums.lines, sums.net, sums.tax, sums.total) == tuple(
        cents(words)
        for words in (published.line_sum, published.net, published.tax, published.total)
    )


@given(lines)
def test_lines_groups_and_totals_add_up(found: list[Line]) -> None:
    groups, sums = totals(found)
    assert sum(line.net for line in found) == sums.lines == sums.net
    assert sum(group.base for group in groups) == sums.net
    assert sum(group.tax_amount for group in groups) == sums.tax
    assert sums.net + sums.tax == sums.total


@given(positive_lines, st.integers(1, 10**10))
def test_a_discount_is_split_so_that_its_parts_add_up(found: list[Line], amount: int) -> None:
    worth = sum(line.net for line in found)
    allowances = discount(found, reason="Loyalty", amount=amount)
    groups, sums = totals(found, allowances)
    assert sums.allowances == min(amount, worth)
    assert all(group.base >= 0 for group in groups)
    assert sums.lines - sums.allowances == sums.net


@given(positive_lines)
def test_a_hundred_per_cent_off_leaves_nothing(found: list[Line]) -> None:
    _, sums = totals(found, discount(found, reason="Gift", per_cent=Decimal(100)))
    assert (sums.net, sums.total) == (0, 0)


@given(positive_lines, st.data())
def test_part_credits_and_the_rest_take_back_exactly_the_invoice(
    found: list[Line], data: st.DataObject
) -> None:
    allowances = discount(
        found, reason="Loyalty", per_cent=data.draw(st.sampled_from([5, 33]).map(Decimal))
    )
    groups, sums = totals(found, allowances)
    share = data.draw(st.integers(0, max(groups[0].base, 0)))
    first, first_sums = part([line_of(share, groups[0].tax)], left_of(groups, []))
    remaining = list(found)
    back, last = [], 0
    for line in remaining:
        net = line.net
        if line.tax == groups[0].tax and share > last:
            taken = min(net, share - last)
            last, net = last + taken, net - taken
        back.append(line_of(net, line.tax))
    _, second, second_sums = rest(back, left_of(groups, first), {})
    assert first_sums.total + second_sums.total == sums.total
    assert first_sums.tax + second_sums.tax == sums.tax
    assert {g.tax for g in second} <= {g.tax for g in groups}


def test_nobody_credits_more_than_is_left() -> None:
    groups, _ = totals([line_of(10_000, TAXES[0])])
    with pytest.raises(BadInput):
        part([line_of(10_001, TAXES[0])], left_of(groups, []))


def test_nineteen_and_nineteen_point_zero_are_one_group() -> None:
    groups, _ = totals([line_of(100, Tax("S", Decimal("19.00"))), line_of(100, TAXES[0])])
    assert [group.base for group in groups] == [200]


def test_untaxed_groups_say_why() -> None:
    groups, sums = totals([line_of(100, Tax("AE", Decimal(0)))])
    assert (groups[0].reason, sums.tax) == ("Reverse charge", 0)
