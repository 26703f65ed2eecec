"""From entries to lines: rounding, rates, travel, fixed prices, and what has no price."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.invoice import Tax
from app.rules.money import net_of
from app.rules.outstanding import Billed, outstanding
from app.rules.pricing import (
    Direction,
    Part,
    Rates,
    Rounding,
    Scope,
    Source,
    Terms,
    Travel,
    Work,
    Worked,
    billed_minutes,
    price,
)
from app.rules.states import Activity

DAY = date(2026, 11, 24)
VAT = Tax("S", Decimal(19))
EXACT = Rounding(unit=1, grace=0)
TERMS = Terms("EUR", VAT, Rates(of_company=Decimal(60)), EXACT)


def worked(
    minutes: float, *, person: int = 1, visit: int = 1, travel: bool = False, entry: int = 1
) -> Worked:
    return Worked(
        entry_id=entry,
        visit_id=visit,
        person_id=person,
        person=f"P{person}",
        activity=Activity.TRAVEL if travel else Activity.WORK,
        seconds=int(minutes * 60),
        day=DAY,
    )


def work(*entries: Worked, parts: tuple[Part, ...] = ()) -> Work:
    return Work(7, 1041, "Boiler leaks", entries, parts)


@pytest.mark.parametrize(
    ("minutes", "rounding", "billed"),
    [
        (62, Rounding(15, Direction.UP, 5), 60),
        (65, Rounding(15, Direction.UP, 5), 60),
        (66, Rounding(15, Direction.UP, 5), 75),
        (60, Rounding(15, Direction.UP, 0), 60),
        (60.02, Rounding(15, Direction.UP, 0), 75),
        (3, Rounding(15, Direction.UP, 5), 15),
        (0, Rounding(15, Direction.UP, 5, minimum=60), 0),
        (10, Rounding(15, Direction.UP, 5, minimum=60), 60),
        (70, Rounding(15, Direction.UP, 5, minimum=60), 75),
        (67, Rounding(15, Direction.NEAREST), 60),
        (67.5, Rounding(15, Direction.NEAREST), 75),
        (7, Rounding(15, Direction.NEAREST), 0),
        (61.5, Rounding(1, Direction.UP, 0), 62),
    ],
)
def test_labour_is_rounded_for_billing(minutes: float, rounding: Rounding, billed: int) -> None:
    assert billed_minutes(int(minutes * 60), rounding) == billed


@given(
    st.integers(0, 100_000),
    st.integers(1, 120),
    st.sampled_from(Direction),
    st.integers(0, 30),
    st.integers(0, 120),
)
def test_what_lies_on_the_grid_stays_put(
    seconds: int, unit: int, direction: Direction, grace: int, minimum: int
) -> None:
    rounding = Rounding(unit, direction, min(grace, unit - 1), minimum)
    billed = billed_minutes(seconds, rounding)
    assert billed % unit == 0
    if billed >= minimum:
        assert billed_minutes(billed * 60, rounding) == billed


def test_two_people_for_three_hours_are_six_hours() -> None:
    found = price(TERMS, work(worked(180, person=1, entry=1), worked(180, person=2, entry=2)))
    assert [c.line.quantity for c in found.charges] == [3, 3]
    assert found.net == 36_000


def test_several_entries_of_one_visit_are_one_sum_before_rounding() -> None:
    terms = replace(TERMS, rounding=Rounding(15, Direction.UP, 0))
    found = price(terms, work(worked(20, entry=1), worked(25, entry=2)))
    assert [(c.line.quantity, c.sources) for c in found.charges] == [
        (Decimal("0.75"), ((Source.ENTRY, 1), (Source.ENTRY, 2)))
    ]


@pytest.mark.parametrize(
    ("scope", "quantities"),
    [
        (Scope.PERSON_VISIT, ["0.25", "0.25", "0.25"]),
        (Scope.VISIT, ["0.5", "0.25"]),
        (Scope.PERSON, ["0.5", "0.25"]),
        (Scope.JOB, ["0.5"]),
    ],
)
def test_the_scope_says_over_what_is_summed(scope: Scope, quantities: list[str]) -> None:
    terms = replace(TERMS, rounding=Rounding(15, Direction.UP, 0, scope=scope))
    entries = (
        worked(10, person=1, visit=1, entry=1),
        worked(10, person=2, visit=1, entry=2),
        worked(10, person=1, visit=2, entry=3),
    )
    found = price(terms, work(*entries))
    assert [str(c.line.quantity) for c in found.charges] == quantities


def test_minutes_are_printed_where_hours_are_not_exact() -> None:
    (charge,) = price(replace(TERMS, rates=Rates(of_company=Decimal(59))), work(worked(20))).charges
    assert (charge.line.quantity, charge.line.price_per) == (Decimal(20), Decimal(60))
    assert charge.line.unit == "min"
    assert charge.line.net == 1967


def test_the_customers_rate_is_over_the_persons_over_the_job_types() -> None:
    rates = Rates(of_people={1: Decimal(70)}, of_job_type=Decimal(50), of_company=Decimal(40))
    assert rates.of(1) == 70
    assert rates.of(2) == 50
    assert replace(rates, of_customer=Decimal(65)).of(1) == 65
    assert replace(rates, of_customer=Decimal(65), of_job=Decimal(80)).of(1) == 80


def test_labour_without_a_rate_needs_a_price() -> None:
    found = price(replace(TERMS, rates=Rates()), work(worked(60), worked(30, entry=2)))
    assert (found.charges, found.unpriced) == ((), ("Labour: P1",))


def test_a_part_without_a_price_needs_one() -> None:
    part = Part(3, "Valve", Decimal(2), "piece", None, None, DAY)
    found = price(
        TERMS, work(worked(60), parts=(part, replace(part, unit_price=Decimal("12.3456"))))
    )
    assert found.unpriced == ("Valve",)
    assert [c.line.net for c in found.charges] == [6000, 2469]


@pytest.mark.parametrize(
    ("travel", "nets"),
    [(Travel.NONE, [6000]), (Travel.CALL_OUT, [6000, 4500]), (Travel.HOURLY, [6000, 1500])],
)
def test_travel_costs_what_the_company_says(travel: Travel, nets: list[int]) -> None:
    terms = replace(TERMS, travel=travel, call_out_fee=Decimal(45), travel_rate=Decimal(30))
    found = price(terms, work(worked(60), worked(30, travel=True, entry=2)))
    assert [c.line.net for c in found.charges] == nets


def test_a_fixed_price_makes_time_cost_and_leaves_parts_lines() -> None:
    terms = replace(TERMS, fixed_price=Decimal(250), travel=Travel.CALL_OUT, rates=Rates())
    part = Part(3, "Valve", Decimal(1), "piece", Decimal(10), None, DAY)
    found = price(terms, work(worked(600), parts=(part,)))
    assert [(c.line.net, c.sources) for c in found.charges] == [
        (25_000, ((Source.FIXED_PRICE, 7),)),
        (1_000, ((Source.PART, 3),)),
    ]
    assert found.unpriced == ()


def test_a_minimum_is_a_source_of_its_own() -> None:
    terms = replace(TERMS, rounding=replace(EXACT, minimum=60))
    (charge,) = price(terms, work(worked(10, visit=4))).charges
    assert charge.sources == ((Source.ENTRY, 1), (Source.MINIMUM, 4))
    assert charge.line.net == 6000


def test_no_source_is_charged_twice() -> None:
    terms = replace(TERMS, rounding=replace(EXACT, minimum=60), travel=Travel.HOURLY)
    entries = [
        worked(10, person=p, visit=v, travel=t, entry=p * 100 + v * 10 + t)
        for p in (1, 2)
        for v in (1, 2)
        for t in (False, True)
    ]
    sources = [s for c in price(terms, work(*entries)).charges for s in c.sources]
    assert len(sources) == len(set(sources))


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 30_000)), max_size=12),
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 30_000)), max_size=12),
)
def test_what_is_outstanding_and_what_was_billed_are_what_it_costs_now(
    before: list[tuple[int, int, int]], after: list[tuple[int, int, int]]
) -> None:
    def priced(rows: list[tuple[int, int, int]]) -> Work:
        return work(
            *(worked(s / 60, person=p, visit=v, entry=n) for n, (p, v, s) in enumerate(rows))
        )

    old, new = price(TERMS, priced(before)), price(TERMS, priced(after))
    billed = {c.key: Billed(c.line.net, c.line.tax, c.line.description) for c in old.charges}
    left = outstanding(new.charges, billed, currency="EUR", number=1041)
    assert old.net + sum(c.line.net for c in left) == new.net
    assert all(c.line.unit_price >= 0 for c in left)
    for line in (c.line for c in left):
        assert line.net == net_of(line.quantity, line.unit_price, "EUR", per=line.price_per)


@pytest.mark.parametrize(
    ("scope", "keys"),
    [
        (Scope.PERSON_VISIT, ["labour:7:v1:p1", "labour:7:v1:p2"]),
        (Scope.PERSON, ["labour:7:p1", "labour:7:p2"]),
        (Scope.VISIT, ["labour:7:v1:60", "labour:7:v1:80"]),
        (Scope.JOB, ["labour:7:all:60", "labour:7:all:80"]),
    ],
)
def test_a_line_keeps_its_key_and_two_lines_never_share_one(scope: Scope, keys: list[str]) -> None:
    """By its key a line edited by hand is found again: a person's new rate must not make it another line."""
    terms = replace(
        TERMS,
        rounding=Rounding(1, scope=scope),
        rates=Rates(of_people={1: Decimal(60), 2: Decimal(80)}),
    )
    priced = price(terms, work(worked(30), worked(30, person=2, entry=2)))
    assert [charge.key for charge in priced.charges] == keys


@pytest.mark.parametrize(("minutes", "is_named"), [(59, True), (60, False), (61, False)])
def test_the_minimum_is_a_source_where_it_raised_the_time(minutes: int, is_named: bool) -> None:
    terms = replace(TERMS, rounding=Rounding(1, Direction.UP, 0, minimum=60))
    (charge,) = price(terms, work(worked(minutes))).charges
    assert ((Source.MINIMUM, 1) in charge.sources) is is_named


def test_a_part_with_a_tax_of_its_own_keeps_it() -> None:
    own = Tax("S", Decimal(7))
    parts = tuple(
        Part(n, "Valve", Decimal(1), "piece", Decimal(10), tax, DAY)
        for n, tax in ((1, own), (2, None))
    )
    assert [c.line.tax for c in price(TERMS, work(parts=parts)).charges] == [own, VAT]
