"""From ready to paid on the board: dragged, ticked and moved, with somebody else looking on."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.billing_desk import card, ready_job, served_lawfully
from tests.browser.conftest import PageOf
from tests.browser.dragging import grab, inside, middle, over
from tests.caller import Caller
from tests.demo_folder import DemoFolder
from tests.program import Program


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(
    demo: DemoFolder, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Program]:
    """The demo company with a rate and everything that an invoice must say."""
    folder = tmp_path_factory.mktemp("billing") / "data"
    async with served_lawfully(demo, folder) as program:
        yield program


async def test_dragging_says_why_not_and_then_bills(page_of: PageOf, caller: Caller) -> None:
    job = await ready_job(caller, "Drag me", customer=0)
    olga = await page_of("olga", "desktop", "/office")
    other = await page_of("owner", "desktop", "/office")
    place = card(olga, job, "ready")
    await grab(olga, place)
    await over(olga, "invoiced")
    why = olga.locator('section[data-lane="invoiced"] [data-why]')
    await expect(why).to_contain_text("Put it on a draft first")
    await olga.keyboard.press("Escape")
    await olga.mouse.up()
    await expect(why).to_be_hidden()
    await expect(place).to_be_visible()
    await grab(olga, place)
    await over(olga, "billing")
    await olga.mouse.up()
    for board in (olga, other):
        await expect(card(board, job, "billing")).to_be_visible()
    await expect(olga.locator("#say")).to_contain_text("moved to Billing")
    await olga.keyboard.press("Control+z")
    await expect(card(other, job, "ready")).to_be_visible()


async def test_three_ticked_jobs_of_two_customers_become_two_drafts(
    page_of: PageOf, caller: Caller
) -> None:
    jobs = [await ready_job(caller, f"Tick {n}", customer=n // 2) for n in range(3)]
    olga = await page_of("olga", "desktop", "/office")
    bar = olga.locator("#pick")
    await expect(bar).to_be_hidden()
    for job in jobs:
        await card(olga, job, "ready").get_by_role("checkbox").check()
    await expect(bar).to_contain_text("3 jobs")
    await expect(bar).to_contain_text("2 customers")
    await bar.get_by_role("button", name="Make 2 draft invoices").click()
    dialog = olga.get_by_role("dialog")
    await expect(dialog).to_contain_text("2 invoices, one per customer")
    await dialog.get_by_role("button", name="Make 2 draft invoices").click()
    for job in jobs:
        await expect(card(olga, job, "billing")).to_be_visible()
    await expect(bar).to_be_hidden()
    await expect(olga.locator("#say")).to_contain_text("3 jobs moved to Billing, ")
    # Work goes on where it was: at the next card, or at the head of a lane that is empty now.
    await expect(olga.locator('section[data-lane="ready"] :focus')).to_have_count(1)
    await olga.keyboard.press("Control+z")
    for job in jobs:
        await expect(card(olga, job, "ready")).to_be_visible()
    await expect(olga.locator("#say")).to_contain_text("Undone. ")


async def test_who_drops_second_is_told_who_was_first(page_of: PageOf, caller: Caller) -> None:
    job = await ready_job(caller, "Both bill it", customer=0)
    olga = await page_of("olga", "desktop", "/office")
    await grab(olga, card(olga, job, "ready"))
    await over(olga, "billing")
    shown = await caller.job(job)
    await caller.do("owner", f"/api/v1/jobs/{job}/move", lane="billing", version=shown["version"])
    await olga.mouse.up()
    dialog = olga.get_by_role("dialog")
    await expect(dialog).to_contain_text("moved this to Billing")
    await expect(card(olga, job, "billing")).to_be_attached()


async def test_a_finger_that_rests_drags_and_one_that_does_not_scrolls(
    page_of: PageOf, caller: Caller
) -> None:
    job = await ready_job(caller, "Touch me", customer=1)
    olga = await page_of("olga", "desktop", "/office", has_touch=True)
    touch = await olga.context.new_cdp_session(olga)
    place = card(olga, job, "ready")
    await place.scroll_into_view_if_needed()
    start, end = await middle(place.locator("h3")), await inside(olga, "billing")

    async def finger(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    await finger("touchStart", start)
    await olga.wait_for_timeout(500)
    await expect(olga.locator(".dragged")).to_be_visible()
    await finger("touchMove", ((start[0] + end[0]) / 2, end[1]))
    await finger("touchMove", end)
    await finger("touchEnd")
    await expect(card(olga, job, "billing")).to_be_visible()


async def test_issued_from_its_preview_and_paid(page_of: PageOf, caller: Caller) -> None:
    job = await ready_job(caller, "Issue me", customer=1)
    olga = await page_of("olga", "desktop", "/office")
    other = await page_of("owner", "desktop", "/office")
    await grab(olga, card(olga, job, "ready"))
    await over(olga, "billing")
    await olga.mouse.up()
    await card(olga, job, "billing").get_by_role("link", name="Draft").click()
    await olga.get_by_role("button", name="Issue, ").click()
    await expect(olga.get_by_role("heading", name="Invoice R-", level=1)).to_be_visible()
    await expect(card(other, job, "invoiced")).to_be_visible()
    await olga.get_by_role("button", name="Record the payment").click()
    await expect(olga.locator(".jobhead")).to_contain_text("Paid")
    await expect(card(other, job, "paid")).to_be_visible()


async def test_a_ready_job_is_ticked_onto_a_draft_that_changes_meanwhile(
    page_of: PageOf, caller: Caller
) -> None:
    first = await ready_job(caller, "On the draft", customer=3)
    made = await caller.do("olga", "/api/v1/invoices", job_ids=[first])
    draft = made["invoices"][0]
    waiting = await ready_job(caller, "Also ready", customer=3)
    olga = await page_of("olga", "desktop", f"/invoices/{draft['id']}")
    tick = olga.get_by_role("checkbox", name="Also ready")
    await tick.check()
    await olga.get_by_role("link", name="PDF").focus()
    path = f"/api/v1/invoices/{draft['id']}/discount"
    await caller.do("olga", path, reason="Regular", per_cent="10")
    await expect(olga.locator(".sheet")).to_contain_text("Regular")
    await expect(tick).to_be_checked()
    await olga.get_by_role("button", name="Add to this draft").click()
    await expect(olga.locator(".sheet")).to_contain_text("Also ready")
    await expect(tick).to_have_count(0)
    assert (await caller.job(waiting))["state"] == "billing"


async def test_an_invoiced_card_dropped_on_paid_asks_for_the_payment(
    page_of: PageOf, caller: Caller
) -> None:
    job = await ready_job(caller, "Pay me", customer=2)
    made = await caller.do("olga", "/api/v1/invoices", job_ids=[job])
    draft = made["invoices"][0]
    await caller.do("olga", f"/api/v1/invoices/{draft['id']}/issue", version=draft["version"])
    olga = await page_of("olga", "desktop", "/office")
    await grab(olga, card(olga, job, "invoiced"))
    await over(olga, "paid")
    await olga.mouse.up()
    await olga.wait_for_url(f"**/invoices/{draft['id']}#payment")
    await expect(olga.get_by_role("button", name="Record the payment")).to_be_in_viewport()
