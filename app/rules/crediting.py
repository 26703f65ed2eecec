"""A credit note mirrors its invoice: which amounts it takes back, in the same tax groups, never more than was left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.rules.invoice import UNTAXED, Allowance, Line, Tax, TaxGroup, Totals
from app.rules.money import Money, major, per_cent_of
from app.rules.refusal import BadInput

CREDITED_BEFORE = "Credited before"


@dataclass(frozen=True, slots=True)
class Left:
    """Of one tax group of an invoice: what was not credited yet."""

    base: Money
    tax_amount: Money


def left_of(
    groups: Sequence[TaxGroup], credited: Sequence[TaxGroup]
) -> dict[Tax, tuple[TaxGroup, Left]]:
    """``credited``: the groups of all credit notes to this invoice so far."""
    bases: dict[Tax, Money] = {}
    taxes: dict[Tax, Money] = {}
    for group in credited:
        bases[group.tax] = bases.get(group.tax, 0) + group.base
        taxes[group.tax] = taxes.get(group.tax, 0) + group.tax_amount
    return {
        g.tax: (g, Left(g.base - bases.get(g.tax, 0), g.tax_amount - taxes.get(g.tax, 0)))
        for g in groups
    }


def part_of_line(line: Line, net: Money, currency: str) -> Line:
    """The line as the credit note shows it: whole with its quantity, or one piece of that amount."""
    if net == line.net:
        return line
    return replace(
        line,
        quantity=Decimal(1 if net >= 0 else -1),
        unit="piece",
        unit_price=major(abs(net), currency),
        price_per=Decimal(1),
        net=net,
    )


def rest(
    lines: Sequence[Line], left: Mapping[Tax, tuple[TaxGroup, Left]], reasons: Mapping[Tax, str]
) -> tuple[tuple[Allowance, ...], tuple[TaxGroup, ...], Totals]:
    """Everything that is left of an invoice, to the cent: what the lines are more than the groups goes off again as the
    discount that the invoice had, and the tax is what remains of its tax."""
    sums: dict[Tax, Money] = dict.fromkeys(left, 0)
    for line in lines:
        sums[line.tax] = sums.get(line.tax, 0) + line.net
    allowances = tuple(
        Allowance(reasons.get(tax, CREDITED_BEFORE), tax, sums[tax] - rest.base)
        for tax, (_, rest) in left.items()
        if sums[tax] != rest.base
    )
    groups = tuple(
        replace(group, base=rest.base, tax_amount=rest.tax_amount)
        for group, rest in left.values()
        if rest.base or rest.tax_amount
    )
    return allowances, groups, _totals(sum(sums.values()), groups)


def part(
    lines: Sequence[Line], left: Mapping[Tax, tuple[TaxGroup, Left]]
) -> tuple[tuple[TaxGroup, ...], Totals]:
    """Some of an invoice. The last part of a group takes its last cent of tax. Raises ``BadInput`` for too much."""
    sums: dict[Tax, Money] = {}
    for line in lines:
        sums[line.tax] = sums.get(line.tax, 0) + line.net
    groups = []
    for tax, base in sums.items():
        group, remaining = left.get(tax) or (TaxGroup(tax, 0, 0), Left(0, 0))
        if base > max(remaining.base, 0):
            raise BadInput(
                "too_much",
                "This is more than what is left of the invoice. Credit less.",
                field="lines",
            )
        groups.append(replace(group, base=base, tax_amount=_tax(tax, base, remaining)))
    return tuple(groups), _totals(sum(sums.values()), tuple(groups))


def _tax(tax: Tax, base: Money, remaining: Left) -> Money:
    if base == remaining.base:
        return remaining.tax_amount
    if tax.category in UNTAXED:
        return 0
    return min(per_cent_of(base, tax.rate), max(remaining.tax_amount, 0))


def _totals(line_sum: Money, groups: Sequence[TaxGroup]) -> Totals:
    net = sum(group.base for group in groups)
    due = sum(group.tax_amount for group in groups)
    return Totals(line_sum, line_sum - net, net, due, net + due)
