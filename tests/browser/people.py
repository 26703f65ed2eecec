"""Signing in as the people of the demo company, and pairing a wall, as a person would do it."""

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.demo_folder import PASSWORD


async def sign_in(context: BrowserContext, who: str) -> Page:
    """Through the form; leaves the page where the program takes this person first. ``who``: before their @."""
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(f"{who}@demo.example")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


async def pair_wall(wall: Page, approver: Page, *, name: str = "Workshop") -> None:
    """The television shows a code and a word; a signed-in person types the code, compares the word, and confirms.

    Leaves the wall waiting: it looks every five seconds whether it was let in.
    """
    await wall.goto("/wall")
    code = "".join(await wall.locator(".pair-code span").all_inner_texts())
    word = await wall.locator(".pair-word").inner_text()
    await approver.goto("/settings/displays")
    await approver.get_by_label("Code on the screen").fill(code)
    await approver.get_by_role("button", name="Go on").click()
    await approver.locator(".bigword", has_text=word).wait_for()
    await approver.get_by_label("Name of the screen").fill(name)
    await approver.get_by_label("Your password").fill(PASSWORD)
    await approver.get_by_role("button", name="Connect").click()
    await approver.get_by_role("row", name=name).wait_for()


def stop_of(phone: Page) -> Locator:
    """The big Stop: a link to the last look, or the press itself while the form is ahead of the server."""
    return phone.locator(".bottom .button.stop", has_text="Stop work")


async def stop_work(phone: Page) -> None:
    """Stop, and after the last look at what was captured: the job is done."""
    await phone.get_by_role("link", name="Stop work").click()
    await phone.get_by_role("button", name="Job done, stop").click()


async def draw_signature(phone: Page) -> None:
    """With the pointer, slowly enough to be a line."""
    pad = await signature_box(phone)
    # Not under the big button, where no finger would draw either.
    await pad.evaluate("pad => pad.scrollIntoView({block: 'center'})")
    box = await pad.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    await phone.mouse.move(box["x"] + box["width"] / 4, middle)
    await phone.mouse.down()
    await phone.mouse.move(box["x"] + box["width"] / 2, middle - 20, steps=5)
    await phone.mouse.move(box["x"] + box["width"] * 3 / 4, middle, steps=5)
    await phone.mouse.up()


async def signature_box(phone: Page) -> Locator:
    """The box to sign in: it comes with the first scroll, and only then the button means a drawn signature."""
    await phone.get_by_role("heading", name="Customer signs").scroll_into_view_if_needed()
    await phone.mouse.wheel(0, 1)
    pad = phone.locator("[data-pad]")
    await expect(pad).to_be_visible()
    return pad
