"""What is asked again and again reads what is open or recent, never a table from end to end: years of history must not
make it slow. SQLite chooses by the statement alone, so an empty database shows it; PostgreSQL by what it counted: so
it is given some years."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.actions.putting_away import put_paid_away
from app.queries.board import cards_of_view
from app.queries.drafts import billed_of
from app.queries.files import orphans
from app.queries.invoice_page import list_invoices
from app.queries.money_screen import money_screen
from app.web.papers import _unprinted
from tests.actions.books import issued, pay
from tests.actions.conftest import shop as shop
from tests.actions.shop import Shop, minute
from tests.bench.years import History, grow, tidy_up
from tests.databases import on_postgresql, on_sqlite
from tests.plans import plan, scans, statements

GROWING = (
    "invoice",
    "invoice_job",
    "invoice_line",
    "invoice_file",
    "line_source",
    "payment",
    "event",
    "job",
    "visit",
    "assignment",
    "time_entry",
    "mail",
)

AT = minute(130)

RECENT, YEARS = 50, 5_000
"""Invoices of the last weeks, and of all."""

OPEN = {"SCAN invoice USING INDEX ix_invoice_open"}
"""Not the table: the index of what is owed, which is as long as what is owed. So with drafts and credit notes."""

DRAFTS = {"SCAN invoice USING INDEX ix_invoice_draft"}
CREDIT_NOTES = {"SCAN invoice USING INDEX ix_invoice_credit_note"}

NUMBERS = {"SCAN invoice USING COVERING INDEX ix_invoice_id_number"}
"""All numbers, for a part of one may be typed; not the invoices."""

ASKED: dict[str, tuple[Callable[[Session], Any], set[str]]] = {
    "the money page": (lambda session: money_screen(session, at=AT), OPEN | DRAFTS),
    "the office board": (lambda session: cards_of_view(session, "office"), set()),
    "what is not printed": (lambda session: _unprinted(session, at=AT), set()),
    "what is paid a week ago": (lambda session: put_paid_away(session, at=AT), set()),
    "drafts": (lambda session: list_invoices(session, at=AT, state="draft"), DRAFTS),
    "what is owed": (lambda session: list_invoices(session, at=AT, state="open"), OPEN),
    "what is overdue": (lambda session: list_invoices(session, at=AT, state="overdue"), set()),
    "credit notes": (
        lambda session: list_invoices(session, at=AT, state="credit_note"),
        CREDIT_NOTES,
    ),
    "invoices by words": (lambda session: list_invoices(session, at=AT, q="10000007"), NUMBERS),
    "what many jobs were billed": (lambda session: billed_of(session, range(1, 200)), set()),
    "files of nobody": (lambda session: orphans(session, ["logo"]), set()),
}


@on_sqlite
@pytest.mark.parametrize("what", ASKED)
async def test_it_reads_no_table_from_end_to_end(shop: Shop, what: str) -> None:
    ask, allowed = ASKED[what]
    assert await shop.db.ask(_scanned, ask) <= allowed


@on_postgresql
async def test_years_of_history_are_not_read_from_end_to_end(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    invoice_id = await issued(shop, job_id)
    await pay(shop, invoice_id, 100)
    history = History(job_id, invoice_id, on=AT.date(), recent=RECENT)
    await shop.db.write(grow, history, YEARS)
    await tidy_up(shop.db.url)
    found = {what: await shop.db.ask(_scanned, ask) for what, (ask, _) in ASKED.items()}
    assert found == {what: set() for what in ASKED}


@on_sqlite
async def test_the_money_page_finds_what_it_needs_by_day(shop: Shop) -> None:
    steps = await shop.db.ask(_steps, ASKED["the money page"][0])
    for index in (
        "ix_invoice_open",
        "ix_invoice_issued_on (issued_on>?)",
        "ix_invoice_settled_on (settled_on>?)",
        "ix_job_stopped_at (stopped_at>? AND stopped_at<?)",
        "ix_payment_received_on (received_on>? AND received_on<?)",
    ):
        assert any(step.endswith(index) for step in steps), index


@on_sqlite
async def test_boards_do_not_look_at_jobs_that_were_put_away(shop: Shop) -> None:
    steps = await shop.db.ask(_steps, ASKED["the office board"][0])
    assert any("ix_job_state_put_away_rank (state=? AND put_away=?)" in step for step in steps)


def _scanned(session: Session, ask: Callable[[Session], Any]) -> set[str]:
    connection = session.connection()
    with statements(connection) as sent:
        ask(session)
    return {step for one in sent for step in scans(connection, one, GROWING)}


def _steps(session: Session, ask: Callable[[Session], Any]) -> set[str]:
    connection = session.connection()
    with statements(connection) as sent:
        ask(session)
    return {step for one in sent for step in plan(connection, one)}
