"""Draws the pictures under docs/pictures: `make screenshots`, from the demo company as it is at this moment.

Not a test: it judges nothing. A name in ARGS draws only the pictures that contain it.
"""

import asyncio
import base64
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page

from app.web.cookies import SIGN_IN
from tests.browser.people import pair_wall
from tests.browser.screens import Complaints, launched_chromium, open_screen
from tests.demo_folder import DemoFolder, make_demo
from tests.program import Program

QUALITY = 75
"""Of 100: below it small grey text gets a halo."""

FOLDER = Path(__file__).parent.parent.parent / "docs" / "pictures"


@dataclass(frozen=True)
class Picture:
    """One picture: which page, on what screen, seen by whom. `click` goes one link further."""

    name: str
    screen: str
    path: str
    who: str | None
    click: str | None = None
    theme: str | None = None


_READY_LINK = '[data-lane="ready"] .card-title a'
_MOVE_LINK = '[data-lane="ready"] a[data-dialog]'
_DRAFT_LINK = '[data-lane="billing"] .card-draft a'
_INVOICE_LINK = '[data-lane="invoiced"] .bill-who a'
_RUNNING = '.jobrow[data-state="working"] a'

PICTURES = (
    Picture("sign-in", "desktop", "/sign-in", None),
    Picture("office", "desktop", "/office", "olga"),
    Picture("office-dark", "desktop", "/office", "olga", theme="dark"),
    Picture("office-move", "desktop", "/office", "olga", click=_MOVE_LINK),
    Picture("draft", "desktop", "/office", "olga", click=_DRAFT_LINK),
    Picture("invoice", "desktop", "/office", "olga", click=_INVOICE_LINK),
    Picture("invoices", "desktop", "/invoices", "olga"),
    Picture("money", "desktop", "/money", "owner"),
    Picture("money-dark", "desktop", "/money", "owner", theme="dark"),
    Picture("money-on-a-phone", "phone", "/money", "owner"),
    Picture("dispatch", "desktop", "/dispatch", "dana"),
    Picture("dispatch-dark", "desktop", "/dispatch", "dana", theme="dark"),
    Picture("dispatch-contrast", "desktop", "/dispatch", "dana", theme="contrast"),
    Picture("job", "desktop", "/office", "olga", click=_READY_LINK),
    Picture("job-on-a-phone", "phone", "/office", "olga", click=_READY_LINK),
    Picture("search", "desktop", "/search?q=boiler", "dana"),
    Picture("my-jobs", "phone", "/my-jobs", "tom"),
    Picture("my-jobs-dark", "phone", "/my-jobs", "tom", theme="dark"),
    Picture("job-form", "phone", "/my-jobs", "tom", click=_RUNNING),
    Picture("job-form-dark", "phone", "/my-jobs", "tom", click=_RUNNING, theme="dark"),
    Picture("people", "desktop", "/people", "owner"),
    Picture("customers", "desktop", "/customers", "olga"),
    Picture("held", "desktop", "/held", "olga"),
    Picture("job-types", "desktop", "/job-types", "olga"),
    Picture("account", "desktop", "/account", "dana"),
    Picture("settings", "desktop", "/settings", "owner"),
    Picture("taxes", "desktop", "/settings/taxes", "owner"),
    Picture("displays", "desktop", "/settings/displays", "owner"),
)


async def draw(wanted: Iterable[str]) -> None:
    """Make the company, serve it, look at every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="readyboard-pictures-") as folder:
        demo = await make_demo(Path(folder) / "data")
        program = Program(demo.path)
        await program.start()
        try:
            async with launched_chromium() as browser:
                artist = Artist(browser, program.url, demo)
                # First, and left on: the page of the displays shows it.
                await artist.draw_wall()
                for picture in PICTURES:
                    if _is_wanted(picture.name, wanted):
                        await artist.draw(picture)
        finally:
            await program.close()


class Artist:
    """Opens pages as somebody and saves what they see."""

    def __init__(self, browser: Browser, url: str, demo: DemoFolder) -> None:
        self._browser = browser
        self._url = url
        self._demo = demo

    async def draw(self, picture: Picture) -> None:
        """One page, in a visitor of its own."""
        page = await self._visit(picture.screen, picture.who, picture.theme)
        await page.goto(picture.path)
        if picture.click:
            await page.locator(picture.click).first.click()
        await self._save(page, picture.name)
        await page.context.close()

    async def draw_wall(self) -> None:
        """The television: before it is paired, and after."""
        wall = await self._visit("wall", None, None)
        await wall.goto("/wall")
        await self._save(wall, "wall-pairing")
        owner = await self._visit("desktop", "owner", None)
        await pair_wall(wall, owner)
        await wall.locator("rb-board").wait_for()
        await self._save(wall, "wall")
        await owner.context.close()

    async def _visit(self, screen: str, who: str | None, theme: str | None) -> Page:
        context = await open_screen(self._browser, screen, Complaints(), base_url=self._url)
        cookies = {"theme": theme, SIGN_IN: self._demo.cookies[who] if who else None}
        for name, value in cookies.items():
            if value:
                await context.add_cookies([{"name": name, "value": value, "url": self._url}])
        return await context.new_page()

    async def _save(self, page: Page, name: str) -> None:
        # A live page never falls silent; give fonts, icons and the first hello a moment.
        await page.wait_for_load_state("load")
        await page.wait_for_timeout(700)
        # As WebP, which Playwright does not offer and Chromium does: a third of the bytes of a PNG.
        chromium = await page.context.new_cdp_session(page)
        taken = await chromium.send(
            "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
        )
        (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
        print(f"docs/pictures/{name}.webp", flush=True)


def _is_wanted(name: str, wanted: Iterable[str]) -> bool:
    parts = list(wanted)
    return not parts or any(part in name for part in parts)


if __name__ == "__main__":
    asyncio.run(draw(sys.argv[1:]))
