"""The office changes a job while its technician has no network: the phone shows both, loses nothing, and asks."""

import pytest
from playwright.async_api import Locator, Page

from tests.browser.firm import TOM, Firm, office_does
from tests.browser.phones import (
    Phone,
    press,
    sign_in_here,
    signed_in,
    until_sent,
    waiting,
    write,
)
from tests.program import Program

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


async def back_online(phone: Phone, page: Page, left: int) -> Locator:
    """The network is there again some time after the press, and the phone shows what became of it."""
    await page.goto("/my-jobs")
    await phone.network(there=True)
    await page.locator("[data-outbox]", has_text="Office changed this job").wait_for()
    await until_sent(page, left=left)
    await page.locator("[data-outbox] a").click()
    part = page.locator("rb-waiting .kept[data-item]").first
    await part.get_by_role("heading", name="Office changed this job").wait_for()
    return part


async def test_a_start_on_a_cancelled_job_shows_both_and_is_dropped(
    firm: Firm, program: Program, phone: Phone
) -> None:
    job_id = firm.jobs[0]
    page = await signed_in(phone, TOM)
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{job_id}")
    at = await press(page, "Start work")
    await office_does(program, job_id, "cancel", reason="The tenant moved out")
    part = await back_online(phone, page, left=1)
    mine, theirs = (part.locator(f'[data-side="{side}"]') for side in ("mine", "theirs"))
    assert "Start work" in await mine.inner_text()
    assert f"{at:%H:%M}" in await mine.inner_text()
    assert "Dana Weiss cancelled the job. The tenant moved out." in await theirs.inner_text()
    kept = await firm.kept()
    assert (kept.entries, kept.held) == ((), ((firm.cast.tom.id, "start"),))
    await part.get_by_role("button", name="Drop mine").click()
    await until_sent(page)
    await page.get_by_text("Nothing waits.").wait_for()
    assert (await firm.kept()).held_states == ("dismissed",)


async def test_a_press_that_waited_is_kept_although_its_page_still_shows(
    firm: Firm, program: Program, phone: Phone
) -> None:
    job_id = firm.jobs[0]
    page = await signed_in(phone, TOM)
    await page.goto(f"/my-jobs/{job_id}")
    await phone.network(there=False)
    await press(page, "Start work")
    await office_does(program, job_id, "hold", reason="The landlord must agree")
    await phone.network(there=True)
    await page.locator("[data-outbox]", has_text="Office changed this job").click()
    part = page.locator("rb-waiting .kept[data-item]").first
    assert "Start work" in await part.locator('[data-side="mine"]').inner_text()
    theirs = await part.locator('[data-side="theirs"]').inner_text()
    assert "The landlord must agree" in theirs


async def test_a_note_for_a_job_that_went_to_somebody_else_is_sent_anyway_word_for_word(
    firm: Firm, program: Program, phone: Phone
) -> None:
    job_id, text = firm.jobs[1], "Gasket worn. " * 24 + "A second one is in the van."
    page = await signed_in(phone, TOM)
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{job_id}")
    await write(page, "What you did", text, "Add note")
    await office_does(program, job_id, "unassign", technician_id=str(firm.cast.tom.id))
    part = await back_online(phone, page, left=1)
    assert text in await part.locator('[data-side="mine"]').inner_text()
    theirs = await part.locator('[data-side="theirs"]').inner_text()
    assert "Dana Weiss took Tom Brandt off the job." in theirs
    assert (await firm.kept()).notes == ()
    await page.reload()
    part = page.locator("rb-waiting .kept[data-item]")
    assert await waiting(page) == 1
    await part.get_by_role("button", name="Send mine anyway").click()
    await until_sent(page)
    kept = await firm.kept()
    assert kept.held == ((firm.cast.tom.id, "note"),)
    assert kept.held_texts == (text,)


async def test_what_the_page_had_shown_already_is_not_told_again(
    firm: Firm, program: Program, phone: Phone
) -> None:
    job_id = firm.jobs[4]
    page = await signed_in(phone, TOM)
    await page.goto(f"/my-jobs/{job_id}")
    await page.locator('html[data-live="live"]').wait_for()
    await office_does(program, job_id, "edit", title="Yearly check, both boilers")
    await page.get_by_role("heading", name="Yearly check, both boilers").wait_for()
    await phone.network(there=False)
    await press(page, "Start work")
    await office_does(program, job_id, "cancel", reason="The tenant moved out")
    part = await back_online(phone, page, left=1)
    theirs = await part.locator('[data-side="theirs"] li').all_inner_texts()
    assert len(theirs) == 1
    assert "cancelled the job" in theirs[0]


SIDES = """(wanted) => {
  const [mine, theirs] = ['mine', 'theirs'].map((side) => document.querySelector(`[data-side="${side}"]`));
  if (!mine || !theirs) return false;
  const [one, other] = [mine, theirs].map((side) => side.getBoundingClientRect());
  return one.height > 0 && (wanted === 'beside' ? one.top === other.top : one.bottom <= other.top);
}"""
"""Asked until it is so: the page may be drawing the two anew."""


async def test_both_sides_stand_beside_each_other_and_below_at_large_text(
    firm: Firm, program: Program, phone: Phone
) -> None:
    job_id = firm.jobs[2]
    page = await signed_in(phone, TOM)
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{job_id}")
    await press(page, "Start work")
    await office_does(program, job_id, "hold", reason="No permit yet")
    part = await back_online(phone, page, left=1)
    await part.locator('[data-side="theirs"]').wait_for()
    await page.wait_for_function(SIDES, arg="beside")
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    await page.wait_for_function(SIDES, arg="below")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_another_person_s_work_is_named_not_shown(
    firm: Firm, program: Program, phone: Phone
) -> None:
    page = await signed_in(phone, TOM)
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{firm.jobs[3]}")
    await press(page, "Start work")
    await office_does(program, firm.jobs[3], "cancel", reason="The tenant moved out")
    await back_online(phone, page, left=1)
    assert phone.context is not None
    await phone.context.clear_cookies(name="readyboard")
    await sign_in_here(page, "ines@brandt.test")
    await page.goto("/waiting")
    await page.get_by_text("1 thing of Tom Brandt is on this phone.").wait_for()
    assert "moved out" not in await page.locator("rb-waiting").inner_text()
