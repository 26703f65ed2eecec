"""Issuing, correcting and settling: what is issued stays, numbers have no gap, what is owed is worked out."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions import (
    billing,
    credits,
    differences,
    draft_lines,
    invoices,
    payments,
    rates,
    times,
)
from app.actions.credits import CreditLine
from app.actions.customers import change_customer
from app.actions.keeping_papers import keep_papers
from app.models import Invoice, LineSource
from app.queries.documents import document
from app.rules.invoice import Tax
from app.rules.refusal import DraftChanged, Incomplete
from app.rules.states import State
from tests.actions.books import (
    audit,
    count,
    drafted,
    issue,
    issued,
    job_row,
    nets,
    pay,
    seen,
)
from tests.actions.shop import Shop, minute
from tests.cast import NOON


async def longer(shop: Shop, job_id: int, minutes_in_all: float, *, at: float = 200) -> None:
    """The job's time is corrected after its invoice was issued."""
    entry = (await shop.see(job_id)).times[0]
    await shop.do(
        times.correct_time,
        shop.cast.olga,
        at,
        entry_id=entry.id,
        ended_at=minute(minutes_in_all),
        reason="Wrong",
    )


async def test_issued_it_has_a_number_a_date_and_its_jobs_are_invoiced(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    invoice = await seen(shop, await issued(shop, job_id))
    assert (invoice.number, invoice.issued_on, invoice.balance) == ("2026-0001", NOON.date(), 7140)
    assert invoice.due_on is not None
    assert (invoice.due_on - NOON.date()).days == 14
    assert await shop.state(job_id) is State.INVOICED
    assert [job.share for job in invoice.jobs] == [7140]
    await audit(shop)


async def test_an_older_version_is_not_issued_and_the_difference_is_said(shop: Shop) -> None:
    draft_id = await drafted(shop, await shop.finished(shop.cast.tom))
    await shop.do(rates.change_billing, shop.cast.olga, 105, changes={"tax_rate": Decimal(7)})
    refusal = await shop.refused(
        invoices.issue, shop.cast.olga, 110, invoice_id=draft_id, version=1
    )
    assert isinstance(refusal, DraftChanged)
    assert refusal.version == 2
    assert "71.40 EUR then, 64.20 EUR now" in refusal.sentence


async def test_what_the_law_wants_is_asked_for_with_its_place(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    draft_id = await drafted(shop, job_id)
    await shop.do(
        change_customer,
        shop.cast.olga,
        customer_id=shop.cast.customer_id,
        changes={"country": None},
    )
    await shop.do(
        rates.change_billing,
        shop.cast.owner,
        changes={"iban": None, "tax_rate": None, "city": None},
    )
    version = (await seen(shop, draft_id)).version
    refusal = await shop.refused(
        invoices.issue, shop.cast.olga, 110, invoice_id=draft_id, version=version
    )
    assert isinstance(refusal, Incomplete)
    assert {(code, where) for code, _, where in refusal.missing} == {
        ("seller_address", "company"),
        ("iban", "company"),
        ("buyer_country", "customer"),
        ("tax", "taxes"),
    }


async def test_the_customers_new_address_does_not_reach_an_issued_invoice(shop: Shop) -> None:
    invoice_id = await issued(shop, await shop.finished(shop.cast.tom))
    before = await shop.db.ask(document, invoice_id, today=NOON.date())
    await shop.do(
        change_customer,
        shop.cast.olga,
        200,
        customer_id=shop.cast.customer_id,
        changes={"name": "Somebody else", "city": "Hamburg"},
    )
    await shop.do(rates.change_billing, shop.cast.owner, 201, changes={"iban": "X"})
    assert await shop.db.ask(document, invoice_id, today=NOON.date()) == before
    assert before.buyer.city == "Bremen"


FORBIDDEN = [
    "UPDATE invoice SET total = 1",
    "UPDATE invoice SET number = 'X'",
    "UPDATE invoice SET buyer = '{}'",
    "UPDATE invoice SET issued_on = '2020-01-01'",
    "UPDATE invoice SET state = 'draft', number = NULL",
    "DELETE FROM invoice",
    "UPDATE invoice_line SET net = 1",
    "UPDATE invoice_line SET description = 'X'",
    "DELETE FROM line_source",
    "UPDATE line_source SET source_id = 99",
    "DELETE FROM invoice_job",
    "UPDATE invoice_job SET share = 1",
    "INSERT INTO invoice_job (invoice_id, job_id, is_draft, position, number, title, site, net, share) "
    "SELECT i.id, j.id, false, 9, 1, 'X', '', 1, 1 FROM invoice i, job j WHERE j.state = 'ready'",
    "INSERT INTO line_source (line_id, kind, source_id, is_live) "
    "SELECT id, 'entry', 4711, true FROM invoice_line",
    "UPDATE payment SET amount = 1",
    "UPDATE payment SET received_on = '2020-01-01'",
    "DELETE FROM payment",
    "UPDATE invoice_file SET sha256 = 'X'",
    "UPDATE invoice_file SET made_at = made_at",
    "DELETE FROM invoice_file",
    "UPDATE number_series SET last = 0",
    "UPDATE number_series SET year = 2020",
    "DELETE FROM number_series",
    "INSERT INTO invoice_line (invoice_id, position, description, quantity, unit, unit_price, "
    "price_per, tax_category, tax_rate, net, note, is_edited, needs_look) SELECT id, 9, 'X', '1', "
    "'h', '1', '1', 'S', '19', 100, '', false, false FROM invoice",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_the_database_itself_refuses_to_change_what_is_issued(
    shop: Shop, statement: str
) -> None:
    invoice_id = await issued(shop, await shop.finished(shop.cast.tom))
    await pay(shop, invoice_id, 1000)
    files = {"pdf": b"%PDF", "xml": b"<a/>"}
    await shop.db.write(keep_papers, invoice_id=invoice_id, at=minute(120), files=files)
    await shop.finished(shop.cast.ines)

    def change(session: Session) -> None:
        session.execute(text(statement))

    with pytest.raises(DBAPIError, match="never changed"):
        await shop.db.write(change)


async def test_part_payment_then_the_rest_then_more(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    invoice_id = await issued(shop, job_id)
    await pay(shop, invoice_id, 5000)
    assert await shop.state(job_id) is State.INVOICED
    await pay(shop, invoice_id, 2140)
    paid = await seen(shop, invoice_id)
    assert (await shop.state(job_id), paid.settled, paid.balance) == (State.PAID, "paid", 0)
    await pay(shop, invoice_id, 100)
    assert (await seen(shop, invoice_id)).balance == -100
    await audit(shop)


async def test_a_reversed_payment_is_owed_again_and_twice_is_once(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    invoice_id = await issued(shop, job_id)
    payment = (await pay(shop, invoice_id, 7140)).made_id
    words: dict[str, Any] = {"invoice_id": invoice_id, "payment_id": payment, "reason": "Bounced"}
    await shop.do(payments.reverse_payment, shop.cast.olga, 130, **words)
    assert await shop.state(job_id) is State.INVOICED
    again = await shop.do(payments.reverse_payment, shop.cast.olga, 131, **words)
    assert again.seq is None
    assert (await seen(shop, invoice_id)).balance == 7140
    await audit(shop)


async def test_only_the_owner_writes_off(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    invoice_id = await issued(shop, job_id)
    words: dict[str, Any] = {"invoice_id": invoice_id, "reason": "Insolvent"}
    assert (await shop.refused(payments.write_off, shop.cast.olga, **words)).status == 403
    await shop.do(payments.write_off, shop.cast.owner, 130, **words)
    assert (await seen(shop, invoice_id)).settled == "written_off"
    assert await shop.state(job_id) is State.PAID


async def test_hostile_payments_are_refused(shop: Shop) -> None:
    invoice_id = await issued(shop, await shop.finished(shop.cast.tom))
    words: dict[str, Any] = {"invoice_id": invoice_id, "received_on": NOON.date()}
    for amount in (0, -1, 10**16):
        refusal = await shop.refused(
            payments.record_payment, shop.cast.olga, 120, amount=amount, **words
        )
        assert refusal.status == 422
    later: dict[str, Any] = {**words, "received_on": minute(3000).date()}
    refusal = await shop.refused(payments.record_payment, shop.cast.olga, 120, amount=1, **later)
    assert refusal.code == "future"


async def test_a_full_credit_frees_the_job_to_be_billed_anew(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    first = await issued(shop, job_id)
    done = await shop.do(
        credits.credit, shop.cast.olga, 130, invoice_id=first, reason="Wrong customer"
    )
    assert done.made_id is not None
    note, old = await seen(shop, done.made_id), await seen(shop, first)
    assert (note.number, note.totals.total, note.kind) == ("CN-2026-0001", 7140, "credit_note")
    assert (old.state, old.balance, old.settled) == ("credited", 0, "credited")
    assert await shop.state(job_id) is State.READY
    second = await seen(shop, await issued(shop, job_id))
    assert (second.number, second.totals.total) == ("2026-0002", 7140)
    await audit(shop)


async def test_a_full_credit_may_close_the_job(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    first = await issued(shop, job_id)
    words: dict[str, Any] = {"invoice_id": first, "reason": "Warranty", "then": "not_billable"}
    await shop.do(credits.credit, shop.cast.olga, 130, **words)
    assert await shop.state(job_id) is State.NOT_BILLABLE


async def test_a_price_credit_frees_nothing_and_the_rest_is_credited_to_the_cent(
    shop: Shop,
) -> None:
    job_id = await shop.finished(shop.cast.tom)
    first = await issued(shop, job_id)
    line = (await seen(shop, first)).lines[0]
    part = [CreditLine(line.id, 333)]
    await shop.do(credits.credit, shop.cast.olga, 130, invoice_id=first, reason="Late", lines=part)
    assert (await seen(shop, first)).balance == 7140 - 396
    assert (await job_row(shop, job_id))[0] is None
    refusal = await shop.refused(
        credits.credit,
        shop.cast.olga,
        131,
        invoice_id=first,
        reason="Late",
        lines=[CreditLine(line.id, 6000)],
    )
    assert refusal.code == "too_much"
    await shop.do(credits.credit, shop.cast.olga, 132, invoice_id=first, reason="All of it")
    assert (await seen(shop, first)).balance == 0
    assert await shop.state(job_id) is State.READY
    await audit(shop)


async def test_more_time_after_the_invoice_is_a_supplement_and_the_invoice_stands(
    shop: Shop,
) -> None:
    job_id = await shop.finished(shop.cast.tom)
    first = await issued(shop, job_id)
    await longer(shop, job_id, 90)
    assert await job_row(shop, job_id) == (3000, None)
    assert await shop.state(job_id) is State.INVOICED
    assert await nets(shop, first) == [6000]
    made = (await shop.do(differences.supplement, shop.cast.olga, 210, job_id=job_id)).made_id
    assert made is not None
    await issue(shop, made, at=211)
    supplement = await seen(shop, made)
    assert (supplement.number, supplement.totals.net) == ("2026-0002", 3000)
    assert (await job_row(shop, job_id), await shop.state(job_id)) == (
        (None, None),
        State.INVOICED,
    )
    await longer(shop, job_id, 90, at=220)
    assert (await job_row(shop, job_id))[0] is None
    await audit(shop)


async def test_less_time_after_the_invoice_is_a_credit_note(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    first = await issued(shop, job_id)
    await longer(shop, job_id, 30)
    assert await job_row(shop, job_id) == (-3000, None)
    assert (
        await shop.refused(differences.supplement, shop.cast.olga, 205, job_id=job_id)
    ).code == "to_credit"
    await shop.do(differences.credit_difference, shop.cast.olga, 210, job_id=job_id, reason="Clock")
    assert await job_row(shop, job_id) == (None, None)
    assert (await seen(shop, first)).balance == 7140 - 3570
    await audit(shop)


async def test_a_difference_is_let_be_until_it_is_another(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    await issued(shop, job_id)
    await longer(shop, job_id, 90)
    words: dict[str, Any] = {"job_id": job_id, "reason": "Goodwill"}
    await shop.do(differences.dismiss_difference, shop.cast.olga, 210, **words)
    assert await job_row(shop, job_id) == (3000, 3000)
    await longer(shop, job_id, 120, at=220)
    assert await job_row(shop, job_id) == (6000, 3000)


async def test_an_edited_price_makes_no_difference_later(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    draft_id = await drafted(shop, job_id)
    line = (await seen(shop, draft_id)).lines[0]
    words = draft_lines.LineWords(
        "Labour, agreed", Decimal(1), "piece", Decimal(50), Tax("S", Decimal(19))
    )
    await shop.do(
        draft_lines.edit_line,
        shop.cast.olga,
        101,
        invoice_id=draft_id,
        line_id=line.id,
        words=words,
    )
    await issue(shop, draft_id)
    await longer(shop, job_id, 90)
    assert await job_row(shop, job_id) == (3000, None)


async def test_the_year_follows_the_date_in_the_companys_zone(shop: Shop) -> None:
    first, second = await shop.finished(shop.cast.tom), await shop.finished(shop.cast.ines)
    old, new = await drafted(shop, first), await drafted(shop, second)
    new_year = 37 * 24 * 60 + 11 * 60 + 30  # 31 December, 23:30 in Berlin
    await issue(shop, old, at=new_year)
    await issue(shop, new, at=new_year + 60)
    assert [(await seen(shop, one)).number for one in (old, new)] == ["2026-0001", "2027-0001"]


async def test_a_draft_is_no_invoice_and_an_invoice_no_draft(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    draft_id = await drafted(shop, job_id)
    assert (
        await shop.refused(
            payments.record_payment,
            shop.cast.olga,
            invoice_id=draft_id,
            amount=1,
            received_on=NOON.date(),
        )
    ).code == "draft"
    await issue(shop, draft_id)
    assert (
        await shop.refused(billing.take_back, shop.cast.olga, job_ids=[job_id])
    ).code == "invoiced_already"
    assert (
        await shop.refused(invoices.issue, shop.cast.olga, invoice_id=draft_id, version=1)
    ).code == "issued"
    assert await count(shop, Invoice) == 1
    assert await count(shop, LineSource) == 1
