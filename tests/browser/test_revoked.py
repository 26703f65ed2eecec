"""Whoever is thrown out sees nothing more: their open page says so within two seconds."""

from playwright.async_api import expect

from tests.browser.boards import is_live
from tests.browser.conftest import PageOf
from tests.demo_folder import PASSWORD, DemoFolder

IN_TIME_MS = 2000


async def test_a_retired_persons_open_page_says_that_they_are_signed_out(
    page_of: PageOf, demo: DemoFolder
) -> None:
    dana = await page_of("dana", "desktop", "/dispatch")
    zoe = await page_of("zoe", "phone", "/my-jobs")
    owner = await page_of("owner", "desktop", f"/people/{demo.ids['dana']}")
    await is_live(dana)
    await is_live(zoe)
    owner.on("dialog", lambda dialog: dialog.accept())
    await owner.get_by_role("button", name="has left").click()
    said = dana.locator("[data-offer]")
    await expect(said).to_contain_text("You are signed out.", timeout=IN_TIME_MS)
    await expect(dana.locator("html")).to_have_attribute("data-live", "stale")
    await said.get_by_role("link", name="Sign in again").click()
    await expect(dana.get_by_role("button", name="Sign in")).to_be_visible()
    await expect(zoe.locator("html")).to_have_attribute("data-live", "live")


async def test_signing_out_ends_every_page_of_that_sign_in(page_of: PageOf) -> None:
    olga = await page_of("olga", "desktop", "/office")
    other = await olga.context.new_page()
    await other.goto("/dispatch")
    await is_live(other)
    await olga.locator(".topbar details summary").last.click()
    await olga.get_by_role("button", name="Sign out").click()
    await expect(other.locator("[data-offer]")).to_contain_text(
        "You are signed out.", timeout=IN_TIME_MS
    )


async def test_a_disconnected_screen_shows_a_pairing_code_and_no_job(page_of: PageOf) -> None:
    owner = await page_of("owner", "desktop", "/settings/displays")
    wall = await page_of("wall", "wall", "/wall")
    await is_live(wall)
    await owner.get_by_role("link", name="Change").first.click()
    await owner.get_by_role("button", name="Disconnect this screen").click()
    if await owner.get_by_label("Your password").count():
        await owner.get_by_label("Your password").fill(PASSWORD)
        await owner.get_by_role("button").last.click()
    await expect(wall.locator(".pair-code")).to_be_visible(timeout=IN_TIME_MS)
    await expect(wall.locator("article")).to_have_count(0)
