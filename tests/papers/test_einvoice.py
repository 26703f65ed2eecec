"""The e-invoice: what we write passes the schema and every rule of EN 16931, and the judges notice when it is wrong."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from app.papers import einvoice
from app.rules.invoice import Allowance, Document, Tax
from app.rules.refusal import Refusal
from tests.papers.official import broken_rules, schema_complaints
from tests.papers.samples import (
    BRANDT,
    EXEMPT,
    REVERSE,
    SOMMER,
    VAT_7,
    VAT_19,
    document,
    forty_rows,
    job,
    line,
    two_jobs,
)

DAY = date(2026, 11, 15)
FRENCH = replace(SOMMER, country="FR", tax_id="FR40303265045")


def _credit_note() -> Document:
    return two_jobs(
        kind="credit_note",
        number="C-2026-0003",
        refers_to=("2026-0208", date(2026, 11, 24)),
        reason="The valves were under guarantee.",
    )


GOOD = {
    "two jobs": two_jobs(),
    "forty rows": forty_rows(),
    "two rates": document(
        lines=(line("Labour", "2.5", "h", "72"), line("Book", "1", "piece", "20", VAT_7))
    ),
    "half a cent up": document(
        lines=tuple(line("Screw", "1", "", "0.05", VAT_7) for _ in range(3))
    ),
    "price for sixty minutes": document(
        lines=(line("Labour, 100 min", "100", "min", "72", price_per=Decimal(60)),)
    ),
    "credit note": _credit_note(),
    "supplement": two_jobs(kind="supplement", refers_to=("2026-0207", date(2026, 11, 20))),
    "discount": document(
        lines=(line("Labour", "10", "h", "72"), line("Book", "1", "", "20", VAT_7)),
        allowances=(
            Allowance("Loyal customer", VAT_19, 7200),
            Allowance("Loyal customer", VAT_7, 200),
        ),
    ),
    "returned part": document(
        lines=(line("Pump", "2", "", "310"), line("Pump taken back", "-1", "", "310"))
    ),
    "price below zero": document(lines=(line("Pump", "2", "", "310"), line("Deal", "1", "", "-9"))),
    "exempt": document(
        lines=(line("Lesson", "1", "h", "60", EXEMPT),), reasons={"E": "Exempt, § 4 Nr. 21 UStG"}
    ),
    "reverse charge": document(lines=(line("Labour", "1", "h", "60", REVERSE),)),
    "within the union": document(
        job(7, "Boiler", DAY, line("Boiler", "1", "", "900", Tax("K", Decimal(0)))), buyer=FRENCH
    ),
    "export": document(
        lines=(line("Boiler", "1", "", "900", Tax("G", Decimal(0))),),
        buyer=replace(SOMMER, country="CH", tax_id="CHE123456788"),
    ),
    "outside of VAT": document(lines=(line("Deposit", "1", "", "50", Tax("O", Decimal(0))),)),
    "zero rated": document(lines=(line("Book", "1", "", "20", Tax("Z", Decimal(0))),)),
    "yen": document(lines=(line("Labour", "3", "h", "7205", currency="JPY"),), currency="JPY"),
    "hardly anything known": document(
        lines=(line("Labour", "1", "h", "72"),),
        seller=replace(BRANDT, iban=None, bic=None, phone=None, email=None, register=None),
        buyer=replace(SOMMER, lines=(), postcode=None, city=None, tax_id=None, email=None),
        reference=None,
        payment_reference="",
        terms="",
    ),
    "a tax number that is not for VAT": document(
        lines=(line("Labour", "1", "h", "72"),),
        seller=replace(BRANDT, tax_id="22/815/08150"),
        buyer=replace(SOMMER, tax_id="17/123"),
    ),
    "hostile texts": document(
        lines=(
            line("<b>&\x00\x0b\ud800\uffff'\"]]> 😀 中文", "1", "roll", "72", note="a\n\u202eb"),
        ),
        buyer=replace(SOMMER, name="A & B <GmbH>", lines=("1", "2", "3", "4", "5")),
        terms="2 % within 7 days\n30 days net",
    ),
    "nothing to pay": document(lines=(line("Goodwill visit", "1", "", "0"),)),
}


@pytest.mark.parametrize("name", GOOD)
def test_it_passes_the_schema_and_every_rule(name: str) -> None:
    xml = einvoice.write(GOOD[name])
    assert schema_complaints(xml) == []
    assert broken_rules(xml) == []


def test_the_judges_find_a_total_that_is_one_euro_off() -> None:
    good = two_jobs()
    wrong = replace(good, totals=replace(good.totals, total=good.totals.total + 100))
    assert any("[BR-CO-15]" in rule for rule in broken_rules(einvoice.write(wrong)))


def test_the_judges_find_a_tax_of_a_group_that_does_not_follow_from_its_rate() -> None:
    good = two_jobs()
    (group,) = good.groups
    wrong = replace(good, groups=(replace(group, tax_amount=group.tax_amount + 500),))
    assert broken_rules(einvoice.write(wrong))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert einvoice.write(two_jobs()) == einvoice.write(two_jobs())


def test_texts_are_exact_to_the_letter() -> None:
    name = "Ärger & Söhne <Bau> 中文 😀"
    xml = einvoice.write(two_jobs(buyer=replace(SOMMER, name=name)))
    assert name in [each.text for each in etree.fromstring(xml).iter() if each.text]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            document(lines=(line("Labour", "1", "h", "9.5", currency="KWD"),), currency="KWD"),
            "KWD has three decimals",
        ),
        (two_jobs(kind="draft", number=None), "draft has no number"),
        (two_jobs(buyer=replace(SOMMER, country=None)), "country of the customer"),
        (two_jobs(seller=replace(BRANDT, tax_id=None)), "tax id of your company"),
        (two_jobs(seller=replace(BRANDT, country="Germany")), "country of your company"),
        (
            document(
                lines=(line("A", "1", "", "5"), line("B", "1", "", "5", Tax("O", Decimal(0))))
            ),
            "outside the scope of VAT",
        ),
    ],
)
def test_what_the_standard_cannot_carry_is_refused_with_a_sentence(
    wrong: Document, words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        einvoice.write(wrong)
