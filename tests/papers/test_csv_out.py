"""CSV out: nothing is run as a formula, and the sums agree to the cent in the program that imports them."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.papers import csv_out
from app.papers.cells import neutral, original, table
from app.papers.csv_out import Books, quickbooks, quickbooks_name, xero
from app.rules.invoice import Allowance, totals
from app.rules.money import major
from tests.papers.samples import SOMMER, VAT_7, VAT_19, document, line, two_jobs


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


# --- nothing is run


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49 451 98",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
        "\ufeff=1",
        "＝1",
        "−1",
        "＠x",
    ],
)
def test_what_could_be_a_formula_is_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Sommer", "O'Neil", "'t Hof", "10 % = much", "a\tb", "水"])
def test_other_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text


@given(st.text(alphabet=st.characters(exclude_characters="\x00"), max_size=30))
def test_what_we_write_comes_back(text: str) -> None:
    assert original(neutral(text)) == text


def test_numbers_below_zero_stay_numbers() -> None:
    assert table(["a", "b"], [(Decimal("-1.50"), "-1.50")]) == b"a,b\r\n-1.50,'-1.50\r\n"


def test_a_customer_cannot_smuggle_a_formula_into_the_books() -> None:
    evil = '=HYPERLINK("http://evil.example","Sommer")'
    paper = two_jobs(buyer=replace(SOMMER, name=evil, lines=(evil,)), reference="@x")
    for file in (*xero([paper], Books()), *quickbooks([paper], Books())):
        cells = [cell for row in csv.reader(io.StringIO(file.content.decode())) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "@", "+"))] == []


# --- out


def test_the_headers_are_the_layouts_that_the_programs_publish() -> None:
    assert len(csv_out.XERO) == 27
    assert csv_out.XERO[0] == "*ContactName"
    assert csv_out.XERO[10:14] == ("*InvoiceNumber", "Reference", "*InvoiceDate", "*DueDate")
    assert ",".join(csv_out.QUICKBOOKS).startswith(
        "*InvoiceNo,*Customer,*InvoiceDate,*DueDate,Terms"
    )
    assert csv_out.QUICKBOOKS_TAXED[11:] == (
        "*ItemAmount",
        "Item Tax Amount",
        "*Item Tax Code",
        "Currency",
    )


def test_xero_gets_a_row_for_each_line() -> None:
    (file,) = xero([two_jobs()], Books(tax_names={VAT_19: "19% (USt)"}))
    first, *rest = rows_of(file.content)
    assert file.name == "xero-invoices.csv"
    assert len(rest) == 5
    assert first["*InvoiceNumber"] == "2026-0208"
    assert first["*ContactName"] == "Hausverwaltung Sommer GmbH"
    assert first["*InvoiceDate"] == "24/11/2026"
    assert first["*DueDate"] == "08/12/2026"
    assert first["*Description"] == "Job 1021 · Labour, 105 min"
    assert (first["*Quantity"], first["*UnitAmount"]) == ("1.75", "72.00")
    assert first["*TaxType"] == "19% (USt)"
    assert first["Currency"] == "EUR"


def test_quickbooks_in_america_gets_the_day_of_the_work_and_no_tax() -> None:
    (file,) = quickbooks([two_jobs()], Books(dates="mdy"), is_taxed=False)
    first, *_ = rows_of(file.content)
    assert first["*InvoiceDate"] == "11/24/2026"
    assert first["Service Date"] == "11/15/2026"
    assert first["*ItemAmount"] == "126.00"
    assert "Item Tax Amount" not in first


PAPERS = {
    "two jobs": two_jobs(),
    "rates and discounts": document(
        lines=(line("Labour", "10", "h", "72"), line("Book", "3", "", "0.05", VAT_7)),
        allowances=(Allowance("Loyal", VAT_19, 3333), Allowance("Loyal", VAT_7, 3)),
    ),
    "a third of a cent each": document(
        lines=tuple(line("Screw", "1", "", "0.03") for _ in range(7))
    ),
    "minutes": document(lines=(line("Labour", "100", "min", "71", price_per=Decimal(60)),)),
    "a price finer than a cent": document(lines=(line("Cable", "333.3", "m", "0.12345"),)),
    "dinars": document(
        lines=(line("Labour", "1.5", "h", "9.125", currency="KWD"),), currency="KWD"
    ),
    "returned": document(lines=(line("Pump", "2", "", "310.05"), line("Pump", "-1", "", "310.05"))),
}


@pytest.mark.parametrize("name", PAPERS)
def test_quickbooks_adds_up_to_the_cent(name: str) -> None:
    paper = PAPERS[name]
    (file,) = quickbooks([paper], Books())
    rows = rows_of(file.content)
    assert _sum(rows, "*ItemAmount") == major(paper.totals.net, paper.currency)
    assert _sum(rows, "Item Tax Amount") == major(paper.totals.tax, paper.currency)


@pytest.mark.parametrize("name", PAPERS)
def test_xero_comes_to_the_same_net_when_it_multiplies(name: str) -> None:
    paper = PAPERS[name]
    (file,) = xero([paper], Books())
    places = Decimal(1).scaleb(major(1, paper.currency).as_tuple().exponent)  # type: ignore[arg-type]
    multiplied = [
        (Decimal(row["*Quantity"]) * Decimal(row["*UnitAmount"])).quantize(places, "ROUND_HALF_UP")
        for row in rows_of(file.content)
    ]
    assert sum(multiplied) == major(paper.totals.net, paper.currency)


@given(
    st.lists(
        st.tuples(st.integers(1, 9999), st.integers(1, 10**6), st.sampled_from([VAT_19, VAT_7])),
        min_size=1,
        max_size=12,
    )
)
def test_any_invoice_adds_up_to_the_cent_in_quickbooks(
    parts: list[tuple[int, int, object]],
) -> None:
    lines = tuple(
        line("Part", str(Decimal(count) / 100), "", str(Decimal(price) / 1000), tax)  # type: ignore[arg-type]
        for count, price, tax in parts
    )
    (file,) = quickbooks([document(lines=lines)], Books())
    _, sums = totals(lines)
    rows = rows_of(file.content)
    assert _sum(rows, "*ItemAmount") + _sum(rows, "Item Tax Amount") == major(sums.total, "EUR")


def _sum(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def test_credit_notes_go_into_a_file_of_their_own_with_positive_amounts() -> None:
    note = two_jobs(kind="credit_note", number="C-1", refers_to=("2026-0208", date(2026, 11, 24)))
    invoices, notes = xero([two_jobs(), note], Books())
    assert [invoices.name, notes.name] == ["xero-invoices.csv", "xero-credit-notes.csv"]
    assert {row["*InvoiceNumber"] for row in rows_of(notes.content)} == {"C-1"}
    assert all(Decimal(row["*UnitAmount"]) > 0 for row in rows_of(notes.content))


def test_a_file_has_no_more_invoices_than_the_program_takes() -> None:
    many = [two_jobs(number=f"2026-{at:04}") for at in range(205)]
    files = quickbooks(many, Books())
    counts = [len({row["*InvoiceNo"] for row in rows_of(file.content)}) for file in files]
    assert counts == [100, 100, 5]
    assert files[2].name == "quickbooks-invoices-3.csv"


def test_drafts_are_not_for_the_books() -> None:
    assert xero([two_jobs(kind="draft", number=None)], Books()) == ()


def test_a_name_that_quickbooks_refuses_is_mended() -> None:
    assert quickbooks_name('A: "B"\tC\nD' + "x" * 200) == ("A - 'B' C D" + "x" * 200)[:100]
