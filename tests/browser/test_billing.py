"""From ready to paid on the board: dragged, ticked and moved, with somebody else looking on."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.models import BillingSettings, Customer
from app.queries.terms import settings_of
from app.settings import Settings
from tests.browser.conftest import PageOf
from tests.caller import Caller
from tests.demo_folder import DemoFolder
from tests.program import Program


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(
    demo: DemoFolder, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Program]:
    """The demo company with a rate and everything that an invoice must say."""
    folder = tmp_path_factory.mktemp("billing") / "data"
    shutil.copytree(demo.path, folder)
    db = Database(Settings(data_dir=folder).url)
    await db.write(_lawful)
    await db.close()
    program = Program(folder)
    await program.start()
    try:
        yield program
    finally:
        await program.close()


async def test_dragging_says_why_not_and_then_bills(page_of: PageOf, caller: Caller) -> None:
    job = await _ready(caller, "Drag me", customer=0)
    olga = await page_of("olga", "desktop", "/office")
    other = await page_of("owner", "desktop", "/office")
    card = _card(olga, job, "ready")
    await _grab(olga, card)
    await _over(olga, "invoiced")
    why = olga.locator('section[data-lane="invoiced"] [data-why]')
    await expect(why).to_contain_text("Put it on a draft first")
    await olga.keyboard.press("Escape")
    await olga.mouse.up()
    await expect(why).to_be_hidden()
    await expect(card).to_be_visible()
    await _grab(olga, card)
    await _over(olga, "billing")
    await olga.mouse.up()
    for board in (olga, other):
        await expect(_card(board, job, "billing")).to_be_visible()
    await expect(olga.locator("#say")).to_contain_text("moved to Billing")
    await olga.keyboard.press("Control+z")
    await expect(_card(other, job, "ready")).to_be_visible()


async def test_three_ticked_jobs_of_two_customers_become_two_drafts(
    page_of: PageOf, caller: Caller
) -> None:
    jobs = [await _ready(caller, f"Tick {n}", customer=n // 2) for n in range(3)]
    olga = await page_of("olga", "desktop", "/office")
    bar = olga.locator("#pick")
    await expect(bar).to_be_hidden()
    for job in jobs:
        await _card(olga, job, "ready").get_by_role("checkbox").check()
    await expect(bar).to_contain_text("3 jobs")
    await expect(bar).to_contain_text("2 customers")
    await bar.get_by_role("button", name="Make 2 draft invoices").click()
    dialog = olga.get_by_role("dialog")
    await expect(dialog).to_contain_text("2 invoices, one per customer")
    await dialog.get_by_role("button", name="Make 2 draft invoices").click()
    for job in jobs:
        await expect(_card(olga, job, "billing")).to_be_visible()
    await expect(bar).to_be_hidden()


async def test_who_drops_second_is_told_who_was_first(page_of: PageOf, caller: Caller) -> None:
    job = await _ready(caller, "Both bill it", customer=0)
    olga = await page_of("olga", "desktop", "/office")
    await _grab(olga, _card(olga, job, "ready"))
    await _over(olga, "billing")
    shown = await caller.job(job)
    await caller.do("owner", f"/api/v1/jobs/{job}/move", lane="billing", version=shown["version"])
    await olga.mouse.up()
    dialog = olga.get_by_role("dialog")
    await expect(dialog).to_contain_text("moved this to Billing")
    await expect(_card(olga, job, "billing")).to_be_attached()


async def test_a_finger_that_rests_drags_and_one_that_does_not_scrolls(
    page_of: PageOf, caller: Caller
) -> None:
    job = await _ready(caller, "Touch me", customer=1)
    olga = await page_of("olga", "desktop", "/office", has_touch=True)
    touch = await olga.context.new_cdp_session(olga)
    card = _card(olga, job, "ready")
    await card.scroll_into_view_if_needed()
    start, end = await _middle(card.locator("h3")), await _inside(olga, "billing")

    async def finger(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    await finger("touchStart", start)
    await olga.wait_for_timeout(500)
    await expect(olga.locator(".dragged")).to_be_visible()
    await finger("touchMove", ((start[0] + end[0]) / 2, end[1]))
    await finger("touchMove", end)
    await finger("touchEnd")
    await expect(_card(olga, job, "billing")).to_be_visible()


async def test_issued_from_its_preview_and_paid(page_of: PageOf, caller: Caller) -> None:
    job = await _ready(caller, "Issue me", customer=1)
    olga = await page_of("olga", "desktop", "/office")
    other = await page_of("owner", "desktop", "/office")
    await _grab(olga, _card(olga, job, "ready"))
    await _over(olga, "billing")
    await olga.mouse.up()
    await _card(olga, job, "billing").get_by_role("link", name="Draft").click()
    await olga.get_by_role("button", name="Issue, ").click()
    await expect(olga.get_by_role("heading", name="Invoice R-")).to_be_visible()
    await expect(_card(other, job, "invoiced")).to_be_visible()
    await olga.get_by_role("button", name="Record the payment").click()
    await expect(olga.locator(".jobhead")).to_contain_text("Paid")
    await expect(_card(other, job, "paid")).to_be_visible()


def _lawful(session: Session) -> None:
    row = settings_of(session)
    row.address_lines, row.postcode, row.city, row.country = ["Kai 1"], "23552", "Lübeck", "DE"
    row.tax_id, row.iban = "DE123456789", "DE02120300000000202051"
    row.tax_rate, row.labour_rate = Decimal(19), Decimal(72)
    session.add(row)
    for customer in session.scalars(select(Customer)):
        customer.address_lines, customer.city, customer.country = ["Weg 2"], "Lübeck", "DE"
    assert isinstance(row, BillingSettings)


async def _ready(caller: Caller, title: str, *, customer: int) -> int:
    payers = (await caller.get("olga", "/api/v1/customers"))["items"]
    words = {"title": title, "customer_id": payers[customer]["id"]}
    job = int((await caller.do("olga", "/api/v1/jobs", **words))["job"]["id"])
    await caller.press("olga", job, "assign", technician_id=caller.demo.ids["ines"])
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    await caller.press("ines", job, "start", occurred_at=hour_ago.isoformat())
    await caller.press("ines", job, "stop", outcome="done")
    state = (await caller.job(job))["state"]
    assert state == "ready", (await caller.job(job))["still_needed"]
    return job


def _lane(page: Page, lane: str) -> Locator:
    return page.locator(f'section[data-lane="{lane}"]')


def _card(page: Page, job: int, lane: str) -> Locator:
    return _lane(page, lane).locator(f"#job-{job}")


async def _middle(place: Locator) -> tuple[float, float]:
    box = await place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def _grab(page: Page, card: Locator) -> None:
    await card.scroll_into_view_if_needed()
    x, y = await _middle(card.locator("h3"))
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 12, y + 3)
    await expect(page.locator(".dragged")).to_be_visible()


async def _over(page: Page, lane: str) -> None:
    await page.mouse.move(*await _inside(page, lane), steps=3)


async def _inside(page: Page, lane: str) -> tuple[float, float]:
    """A point of the lane that can be seen now: a long board is scrolled."""
    box = await _lane(page, lane).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, min(max(box["y"] + 60, 80), 800)
