"""CSV in: other programs' lists are understood, and what cannot be taken is said with its line."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.papers.csv_in import MOST_BYTES, MOST_ROWS, encoding_of, read, separator_of
from app.papers.customers_in import Complaint, CustomerRow, customers, guess
from app.rules.refusal import BadInput, TooLarge

QUICKBOOKS_CUSTOMERS = (
    "Name,Company,Email,Phone,Mobile,Fax,Website,Street,City,State,ZIP,Country,Opening Balance,Date,"
    "Resale Number"
)


# --- the file


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_the_encoding_is_told_from_the_bytes(encoding: str, told: str) -> None:
    raw = "Name;Ort\r\nMüller & Söhne – Bäder;Köln\r\n".encode(encoding)
    found = read(raw)
    assert found.encoding == told
    assert found.header == ("Name", "Ort")
    assert found.rows[0].cells == ("Müller & Söhne – Bäder", "Köln")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told_from_the_lines(separator: str) -> None:
    lines = [["Name", "Street", "City"], ["A, B; C", "Main St 1", "X|Y"], ["D", "E", ""]]
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(lines)
    assert separator_of(out.getvalue()) == separator


def test_excels_own_hint_is_believed() -> None:
    found = read(b'sep=;\r\nName;City\r\n"A,B";C\r\n')
    assert (found.separator, found.header, found.rows[0].line) == (";", ("Name", "City"), 3)


def test_lines_are_counted_as_an_editor_does() -> None:
    found = read(b'Name,Street\r\n\r\nA,"1\r\n2"\r\nB,3\r\n')
    assert [(row.line, row.cells[0]) for row in found.rows] == [(3, "A"), (5, "B")]


def test_a_column_without_a_name_gets_one() -> None:
    assert read(b"Name,,City\nA,B,C\n").header == ("Name", "Column 2", "City")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "nothing in this file"),
        (b"\r\n \r\n", "nothing in this file"),
        (b"PK\x03\x04\x00\x00", "not a CSV file"),
        (b"a,b\n" + b'"' + b"x" * 6000, "more than 5,000 letters"),
        (b"x" + b"," * 300, "more than 200 columns"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(raw: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read(raw)


def test_a_list_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooLarge, match="20,000 rows"):
        read(b"Name\n" + b"A\n" * (MOST_ROWS + 1))
    with pytest.raises(TooLarge, match="10 MB"):
        read(b"x" * (MOST_BYTES + 1))


def test_an_encoding_chosen_by_a_person_wins() -> None:
    raw = "Name\nMüller\n".encode()
    assert read(raw, encoding="cp1252").rows[0].cells == ("MÃ¼ller",)
    assert encoding_of(raw) == "utf-8"


@given(st.binary(max_size=300))
def test_no_file_makes_it_fall_over(raw: bytes) -> None:
    with suppress(BadInput):
        customers(read(raw))


# --- customers


def test_a_list_from_quickbooks() -> None:
    raw = (
        f"{QUICKBOOKS_CUSTOMERS}\r\n"
        'Sommer,Hausverwaltung Sommer GmbH,r@sommer.example,0451 1,,,,"Königstraße 117\r\nHinterhaus",Lübeck,,23552,'
        "Germany,,,DE298114703\r\n"
        ",Brandt Inc.,,,,,,1 Main St,Denver,CO,80202,USA,,,\r\n"
    )
    found = customers(read(raw.encode()))
    assert found.complaints == ()
    assert found.rows == (
        CustomerRow(
            line=2,
            name="Sommer",
            email="r@sommer.example",
            phone="0451 1",
            address_lines=("Königstraße 117", "Hinterhaus"),
            postcode="23552",
            city="Lübeck",
            country="DE",
            tax_id="DE298114703",
        ),
        CustomerRow(
            line=4,
            name="Brandt Inc.",
            address_lines=("1 Main St",),
            postcode="80202",
            city="Denver, CO",
            country="US",
        ),
    )
    assert "Opening Balance" in found.unused


def test_a_list_from_xero() -> None:
    header = (
        "*ContactName,EmailAddress,POAddressLine1,POAddressLine2,POCity,PORegion,POPostalCode,POCountry,SAAddressLine1,"
        "SACity,PhoneNumber,TaxNumber,DueDateSalesDay,DueDateSalesTerm"
    )
    raw = (
        f"{header}\n"
        "'=Sommer,a@b.example,Unit 4,Canal Rd,Leeds,,LS1 1AA,United Kingdom,Depot,York,"
        "'+44 113,GB123,30,DAYSAFTERBILLDATE\n"
        "Winter,,,,,,,,,,,,20,OFFOLLOWINGMONTH\n"
    )
    found = customers(read(raw.encode()))
    first, second = found.rows
    assert (first.name, first.phone) == ("=Sommer", "+44 113")
    assert first.address_lines == ("Unit 4", "Canal Rd")
    assert (first.city, first.country, first.terms_days) == ("Leeds", "GB", 30)
    assert second.terms_days is None
    assert [(one.line, one.field, one.drops) for one in found.complaints] == [(3, "terms", False)]


@pytest.mark.parametrize(
    ("said", "days"),
    [("30", 30), ("Net 30", 30), ("net 14 days", 14), ("14 Tage netto", 14), ("Due on receipt", 0)],
)
def test_terms_are_understood(said: str, days: int) -> None:
    (row,) = customers(read(f"Name,Terms\nA,{said}\n".encode())).rows
    assert row.terms_days == days


@pytest.mark.parametrize(
    ("cells", "field", "drops"),
    [
        (",x@y.example,,", "name", True),
        ("A" * 201 + ",,,", "name", True),
        ("A,not an address,,", "email", False),
        ("A,a@b.example; c@d.example,,", "email", False),
        ("A,,Atlantis,", "country", False),
        ("A,,,2 % within 7 days", "terms", False),
        ("A,,,999", "terms", False),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_line(cells: str, field: str, drops: bool) -> None:
    found = customers(read(f"Name,Email,Country,Terms\nGood,g@g.example,DE,14\n{cells}\n".encode()))
    (complaint,) = found.complaints
    assert (complaint.line, complaint.field, complaint.drops) == (3, field, drops)
    assert complaint.sentence.endswith((".", "taken."))
    assert len(found.rows) == (1 if drops else 2)


def test_the_same_name_twice_is_said() -> None:
    found = customers(read(b"Name\nSommer\nWinter\nSOMMER\n"))
    assert found.complaints == (
        Complaint(4, "name", "“SOMMER” stands in line 2 already.", drops=True),
    )


def test_a_person_can_say_which_column_is_what() -> None:
    found = customers(
        read(b"Foo;Bar;Baz\nx;Sommer;Bahnhof 1\n"), {"name": [1], "address_lines": [2]}
    )
    assert found.rows == (CustomerRow(2, "Sommer", address_lines=("Bahnhof 1",)),)
    assert found.unused == ("Foo",)


@pytest.mark.parametrize(
    ("header", "field", "at"),
    [
        ("Kunde;Straße;PLZ;Ort;Land;USt-IdNr.", "tax_id", 5),
        ("Client Name;Billing Street;Billing City", "address_lines", 1),
        ("First Name;Last Name;E-mail", "email", 2),
        ("Company Name;Address 1;Address 2;Zip Code", "postcode", 3),
    ],
)
def test_columns_are_guessed_from_their_names(header: str, field: str, at: int) -> None:
    assert guess(header.split(";"))[field][0] == at


def test_ten_thousand_rows_take_no_time() -> None:
    raw = "Name,Email,Street,City,Country,Terms\n" + "".join(
        f"Customer {at},c{at}@x.example,Main St {at},Town,DE,Net 30\n" for at in range(10_000)
    )
    assert len(customers(read(raw.encode())).rows) == 10_000
