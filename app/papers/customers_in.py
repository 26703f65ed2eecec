"""Customers from another program's list: which column is what, and what each row says, with a sentence for everything
that cannot be taken. Nothing is looked up here: whether a customer is already there is the import's question."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.papers.countries import code_of
from app.papers.csv_in import Row, Table

_ALIASES = {
    "name": "contactname displayname customername name customer clientname client fullname kundenname kunde",
    "company": "company companyname legalname organization organisation firma business businessname",
    "first_name": "firstname givenname vorname",
    "last_name": "lastname surname familyname nachname",
    "email": "emailaddress email billingemail mainemail emails mail",
    "phone": "phonenumber phone mainphone workphone telephone mobilenumber mobile mobilephone homephone "
    "homenumber worknumber telefon",
    "postcode": "popostalcode billingpostalcode billingpostcode billingzip zip zipcode postalcode postcode plz",
    "city": "pocity billingcity city town ort stadt",
    "region": "poregion billingstate billingprovince state province provinceorstate stateprovince region county",
    "country": "pocountry billingcountry country land",
    "tax_id": "taxnumber taxid vatnumber vatid vatno vatregistrationnumber vat taxregistrationnumber gstnumber gstin "
    "abn ustid ustidnr uid ein resalenumber",
    "terms": "duedatesalesday terms paymentterms termsdays netdays paymentdays creditdays zahlungsziel",
    "terms_kind": "duedatesalesterm",
}
"""Column names of QuickBooks Online, Xero and others, without blanks and signs; the first that is there is taken."""

_ADDRESSES = (
    "poaddressline billingaddressline billingstreet billingaddress street streetaddress addressline address strasse "
    "anschrift"
)
"""How the columns of an address begin; "2" and so on may follow. All of the first that is there are taken."""

FIELDS: Mapping[str, str] = {
    "name": "Name",
    "company": "Company, if there is no name",
    "first_name": "First name, if there is no other",
    "last_name": "Last name, if there is no other",
    "email": "E-mail for invoices",
    "phone": "Phone",
    "address_lines": "Street and the like (several columns)",
    "postcode": "Postcode",
    "city": "Town",
    "region": "State or county",
    "country": "Country",
    "tax_id": "Tax number",
    "terms": "Days to pay",
    "terms_kind": "What the days are counted from",
}
"""What a column can be, in words for the page."""

LONGEST: Mapping[str, int] = {
    "name": 200,
    "email": 254,
    "phone": 40,
    "postcode": 20,
    "city": 120,
    "tax_id": 40,
}
"""Letters that we keep of each."""

LONGEST_LINE = 200
MOST_TERMS_DAYS = 365

_AT_ONCE = re.compile(
    r"due (up)?on receipt|on receipt|immediate(ly)?|at once|cod|cash|sofort", re.IGNORECASE
)
_DAYS = re.compile(
    r"(?:net|n|netto)?\s*(\d{1,4})\s*(?:d|days?|tage?)?(?: net(?:to)?)?", re.IGNORECASE
)
_FROM_INVOICE = re.compile(r"days? ?(\(s\))? ?after ?(the )?(invoice|bill) ?date", re.IGNORECASE)
_EMAIL = re.compile(r'[^@\s,;<>"()]+@[^@\s,;<>"()]+\.[^@\s,;<>"()]+')


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer as the list says it. ``line``: where it stands in the file."""

    line: int
    name: str
    email: str | None = None
    phone: str | None = None
    address_lines: tuple[str, ...] = ()
    postcode: str | None = None
    city: str | None = None
    country: str | None = None
    tax_id: str | None = None
    terms_days: int | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong in a line. ``drops``: the row is left out; otherwise only this field is."""

    line: int
    field: str
    sentence: str
    drops: bool = False


@dataclass(frozen=True, slots=True)
class CustomerList:
    """The dry run. ``columns``: field → columns of the table; ``unused``: columns that nothing is made of."""

    rows: tuple[CustomerRow, ...]
    complaints: tuple[Complaint, ...]
    columns: Mapping[str, tuple[int, ...]]
    unused: tuple[str, ...]


def guess(header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Field → columns, by their names. What cannot be told is left out."""
    plain = [re.sub(r"[\W_]+", "", name.casefold()) for name in header]
    found: dict[str, tuple[int, ...]] = {}
    for field, aliases in _ALIASES.items():
        at = next((plain.index(alias) for alias in aliases.split() if alias in plain), None)
        if at is not None:
            found[field] = (at,)
    for beginning in _ADDRESSES.split():
        lines = [at for at, name in enumerate(plain) if re.fullmatch(rf"{beginning}\d?", name)]
        if lines:
            return found | {"address_lines": tuple(lines)}
    return found


def customers(table: Table, columns: Mapping[str, Sequence[int]] | None = None) -> CustomerList:
    """What would be imported, by the columns as guessed or as the person has put them right."""
    mapping = {
        field: tuple(at for at in places if 0 <= at < len(table.header))
        for field, places in (guess(table.header) if columns is None else columns).items()
        if field in FIELDS
    }
    rows: list[CustomerRow] = []
    complaints: list[Complaint] = []
    lines_by_name: dict[str, int] = {}
    for row in table.rows:
        customer, about = _customer(row, mapping)
        about += _doubled(customer, lines_by_name)
        complaints += about
        if not any(complaint.drops for complaint in about):
            lines_by_name[customer.name.casefold()] = row.line
            rows.append(customer)
    used = {at for places in mapping.values() for at in places}
    unused = tuple(name for at, name in enumerate(table.header) if at not in used)
    return CustomerList(tuple(rows), tuple(complaints), mapping, unused)


def _customer(
    row: Row, mapping: Mapping[str, tuple[int, ...]]
) -> tuple[CustomerRow, list[Complaint]]:
    said = {field: _cells(row, places) for field, places in mapping.items()}
    one = {field: " ".join(cells) for field, cells in said.items()}
    about: list[Complaint] = []
    kept = {
        "name": _name(one),
        "email": _email(one.get("email", ""), row.line, about),
        "phone": one.get("phone", ""),
        "postcode": one.get("postcode", ""),
        "city": ", ".join(filter(None, (one.get("city"), one.get("region")))),
        "tax_id": one.get("tax_id", ""),
    }
    about += _too_long(kept, row.line)
    if not kept["name"]:
        about.append(Complaint(row.line, "name", "The name is missing.", drops=True))
    customer = CustomerRow(
        line=row.line,
        name=kept.pop("name"),
        address_lines=_address(said.get("address_lines", []), row.line, about),
        country=_country(one.get("country", ""), row.line, about),
        terms_days=_terms(one.get("terms", ""), one.get("terms_kind", ""), row.line, about),
        **{field: text or None for field, text in kept.items()},
    )
    return customer, about


def _cells(row: Row, places: Sequence[int]) -> list[str]:
    """Short rows are rows whose last cells are empty."""
    cells = (row.cells[at] if at < len(row.cells) else "" for at in places)
    return [text for cell in cells if (text := _tidy(cell))]


def _tidy(text: str) -> str:
    """Without controls; line breaks stay, since an address may be one cell."""
    lines = ("".join(c if c.isprintable() else " " for c in line) for line in text.splitlines())
    return "\n".join(" ".join(line.split()) for line in lines).strip()


def _name(one: Mapping[str, str]) -> str:
    person = " ".join(filter(None, (one.get("first_name"), one.get("last_name"))))
    return " ".join((one.get("name") or one.get("company") or person).split())


def _email(text: str, line: int, about: list[Complaint]) -> str:
    """The first of several; what is no address is left out."""
    found = _EMAIL.findall(text)
    if text and not found:
        about.append(Complaint(line, "email", f"“{text[:60]}” is not an e-mail address."))
    elif len(found) > 1:
        about.append(Complaint(line, "email", f"Several addresses: {found[0]} is taken."))
    return found[0] if found else ""


def _address(cells: Sequence[str], line: int, about: list[Complaint]) -> tuple[str, ...]:
    lines = [part for cell in cells for part in cell.split("\n") if part]
    if any(len(part) > LONGEST_LINE for part in lines):
        sentence = f"A line of the address is longer than {LONGEST_LINE} letters."
        about.append(Complaint(line, "address_lines", sentence, drops=True))
    return tuple(lines)


def _country(text: str, line: int, about: list[Complaint]) -> str | None:
    code = code_of(text) if text else None
    if text and code is None:
        sentence = f"“{text[:60]}” is no country that we know. Write two letters, like DE."
        about.append(Complaint(line, "country", sentence))
    return code


def _terms(text: str, kind: str, line: int, about: list[Complaint]) -> int | None:
    """Days after the invoice's date; everything else is left for a person."""
    if not text:
        return None
    days = _DAYS.fullmatch(text)
    if _AT_ONCE.fullmatch(text):
        return 0
    if (
        days
        and int(days[1]) <= MOST_TERMS_DAYS
        and (not kind or _FROM_INVOICE.search(_spaced(kind)))
    ):
        return int(days[1])
    words = " ".join(filter(None, (text, kind)))[:80]
    sentence = f"“{words}” is not a number of days after the invoice. The company’s terms will do."
    about.append(Complaint(line, "terms", sentence))
    return None


def _spaced(kind: str) -> str:
    """Xero also writes DAYSAFTERBILLDATE."""
    return re.sub(r"(?i)daysafter(bill|invoice)date", r"days after \1 date", kind)


def _too_long(kept: Mapping[str, str], line: int) -> Iterator[Complaint]:
    for field, most in LONGEST.items():
        if len(kept[field]) > most:
            sentence = f"{FIELDS[field]}: longer than {most} letters. Shorten it."
            yield Complaint(line, field, sentence, drops=True)


def _doubled(customer: CustomerRow, lines_by_name: Mapping[str, int]) -> list[Complaint]:
    first = lines_by_name.get(customer.name.casefold())
    if first is None:
        return []
    sentence = f"“{customer.name}” stands in line {first} already."
    return [Complaint(customer.line, "name", sentence, drops=True)]
