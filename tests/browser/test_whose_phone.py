"""One phone, several people: what somebody did stays theirs, also after they signed out or left."""

import pytest
from playwright.async_api import Dialog

from tests.browser.firm import INES, TOM, Firm
from tests.browser.people import draw_signature
from tests.browser.phones import (
    NEAR,
    READY,
    Phone,
    add_photos,
    photo,
    press,
    sign_in_here,
    signed_in,
    unreachable,
    until,
    until_sent,
    write,
)
from tests.program import Program, readyboard

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


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
    await page.route("**/jobs/*/start", unreachable)
    await press(page, "Start work")
    said: list[str] = []

    async def stay(dialog: Dialog) -> None:
        said.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", stay)
    await page.goto("/account")
    await page.route("**/jobs/*/start", unreachable)
    await page.get_by_role("button", name="Sign out", exact=True).last.click()
    await page.wait_for_timeout(500)
    assert said[0].startswith("1 thing is only on this phone.")
    assert page.url.endswith("/account")


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
