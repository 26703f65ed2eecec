"""Whatever is on an invoice: sheet, PDF, e-invoice and CSV agree to the cent, and the standard's judges agree."""

import csv
import io
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from app.papers.csv_out import Books, quickbooks
from app.papers.pdf import Printer
from app.papers.saying import full
from app.papers.sheet import sheet
from app.rules.invoice import Document, Line, Tax, discount, totals
from app.rules.money import major, minor
from tests.papers.official import broken_rules, schema_complaints
from tests.papers.samples import document, line
from tests.papers.test_pdf import text_of

TAXES = st.sampled_from(
    [
        Tax("S", Decimal(19)),
        Tax("S", Decimal(7)),
        Tax("S", Decimal("5.5")),
        Tax("Z", Decimal(0)),
        Tax("E", Decimal(0)),
    ]
)
LINES = st.builds(
    lambda words, quantity, unit, price, tax: line(words, str(quantity), unit, str(price), tax),
    st.text(min_size=1, max_size=40),
    st.decimals("0.01", "9999", places=2),
    st.sampled_from(["h", "min", "", "piece", "roll"]),
    st.decimals("0", "9999", places=4),
    TAXES,
)


def _document(lines: list[Line], per_cent: int) -> Document:
    taken_off = discount(lines, reason="Agreed", per_cent=Decimal(per_cent))
    return document(lines=tuple(lines), allowances=taken_off, reasons={"E": "Exempt by law"})


DOCUMENTS = st.builds(_document, st.lists(LINES, min_size=1, max_size=8), st.integers(0, 40))


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(paper=DOCUMENTS)
def test_all_papers_say_the_same_to_the_cent(printer: Printer, paper: Document) -> None:
    groups, sums = totals(paper.lines, paper.allowances, reasons={"E": "Exempt by law"})
    assert (groups, sums) == (paper.groups, paper.totals)

    printed = printer.print(paper)
    assert printed.xml
    assert printed.standards == ("a-3a", "ua-1")
    assert schema_complaints(printed.xml) == []
    assert broken_rules(printed.xml) == []
    assert _in_xml(printed.xml, "GrandTotalAmount") == sums.total
    assert _in_xml(printed.xml, "TaxTotalAmount") == sums.tax
    assert _in_xml(printed.xml, "TaxBasisTotalAmount") == sums.net

    said = full(sums.total, "EUR")
    assert sheet(paper).total == ("To pay", said)
    assert f"To pay {said}" in text_of(printed.pdf)
    assert _in_books(paper) == major(sums.total, "EUR")


def _in_xml(xml: bytes, name: str) -> int:
    (found,) = etree.fromstring(xml).iter(f"{{*}}{name}")
    return minor(Decimal(found.text), "EUR")


def _in_books(paper: Document) -> Decimal:
    (file,) = quickbooks([paper], Books())
    rows = csv.DictReader(io.StringIO(file.content.decode(), newline=""))
    return sum(
        (Decimal(row["*ItemAmount"]) + Decimal(row["Item Tax Amount"]) for row in rows), Decimal(0)
    )
