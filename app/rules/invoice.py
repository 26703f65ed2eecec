"""An invoice as every reader of it needs it (page, PDF, e-invoice, CSV, API), and how its totals come about.

The order is that of EN 16931: lines, document discounts per tax group, tax per (category, rate), total.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from app.rules.money import Money, per_cent_of, split

Kind = Literal["invoice", "credit_note", "supplement", "draft"]

_NO_REASONS: Mapping[str, str] = MappingProxyType({})

UNTAXED = frozenset({"Z", "E", "AE", "K", "G", "O"})
"""Categories of UNCL 5305 that carry no tax: zero rated, exempt, reverse charge, within the EU, export, outside."""

EXPLAINED = frozenset({"E", "AE", "K", "G", "O"})
"""Those that must say why on the invoice."""

DEFAULT_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "AE": "Reverse charge",
        "K": "Intra-community supply",
        "G": "Export outside the EU",
        "O": "Not subject to VAT",
    }
)
"""What the category itself says; for E the company must name the law."""


@dataclass(frozen=True, slots=True)
class Party:
    """``lines``: street and the like, one under the other. ``country``: two capital letters."""

    name: str
    lines: tuple[str, ...] = ()
    postcode: str | None = None
    city: str | None = None
    country: str | None = None
    tax_id: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Seller(Party):
    iban: str | None = None
    bic: str | None = None
    phone: str | None = None
    website: str | None = None
    register: str | None = None
    """Where the company is registered, and under which number."""


@dataclass(frozen=True, slots=True)
class Tax:
    """``rate`` in per cent."""

    category: str
    rate: Decimal

    def __post_init__(self) -> None:
        # 19 and 19.00 are one rate: equal, and one group.
        object.__setattr__(self, "rate", Decimal(format(self.rate.normalize(), "f")))


@dataclass(frozen=True, slots=True)
class Line:
    """``unit_price`` in major units for ``price_per`` units: 60.00 for 60 min. ``net`` is quantity × price ÷ per."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    tax: Tax
    net: Money
    job_number: int | None = None
    supplied_on: date | None = None
    note: str = ""
    price_per: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """A discount on the whole document within one tax group. ``amount`` is positive and taken off."""

    reason: str
    tax: Tax
    amount: Money


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """``reason``: why there is no tax, where the category wants one."""

    tax: Tax
    base: Money
    tax_amount: Money
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """``lines`` − ``allowances`` = ``net``; ``net`` + ``tax`` = ``total``."""

    lines: Money
    allowances: Money
    net: Money
    tax: Money
    total: Money


@dataclass(frozen=True, slots=True)
class JobBlock:
    """One job on the document with its lines; ``supplied_from`` … ``supplied_to`` are the days of the work."""

    number: int
    title: str
    site: str
    supplied_from: date | None
    supplied_to: date | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """``lines`` are all lines in order; ``jobs`` the same ones by job (hand-made lines of no job are in ``lines``
    only). ``refers_to``: number and date of the invoice that this one corrects or supplements."""

    kind: Kind
    number: str | None
    issued_on: date | None
    due_on: date | None
    currency: str
    seller: Seller
    buyer: Party
    reference: str | None
    refers_to: tuple[str, date] | None
    lines: tuple[Line, ...]
    allowances: tuple[Allowance, ...]
    groups: tuple[TaxGroup, ...]
    totals: Totals
    terms: str
    payment_reference: str
    jobs: tuple[JobBlock, ...] = ()
    photos: tuple[tuple[str, str], ...] = ()
    logo_key: str | None = None
    template_version: int = 1
    reason: str = ""
    """Why a credit note was written."""
    paid: Money = field(default=0)
    """What was received when the document was read; not part of what is frozen."""


def totals(
    lines: Iterable[Line],
    allowances: Iterable[Allowance] = (),
    *,
    reasons: Mapping[str, str] = _NO_REASONS,
) -> tuple[tuple[TaxGroup, ...], Totals]:
    """Groups in the order in which their lines come. ``reasons``: by category, why there is no tax."""
    line_sum, allowance_sum = 0, 0
    bases: dict[Tax, Money] = {}
    for line in lines:
        bases[line.tax] = bases.get(line.tax, 0) + line.net
        line_sum += line.net
    for allowance in allowances:
        bases[allowance.tax] = bases.get(allowance.tax, 0) - allowance.amount
        allowance_sum += allowance.amount
    groups = tuple(_group(tax, base, reasons) for tax, base in bases.items())
    tax_sum = sum(group.tax_amount for group in groups)
    net = line_sum - allowance_sum
    return groups, Totals(line_sum, allowance_sum, net, tax_sum, net + tax_sum)


def _group(tax: Tax, base: Money, reasons: Mapping[str, str]) -> TaxGroup:
    due = 0 if tax.category in UNTAXED else per_cent_of(base, tax.rate)
    why = reasons.get(tax.category) or DEFAULT_REASONS.get(tax.category)
    return TaxGroup(tax, base, due, why if tax.category in EXPLAINED else None)


def discount(
    lines: Iterable[Line], *, reason: str, per_cent: Decimal | None = None, amount: Money = 0
) -> tuple[Allowance, ...]:
    """A discount as allowances, one per tax group: a percentage of each, or an amount split by what each group is worth
    (largest remainder, so that the parts add up). Groups below zero take no part; never more than they are worth."""
    bases: dict[Tax, Money] = {}
    for line in lines:
        bases[line.tax] = bases.get(line.tax, 0) + line.net
    worth = {tax: base for tax, base in bases.items() if base > 0}
    if not worth:
        return ()
    if per_cent is not None:
        shares = [per_cent_of(base, per_cent) for base in worth.values()]
    else:
        shares = split(min(amount, sum(worth.values())), list(worth.values()))
    return tuple(
        Allowance(reason, tax, share) for tax, share in zip(worth, shares, strict=True) if share
    )
