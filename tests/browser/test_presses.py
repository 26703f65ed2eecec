"""A technician's presses: a double tap, taking a stop back, another job that runs."""

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import PageOf
from tests.browser.people import stop_of, stop_work
from tests.caller import Caller


async def test_a_double_tap_makes_one_start_and_no_stop(page_of: PageOf, caller: Caller) -> None:
    job = await caller.new_job("Tap twice", technician="ines")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await _tap(phone.get_by_role("button", name="Start work"), times=2)
    stop = stop_of(phone)
    await expect(stop).to_be_visible()
    await phone.wait_for_timeout(500)
    await expect(stop).to_be_visible()
    assert await _history(caller, job) == ["start"]
    await caller.press("ines", job, "stop")


async def test_a_stop_is_taken_back_and_the_clock_never_stopped(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.new_job("Stopped too soon", technician="ines")
    await caller.press("ines", job, "start")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await _after_a_second(phone)
    await stop_work(phone)
    await expect(phone.get_by_role("heading", name="Ready to invoice")).to_be_visible()
    await expect(phone.locator(".live.strip-net")).to_contain_text("Sent ✓")
    await _after_a_second(phone)
    await phone.get_by_role("button", name="Undo stop").tap()
    # The form goes ahead of the server; the link to the last look is the server's own word.
    await expect(phone.get_by_role("link", name="Stop work")).to_be_visible()
    (entry,) = (await caller.job(job))["entries"]
    assert entry["ended_at"] is None
    await caller.press("ines", job, "stop")


async def test_starting_another_job_asks_once_and_pauses_the_first(
    page_of: PageOf, caller: Caller
) -> None:
    first = await caller.started_job("The long one", technician="ines")
    second = await caller.new_job("The urgent one", technician="ines")
    phone = await page_of("ines", "phone", f"/my-jobs/{second}")
    await expect(phone.locator(".bottom-ask")).to_contain_text("The long one")
    await phone.get_by_role("button", name="Pause it and start this").tap()
    # The form goes ahead of the server; the link to the last look is the server's own word.
    await expect(phone.get_by_role("link", name="Stop work")).to_be_visible()
    assert (await caller.job(first))["state"] == "paused"
    assert (await caller.job(second))["state"] == "working"
    await caller.press("ines", second, "stop")


async def test_the_office_sees_a_question_answered_on_the_phone(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.started_job("How many valves", technician="ines")
    await caller.press("ines", job, "stop")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await caller.press("olga", job, "ask", question="One valve, or two?")
    await expect(phone.get_by_text("One valve, or two?").first).to_be_visible()
    office = await page_of("olga", "desktop", "/office")
    await phone.get_by_label("Your answer").fill("Two.")
    await phone.get_by_role("button", name="Send the answer").tap()
    await expect(phone.get_by_role("heading", name="Ready to invoice")).to_be_visible()
    await expect(office.locator(f'section[data-lane="ready"] #job-{job}')).to_be_visible()


async def _tap(button: Locator, *, times: int) -> None:
    """Quicker than anybody can mean it; the second hits whatever stands there then."""
    box = await button.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for _ in range(times):
        await button.page.touchscreen.tap(x, y)


async def _after_a_second(phone: Page) -> None:
    """A press within a second of the last is taken for half of a double tap, and less than a second is no work."""
    await phone.wait_for_timeout(1000)


async def _history(caller: Caller, job: int) -> list[str]:
    """What technicians did to it, in order."""
    whole = await caller.job(job)
    return [
        one["kind"] for one in whole["history"] if one["kind"] in ("start", "stop", "undo_stop")
    ]
