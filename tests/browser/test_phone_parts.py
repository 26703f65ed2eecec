"""The parts of the job form that one meets last, on the smallest phones: clean for axe, nothing cut, Stop in view."""

import secrets
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.axe import problems_in
from tests.browser.conftest import PageOf
from tests.caller import Caller

SIZES = ((360, 640), (320, 568))

STOP = """() => {
  const stop = [...document.querySelectorAll('#last .bottom .stop')].find((one) => /stop/i.test(one.textContent));
  const {top, bottom, left, right, width, height} = stop.getBoundingClientRect();
  const inside = top >= 0 && left >= 0 && bottom <= innerHeight + 0.5 && right <= innerWidth + 0.5;
  const {clientWidth, scrollWidth} = document.documentElement;
  return {height, share: width / clientWidth, inside, scrolled: scrollY, sideways: scrollWidth > clientWidth};
}"""

SMALL = """(places) => places.flatMap((place) => [...document.querySelectorAll(place)])
  .flatMap((part) => [...part.querySelectorAll('a, button, summary, input:not([type=hidden])')])
  .filter((one) => one.getClientRects().length && !one.closest('.visually-hidden'))
  .map((one) => [one, (one.closest('label') || one).getBoundingClientRect().height])
  .filter(([, height]) => height < 47.5)
  .map(([one, height]) => `${one.outerHTML.slice(0, 80)}: ${height}`)"""


async def _everything(caller: Caller) -> int:
    """At work on a job with a checklist of both kinds, a signature to come and a part that is listed."""
    lines = [
        {"text": "Gas cock closed?"},
        {"text": "Pressure at the outlet", "answer": "value", "photo": True},
    ]
    made = await caller.do(
        "olga",
        "/api/v1/job-types",
        name=f"All parts {secrets.token_hex(3)}",
        requirements=[{"code": "checklist"}, {"code": "signature"}, {"code": "work_note"}],
        checklist=lines,
    )
    job = await caller.new_job("Every part of the form", technician="ines", job_type=made["id"])
    await caller.press("ines", job, "start", pause_other=True)
    await caller.press("ines", job, "parts", description="Safety valve, ½ inch", quantity="2")
    return job


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def size(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"viewport": {"width": request.param[0], "height": request.param[1]}}


async def test_the_checklist_and_the_three_ways_to_sign_are_clean(
    size: dict[str, Any], page_of: PageOf, caller: Caller
) -> None:
    job = await _everything(caller)
    phone = await page_of("ines", "phone", f"/my-jobs/{job}", **size)
    await phone.get_by_role("heading", name="Customer signs").scroll_into_view_if_needed()
    await phone.mouse.wheel(0, 1)
    await expect(phone.locator("[data-pad]")).to_be_visible()
    for fold in await phone.locator("rb-signature details, .fold").all():
        await fold.evaluate("fold => (fold.open = true)")
    assert (
        await phone.evaluate(
            SMALL,
            ['[data-region="checklist"]', '[data-region="signature"]', '[data-region="parts"]'],
        )
        == []
    )
    assert await problems_in(phone) == []
    await _nothing_sideways(phone)
    await caller.press("ines", job, "stop")


async def test_what_is_signed_and_answered_is_clean_too(page_of: PageOf, caller: Caller) -> None:
    job = await _everything(caller)
    await caller.press("ines", job, "signature", typed_name="Zoë Adler")
    whole = await caller.job(job)
    for line in whole["checklist"]:
        await caller.press("ines", job, "checklist", item_id=line["item_id"], value="Yes")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await expect(phone.locator(".signed")).to_contain_text("Zoë Adler agreed")
    assert await problems_in(phone) == []
    await caller.press("ines", job, "stop")


async def test_the_look_before_the_last_tap_is_clean_and_its_stop_in_view(
    size: dict[str, Any], page_of: PageOf, caller: Caller
) -> None:
    job = await _everything(caller)
    phone = await page_of("ines", "phone", f"/my-jobs/{job}", **size)
    await phone.get_by_role("link", name="Stop work").click()
    await expect(phone.get_by_role("heading", name="This is what the office gets")).to_be_visible()
    await _stop_is_right(phone, least=112)
    assert await phone.evaluate(SMALL, ["#last"]) == []
    assert await problems_in(phone) == []
    await phone.evaluate("document.documentElement.style.fontSize = '200%'")
    await _stop_is_right(phone, least=88)
    await caller.press("ines", job, "stop")


async def _stop_is_right(phone: Page, *, least: float) -> None:
    stop = await phone.evaluate(STOP)
    assert stop["height"] >= least - 0.5, stop
    assert stop["share"] >= 0.8, stop
    assert stop["inside"], stop
    assert stop["scrolled"] == 0
    assert not stop["sideways"]


async def _nothing_sideways(phone: Page) -> None:
    for percent in ("100%", "200%"):
        await phone.evaluate("(size) => (document.documentElement.style.fontSize = size)", percent)
        assert await phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), percent
