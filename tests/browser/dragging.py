"""A card in the hand: lifted, held over a lane. Letting go is `page.mouse.up()`."""

from playwright.async_api import Locator, Page, expect


async def middle(place: Locator) -> tuple[float, float]:
    """Where a pointer would meet it."""
    box = await place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def grab(page: Page, place: Locator) -> None:
    """Take the card by its title and lift it."""
    await place.scroll_into_view_if_needed()
    x, y = await middle(place.locator("h3"))
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 12, y + 3)
    await expect(page.locator(".dragged")).to_be_visible()


async def over(page: Page, name: str) -> None:
    """Hold what was lifted over a lane."""
    await page.mouse.move(*await inside(page, name), steps=3)


async def inside(page: Page, name: str) -> tuple[float, float]:
    """A point of the lane that can be seen now: a long board is scrolled."""
    box = await page.locator(f'section[data-lane="{name}"]').bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, min(max(box["y"] + 60, 80), 800)
