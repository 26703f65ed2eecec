"""What is still to be billed on a job: its charges as they are now, less what live lines of issued invoices say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from app.rules.invoice import Line, Tax
from app.rules.money import Money, major
from app.rules.pricing import Charge, Source


@dataclass(frozen=True, slots=True)
class Billed:
    """What was billed under one key so far."""

    net: Money
    tax: Tax
    description: str


def outstanding(
    charges: Iterable[Charge], billed: Mapping[str, Billed], *, currency: str, number: int
) -> tuple[Charge, ...]:
    """Whole charges where nothing was billed yet, else the difference to what was.

    A difference below zero (the work turned out to be less) has a negative quantity; prices never are. ``number``: the
    job's, for lines about something that is not there any more. A difference is taxed as what it differs from was.
    """
    left: list[Charge] = []
    seen = set()
    for charge in charges:
        seen.add(charge.key)
        was = billed.get(charge.key)
        if was is None:
            left.append(charge)
        elif charge.line.net != was.net:
            line = replace(charge.line, tax=was.tax)
            left.append(_difference(charge.key, line, line.net - was.net, currency, charge.sources))
    for key, was in billed.items():
        if key not in seen and was.net:
            gone = Line(was.description, Decimal(1), "piece", Decimal(0), was.tax, 0, number)
            left.append(_difference(key, gone, -was.net, currency))
    return tuple(left)


def _difference(
    key: str,
    line: Line,
    net: Money,
    currency: str,
    sources: tuple[tuple[Source, int], ...] = (),
) -> Charge:
    changed = replace(
        line,
        description=f"{line.description} (change)",
        quantity=Decimal(1 if net >= 0 else -1),
        unit="piece",
        unit_price=major(abs(net), currency),
        net=net,
        price_per=Decimal(1),
    )
    return Charge(key, changed, sources)
