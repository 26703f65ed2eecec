"""Everything that a form can do works where scripts do not run: an old phone, a blocked file, a text browser."""

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import ContextFor, PageOf
from tests.browser.people import sign_in, stop_of, stop_work
from tests.caller import Caller


async def test_a_technician_signs_in_starts_stops_and_takes_it_back(
    context_for: ContextFor, caller: Caller
) -> None:
    job = await caller.new_job("No scripts here", technician="ines")
    phone = await sign_in(await context_for("phone", java_script_enabled=False), "ines")
    await phone.get_by_role("link", name="No scripts here").click()
    await phone.get_by_role("button", name="Start work").click()
    await phone.wait_for_timeout(
        1000
    )  # A clock that ran for less than a second has measured nothing.
    await stop_work(phone)
    await expect(phone.get_by_role("heading", name="Ready to invoice")).to_be_visible()
    await phone.get_by_role("button", name="Undo stop").click()
    await expect(stop_of(phone)).to_be_visible()
    assert (await caller.job(job))["state"] == "working"
    await phone.get_by_label("What you did").fill("New valve.")
    await phone.get_by_role("button", name="Add note").click()
    await expect(phone.locator(".note", has_text="New valve.")).to_be_visible()
    await stop_work(phone)
    assert (await caller.job(job))["state"] == "ready"


async def test_the_office_asks_and_the_technician_answers(page_of: PageOf, caller: Caller) -> None:
    job = await caller.started_job("Ask without scripts", technician="ines")
    await caller.press("ines", job, "stop")
    office = await _plain(page_of, "olga", "desktop", f"/jobs/{job}/ask")
    await office.get_by_role("textbox").fill("Which pump?")
    await office.locator("main form button.primary").click()
    assert (await caller.job(job))["state"] == "needs_details"
    phone = await _plain(page_of, "ines", "phone", f"/my-jobs/{job}")
    await phone.get_by_label("Your answer").fill("The small one.")
    await phone.get_by_role("button", name="Send the answer").click()
    await expect(phone.get_by_role("heading", name="Ready to invoice")).to_be_visible()


async def test_a_card_is_moved_and_moved_back(page_of: PageOf, caller: Caller) -> None:
    job = await caller.planned_job("Move without scripts", technician="ines")
    dispatch = await _plain(page_of, "dana", "desktop", "/dispatch?when=week")
    await dispatch.locator(f"#job-{job}").get_by_role("link", name="Move job").click()
    await dispatch.get_by_role("button", name="Unscheduled").click()
    await expect(dispatch).to_have_url(re.compile("/dispatch"))
    assert (await caller.job(job))["state"] == "new"
    await dispatch.goto("/moves")
    await dispatch.locator("li", has_text="Move without scripts").get_by_role("button").click()
    assert (await caller.job(job))["state"] == "scheduled"


async def test_a_job_is_taken_in(page_of: PageOf) -> None:
    dispatch = await _plain(page_of, "dana", "desktop", "/dispatch")
    await dispatch.get_by_label("New job").fill("Roof hatch does not close")
    await dispatch.locator("form.intake button").first.click()
    await dispatch.goto("/dispatch?when=unplanned")
    await expect(dispatch.locator("article", has_text="Roof hatch")).to_be_visible()


async def _plain(page_of: PageOf, who: str, screen: str, path: str) -> Page:
    return await page_of(who, screen, path, java_script_enabled=False)
