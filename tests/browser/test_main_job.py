"""What the product is for: Stop on the phone, and the card drops into Ready to invoice on every open board."""

import asyncio

from playwright.async_api import Page, expect

from tests.browser.boards import equals_a_fresh_load, is_live
from tests.browser.conftest import ContextFor, PageOf
from tests.browser.people import pair_wall, sign_in, stop_work
from tests.caller import Caller

TITLE = "Boiler: no hot water, Mill Street"


async def test_stop_drops_the_job_into_ready_to_invoice_on_every_board(
    context_for: ContextFor, caller: Caller
) -> None:
    owner = await sign_in(await context_for("desktop"), "owner")
    wall = await (await context_for("wall")).new_page()
    await pair_wall(wall, owner)
    dispatch = await sign_in(await context_for("desktop"), "dana")
    office = await sign_in(await context_for("desktop"), "olga")
    phone = await sign_in(await context_for("phone"), "ines")
    await expect(wall.locator("rb-board")).to_be_visible(timeout=8000)
    boards = {"dispatch": dispatch, "office": office, "wall": wall}
    for board in boards.values():
        await is_live(board)
        await board.evaluate("window.loadedOnce = true")

    await caller.new_job(TITLE, wall_title=TITLE, technician="ines")
    await phone.get_by_role("link", name=TITLE).click()
    await phone.get_by_role("button", name="Start work").click()
    await asyncio.gather(*(_shows(board, "in_progress") for board in boards.values()))
    await expect(phone.locator("[data-region=state]")).to_contain_text("Working since")
    await phone.wait_for_timeout(1000)  # A press within a second of the last is taken for a slip.
    await stop_work(phone)
    await asyncio.gather(*(_shows(board, "ready") for board in boards.values()))
    await expect(phone.get_by_role("heading", name="Ready to invoice")).to_be_visible()
    await expect(office.locator("[data-just-in]")).to_contain_text("just in")

    for name, board in boards.items():
        assert await board.evaluate("window.loadedOnce"), f"{name} was loaded again"
        assert await equals_a_fresh_load(board), f"{name} differs from a fresh load"


async def test_a_job_taken_in_by_its_title_is_on_the_other_board_at_once(page_of: PageOf) -> None:
    dana = await page_of("dana", "desktop", "/dispatch?when=unplanned")
    owner = await page_of("owner", "desktop", "/dispatch?when=unplanned")
    await is_live(owner)
    await dana.get_by_label("New job").fill("Gutter leaks over the door")
    await dana.keyboard.press("Enter")
    for board in (dana, owner):
        card = board.locator('[data-lane="unscheduled"] article', has_text="Gutter leaks")
        await expect(card).to_be_visible()


async def _shows(board: Page, lane: str) -> None:
    card = board.locator(
        f'section[data-lane="{lane}"] article', has_text="Boiler: no hot water, Mill"
    )
    await expect(card).to_be_visible(timeout=3000)
