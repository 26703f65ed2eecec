"""Lists in and out: customers from another program, invoices for bookkeeping, by page and by command line."""

import asyncio
import csv
import io
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli import main
from app.models import Customer, Invoice
from app.queries.imports import last_import
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.test_letters import issued
from tests.web.work import hidden, job_for, now

LIST = (
    "Kunde;Straße;PLZ;Ort;Land;E-Mail;USt-Id;Zahlungsziel\r\n"
    "Bäckerei Öztürk;Hüxstraße 5;23552;Lübeck;Deutschland;post@oeztuerk.example;DE1;30\r\n"
    "Café Zoë GmbH;;;;;;;\r\n"
    ";ohne Namen;;;;;;\r\n"
    "=HYPERLINK(1);Weg 1;1;A;Atlantis;nonsense;;soon\r\n"
).encode("cp1252")


def sent(**words: str) -> dict[str, str]:
    return {"key": uuid4().hex, **words}


@on_sqlite
async def test_a_list_is_looked_at_before_anything_is_written(world: World) -> None:
    place, file = "/imports/customers", {"file": ("kunden.csv", LIST, "text/csv")}
    async with await world.client_of(world.cast.olga) as client:
        preview = await client.post(place, files=file, data=sent())
        assert preview.status_code == 200
        assert "<b>2 customers</b> would be added. 1 is here already" in preview.text
        assert "1 line would be left out." in preview.text
        assert "Café Zoë" not in preview.text.split("as they would be")[1]
        assert "The name is missing." in preview.text
        assert "is no country that we know" in preview.text
        assert "Read as cp1252, columns apart by semicolons." in preview.text
        assert await world.db.ask(_names) == ["Café Zoë GmbH"]
        token = preview.text.split('name="token" value="')[1][:32]
        again = sent(token=token, do="preview", column_0="name", column_3="city")
        other = await client.post(place, data=again)
        assert "Hüxstraße" not in other.text.split("as they would be")[1]
        chosen = {"column_0": "name", "column_1": "address_lines", "column_2": "postcode"}
        chosen |= {"column_3": "city", "column_4": "country", "column_7": "terms"}
        do = sent(token=token, do="import", **chosen)
        answer = await client.post(place, data=do)
        assert answer.headers["location"] == "/customers?said=imported"
        late = await client.post(place, data=sent(token=token, do="import", **chosen))
        assert "The file is not here any more." in late.text
    assert await world.db.ask(_names) == ["=HYPERLINK(1)", "Bäckerei Öztürk", "Café Zoë GmbH"]
    assert await world.db.ask(_row, "Bäckerei Öztürk") == (["Hüxstraße 5"], "23552", "DE", 30)


async def test_an_import_is_undone_but_for_customers_in_use(world: World) -> None:
    begun = await world.db.ask(_names)
    async with await world.client_of(world.cast.olga) as client:
        await _imported(client)
        page = (await client.get("/customers")).text
        assert "<b>2 customers</b> came with the import" in page
        oeztuerk = await world.db.ask(_id_of, "Bäckerei Öztürk")
        await job_for(world, customer_id=oeztuerk)
        undo = sent(event_id=hidden(page, "event_id"))
        answer = await client.post("/imports/customers/undo", data=undo)
        assert answer.headers["location"] == "/customers?said=import_undone"
        assert await world.db.ask(_names) == sorted([*begun, "Bäckerei Öztürk"])
        assert "Undo this import" not in (await client.get("/customers")).text
        again = await client.post("/imports/customers/undo", data=undo | {"key": "another"})
        assert again.status_code == 409
    assert "cannot be undone any more" in again.text


@on_sqlite
async def test_an_import_is_undone_for_a_day_and_by_those_who_may(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        await _imported(client)
    assert (await world.db.ask(last_import, at=now() + timedelta(hours=23))) is not None
    assert (await world.db.ask(last_import, at=now() + timedelta(hours=25))) is None
    async with await world.client_of(world.cast.dana) as client:
        assert "Undo this import" not in (await client.get("/customers")).text
        answer = await client.post("/imports/customers/undo", data=sent(event_id="1"))
    assert answer.status_code == 403


async def _imported(client: httpx2.AsyncClient) -> None:
    file = {"file": ("kunden.csv", LIST, "text/csv")}
    preview = (await client.post("/imports/customers", files=file, data=sent())).text
    chosen = {"column_0": "name", "column_1": "address_lines"}
    do = sent(token=hidden(preview, "token"), do="import", **chosen)
    assert (await client.post("/imports/customers", data=do)).is_redirect


def _id_of(session: Session, name: str) -> int:
    return session.scalars(select(Customer.id).where(Customer.name == name)).one()


@on_sqlite
async def test_what_is_no_list_is_refused_in_words(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        for raw, words in (
            (b"\x00\x01", "This is not a CSV file."),
            (b"", "Choose the list first."),
        ):
            answer = await client.post(
                "/imports/customers", files={"file": ("a.csv", raw)}, data=sent()
            )
            assert answer.status_code == 422
            assert words in answer.text
        foreign = await client.post("/imports/customers", data=sent(token="../../etc/passwd"))
        assert "The file is not here any more." in foreign.text


@on_sqlite
@pytest.mark.parametrize("program", ["quickbooks", "quickbooks-us", "xero"])
async def test_invoices_go_to_the_books_to_the_cent(world: World, program: str) -> None:
    invoice_id = await issued(world)
    number, net = await world.db.ask(_number_and_net, invoice_id)
    async with await world.client_of(world.cast.olga) as client:
        page = await client.get(f"/exports?program={program}&first=2026-01-01")
        name = f"{program.removesuffix('-us')}-invoices.csv"
        assert f'href="/exports/{name}?' in page.text
        file = await client.get(f"/exports/{name}?program={program}&first=2026-01-01")
        assert file.headers["content-type"].startswith("text/csv")
        short = await client.get(f"/exports/{program}.csv")
        assert short.content == file.content
        assert (await client.get("/exports/nonsense.csv?program=xero")).status_code == 404
        wrong = await client.get("/exports?program=sage&first=2026-01-01")
        assert wrong.status_code == 422
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert {row["*InvoiceNumber" if program == "xero" else "*InvoiceNo"] for row in rows} == {
        number
    }
    if program != "xero":
        assert sum(round(float(row["*ItemAmount"]) * 100) for row in rows) == net


@on_sqlite
@pytest.mark.parametrize("who", ["dana", "tom"])
async def test_lists_are_for_the_office(world: World, who: str) -> None:
    async with await world.client_of(getattr(world.cast, who)) as client:
        for path in ("/exports", "/exports/xero.csv", "/imports/customers"):
            assert (await client.get(path)).status_code == 403


@on_sqlite
async def test_the_command_line_does_the_same(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await issued(world)
    file = tmp_path / "kunden.csv"
    file.write_bytes(LIST)
    monkeypatch.setenv("READYBOARD_DATABASE_URL", world.settings.database_url)
    dry = ["import", "customers", str(file), "--dry-run"]
    assert await asyncio.to_thread(main, dry) == 0
    assert "2 would be added, 1 here already." in capsys.readouterr().out
    assert await world.db.ask(_names) == ["Café Zoë GmbH"]
    assert await asyncio.to_thread(main, dry[:-1]) == 0
    assert "line 4: The name is missing. Left out." in capsys.readouterr().out
    assert len(await world.db.ask(_names)) == 3
    out = [
        "export",
        "xero",
        "--folder",
        str(tmp_path / "books"),
        "--last",
        now().date().isoformat(),
    ]
    assert await asyncio.to_thread(main, out) == 0
    assert (tmp_path / "books" / "xero-invoices.csv").read_bytes().startswith(b"*ContactName")
    assert await asyncio.to_thread(main, ["import", "customers", str(tmp_path / "no.csv")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def _names(session: Session) -> list[str]:
    return list(session.scalars(select(Customer.name).order_by(Customer.name)))


def _row(session: Session, name: str) -> tuple[list[str], str | None, str | None, int | None]:
    row = session.scalars(select(Customer).where(Customer.name == name)).one()
    return row.address_lines, row.postcode, row.country, row.terms_days


def _number_and_net(session: Session, invoice_id: int) -> tuple[str | None, int]:
    invoice = session.get_one(Invoice, invoice_id)
    return invoice.number, invoice.net
