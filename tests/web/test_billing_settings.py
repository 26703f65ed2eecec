"""The forms about money: what the company's invoices say, taxes and rates, and a logo that is drawn anew."""

from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from app.models import BillingSettings, Customer, JobType, Person
from app.queries.billing_values import said
from tests.cast import World
from tests.databases import on_sqlite

PAPER = {
    "lines": "Hafenstraße 12\r\nHinterhof",
    "postcode": "23568",
    "city": "Lübeck",
    "country": "de",
    "tax_id": "DE811569869",
    "iban": "de89 3704 0044 0532 0130 00",
    "bic": "COBADEFFXXX",
    "company_email": "Buero@Brandt.example",
    "terms_days": "30",
    "invoice_prefix": "R-",
    "credit_prefix": "G-",
}

PRICES = {
    "tax_category": "S",
    "tax_rate": "19",
    "labour_rate": "62,50",
    "rounding_unit": "30",
    "rounding_direction": "nearest",
    "rounding_grace": "0",
    "rounding_minimum": "60",
    "rounding_scope": "job",
    "travel": "call_out",
    "call_out_fee": "35",
}


def key() -> dict[str, str]:
    return {"key": uuid4().hex}


def _settings(session: Session) -> dict[str, object]:
    row = session.get_one(BillingSettings, 1)
    return {name: getattr(row, name) for name in BillingSettings.__table__.columns.keys()}  # noqa: SIM118


@on_sqlite
async def test_the_owner_says_what_stands_on_invoices(world: World) -> None:
    async with await world.client_of(world.cast.owner) as client:
        answer = await client.post("/settings/company/invoices", data=PAPER | key())
        assert answer.headers["location"] == "/settings/company?said=saved"
        page = (await client.get("/settings/company")).text
    kept = await world.db.ask(_settings)
    assert kept["address_lines"] == ["Hafenstraße 12", "Hinterhof"]
    assert (kept["iban"], kept["country"]) == ("DE89370400440532013000", "DE")
    assert (kept["terms_days"], kept["email"]) == (30, "buero@brandt.example")
    assert "DE89 3704 0044 0532 0130 00" in page


@on_sqlite
async def test_every_slip_on_the_paper_is_named_at_once(world: World) -> None:
    wrong = {"iban": "DE89370400440532013001", "bic": "X", "terms_days": "soon", "country": "DEU"}
    async with await world.client_of(world.cast.owner) as client:
        answer = await client.post("/settings/company/invoices", data=PAPER | wrong | key())
    assert answer.status_code == 422
    assert "The check digits of this IBAN do not fit." in answer.text
    assert "A BIC has 8 or 11 letters" in answer.text
    assert "Use a whole number from 0 to 365." in answer.text
    assert "Use the two letters of the country" in answer.text
    assert 'value="soon"' in answer.text


@on_sqlite
async def test_the_office_sets_prices_but_not_the_account(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        assert (await client.post("/settings/taxes", data=PRICES | key())).status_code == 303
        page = (await client.get("/settings/taxes")).text
        refused = await client.post("/settings/company/invoices", data=PAPER | key())
    kept = await world.db.ask(_settings)
    assert said(kept["labour_rate"]) == "62.50"  # type: ignore[arg-type]
    assert (kept["rounding_unit"], kept["rounding_scope"], kept["travel"]) == (
        30,
        "job",
        "call_out",
    )
    assert 'value="62.50"' in page
    assert refused.status_code == 403


@on_sqlite
async def test_hostile_prices_are_all_refused_at_once(world: World) -> None:
    wrong = {"labour_rate": "-1", "tax_rate": "101", "call_out_fee": "", "travel_rate": "1e99"}
    odd = {"rounding_scope": "moon", "rounding_unit": "0"}
    async with await world.client_of(world.cast.olga) as client:
        answer = await client.post("/settings/taxes", data=PRICES | wrong | odd | key())
    assert answer.status_code == 422
    assert answer.text.count("Use a number from 0 to 1,000,000, such as 48.50.") >= 2
    assert "Use a number from 0 to 100, such as" in answer.text
    assert "Say what a call-out costs, or choose otherwise." in answer.text
    assert "Choose one from the list." in answer.text


@on_sqlite
@pytest.mark.parametrize("who", ["dana", "tom"])
async def test_whoever_may_not_see_prices_gets_none(world: World, who: str) -> None:
    async with await world.client_of(getattr(world.cast, who)) as client:
        assert (await client.get("/settings/taxes")).status_code == 403
        page = await client.get(f"/customers/{world.cast.customer_id}")
    assert "labour_rate" not in page.text


@on_sqlite
async def test_a_customer_has_terms_and_a_rate_of_its_own(world: World) -> None:
    place = f"/customers/{world.cast.customer_id}"
    words = {"name": "Café Zoë GmbH", "terms_days": "7", "labour_rate": "55"}
    async with await world.client_of(world.cast.olga) as client:
        await client.post(place, data=words | {"reference_required": "yes"} | key())
        page = (await client.get(place)).text
    async with await world.client_of(world.cast.dana) as client:
        await client.post(place, data={"name": "Café Zoë", "labour_rate": "1"} | key())
    row = await world.db.ask(_customer, world.cast.customer_id)
    assert 'value="55.00"' in page
    assert row == (
        None,
        False,
        "55.00",
    )  # The dispatcher changed the terms and could not touch the rate.


@on_sqlite
async def test_job_types_and_people_have_rates(world: World) -> None:
    kind, tom = f"/job-types/{world.cast.job_type_id}", f"/people/{world.cast.tom.id}"
    async with await world.client_of(world.cast.owner) as client:
        prices = {"labour_rate": "70", "fixed_price": "120", "own_tax": "S", "own_tax_rate": "7"}
        await client.post(kind, data={"name": "Repair"} | prices | key())
        page = (await client.get(kind)).text
        words = {"name": "Tom Brandt", "email": "tom@brandt.test", "roles": ["technician"]}
        await client.post(tom, data=words | {"labour_rate": "66"} | key())
        person = (await client.get(tom)).text
    assert await world.db.ask(_type, world.cast.job_type_id) == ("70.00", "120.00", "S", "7.00")
    assert 'value="120.00"' in page
    assert await world.db.ask(_person, world.cast.tom.id) == "66.00"
    assert 'value="66.00"' in person


@on_sqlite
async def test_a_logo_is_drawn_anew_and_a_text_is_none(world: World) -> None:
    out = BytesIO()
    Image.new("RGBA", (3000, 1000), (10, 90, 80, 128)).save(out, "PNG")
    async with await world.client_of(world.cast.owner) as client:
        text = await client.post("/settings/company/logo", files={"file": ("a.png", b"no")})
        assert "This file is not a picture we can read." in text.text
        taken = await client.post(
            "/settings/company/logo", files={"file": ("a.png", out.getvalue())}
        )
        assert taken.headers["location"] == "/settings/company?said=saved"
        shown = await client.get("/settings/company/logo")
        with Image.open(BytesIO(shown.content)) as logo:
            assert (logo.size, logo.mode) == ((1200, 400), "RGBA")
        await client.post("/settings/company/logo/remove", data=key())
        assert (await client.get("/settings/company/logo")).status_code == 204


def _customer(session: Session, customer_id: int) -> tuple[int | None, bool, str]:
    row = session.get_one(Customer, customer_id)
    return row.terms_days, row.reference_required, said(row.labour_rate)


def _type(session: Session, job_type_id: int) -> tuple[str, str, str | None, str]:
    row = session.get_one(JobType, job_type_id)
    return said(row.labour_rate), said(row.fixed_price), row.tax_category, said(row.tax_rate)


def _person(session: Session, person_id: int) -> str:
    return said(session.get_one(Person, person_id).labour_rate)
