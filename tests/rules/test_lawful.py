"""What an invoice still lacks before it may be issued: each rule of EN 16931 that we ask for, one change a row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.rules.invoice import Document, JobBlock, Line, Party, Seller, Tax, TaxGroup, Totals, totals
from app.rules.lawful import lacks

DAY = date(2026, 11, 24)
VAT = Tax("S", Decimal(19))
WORK = Line("Labour", Decimal(2), "h", Decimal(50), VAT, 10_000, 1042, DAY)
SELLER = Seller(
    "Brandt", ("Weg 1",), "23552", "Lübeck", "DE", "DE811569869", iban="DE02120300000000202051"
)
BUYER = Party("Café Zoë", ("Platz 2",), "23552", "Lübeck", "DE")


def document(*lines: Line) -> Document:
    groups, sums = totals(lines)
    return Document(
        kind="draft",
        number=None,
        issued_on=None,
        due_on=DAY,
        currency="EUR",
        seller=SELLER,
        buyer=BUYER,
        reference=None,
        refers_to=None,
        lines=lines,
        allowances=(),
        groups=groups,
        totals=sums,
        terms="",
        payment_reference="",
        jobs=(JobBlock(1042, "Boiler", "", DAY, DAY, lines),),
    )


LAWFUL = document(WORK)


def taxed(category: str, rate: str = "0", *, reason: str = "", tax_id: str = "") -> Document:
    """All work in one category. ``reason``: why there is no tax. ``tax_id``: the customer's."""
    line = replace(WORK, tax=Tax(category, Decimal(rate)))
    groups = (TaxGroup(line.tax, 10_000, 0, reason or None),)
    buyer = replace(BUYER, tax_id=tax_id or None)
    return replace(document(line), groups=groups, buyer=buyer)


def sold(**changes: Any) -> Document:
    return replace(LAWFUL, seller=replace(SELLER, **changes))


def bought(**changes: Any) -> Document:
    return replace(LAWFUL, buyer=replace(BUYER, **changes))


@pytest.mark.parametrize(
    ("codes", "made"),
    [
        ([], lambda: LAWFUL),
        (["seller_address"], lambda: sold(lines=())),
        (["seller_address"], lambda: sold(city=None)),
        (["seller_country"], lambda: sold(country=None)),
        (["seller_tax_id"], lambda: sold(tax_id=None)),
        (["iban"], lambda: sold(iban=None)),
        ([], lambda: replace(sold(iban=None), kind="credit_note")),
        (["buyer_address"], lambda: bought(lines=(), city=None)),
        ([], lambda: bought(lines=())),
        ([], lambda: bought(city=None)),
        (["buyer_country"], lambda: bought(country=None)),
        (["no_lines"], lambda: replace(LAWFUL, lines=())),
        (["below_zero"], lambda: replace(LAWFUL, totals=Totals(-1, 0, -1, 0, -1))),
        ([], lambda: replace(LAWFUL, totals=Totals(0, 0, 0, 0, 0))),
        (
            ["supply_date"],
            lambda: replace(LAWFUL, jobs=(replace(LAWFUL.jobs[0], supplied_to=None),)),
        ),
        (["terms"], lambda: replace(LAWFUL, due_on=None, terms=" ")),
        ([], lambda: replace(LAWFUL, due_on=None, terms="When it suits you")),
        ([], lambda: replace(LAWFUL, due_on=None, kind="credit_note")),
        (["tax"], lambda: taxed("?", "19")),
        (["tax"], lambda: taxed("S", "0")),
        (["tax"], lambda: taxed("Z", "19")),
        ([], lambda: taxed("Z")),
        ([], lambda: taxed("L", "7")),
        (["exempt_reason"], lambda: taxed("E")),
        ([], lambda: taxed("E", reason="§ 19 UStG")),
        (["buyer_tax_id"], lambda: taxed("AE", reason="Reverse charge")),
        (["buyer_tax_id"], lambda: taxed("K", reason="Intra-community supply")),
        ([], lambda: taxed("AE", reason="Reverse charge", tax_id="FR40303265045")),
        ([], lambda: taxed("G", reason="Export outside the EU")),
        (["mixed_taxes"], lambda: document(WORK, replace(WORK, tax=Tax("O", Decimal(0))))),
        ([], lambda: document(replace(WORK, tax=Tax("O", Decimal(0))))),
    ],
)
def test_each_thing_that_is_missing_is_said(codes: list[str], made: Callable[[], Document]) -> None:
    assert [lack.code for lack in lacks(made())] == codes


def test_all_of_it_is_said_at_once_in_the_order_of_mending() -> None:
    bare = replace(LAWFUL, seller=Seller("Brandt"), buyer=Party("Café Zoë"), due_on=None)
    assert [(lack.code, lack.where) for lack in lacks(bare)] == [
        ("seller_address", "company"),
        ("seller_country", "company"),
        ("seller_tax_id", "company"),
        ("iban", "company"),
        ("buyer_address", "customer"),
        ("buyer_country", "customer"),
        ("terms", "company"),
    ]
