"""Whatever is billed: the page, the PDF, the e-invoice, the file for the books and the API say the same to the cent."""

import csv
import io
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import now_by
from app.actions.draft_lines import set_discount
from app.models import InvoiceJob
from app.papers import saying
from app.queries.money import Bucket, money_page
from app.rules.money import cash, major, minor, net_of
from tests.cast import World
from tests.papers.test_pdf import text_of
from tests.web.api.conftest import Program, ProgramOf
from tests.web.money import ready_job
from tests.web.work import now

LINES = st.lists(
    st.fixed_dictionaries(
        {
            "description": st.sampled_from(["Ladder", "Trävirke å 3 m", "=1+1", "<b>Pump</b>"]),
            "quantity": st.decimals("0.01", "999", places=2).map(str),
            "unit_price": st.decimals("0", "999", places=4).map(str),
            "tax": st.sampled_from(
                [
                    {"category": "S", "rate": "19"},
                    {"category": "S", "rate": "7"},
                    {"category": "Z", "rate": "0"},
                ]
            ),
        }
    ),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=LINES, per_cent=st.integers(0, 40))
async def test_page_pdf_xml_csv_and_api_say_the_same(
    world: World, program_of: ProgramOf, lines: list[dict[str, Any]], per_cent: int
) -> None:
    olga = await program_of(world.cast.olga)
    invoice = await _issued(world, olga, lines, per_cent)
    cents = {name: invoice[name] for name in ("net", "tax", "total")}

    # The API adds up by itself.
    assert sum(line["net"] for line in invoice["lines"]) - invoice["discounts"] == cents["net"]
    assert sum(group["base"] for group in invoice["tax_groups"]) == cents["net"]
    assert sum(group["tax"] for group in invoice["tax_groups"]) == cents["tax"]
    assert cents["net"] + cents["tax"] == cents["total"]
    assert all(line["net"] == _net(line) for line in invoice["lines"])
    # So do the jobs' shares, and what the money page asks for.
    assert await world.db.ask(_shares, invoice["id"]) == cents["total"]
    assert await world.db.ask(_owed, invoice["id"]) == cents["total"]

    path = f"/invoices/{invoice['id']}"
    async with await world.client_of(world.cast.olga) as browser:
        page = (await browser.get(path)).text
    pdf, xml = [await _paper(olga, f"{path}.{kind}") for kind in ("pdf", "xml")]
    said = text_of(pdf)
    for amount in (cents["net"], *(group["tax"] for group in invoice["tax_groups"])):
        assert saying.amount(amount, "EUR") in said
        assert f">{saying.amount(amount, 'EUR')}<" in page
    assert f"To pay {saying.full(cents['total'], 'EUR')}" in said
    assert f">{cash(cents['total'], 'EUR')}<" in page
    assert _in_xml(xml) == cents
    assert await _in_books(olga, invoice["number"]) == major(cents["total"], "EUR")


async def _issued(
    world: World, olga: Program, lines: list[dict[str, Any]], per_cent: int
) -> dict[str, Any]:
    """Two jobs, these lines made by hand, and so much off everything."""
    jobs = [await ready_job(world), await ready_job(world)]
    (draft,) = (await olga.post("/invoices", {"job_ids": jobs})).json()["invoices"]
    for place, line in enumerate(lines):
        answer = await olga.post(
            f"/invoices/{draft['id']}/lines", line | {"job_id": jobs[place % 2]}
        )
        assert answer.status_code == 200, answer.text
    if per_cent:
        act = now_by(world.cast.olga, now())
        words: dict[str, Any] = {"reason": "Agreed", "per_cent": Decimal(per_cent)}
        await world.db.write(set_discount, act, invoice_id=draft["id"], **words)
    version = (await olga.get(f"/invoices/{draft['id']}")).json()["version"]
    answer = await olga.post(f"/invoices/{draft['id']}/issue", {"version": version})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["invoice"])


async def _paper(olga: Program, path: str) -> bytes:
    answer = await olga.get(path)
    assert answer.status_code == 200, answer.text[:2000]
    return answer.content


def _net(line: dict[str, Any]) -> int:
    quantity, price, per = (Decimal(line[name]) for name in ("quantity", "unit_price", "price_per"))
    return net_of(quantity, price, "EUR", per=per)


def _shares(session: Session, invoice_id: int) -> int:
    return sum(session.scalars(select(InvoiceJob.share).where(InvoiceJob.invoice_id == invoice_id)))


def _owed(session: Session, invoice_id: int) -> int:
    items = money_page(session, at=now()).figure(Bucket.NOT_DUE).items
    return sum(item.amount for item in items if item.invoice_id == invoice_id)


def _in_xml(xml: bytes) -> dict[str, int]:
    names = {"net": "TaxBasisTotalAmount", "tax": "TaxTotalAmount", "total": "GrandTotalAmount"}
    root = etree.fromstring(xml)
    found = {word: root.iterfind(f".//{{*}}{name}") for word, name in names.items()}
    return {word: minor(Decimal(str(next(one).text)), "EUR") for word, one in found.items()}


async def _in_books(olga: Program, number: str) -> Decimal:
    answer = await olga.get("/exports/quickbooks.csv")
    rows = csv.DictReader(io.StringIO(answer.text, newline=""))
    return sum(
        (
            Decimal(row["*ItemAmount"]) + Decimal(row["Item Tax Amount"])
            for row in rows
            if row["*InvoiceNo"] == number
        ),
        Decimal(0),
    )
