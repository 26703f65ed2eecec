"""Every page: axe finds nothing in any theme, and at 400 % zoom nothing scrolls sideways."""

import pytest
from playwright.async_api import Page

from tests.browser.axe import THEMES, problems_in
from tests.browser.conftest import ContextFor, PageOf
from tests.browser.screens import scripts_loaded
from tests.caller import Caller

# Who looks, on which screen, at what. {job} is ready, {working} runs, {person} is somebody, and so on.
PAGES = [
    ("olga", "desktop", "/office"),
    ("olga", "desktop", "/jobs/{job}"),
    ("olga", "desktop", "/jobs/{job}/move"),
    ("olga", "desktop", "/jobs/{job}/ask"),
    ("olga", "desktop", "/jobs/{job}/record-time"),
    ("olga", "desktop", "/held"),
    ("olga", "desktop", "/moves"),
    ("olga", "desktop", "/customers"),
    ("olga", "desktop", "/customers/new"),
    ("olga", "desktop", "/sites"),
    ("dana", "desktop", "/dispatch?when=week"),
    ("dana", "desktop", "/jobs/{working}"),
    ("dana", "desktop", "/jobs/{job}/edit"),
    ("dana", "desktop", "/search?q=boiler"),
    ("dana", "desktop", "/account"),
    ("dana", "desktop", "/nowhere"),
    ("owner", "desktop", "/people"),
    ("owner", "desktop", "/people/{person}"),
    ("owner", "desktop", "/job-types/1"),
    ("owner", "desktop", "/settings"),
    ("owner", "desktop", "/settings/company"),
    ("owner", "desktop", "/settings/displays"),
    ("ines", "phone", "/my-jobs"),
    ("ines", "phone", "/my-jobs/{job}"),
    ("ines", "phone", "/my-jobs/{working}"),
    ("ines", "phone", "/jobs/{working}/pause"),
    ("nobody", "phone", "/sign-in"),
]
MONEY_PAGES = (
    ("/money", "/money/earned", "/letters", "/exports"),
    ("/invoices", "/invoices/{draft}", "/invoices/{issued}", "/invoices/{issued}/send"),
    ("/settings/taxes", "/imports/customers", "/office/bill?job={job}", "/jobs/{job}/price-labour"),
)
# Where most of the day is spent; other pages are made of the same parts and are looked at in two themes.
IN_EVERY_THEME = (
    "/office",
    "/dispatch?when=week",
    "/my-jobs",
    "/jobs/{job}",
    "/my-jobs/{working}",
    "/sign-in",
)
WHO = list(dict.fromkeys(who for who, _, _ in PAGES))

# 1280 × 1024 at 400 %.
ZOOMED = {"width": 320, "height": 256}


@pytest.mark.parametrize("who", WHO)
async def test_pages_are_clean_in_every_theme_and_fit_at_four_times_the_size(
    who: str, page_of: PageOf, context_for: ContextFor, caller: Caller
) -> None:
    names = {
        "job": await _ready(caller),
        "working": await _working(caller),
        "person": caller.demo.ids["tom"],
    }
    pages = [(screen, path) for one, screen, path in PAGES if one == who]
    screen, first = pages[0]
    if who == "nobody":
        page = await (await context_for(screen)).new_page()
    else:
        page = await page_of(who, screen, first.format(**names))
    problems = []
    for number, (_, path) in enumerate(pages):
        themes = THEMES if path in IN_EVERY_THEME else ("light", THEMES[1 + number % 2])
        problems += await _problems(page, path.format(**names), themes)
    assert problems == []


@pytest.mark.parametrize("paths", MONEY_PAGES, ids=["money", "invoices", "prices"])
async def test_pages_about_money_are_clean_and_fit(
    paths: tuple[str, ...], page_of: PageOf, caller: Caller
) -> None:
    names = {
        "job": await _ready(caller),
        "draft": await _invoice(caller, "draft"),
        "issued": await _invoice(caller, "open"),
    }
    page = await page_of("owner", "desktop", "/office")
    problems = []
    for number, path in enumerate(paths):
        themes = ("light", THEMES[1 + number % 2])
        problems += await _problems(page, path.format(**names), themes)
    assert problems == []


async def test_a_wall_is_clean_before_and_after_it_is_paired(
    page_of: PageOf, context_for: ContextFor
) -> None:
    wall = await page_of("wall", "wall", "/wall")
    unpaired = await (await context_for("wall")).new_page()
    await unpaired.goto("/wall")
    assert await problems_in(wall) == []
    assert await problems_in(unpaired) == []


async def _problems(page: Page, path: str, themes: tuple[str, ...]) -> list[str]:
    usual = page.viewport_size
    assert usual
    await page.goto(path)
    await scripts_loaded(page)  # The heads of drafts move the cards below them.
    found = await problems_in(page, themes)
    await page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    wide = await page.evaluate("document.documentElement.scrollWidth")
    if wide > ZOOMED["width"]:
        found.append(
            f"scrolls sideways: {wide} px in {ZOOMED['width']}, {await page.evaluate(_WIDEST)}"
        )
    found += await page.evaluate(_CUT)
    await page.set_viewport_size(usual)
    return [f"{path} {one}" for one in found]


# On a phone a panel scrolls what does not fit. That is for wide tables: what else stands in it must fit.
_CUT = """() => [...document.querySelectorAll('main .panel, main .figure-box')]
  .filter((one) => !one.querySelector('.table') && one.scrollWidth > one.clientWidth + 1)
  .map((one) => `is cut: ${one.scrollWidth} px in ${one.clientWidth}, ${one.textContent.trim().slice(0, 40)}`)"""

_WIDEST = """() => [...document.body.querySelectorAll('*')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 4).map((one) => one.outerHTML.slice(0, 100)).join(' ; ')"""


async def _ready(caller: Caller) -> int:
    job = await caller.started_job("Ready to look at", technician="ines")
    await caller.press("ines", job, "stop")
    return job


async def _invoice(caller: Caller, state: str) -> int:
    """One of the demo company's."""
    found = (await caller.get("owner", f"/api/v1/invoices?state={state}"))["items"]
    return int(found[0]["id"])


async def _working(caller: Caller) -> int:
    return await caller.started_job("Still at work", technician="ines")
