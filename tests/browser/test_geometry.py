"""Sizes that axe does not know: the Stop button under a thumb, and a wall that is read from four metres."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PageOf
from tests.browser.people import stop_of
from tests.caller import Caller

LONG = (
    "Forwarded from the property manager: tenant on the second floor, left, reports that the radiator "
    "in the children's room makes a whistling noise as soon as the one in the bathroom is opened, that "
    "the water in the shower is lukewarm between six and half past seven in the morning"
)

STOP = """() => {
  const stop = [...document.querySelectorAll('.bottom .stop')].find((one) => /Stop/.test(one.textContent));
  const {top, bottom, left, right, width, height} = stop.getBoundingClientRect();
  const inside = top >= 0 && left >= 0 && bottom <= innerHeight + 0.5 && right <= innerWidth + 0.5;
  const {clientWidth, scrollWidth} = document.documentElement;
  return {height, share: width / clientWidth, inside, scrolled: scrollY, sideways: scrollWidth > clientWidth};
}"""


async def test_stop_is_large_and_in_view_on_the_smallest_phone_and_at_twice_the_text(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.started_job(LONG, technician="ines")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await expect(stop_of(phone)).to_be_visible()
    for height in (640, 568):
        await phone.set_viewport_size({"width": 360 if height == 640 else 320, "height": height})
        await _stop_is_right(phone, least=112)
    await phone.evaluate("document.documentElement.style.fontSize = '200%'")
    for width, height in ((360, 640), (320, 568)):
        await phone.set_viewport_size({"width": width, "height": height})
        await _stop_is_right(phone, least=88)
    await caller.press("ines", job, "stop")


async def _stop_is_right(phone: Page, *, least: float) -> None:
    stop = await phone.evaluate(STOP)
    assert stop["height"] >= least - 0.5, stop
    assert stop["share"] >= 0.8, stop
    assert stop["inside"], stop
    assert stop["scrolled"] == 0
    assert not stop["sideways"]


TARGETS = """() => [...document.querySelectorAll('main a, main button, .bottom a, .bottom button')]
  .filter((one) => one.getClientRects().length && !one.closest('.visually-hidden'))
  .map((one) => [one.textContent.trim().slice(0, 40), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 47.5)"""


@pytest.mark.parametrize("path", ["/my-jobs", "/my-jobs/{job}"])
async def test_everything_a_technician_presses_is_tall_enough_for_gloves(
    path: str, page_of: PageOf, caller: Caller
) -> None:
    job = await caller.started_job("With gloves", technician="ines")
    phone = await page_of("ines", "phone", path.format(job=job))
    assert await phone.evaluate(TARGETS) == []
    await caller.press("ines", job, "stop")


WALL = """() => {
  const cap = document.createElement('canvas').getContext('2d');
  const out = [];
  for (const title of document.querySelectorAll('.wall-title')) {
    const {fontWeight, fontSize, fontFamily} = getComputedStyle(title);
    cap.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    out.push(cap.measureText('H').actualBoundingBoxAscent);
  }
  const leaves = [...document.querySelectorAll('.wall-card')].flatMap((card) => {
    const frame = card.getBoundingClientRect();
    return [...card.querySelectorAll('*')].filter((one) => {
      const {right, bottom, width} = one.getBoundingClientRect();
      return width && !one.closest('svg') && (right > frame.right + 1 || bottom > frame.bottom + 1);
    }).map((one) => one.outerHTML.slice(0, 90));
  });
  const cut = [...document.querySelectorAll('.wall-state, .wall-who, .lane-count, h2')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth).map((one) => one.textContent);
  const board = document.querySelector('rb-board').getBoundingClientRect();
  const below = [...document.querySelectorAll('.wall-card')]
    .filter((one) => one.getBoundingClientRect().bottom > board.bottom + 1).length;
  const root = document.documentElement;
  return {cap: Math.min(...out), leaves, cut, below, cards: out.length,
    scrolls: root.scrollWidth > innerWidth || root.scrollHeight > innerHeight};
}"""


@pytest.mark.parametrize(
    ("width", "height", "least_cap"), [(1366, 768, 19.5), (1920, 1080, 28), (3840, 2160, 56)]
)
async def test_a_wall_fits_and_is_read_from_four_metres(
    width: int, height: int, least_cap: float, page_of: PageOf, caller: Caller
) -> None:
    for technician in ("ines", "nhung"):
        job = await caller.new_job(LONG, wall_title=LONG[:120], technician=technician)
        await caller.press(technician, job, "start", pause_other=True)
    wall = await page_of("wall", "wall", "/wall")
    await wall.set_viewport_size({"width": width, "height": height})
    await wall.wait_for_timeout(200)
    found = await wall.evaluate(WALL)
    assert found["cards"] >= 12
    assert found["cap"] >= least_cap, found
    assert not found["scrolls"]
    assert (found["leaves"], found["cut"], found["below"]) == ([], [], 0)


async def test_no_motion_where_none_is_wanted(page_of: PageOf, caller: Caller) -> None:
    dispatch = await page_of("dana", "desktop", "/dispatch")
    job = await caller.new_job("Moves without motion", technician="sofia")
    await caller.press("sofia", job, "start", pause_other=True)
    await expect(dispatch.locator(f'[data-lane="in_progress"] #job-{job}')).to_be_visible()
    assert await dispatch.evaluate("document.getAnimations().length") == 0
    await caller.press("sofia", job, "stop")
