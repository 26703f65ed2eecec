"""Work without a network, in a real browser: nothing is lost, nothing is doubled, and nothing is said too early."""

import asyncio
import json
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import Browser

from tests.browser.firm import TOM, Firm
from tests.browser.phones import (
    NEAR,
    Phone,
    add_photos,
    photo,
    press,
    sign_in_here,
    signed_in,
    unreachable,
    until_sent,
    write,
)
from tests.program import Program

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


async def test_stop_is_saved_at_once_and_the_form_goes_ahead_of_the_server(
    firm: Firm, phone: Phone
) -> None:
    page = await signed_in(phone, TOM)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    await press(page, "Start work")
    await page.get_by_role("link", name="Stop work").click()
    await phone.network(there=False)
    at = datetime.now(UTC)
    await page.get_by_role("button", name="Job done, stop").click()
    await page.locator("[data-outbox]", has_text="Saved on this phone").wait_for(timeout=500)
    assert (
        f"Stopped {at:%H:%M} · saved on this phone"
        in await page.locator(".strip-state[data-region]").inner_text()
    )
    await page.get_by_role("button", name="Undo stop").wait_for()
    await page.close()
    assert phone.context is not None
    page = await phone.context.new_page()
    await phone.network(there=True)
    await page.goto("/my-jobs")
    await page.locator("header.strip", has_text="Sent ✓").wait_for()
    ((_, _, ended),) = (await firm.kept()).entries
    assert ended is not None
    assert abs(ended - at) < NEAR


async def test_two_taps_are_one_start_and_no_stop(firm: Firm, phone: Phone) -> None:
    page = await signed_in(phone, TOM)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    box = await page.get_by_role("button", name="Start work").bounding_box()
    assert box is not None
    for _ in range(2):
        await page.mouse.click(box["x"] + 40, box["y"] + 40)
        await asyncio.sleep(0.15)
    await page.locator(".bottom .stop:visible").first.wait_for()
    await until_sent(page)
    ((job_id, _, ended),) = (await firm.kept()).entries
    assert (job_id, ended) == (firm.jobs[0], None)


async def test_the_list_of_what_waits_opens_without_a_network(firm: Firm, phone: Phone) -> None:
    page = await signed_in(phone, TOM)
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{firm.jobs[1]}")
    await press(page, "Start work")
    await write(page, "What you did", "New trap fitted", "Add note")
    await page.locator("[data-outbox]").click()
    await page.get_by_role("heading", name="Waits for the network").wait_for()
    started, noted = await page.locator("rb-waiting .wire").all_inner_texts()
    assert started.startswith("Start work")
    assert noted.startswith("Work note")
    assert "New trap fitted" in noted
    await phone.network(there=True)
    await page.goto("/waiting")
    await page.get_by_text("Nothing waits.").wait_for()


async def test_what_was_not_accepted_says_why_and_leaves_the_choice(
    firm: Firm, phone: Phone
) -> None:
    page = await signed_in(phone, TOM)
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    # More than a note may hold: the form does not stop it, the server does.
    await write(page, "What you did", "much " * 900, "Add note")
    await page.goto("/my-jobs")
    await phone.network(there=True)
    await page.locator("[data-outbox]", has_text="Not accepted").click()
    part = page.locator("rb-waiting .kept[data-item]")
    assert "too long" in await part.inner_text()
    await part.get_by_role("button", name="Send it to the office").click()
    await until_sent(page)
    assert (await firm.kept()).held == ((firm.cast.tom.id, "other"),)


async def test_installable(firm: Firm, program: Program, phone: Phone) -> None:
    page = await signed_in(phone, TOM)
    await page.reload()
    assert await page.evaluate("navigator.serviceWorker.controller.scriptURL") == (
        f"{program.url}/sw.js"
    )
    href = await page.locator('link[rel="manifest"]').get_attribute("href")
    answer = await page.request.get(str(href))
    manifest = json.loads(await answer.text())
    assert manifest["start_url"] == "/my-jobs"
    assert manifest["display"] == "standalone"
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert sizes >= {"192x192", "512x512"}
    for icon in manifest["icons"]:
        file = await (await page.request.get(icon["src"])).body()
        assert "x".join(map(str, Image.open(BytesIO(file)).size)) == icon["sizes"]
    assert phone.context is not None
    session = await phone.context.new_cdp_session(page)
    errors = await session.send("Page.getInstallabilityErrors")
    assert [
        e["errorId"] for e in errors["installabilityErrors"] if e["errorId"] != "in-incognito"
    ] == []


async def test_a_twelve_megapixel_photo_is_shrunk_and_a_heic_goes_as_it_is(
    firm: Firm, phone: Phone
) -> None:
    page = await signed_in(phone, TOM)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    await press(page, "Start work")
    large = photo((4032, 3024))
    assert len(large) > 2_000_000
    await add_photos(page, large)
    await add_photos(page, photo((800, 600), "HEIC"), kind="image/heic")
    await until_sent(page)
    photos = (await firm.kept()).photos
    assert [1000 < width <= 1600 for *_, width in photos] == [True, False]
    assert photos[1][-1] == 800
    await page.locator("[data-photos] img").nth(1).wait_for()


async def test_a_stop_announces_the_photos_that_are_still_here(firm: Firm, phone: Phone) -> None:
    page = await signed_in(phone, TOM)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    await press(page, "Start work")
    await page.route("**/jobs/*/photos**", unreachable)
    await page.wait_for_timeout(500)
    await add_photos(page, photo(), photo((480, 640)))
    await page.goto(f"/my-jobs/{firm.jobs[0]}#last")
    await press(page, "Job done, stop")
    await page.get_by_text("2 photos coming").first.wait_for()
    await page.unroute("**/jobs/*/photos**")
    await page.reload()
    await until_sent(page)
    assert len((await firm.kept()).photos) == 2


async def test_without_scripts_a_press_is_a_form(
    firm: Firm, program: Program, chromium: Browser
) -> None:
    context = await chromium.new_context(base_url=program.url, java_script_enabled=False)
    try:
        page = await context.new_page()
        await sign_in_here(page, TOM)
        await page.goto(f"/my-jobs/{firm.jobs[0]}")
        await page.get_by_role("button", name="Start work").click()
        await page.get_by_role("link", name="Stop work").wait_for()
        assert len((await firm.kept()).entries) == 1
    finally:
        await context.close()
