"""Signing in as the people of the demo company, and pairing a wall, as a person would do it."""

import re
from pathlib import Path

from playwright.async_api import BrowserContext, Page

OWNER = "owner@demo.example"
DISPATCHER = "dana@demo.example"
OFFICE = "olga@demo.example"
TECHNICIAN = "tom@demo.example"
OTHER_TECHNICIAN = "ines@demo.example"


def password_said(said: str) -> str:
    """The demo people's password, out of what `readyboard demo` printed."""
    found = re.search(r"password:?\s+(\S+)", said, re.IGNORECASE)
    assert found, f"`readyboard demo` printed no password:\n{said}"
    return found[1].rstrip(".,;)")


async def sign_in(context: BrowserContext, email: str, password: str) -> Page:
    """Through the form; leaves the page where the program takes this person first."""
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


async def pair_wall(wall: Page, approver: Page, *, password: str, name: str = "Workshop") -> None:
    """The television shows a code and a word; a signed-in person types the code, compares the word, and confirms."""
    await wall.goto("/wall")
    code = "".join(await wall.locator(".pair-code span").all_inner_texts())
    word = await wall.locator(".pair-word").inner_text()
    await approver.goto("/settings/displays")
    await approver.get_by_label("Code on the screen").fill(code)
    await approver.get_by_role("button", name="Go on").click()
    await approver.locator(".bigword", has_text=word).wait_for()
    await approver.get_by_label("Name of the screen").fill(name)
    await approver.get_by_label("Your password").fill(password)
    await approver.get_by_role("button", name="Connect").click()
    await wall.locator("rb-board").wait_for()


def said_beside(data_dir: Path) -> str:
    """What `readyboard demo` printed when this data folder was made."""
    return (data_dir.parent / "said.txt").read_text()
