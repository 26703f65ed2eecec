"""Draws the pictures under docs/pictures: `make screenshots`, from the demo company with a fixed seed.

Not a test: it judges nothing. A name in ARGS draws only the pictures that contain it.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser.people import (
    DISPATCHER,
    OFFICE,
    OWNER,
    TECHNICIAN,
    pair_wall,
    password_said,
    sign_in,
)
from tests.browser.screens import Complaints, launched_chromium, open_screen
from tests.program import Program, readyboard

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
    whole: bool = False


_JOB_LINK = ".card-title a"
_READY_LINK = '[data-lane="ready"] .card-title a'
_MOVE_LINK = '[data-lane="ready"] a[data-dialog]'

PICTURES = (
    Picture("sign-in-desktop", "desktop", "/sign-in", None),
    Picture("office-desktop", "desktop", "/office", OFFICE),
    Picture("office-dark", "desktop", "/office", OFFICE, theme="dark"),
    Picture("office-move", "desktop", "/office", OFFICE, click=_MOVE_LINK),
    Picture("dispatch-desktop", "desktop", "/dispatch", DISPATCHER),
    Picture("dispatch-dark", "desktop", "/dispatch", DISPATCHER, theme="dark"),
    Picture("dispatch-contrast", "desktop", "/dispatch", DISPATCHER, theme="contrast"),
    Picture("job-desktop", "desktop", "/office", OFFICE, click=_READY_LINK, whole=True),
    Picture("job-phone", "phone", "/dispatch", DISPATCHER, click=_JOB_LINK, whole=True),
    Picture("search-desktop", "desktop", "/search?q=boiler", DISPATCHER),
    Picture("my-jobs-phone", "phone", "/my-jobs", TECHNICIAN),
    Picture("my-jobs-dark", "phone", "/my-jobs", TECHNICIAN, theme="dark"),
    Picture("job-form-phone", "phone", "/my-jobs", TECHNICIAN, click="#main article a"),
    Picture(
        "job-form-dark", "phone", "/my-jobs", TECHNICIAN, click="#main article a", theme="dark"
    ),
    Picture("people-desktop", "desktop", "/people", OWNER),
    Picture("customers-desktop", "desktop", "/customers", OFFICE),
    Picture("held-desktop", "desktop", "/held", OFFICE),
    Picture("job-types-desktop", "desktop", "/job-types", OFFICE),
    Picture("account-desktop", "desktop", "/account", DISPATCHER),
    Picture("settings-desktop", "desktop", "/settings", OWNER),
    Picture("displays-desktop", "desktop", "/settings/displays", OWNER),
)


async def draw(wanted: Iterable[str]) -> None:
    """Make the company, serve it, look at every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="readyboard-pictures-") as folder:
        data_dir = Path(folder) / "data"
        password = password_said(readyboard("demo", "--no-serve", "--seed", "1", data_dir=data_dir))
        program = Program(data_dir)
        await program.start()
        try:
            async with launched_chromium() as browser:
                artist = Artist(browser, program.url, password)
                for picture in PICTURES:
                    if _is_wanted(picture.name, wanted):
                        await artist.draw(picture)
                if _is_wanted("wall", wanted):
                    await artist.draw_wall()
        finally:
            await program.close()


class Artist:
    """Opens pages as somebody and saves what they see."""

    def __init__(self, browser: Browser, url: str, password: str) -> None:
        self._browser = browser
        self._url = url
        self._password = password

    async def draw(self, picture: Picture) -> None:
        """One page, in a visitor of its own."""
        page = await self._visit(picture.screen, picture.who, picture.theme)
        await page.goto(picture.path)
        if picture.click:
            await page.locator(picture.click).first.click()
        await self._save(page, picture.name, whole=picture.whole)
        await page.context.close()

    async def draw_wall(self) -> None:
        """The television: before it is paired, and after."""
        wall = await self._visit("wall", None, None)
        await wall.goto("/wall")
        await self._save(wall, "wall-pairing")
        owner = await self._visit("desktop", OWNER, None)
        await pair_wall(wall, owner, password=self._password)
        await self._save(wall, "wall")
        await owner.context.close()
        await wall.context.close()

    async def _visit(self, screen: str, who: str | None, theme: str | None) -> Page:
        context = await open_screen(self._browser, screen, Complaints(), base_url=self._url)
        if theme:
            await context.add_cookies([{"name": "theme", "value": theme, "url": self._url}])
        if who:
            return await sign_in(context, who, self._password)
        return await context.new_page()

    async def _save(self, page: Page, name: str, *, whole: bool = False) -> None:
        # A live page never falls silent; give fonts, icons and the first hello a moment.
        await page.wait_for_load_state("load")
        await page.wait_for_timeout(700)
        await page.screenshot(path=FOLDER / f"{name}.png", full_page=whole, animations="disabled")
        print(f"docs/pictures/{name}.png", flush=True)


def _is_wanted(name: str, wanted: Iterable[str]) -> bool:
    parts = list(wanted)
    return not parts or any(part in name for part in parts)


if __name__ == "__main__":
    asyncio.run(draw(sys.argv[1:]))
