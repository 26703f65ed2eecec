"""The list of invoices finds one by any part of its number, by its customer or by a job, and counts back from there."""

from typing import Any

import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Customer, Job
from app.queries.invoice_page import list_invoices
from tests.actions.books import drafted, issued
from tests.actions.conftest import shop as shop
from tests.actions.shop import Shop, minute
from tests.actions.test_billing_at_once import ready_jobs


@pytest_asyncio.fixture
async def years(shop: Shop) -> list[int]:
    """Two invoices for the café, one for Jansen, and Jansen's draft; oldest first."""
    jobs = await ready_jobs(shop, 4)
    await shop.db.write(_move, jobs[2:])
    return [*[await issued(shop, job) for job in jobs[:3]], await drafted(shop, jobs[3])]


def _move(session: Session, jobs: list[int]) -> None:
    """To another customer."""
    other = Customer(
        name="Jansen & Zonen",
        address_lines=["Kade 1"],
        postcode="9711",
        city="Groningen",
        country="NL",
        created_at=minute(0),
    )
    session.add(other)
    session.flush()
    for job in session.scalars(select(Job).where(Job.id.in_(jobs))):
        job.customer_id = other.id


async def test_any_part_of_a_number_finds_it(shop: Shop, years: list[int]) -> None:
    assert await _found(shop, "2026-0002") == [years[1]]
    assert await _found(shop, "0003") == [years[2]]
    assert await _found(shop, "6-00") == [years[2], years[1], years[0]]


async def test_a_part_of_the_customers_name_finds_drafts_too(shop: Shop, years: list[int]) -> None:
    assert await _found(shop, "jansen") == [years[3], years[2]]
    assert await _found(shop, "& zon", state="draft") == [years[3]]
    assert await _found(shop, "jansen", state="open") == [years[2]]
    assert await _found(shop, "%") == []


async def test_a_jobs_number_finds_what_it_is_on(shop: Shop, years: list[int]) -> None:
    number = await shop.db.ask(_number_of_last_job)
    assert years[3] in await _found(shop, str(number))
    assert await _found(shop, str(number), state="draft") == [years[3]]


async def test_the_next_page_begins_where_the_last_one_ended(shop: Shop, years: list[int]) -> None:
    assert await _found(shop, "2026", limit=2) == [years[2], years[1]]
    assert await _found(shop, "2026", limit=2, before_id=years[1]) == [years[0]]
    assert await _found(shop, "", limit=3) == [years[3], years[2], years[1]]


async def test_a_tab_shows_its_own_only(shop: Shop, years: list[int]) -> None:
    assert await _found(shop, "", state="draft") == [years[3]]
    assert await _found(shop, "", state="open") == [years[2], years[1], years[0]]
    assert await _found(shop, "", state="credit_note") == []
    assert await _found(shop, "2026", state="settled") == []


async def _found(shop: Shop, q: str, **more: Any) -> list[int]:
    rows = await shop.db.ask(list_invoices, at=minute(200), q=q, **more)
    return [row.id for row in rows]


def _number_of_last_job(session: Session) -> int:
    return session.scalars(select(Job.number).order_by(Job.id.desc()).limit(1)).one()
