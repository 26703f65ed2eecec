"""Credit notes: whatever was credited piece by piece, together they take back the invoice and not a cent more."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.crediting import CREDITED_BEFORE, left_of, part, part_of_line, rest
from app.rules.invoice import Allowance, Line, Tax, TaxGroup, Totals, discount, totals
from app.rules.refusal import BadInput

VAT = Tax("S", Decimal(19))
FOOD = Tax("S", Decimal(7))
EXEMPT = Tax("E", Decimal(0))

LABOUR = Line(
    description="Labour",
    quantity=Decimal(2),
    unit="h",
    unit_price=Decimal("50.00"),
    tax=VAT,
    net=10_000,
    job_number=1042,
    supplied_on=None,
)


def line(net: int, tax: Tax = VAT) -> Line:
    return Line("Part", Decimal(1), "piece", Decimal(net) / 100, tax, net, 1042, None)


lines = st.lists(
    st.tuples(st.integers(1, 100_000), st.sampled_from([VAT, FOOD, EXEMPT])).map(
        lambda one: line(*one)
    ),
    min_size=1,
    max_size=6,
)


@given(
    lines, st.lists(st.tuples(st.integers(0, 5), st.integers(1, 60_000)), max_size=8), st.booleans()
)
def test_pieces_and_the_rest_take_back_the_whole_invoice(
    billed: list[Line], pieces: list[tuple[int, int]], has_discount: bool
) -> None:
    allowances = discount(billed, reason="Regular", per_cent=Decimal(10)) if has_discount else ()
    groups, sums = totals(billed, allowances)
    credited: list[TaxGroup] = []
    for index, amount in pieces:
        of = billed[index % len(billed)]
        try:
            notes, note = part([part_of_line(of, amount, "EUR")], left_of(groups, credited))
        except BadInput:
            assert amount > left_of(groups, credited)[of.tax][1].base
            continue
        assert note.total == note.net + note.tax
        assert note.tax == sum(group.tax_amount for group in notes)
        credited += notes
    left = left_of(groups, credited)
    assert all(one.base >= 0 and one.tax_amount >= 0 for _, one in left.values())
    _, last, note = rest(billed, left, {})
    credited += last
    assert sum(group.base for group in credited) == sums.net
    assert sum(group.tax_amount for group in credited) == sums.tax
    assert note.lines - note.allowances == note.net
    assert all(one.base == one.tax_amount == 0 for _, one in left_of(groups, credited).values())


def test_a_credit_of_all_mirrors_its_invoice() -> None:
    billed = [line(10_000), line(333, FOOD)]
    allowances = discount(billed, reason="Regular", per_cent=Decimal(10))
    groups, sums = totals(billed, allowances)
    reasons = {one.tax: one.reason for one in allowances}
    assert rest(billed, left_of(groups, []), reasons) == (allowances, groups, sums)


def test_what_was_credited_before_goes_off_the_rest() -> None:
    groups, _ = totals([LABOUR])
    first, note = part([part_of_line(LABOUR, 4_000, "EUR")], left_of(groups, []))
    assert note == Totals(4_000, 0, 4_000, 760, 4_760)
    allowances, last, note = rest([LABOUR], left_of(groups, first), {})
    assert allowances == (Allowance(CREDITED_BEFORE, VAT, 4_000),)
    assert note == Totals(10_000, 4_000, 6_000, 1_140, 7_140)
    assert rest([LABOUR], left_of(groups, (*first, *last)), {})[1:] == (
        (),
        Totals(10_000, 10_000, 0, 0, 0),
    )


@pytest.mark.parametrize("credited", [10_001, 20_000])
def test_more_than_is_left_is_refused(credited: int) -> None:
    groups, _ = totals([LABOUR])
    with pytest.raises(BadInput, match="more than what is left"):
        part([part_of_line(LABOUR, credited, "EUR")], left_of(groups, []))


def test_a_tax_group_that_the_invoice_does_not_have_cannot_be_credited() -> None:
    groups, _ = totals([LABOUR])
    with pytest.raises(BadInput):
        part([line(1, FOOD)], left_of(groups, []))


def test_where_there_was_no_tax_none_comes_back() -> None:
    groups, _ = totals([line(10_000, EXEMPT)])
    notes, note = part([line(4_000, EXEMPT)], left_of(groups, []))
    assert (note.tax, note.total) == (0, 4_000)
    assert [group.tax_amount for group in notes] == [0]


def test_a_whole_line_keeps_its_quantity_and_a_piece_is_one_of_that_amount() -> None:
    assert part_of_line(LABOUR, 10_000, "EUR") is LABOUR
    piece = part_of_line(LABOUR, 1_250, "EUR")
    assert (piece.unit, piece.unit_price, piece.net) == ("piece", Decimal("12.50"), 1_250)
    assert piece.quantity == 1
    assert part_of_line(LABOUR, -1_250, "EUR").quantity == -1


@given(st.lists(st.integers(1, 20_000), min_size=2, max_size=6))
def test_the_last_piece_takes_the_last_cent_of_tax(pieces: list[int]) -> None:
    net = sum(pieces)
    groups, sums = totals([line(net)])
    credited: list[TaxGroup] = []
    for amount in pieces:
        credited += part([part_of_line(line(net), amount, "EUR")], left_of(groups, credited))[0]
    assert sum(group.tax_amount for group in credited) == sums.tax
