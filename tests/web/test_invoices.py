"""Invoices as pages, without scripts: draft → issue → pay, what is refused and how, and who may."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.actions.putting_away import put_paid_away
from app.models import BillingSettings, Job
from app.rules.states import State
from tests.cast import World
from tests.databases import on_sqlite
from tests.web import pictures
from tests.web.money import draft_of, issue, issued, ready_job, row_of
from tests.web.work import card, hidden, now, post, state


async def test_from_ready_to_paid_without_a_script(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        draft = await draft_of(client, world, job_id)
        page = (await client.get(f"/invoices/{draft}")).text
        assert "Draft, no number yet" in page
        assert "Everything that the law asks for is there." in page
        issue = page.split("/issue")[1]
        answer = await post(client, f"/invoices/{draft}/issue", version=hidden(issue, "version"))
        assert answer.headers["location"] == f"/invoices/{draft}?said=issued"
        row = await row_of(world, draft)
        assert row.number is not None
        assert await state(world, job_id) is State.INVOICED
        board = (await client.get("/office")).text
        assert row.number in board
        day = now().date().isoformat()
        await post(client, f"/invoices/{draft}/payments", amount="10.00", received_on=day)
        assert (await row_of(world, draft)).balance == row.totals.total - 1000
        page = (await client.get(f"/invoices/{draft}")).text
        assert "Still owed" in page
        answer = await post(
            client,
            f"/invoices/{draft}/payments",
            amount=hidden_amount(page),
            received_on=day,
            reference="Bank 7",
        )
        assert answer.status_code == 303
        assert "Paid" in (await client.get(f"/invoices/{draft}")).text
    assert await state(world, job_id) is State.PAID


async def test_a_draft_that_changed_is_not_issued_unseen(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        draft = await draft_of(client, world, job_id)
        version = str((await row_of(world, draft)).version)
        line = {"description": "Ladder", "quantity": "1", "unit_price": "25.00", "tax": "S:19"}
        answer = await post(client, f"/invoices/{draft}/lines", **line)
        assert answer.status_code == 303
        answer = await post(client, f"/invoices/{draft}/issue", version=version)
        assert answer.status_code == 409
        assert "has changed since you looked at it" in answer.text
        assert (await row_of(world, draft)).number is None


async def test_what_is_missing_is_said_with_where_to_enter_it(world: World) -> None:
    job_id = await ready_job(world)
    await world.db.write(_without_iban)
    async with await world.client_of(world.cast.olga) as client:
        draft = await draft_of(client, world, job_id)
        page = (await client.get(f"/invoices/{draft}")).text
        assert "IBAN" in page
        assert 'href="/settings/company"' in page
        row = await row_of(world, draft)
        answer = await post(client, f"/invoices/{draft}/issue", version=str(row.version))
        assert answer.status_code == 409
        assert "This cannot be issued yet" in answer.text


async def test_a_line_is_changed_by_hand_and_set_back(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        draft = await draft_of(client, world, job_id)
        before = await row_of(world, draft)
        words = {"line_id": str(before.lines[0].id), "quantity": "1", "tax": "S:19"}
        answer = await post(
            client,
            f"/invoices/{draft}/lines",
            description="Labour, agreed",
            unit_price="50",
            **words,
        )
        assert answer.status_code == 303
        assert (await row_of(world, draft)).totals.net == 5000
        answer = await post(
            client, f"/invoices/{draft}/lines", description="X", unit_price="-5", **words
        )
        assert answer.status_code == 422
        await post(client, f"/invoices/{draft}/reset-line", line_id=words["line_id"])
        assert (await row_of(world, draft)).totals == before.totals
        await post(client, f"/invoices/{draft}/discount", per_cent="10", reason="Regular")
        assert (await row_of(world, draft)).totals.allowances > 0
        await post(client, f"/invoices/{draft}/discard")
    assert await state(world, job_id) is State.READY


@on_sqlite
async def test_credit_on_account_is_used_for_another_invoice(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        paid = await issued(client, world, await ready_job(world))
        day = now().date().isoformat()
        total = (await row_of(world, paid)).totals.total
        amount = f"{(total + 1000) / 100:.2f}"
        await post(client, f"/invoices/{paid}/payments", amount=amount, received_on=day)
        assert "Use it for" not in (await client.get(f"/invoices/{paid}")).text
        owed = await issued(client, world, await ready_job(world))
        page = (await client.get(f"/invoices/{paid}")).text
        assert "Credit on account" in page
        assert f'<option value="{owed}">' in page
        wrong = await post(client, f"/invoices/{paid}/move-credit", to_id=str(paid))
        assert wrong.status_code == 409
        answer = await post(client, f"/invoices/{paid}/move-credit", to_id=str(owed))
        assert answer.headers["location"] == f"/invoices/{paid}?said=credit_moved"
        page = (await client.get(f"/invoices/{owed}")).text
    number = (await row_of(world, paid)).number
    assert f"From {number}" in page
    assert (await row_of(world, paid)).balance == 0
    assert (await row_of(world, owed)).balance == (await row_of(world, owed)).totals.total - 1000


async def test_an_issued_invoice_is_credited_in_part_and_in_full(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        draft = await issued(client, world, job_id)
        row = await row_of(world, draft)
        line = f"net_{row.lines[0].id}"
        answer = await post(
            client, f"/invoices/{draft}/credit", how="part", reason="Too slow", **{line: "5.00"}
        )
        assert answer.status_code == 303
        assert (await row_of(world, draft)).credited == 595
        assert await state(world, job_id) is State.INVOICED
        answer = await post(client, f"/invoices/{draft}/credit", how="all", reason="Wrong customer")
        assert answer.status_code == 303
        assert "CN" in (await client.get(f"/invoices/{draft}")).text
        assert (await post(client, f"/invoices/{draft}/credit", reason="Again")).status_code == 409
    assert await state(world, job_id) is State.READY


async def test_only_the_owner_writes_off(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        draft = await issued(client, world, job_id)
        assert (
            await post(client, f"/invoices/{draft}/write-off", reason="Gone")
        ).status_code == 403
        assert "Write off" not in (await client.get(f"/invoices/{draft}")).text
    async with await world.client_of(world.cast.owner) as client:
        answer = await post(client, f"/invoices/{draft}/write-off", reason="Gone")
        assert answer.status_code == 303
        assert "Written off" in (await client.get(f"/invoices/{draft}")).text
    assert await state(world, job_id) is State.PAID


@on_sqlite
async def test_papers_are_printed_once_and_stay_the_same(world: World) -> None:
    pytest.importorskip("app.papers.pdf")
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        draft = await draft_of(client, world, job_id)
        preview = await client.get(f"/invoices/{draft}/pdf")
        assert preview.content.startswith(b"%PDF")
        assert (await row_of(world, draft)).pdf_sha256 is None
        await issue(client, world, draft)
        first = (await client.get(f"/invoices/{draft}/pdf")).content
        day = now().date().isoformat()
        await post(client, f"/invoices/{draft}/payments", amount="10.00", received_on=day)
        again = await client.get(f"/invoices/{draft}/pdf")
        assert again.content == first
        assert again.headers["content-type"] == "application/pdf"
        assert (await row_of(world, draft)).pdf_sha256 is not None
        assert (await client.get(f"/invoices/{draft}/xml")).content.startswith(b"<?xml")


@on_sqlite
async def test_an_issued_invoice_keeps_the_logo_above_it(world: World) -> None:
    job_id = await ready_job(world)
    picture = pictures.saved_as("PNG")
    async with await world.client_of(world.cast.owner) as client:
        draft = await draft_of(client, world, job_id)
        assert (await client.get(f"/invoices/{draft}/logo")).status_code == 204
        await client.post("/settings/company/logo", files={"file": ("a.png", picture)})
        assert f'src="/invoices/{draft}/logo"' in (await client.get(f"/invoices/{draft}")).text
        await issue(client, world, draft)
        shown = (await client.get(f"/invoices/{draft}/logo")).content
        assert shown.startswith(b"\x89PNG")
        await post(client, "/settings/company/logo/remove")
        assert (await client.get(f"/invoices/{draft}/logo")).content == shown


@on_sqlite
async def test_the_list_and_its_tabs(world: World) -> None:
    job_id, other = await ready_job(world), await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        assert "No invoices here" in (await client.get("/invoices")).text
        number = (await row_of(world, await issued(client, world, job_id))).number or "?"
        await draft_of(client, world, other)
        assert number in (await client.get("/invoices")).text
        assert number not in (await client.get("/invoices?state=draft")).text
        for query in ("state=open", f"q={number}", "q=café"):
            assert number in (await client.get(f"/invoices?{query}")).text, query
        for query in ("state=settled", "state=overdue", "q=zzz"):
            assert number not in (await client.get(f"/invoices?{query}")).text, query


@on_sqlite
@pytest.mark.parametrize("path", ["", "/pdf", "/xml", "/logo"])
async def test_nobody_else_sees_an_invoice(world: World, path: str) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        draft = await draft_of(client, world, job_id)
        assert (await client.get("/invoices/99")).status_code == 404
    for who in (world.cast.dana, world.cast.tom):
        async with await world.client_of(who) as client:
            assert (await client.get(f"/invoices/{draft}{path}")).status_code == 403
            assert (await client.get("/invoices")).status_code == 403


async def test_a_job_that_changed_after_its_invoice_has_three_answers(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        await issued(client, world, job_id)
        await world.db.write(_cheaper, job_id=job_id)
        shown = (await client.get(f"/jobs/{job_id}")).text
        assert "dismiss-difference" in shown
        assert "to credit" in (await client.get("/office")).text
        answer = await post(client, f"/jobs/{job_id}/supplement")
        assert answer.status_code == 409
        answer = await post(client, f"/jobs/{job_id}/dismiss-difference", reason="Kindness")
        assert answer.status_code == 303
        assert "to credit" not in (await client.get("/office")).text


async def test_what_was_paid_a_week_ago_leaves_the_board(world: World) -> None:
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.olga) as client:
        draft = await issued(client, world, job_id)
        total = (await row_of(world, draft)).totals.total
        day = now().date().isoformat()
        amount = f"{total / 100:.2f}"
        await post(client, f"/invoices/{draft}/payments", amount=amount, received_on=day)
        await world.db.write(put_paid_away, at=now() + timedelta(days=6))
        assert f'id="job-{job_id}"' in (await client.get("/office")).text
        done = await world.db.write(put_paid_away, at=now() + timedelta(days=8))
        assert done.seq is not None
        assert f'id="job-{job_id}"' not in (await client.get("/office")).text
    assert (await card(world, job_id)).lane is None


def hidden_amount(page: str) -> str:
    return page.split('id="f-amount"')[1].split('value="')[1].split('"')[0]


def _without_iban(session: Session) -> None:
    session.get_one(BillingSettings, 1).iban = None


def _cheaper(session: Session, *, job_id: int) -> None:
    """As a correction that somebody makes after the invoice would leave it."""
    session.get_one(Job, job_id).difference = -1000
