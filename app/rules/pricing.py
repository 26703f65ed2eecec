"""From facts to money: what one job costs its customer, as lines. Pure; told the terms and the work.

Labour is summed, raised to the minimum, then rounded, and only here: the entries stay as they were pressed. A price
that nobody has decided is never guessed; it is named in ``unpriced``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from app.rules.invoice import Line, Tax
from app.rules.money import Money, net_of
from app.rules.states import Activity

HOUR = Decimal(60)
"""Minutes that an hourly rate is for."""


class Scope(StrEnum):
    """Over what labour is summed before it is rounded."""

    PERSON_VISIT = "person_visit"
    VISIT = "visit"
    PERSON = "person"
    JOB = "job"


class Direction(StrEnum):
    UP = "up"
    NEAREST = "nearest"


class Travel(StrEnum):
    """``CALL_OUT``: a fee for each visit that took place; ``HOURLY``: the time, rounded like labour."""

    NONE = "none"
    CALL_OUT = "call_out"
    HOURLY = "hourly"


class Source(StrEnum):
    """What a line bills, with the id beside it: each at most once on live lines. An adjustment's id is its line's."""

    ENTRY = "entry"
    PART = "part"
    FIXED_PRICE = "fixed_price"
    CALL_OUT = "call_out"
    MINIMUM = "minimum"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class Rounding:
    """In minutes. ``grace``: so little past the grid is not charged. ``minimum``: the least that one scope costs."""

    unit: int = 15
    direction: Direction = Direction.UP
    grace: int = 5
    minimum: int = 0
    scope: Scope = Scope.PERSON_VISIT


@dataclass(frozen=True, slots=True)
class Rates:
    """Per hour in major units, each None where nobody has decided. ``of_job``: agreed for this job alone."""

    of_job: Decimal | None = None
    of_customer: Decimal | None = None
    of_people: Mapping[int, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    of_job_type: Decimal | None = None
    of_company: Decimal | None = None

    def of(self, person_id: int) -> Decimal | None:
        """The customer's over the person's over the job type's; the company's where none of them says anything."""
        order = (
            self.of_job,
            self.of_customer,
            self.of_people.get(person_id),
            self.of_job_type,
            self.of_company,
        )
        return next((rate for rate in order if rate is not None), None)


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything about a job's prices but its facts. ``travel_rate`` None: travel costs what labour costs."""

    currency: str
    tax: Tax
    rates: Rates = Rates()
    rounding: Rounding = Rounding()
    travel: Travel = Travel.NONE
    travel_rate: Decimal | None = None
    call_out_fee: Decimal | None = None
    fixed_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """One closed entry that counts. ``day``: in the company's zone."""

    entry_id: int
    visit_id: int
    person_id: int
    person: str
    activity: Activity
    seconds: int
    day: date


@dataclass(frozen=True, slots=True)
class Part:
    """``tax`` None: nobody said; the terms' tax counts."""

    part_id: int
    text: str
    quantity: Decimal
    unit: str
    unit_price: Decimal | None
    tax: Tax | None
    day: date


@dataclass(frozen=True, slots=True)
class Work:
    job_id: int
    number: int
    title: str
    entries: Sequence[Worked] = ()
    parts: Sequence[Part] = ()


@dataclass(frozen=True, slots=True)
class Charge:
    """A line with what it bills. ``key`` names the same thing again when the job is priced anew: ``labour:v7:p3``."""

    key: str
    line: Line
    sources: tuple[tuple[Source, int], ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """``unpriced``: what has no price yet, in words; the charges leave it out."""

    charges: tuple[Charge, ...]
    unpriced: tuple[str, ...]

    @property
    def net(self) -> Money:
        return sum(charge.line.net for charge in self.charges)


def billed_minutes(seconds: int, rounding: Rounding) -> int:
    """Sum → minimum → grid. What lies on the grid stays; grace forgives the start of a further unit, never the first.

    >>> billed_minutes(62 * 60, Rounding(unit=15, direction=Direction.UP, grace=5))
    60
    """
    if seconds <= 0:
        return 0
    seconds = max(seconds, rounding.minimum * 60)
    unit = max(rounding.unit, 1) * 60
    whole, rest = divmod(seconds, unit)
    if rounding.direction is Direction.NEAREST:
        steps = whole + (2 * rest >= unit)
    else:
        steps = whole + (rest > rounding.grace * 60 or (rest > 0 and whole == 0))
    return steps * unit // 60


def price(terms: Terms, work: Work) -> Priced:
    """The job's charges in the order of the invoice: labour, travel, call-outs, parts. A fixed price stands for labour
    and travel, whose time is then cost and no line."""
    charges: list[Charge] = []
    unpriced: list[str] = []
    if terms.fixed_price is not None:
        charges.append(_fixed(terms, work, terms.fixed_price))
    else:
        _labour(terms, work, charges, unpriced)
        _travel(terms, work, charges, unpriced)
    _parts(terms, work, charges, unpriced)
    return Priced(tuple(charges), tuple(dict.fromkeys(unpriced)))


def _fixed(terms: Terms, work: Work, amount: Decimal) -> Charge:
    line = Line(
        description=work.title,
        quantity=Decimal(1),
        unit="job",
        unit_price=amount,
        tax=terms.tax,
        net=net_of(Decimal(1), amount, terms.currency),
        job_number=work.number,
        supplied_on=max((e.day for e in work.entries), default=None),
    )
    return Charge(f"fixed:{work.job_id}", line, ((Source.FIXED_PRICE, work.job_id),))


def _labour(terms: Terms, work: Work, charges: list[Charge], unpriced: list[str]) -> None:
    priced = _with_rates(
        (e for e in work.entries if e.activity is Activity.WORK), terms.rates, "Labour", unpriced
    )
    raised: set[int] = set()
    for (scope, rate), entries in _grouped(priced, terms.rounding.scope).items():
        charge = _time_charge(terms, work, "labour", scope, rate, entries)
        sources = list(charge.sources)
        visit_id = entries[0].visit_id
        is_raised = sum(e.seconds for e in entries) < terms.rounding.minimum * 60
        if is_raised and visit_id not in raised:
            raised.add(visit_id)
            sources.append((Source.MINIMUM, visit_id))
        charges.append(Charge(charge.key, charge.line, tuple(sources)))


def _travel(terms: Terms, work: Work, charges: list[Charge], unpriced: list[str]) -> None:
    if terms.travel is Travel.CALL_OUT:
        _call_outs(terms, work, charges, unpriced)
    if terms.travel is not Travel.HOURLY:
        return
    rates = terms.rates if terms.travel_rate is None else Rates(of_job=terms.travel_rate)
    rounding = Rounding(
        terms.rounding.unit,
        terms.rounding.direction,
        terms.rounding.grace,
        scope=terms.rounding.scope,
    )
    priced = _with_rates(
        (e for e in work.entries if e.activity is Activity.TRAVEL), rates, "Travel", unpriced
    )
    for (scope, rate), entries in _grouped(priced, rounding.scope).items():
        charges.append(_time_charge(terms, work, "travel", scope, rate, entries, rounding))


def _call_outs(terms: Terms, work: Work, charges: list[Charge], unpriced: list[str]) -> None:
    days: dict[int, date] = {}
    for entry in work.entries:
        if entry.activity is not Activity.BREAK:
            days[entry.visit_id] = min(entry.day, days.get(entry.visit_id, entry.day))
    fee = terms.call_out_fee
    if days and fee is None:
        unpriced.append("Call-out fee")
        return
    for visit_id, day in days.items():
        assert fee is not None  # noqa: S101 -- returned above
        line = Line(
            "Call-out",
            Decimal(1),
            "visit",
            fee,
            terms.tax,
            net_of(Decimal(1), fee, terms.currency),
            work.number,
            day,
        )
        charges.append(Charge(f"call_out:v{visit_id}", line, ((Source.CALL_OUT, visit_id),)))


def _parts(terms: Terms, work: Work, charges: list[Charge], unpriced: list[str]) -> None:
    for part in work.parts:
        if part.unit_price is None:
            unpriced.append(part.text)
            continue
        line = Line(
            description=part.text,
            quantity=part.quantity,
            unit=part.unit,
            unit_price=part.unit_price,
            tax=part.tax or terms.tax,
            net=net_of(part.quantity, part.unit_price, terms.currency),
            job_number=work.number,
            supplied_on=part.day,
        )
        charges.append(Charge(f"part:{part.part_id}", line, ((Source.PART, part.part_id),)))


def _with_rates(
    entries: Iterable[Worked], rates: Rates, what: str, unpriced: list[str]
) -> list[tuple[Worked, Decimal]]:
    priced = []
    for entry in entries:
        rate = rates.of(entry.person_id)
        if rate is None:
            unpriced.append(f"{what}: {entry.person}")
        else:
            priced.append((entry, rate))
    return priced


def _grouped(
    priced: Iterable[tuple[Worked, Decimal]], scope: Scope
) -> dict[tuple[str, Decimal], list[Worked]]:
    groups: dict[tuple[str, Decimal], list[Worked]] = {}
    for entry, rate in priced:
        groups.setdefault((_scope_of(entry, scope), rate), []).append(entry)
    return groups


def _scope_of(entry: Worked, scope: Scope) -> str:
    match scope:
        case Scope.PERSON_VISIT:
            return f"v{entry.visit_id}:p{entry.person_id}"
        case Scope.VISIT:
            return f"v{entry.visit_id}"
        case Scope.PERSON:
            return f"p{entry.person_id}"
        case Scope.JOB:
            return "all"


def _time_charge(
    terms: Terms,
    work: Work,
    what: str,
    scope: str,
    rate: Decimal,
    entries: Sequence[Worked],
    rounding: Rounding | None = None,
) -> Charge:
    """Hours where two decimals say them exactly, else minutes at the price of an hour."""
    minutes = billed_minutes(sum(e.seconds for e in entries), rounding or terms.rounding)
    in_hours = minutes % 3 == 0
    people = ", ".join(dict.fromkeys(entry.person for entry in entries))
    line = Line(
        description=f"{what.capitalize()}: {people}",
        quantity=Decimal(minutes) / HOUR if in_hours else Decimal(minutes),
        unit="h" if in_hours else "min",
        unit_price=rate,
        tax=terms.tax,
        net=net_of(Decimal(minutes), rate, terms.currency, per=HOUR),
        job_number=work.number,
        supplied_on=max(entry.day for entry in entries),
        price_per=Decimal(1) if in_hours else HOUR,
    )
    # Without the person the rate tells two groups of one scope apart.
    by_rate = "" if ":p" in scope or scope.startswith("p") else f":{rate.normalize():f}"
    key = f"{what}:{work.job_id}:{scope}{by_rate}"
    return Charge(key, line, tuple((Source.ENTRY, entry.entry_id) for entry in entries))
