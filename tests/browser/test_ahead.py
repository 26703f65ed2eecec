"""My jobs and "Still needed" without a network: they show what was pressed, as saved on this phone and never as met."""

import pytest
from playwright.async_api import expect

from tests.browser.firm import TOM, Firm, office_does
from tests.browser.phones import Phone, add_photos, photo, press, signed_in, until_sent, write
from tests.program import Program

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


async def test_rows_show_the_press_that_waits_and_then_the_server_s_word(
    firm: Firm, phone: Phone
) -> None:
    first, second = firm.jobs[:2]
    page = await signed_in(phone, TOM)
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{first}")
    at = await press(page, "Start work")
    await page.goto("/my-jobs")
    row = page.locator(f"#job-{first}")
    await expect(row.locator(".jobrow-state")).to_have_text(f"Working {at:%H:%M}")
    await expect(row.locator("[data-here]")).to_have_text("Saved on this phone")
    await expect(page.locator(f"#job-{second} [data-here]")).to_have_count(0)
    await phone.network(there=True)
    await until_sent(page)
    await expect(page.locator("[data-here]")).to_have_count(0)
    now = page.get_by_role("region", name="Now")
    await expect(now.locator(f"#job-{first}")).to_have_attribute("data-state", "working")


async def test_what_is_needed_and_held_here_is_said_on_the_row_and_on_the_form(
    firm: Firm, program: Program, phone: Phone
) -> None:
    job_id = firm.jobs[0]
    await office_does(program, job_id, "edit", job_type_id=str(firm.cast.job_type_id))
    page = await signed_in(phone, TOM)
    await page.goto(f"/my-jobs/{job_id}")
    await press(page, "Start work")
    await page.locator(".bottom a.stop").wait_for()  # The server's own word.
    await page.goto("/my-jobs")
    needed = page.locator(f"#job-{job_id} [data-brought-by]")
    await expect(needed).to_have_text("3 things still needed")
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{job_id}")
    await write(page, "What you did", "New trap fitted", "Add note")
    await add_photos(page, photo())
    need = page.locator("#needs-work_note")
    await expect(need).to_contain_text("Saved on this phone")
    await expect(need).to_have_attribute("data-tone", "warn")
    await page.goto("/my-jobs")
    await expect(needed).to_have_text("3 things still needed, 1 on this phone")
    await expect(page.locator(f"#job-{job_id} [data-here]")).to_have_text("Saved on this phone · 2")
    await phone.network(there=True)
    await until_sent(page)
    await expect(needed).to_have_text("2 things still needed")
    await page.goto(f"/my-jobs/{job_id}")
    there = page.locator('.needs li[data-tone="done"]', has_text="Work note")
    await expect(there).to_be_visible()
