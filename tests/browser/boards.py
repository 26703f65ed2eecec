"""What a board shows, as data: to wait for it, and to compare it with a fresh load (the oracle)."""

from typing import Any

from playwright.async_api import Page, expect

_CARDS = """() => [...document.querySelectorAll('rb-board section[data-lane]')].flatMap((lane) =>
  [...lane.querySelectorAll('article')].map((card) => [lane.dataset.lane, card.id, card.dataset.v,
    card.querySelector('h3').textContent.trim()]))"""

_COUNTS = """() => [...document.querySelectorAll('rb-board [data-count]')].map((one) => one.textContent)"""


async def is_live(page: Page) -> None:
    """Wait until the page itself says so."""
    await expect(page.locator("html")).to_have_attribute("data-live", "live")


async def shown(board: Page) -> dict[str, Any]:
    return {"cards": await board.evaluate(_CARDS), "counts": await board.evaluate(_COUNTS)}


async def equals_a_fresh_load(board: Page) -> bool:
    """The oracle, on the screen: what the deltas made equals what the server draws now."""
    fresh = await board.context.new_page()
    await fresh.goto(board.url)
    await expect(fresh.locator("rb-board")).to_be_visible()
    same = await shown(fresh) == await shown(board)
    await fresh.close()
    return same
