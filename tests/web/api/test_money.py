"""Money over the API: figures that equal their lists, letters, files for bookkeeping, customers in; no nonsense."""

import csv
import io
from itertools import count
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Customer, Mail
from tests.cast import World
from tests.web.api.conftest import Program, ProgramOf
from tests.web.money import ready_job
from tests.web.work import now

_keys = count(1)


async def issued(program: Program, *job_ids: int) -> dict[str, Any]:
    (draft,) = (await program.post("/invoices", {"job_ids": job_ids})).json()["invoices"]
    body = {"version": draft["version"]}
    answer = await program.post(f"/invoices/{draft['id']}/issue", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["invoice"])


async def paid(program: Program, invoice: dict[str, Any], amount: object) -> httpx2.Response:
    body = {"amount": {"amount": amount, "currency": "EUR"}, "received_on": str(now().date())}
    return await program.post(f"/invoices/{invoice['id']}/payments", body)


async def test_every_figure_is_the_sum_of_its_list(world: World, olga: Program) -> None:
    waiting, billed = await ready_job(world), await ready_job(world)
    draft = await ready_job(world)
    await olga.post("/invoices", {"job_ids": [draft]})
    invoice = await issued(olga, billed)
    await paid(olga, invoice, 1000)
    money = (await olga.get("/money")).json()
    figures = {figure["key"]: figure for figure in money["buckets"]}
    lists = {key: (await olga.get("/money/items", of=key)).json() for key in figures}
    assert {key: sum(item["amount"]["amount"] for item in one["items"]) for key, one in lists.items()} == {
        key: figure["amount"]["amount"] for key, figure in figures.items()
    }  # fmt: skip
    assert [item["job_id"] for item in lists["ready"]["items"]] == [waiting]
    assert figures["not_due"]["amount"] == {"amount": invoice["total"] - 1000, "currency": "EUR"}
    assert figures["paid"]["amount"]["amount"] == 1000
    assert (figures["ready"]["count"], figures["ready"]["oldest_days"]) == (1, 0)
    owed = (await olga.get("/money/items", of="owed", age=0)).json()
    assert owed["amount"] == figures["not_due"]["amount"] == money["open_ages"][0]["amount"]
    assert (money["to_invoice"]["count"], len(money["weeks"])) == (1, 12)
    assert money["first_time"] == {"jobs": 3, "at_first": 3}


async def test_a_long_list_is_leafed_through(world: World, olga: Program) -> None:
    jobs = [await ready_job(world) for _ in range(3)]
    first = (await olga.get("/money/items", of="ready", limit=2)).json()
    second = (await olga.get("/money/items", of="ready", limit=2, after=first["next"])).json()
    assert [item["job_id"] for item in first["items"] + second["items"]] == jobs
    assert second["next"] is None
    assert first["amount"] == second["amount"]
    assert (await olga.get("/money/items", of="treasure")).status_code == 422
    assert (await olga.get("/money/items", of="ready", age=1)).status_code == 404


async def test_credit_on_account_is_moved_to_another_invoice(world: World, olga: Program) -> None:
    first = await issued(olga, await ready_job(world))
    second = await issued(olga, await ready_job(world))
    await paid(olga, first, first["total"] + 700)
    path = f"/invoices/{first['id']}/move-credit"
    itself = await olga.post(path, {"to_id": first["id"]})
    assert (itself.status_code, itself.json()["error"]["code"]) == (404, "not_found")
    moved = await olga.post(path, {"to_id": second["id"]}, key="1")
    again = await olga.post(path, {"to_id": second["id"]}, key="1")
    assert moved.json()["invoice"]["balance"] == again.json()["invoice"]["balance"] == 0
    owed = (await olga.get(f"/invoices/{second['id']}")).json()
    assert owed["balance"] == second["total"] - 700
    nothing = await olga.post(path, {"to_id": second["id"]})
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "no_credit")


async def test_a_payment_is_taken_back_with_a_reason(world: World, olga: Program) -> None:
    invoice = await issued(olga, await ready_job(world))
    made = (await paid(olga, invoice, 1000)).json()["made_id"]
    path = f"/invoices/{invoice['id']}/reverse-payment"
    body = {"payment_id": made, "reason": "Bounced"}
    assert (await olga.post(path, body | {"reason": ""})).status_code == 422
    assert (await olga.post(path, body)).json()["invoice"]["balance"] == invoice["total"]


async def test_an_invoice_is_issued_and_sent_or_neither(world: World, olga: Program) -> None:
    body = {"job_ids": [await ready_job(world)]}
    (draft,) = (await olga.post("/invoices", body)).json()["invoices"]
    path, seen = f"/invoices/{draft['id']}/issue-and-send", {"version": draft["version"]}
    nobody = await olga.post(path, seen)
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (422, "no_address")
    assert (await olga.get(f"/invoices/{draft['id']}")).json()["state"] == "draft"
    old = await olga.post(path, {"version": 0, "to": "zoe@cafe.test"})
    assert (old.status_code, old.json()["error"]["code"]) == (409, "changed")
    done = await olga.post(path, seen | {"to": "zoe@cafe.test"}, key="1")
    again = await olga.post(path, seen | {"to": "zoe@cafe.test"}, key="1")
    assert again.json()["invoice"]["number"] == done.json()["invoice"]["number"] is not None
    assert await world.db.ask(_letters) == [(done.json()["made_id"], draft["id"], "zoe@cafe.test")]


async def test_an_invoice_is_sent_once(world: World, olga: Program) -> None:
    invoice = await issued(olga, await ready_job(world))
    nobody = await olga.post(f"/invoices/{invoice['id']}/send")
    assert (nobody.status_code, nobody.json()["error"]["field"]) == (422, "to")
    wrong = await olga.post(f"/invoices/{invoice['id']}/send", {"to": "nobody@"})
    assert (wrong.status_code, wrong.json()["error"]["field"]) == (422, "to")
    sent = await olga.post(f"/invoices/{invoice['id']}/send", {"to": "zoe@cafe.test"}, key="1")
    again = await olga.post(f"/invoices/{invoice['id']}/send", {"to": "zoe@cafe.test"}, key="1")
    assert (sent.status_code, again.status_code) == (200, 200), sent.text
    assert await world.db.ask(_letters) == [
        (sent.json()["made_id"], invoice["id"], "zoe@cafe.test")
    ]
    (draft,) = (await olga.post("/invoices", {"job_ids": [await ready_job(world)]})).json()[
        "invoices"
    ]
    early = await olga.post(f"/invoices/{draft['id']}/send", {"to": "zoe@cafe.test"})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "draft")


def _letters(session: Session) -> list[tuple[int, int | None, str]]:
    return [(row.id, row.invoice_id, row.to) for row in session.scalars(select(Mail))]


async def test_files_for_bookkeeping(world: World, olga: Program) -> None:
    nothing = await olga.get("/exports/xero.csv")
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "nothing")
    invoice = await issued(olga, await ready_job(world))
    answer = await olga.get("/exports/xero.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["*InvoiceNumber"] for row in rows} == {invoice["number"]}
    before = await olga.get("/exports/xero.csv", first="2020-01-01", last="2020-12-31")
    assert before.status_code == 409
    assert (await olga.get("/exports/sap.csv")).status_code == 404
    unknown = await olga.get("/exports/xero.csv", file="moon")
    assert (unknown.status_code, unknown.json()["error"]["field"]) == (422, "file")


LIST = (
    "Name,City,Email\nOne GmbH,Kiel,one@gmbh.test\nCafé Zoë GmbH,Bremen,\nTwo,Kiel,broken\n,Kiel,\n"
)


async def test_customers_come_in_after_a_dry_run(world: World, olga: Program) -> None:
    before = await world.db.ask(_customers)
    dry = await sent_list(olga, LIST, dry_run="true")
    assert dry.status_code == 200, dry.text
    assert (dry.json()["added"], dry.json()["known"], dry.json()["dry_run"]) == (2, 1, True)
    assert {(line["line"], line["left_out"]) for line in dry.json()["lines"]} == {
        (4, False),
        (5, True),
    }
    assert await world.db.ask(_customers) == before
    done = await sent_list(olga, LIST)
    assert (done.json()["added"], done.json()["dry_run"]) == (2, False)
    assert await world.db.ask(_customers) == before + 2
    again = await sent_list(olga, LIST)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "nothing_new")
    assert await world.db.ask(_customers) == before + 2


async def test_a_list_needs_a_kind_a_file_and_a_key(olga: Program) -> None:
    assert (await sent_list(olga, LIST, kind="treasure")).json()["error"]["field"] == "kind"
    assert (await sent_list(olga, "")).json()["error"]["field"] == "file"
    assert (await sent_list(olga, LIST, key=None)).status_code == 400
    assert (await sent_list(olga, "PK\x03\x04\x00")).status_code == 422


async def sent_list(
    program: Program, content: str, *, key: str | None = "new", **fields: str
) -> httpx2.Response:
    headers = {} if key is None else {"Idempotency-Key": f"list-{next(_keys)}"}
    return await program.client.post(
        "/api/v1/imports",
        data={"kind": "customers"} | fields,
        files={"file": ("list.csv", content.encode())},
        headers=headers,
    )


def _customers(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Customer)) or 0


@pytest.mark.parametrize(
    "words", ["1,000.00", "\uff11\uff12", "NaN", "-0", "1e3", "1.23456", "1" + "0" * 18]
)
async def test_hostile_prices_are_refused(world: World, olga: Program, words: str) -> None:
    (draft,) = (await olga.post("/invoices", {"job_ids": [await ready_job(world)]})).json()[
        "invoices"
    ]
    for field in ("quantity", "unit_price"):
        line = {"description": "Ladder", "unit_price": "1", "tax": {"category": "S", "rate": "19"}}
        answer = await olga.post(f"/invoices/{draft['id']}/lines", line | {field: words})
        assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
    assert (await olga.get(f"/invoices/{draft['id']}")).json()["total"] == draft["total"]


@pytest.mark.parametrize(
    "amount", ["NaN", "1e400", "-0", "-1", "1000000000000000000", "0.5", '"1,000.00"', "true"]
)
async def test_hostile_payments_are_refused(world: World, olga: Program, amount: str) -> None:
    invoice = await issued(olga, await ready_job(world))
    body = (
        f'{{"amount": {{"amount": {amount}, "currency": "EUR"}}, "received_on": "{now().date()}"}}'
    )
    answer = await olga.raw(f"/invoices/{invoice['id']}/payments", body.encode())
    assert answer.status_code in (400, 422), answer.text
    assert (await olga.get(f"/invoices/{invoice['id']}")).json()["balance"] == invoice["total"]


async def test_only_the_office_and_the_owner_see_money(world: World, program_of: ProgramOf) -> None:
    cast = world.cast
    for who, status in ((cast.owner, 200), (cast.olga, 200), (cast.dana, 403), (cast.tom, 403)):
        program = await program_of(who)
        assert (await program.get("/money")).status_code == status
