"""Work without a network, in a real browser: nothing is lost, nothing is doubled, and nothing is said too early."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import Browser, Dialog, Page, Request, Route

from tests.browser.firm import INES, TOM, Firm
from tests.browser.people import draw_signature
from tests.browser.phones import (
    READY,
    Phone,
    add_photos,
    photo,
    press,
    sign_in_here,
    signed_in,
    until,
    until_sent,
    waiting,
    write,
)
from tests.program import Program, readyboard

NEAR = timedelta(seconds=2)

COOKIES_WRITTEN_S = 35
"""Chromium writes cookies every 30 s: killed sooner after a sign-in, it forgets the sign-in (but not the work)."""


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


async def work_through(page: Page, job_id: int) -> dict[str, datetime]:
    """Six presses and two photos on one job; answers when each press was made."""
    await page.goto(f"/my-jobs/{job_id}")
    at = {"start": await press(page, "Start work")}
    at["note 1"] = await write(page, "What you did", f"{job_id} note 1", "Add note")
    at["message 1"] = await write(
        page, "Message to the office", f"{job_id} message 1", "Send message"
    )
    await add_photos(page, photo(), photo((480, 640)))
    at["note 2"] = await write(page, "What you did", f"{job_id} note 2", "Add note")
    at["message 2"] = await write(
        page, "Message to the office", f"{job_id} message 2", "Send message"
    )
    at["stop"] = await press(page, "Stop work")
    return at


async def test_a_day_in_the_basement_with_everything_killed_once(
    firm: Firm, program: Program, phone: Phone
) -> None:
    page = await signed_in(phone, TOM)
    written = asyncio.create_task(asyncio.sleep(COOKIES_WRITTEN_S))
    await phone.network(there=False)
    at = {job_id: await work_through(page, job_id) for job_id in firm.jobs[:3]}
    assert await waiting(page) == 24
    await written
    phone.kill()
    page = await phone.open(online=False)
    await page.goto("/my-jobs")
    assert "no connection" in await page.locator("[data-live-text]").inner_text()
    at |= {job_id: await work_through(page, job_id) for job_id in firm.jobs[3:]}
    assert await waiting(page) == 40
    assert "sent" not in phone.heard
    await phone.network(there=True)
    await until_sent(page, left=25)
    program.kill()
    await asyncio.sleep(1.5)
    await program.start()
    await until_sent(page)
    await page.locator("header.strip", has_text="Sent ✓").wait_for()
    await _all_is_there(firm, at)
    assert phone.heard.index("answer") < phone.heard.index("sent")


async def _all_is_there(firm: Firm, at: dict[int, dict[str, datetime]]) -> None:
    kept = await firm.kept()
    assert [job_id for job_id, _, _ in kept.entries] == list(firm.jobs)
    for job_id, began, ended in kept.entries:
        assert abs(began - at[job_id]["start"]) < NEAR
        assert ended is not None
        assert abs(ended - at[job_id]["stop"]) < NEAR
    for kind, rows in (("note", kept.notes), ("message", kept.messages)):
        assert [(job_id, text) for job_id, text, _ in rows] == [
            (job_id, f"{job_id} {kind} {n}") for job_id in firm.jobs for n in (1, 2)
        ]
        for job_id, text, moment in rows:
            assert abs(moment - at[job_id][text.removeprefix(f"{job_id} ")]) < NEAR
    assert [job_id for job_id, *_ in kept.photos] == [j for j in firm.jobs for _ in (1, 2)]
    assert {taken for *_, taken, _ in kept.photos} == {
        datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
    }
    assert kept.held == ()


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


async def test_a_session_that_ended_keeps_everything_for_the_same_person(
    firm: Firm, phone: Phone
) -> None:
    page = await signed_in(phone, TOM)
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    at = await press(page, "Start work")
    await write(page, "What you did", "Before the session ended", "Add note")
    assert phone.context is not None
    await phone.context.clear_cookies(name="readyboard")
    await phone.network(there=True)
    await page.locator("[data-outbox]", has_text="Sign in to send").click()
    await page.locator("[data-only-here]", has_text="2 things are only on this phone.").wait_for()
    await sign_in_here(page, INES)
    await page.wait_for_timeout(1500)
    assert (await firm.kept()).entries == ()
    await page.goto("/waiting")
    await page.get_by_text("2 things of Tom Brandt are on this phone.").wait_for()
    await phone.context.clear_cookies(name="readyboard")
    await sign_in_here(page, TOM)
    await until_sent(page)
    kept = await firm.kept()
    assert abs(kept.entries[0][1] - at) < NEAR
    assert [text for _, text, _ in kept.notes] == ["Before the session ended"]


async def test_what_somebody_who_left_had_on_the_phone_waits_at_the_office(
    firm: Firm, program: Program, phone: Phone
) -> None:
    page = await signed_in(phone, TOM)
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    await press(page, "Start work")
    await add_photos(page, photo())
    await draw_signature(page)
    await page.get_by_role("button", name="Customer signs").click()
    await until(page, lambda there: there == 3)
    readyboard("person", "retire", "--email", TOM, data_dir=firm.data_dir)
    await phone.network(there=True)
    await until_sent(page)
    kept = await firm.kept()
    assert sorted(verb for _, verb in kept.held) == ["photo", "signature", "start"]
    assert (kept.entries, kept.photos) == ((), ())


async def test_signing_out_with_unsent_work_asks_first(firm: Firm, phone: Phone) -> None:
    page = await signed_in(phone, TOM)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    await page.route("**/jobs/*/start", _unreachable)
    await press(page, "Start work")
    said: list[str] = []

    async def stay(dialog: Dialog) -> None:
        said.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", stay)
    await page.goto("/account")
    await page.route("**/jobs/*/start", _unreachable)
    await page.get_by_role("button", name="Sign out", exact=True).last.click()
    await page.wait_for_timeout(500)
    assert said[0].startswith("1 thing is only on this phone.")
    assert page.url.endswith("/account")


async def _unreachable(route: Route, _: Request) -> None:
    await route.abort("internetdisconnected")


async def test_signing_out_takes_the_kept_pages_along(firm: Firm, phone: Phone) -> None:
    page = await signed_in(phone, TOM)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    await page.goto("/account")
    await page.get_by_role("button", name="Sign out", exact=True).last.click()
    await page.wait_for_url("**/sign-in**")
    assert await page.evaluate("caches.has('mine')") is False
    await phone.network(there=False)
    await page.goto(f"/my-jobs/{firm.jobs[0]}")
    assert "Boiler" not in await page.content()
    await page.get_by_role("heading", name="On this phone").wait_for()


async def test_the_pages_kept_are_those_of_one_person_only(firm: Firm, phone: Phone) -> None:
    page = await signed_in(phone, TOM)
    assert phone.context is not None
    await phone.context.clear_cookies(name="readyboard")
    await sign_in_here(page, INES)
    await page.evaluate(READY)
    kept = await page.evaluate(
        "caches.open('mine').then((c) => c.keys()).then((k) => k.map((r) => new URL(r.url).pathname))"
    )
    assert sorted(kept) == ["/my-jobs", "/owner"]


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
    await page.route("**/jobs/*/photos**", _unreachable)
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
