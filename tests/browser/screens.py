"""Chromium, and the screens we care about: a phone, a desk, a wall; for journeys and pictures."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    async_playwright,
)

CHROMIUM = os.environ.get("CHROMIUM") or next(
    (
        there
        for there in ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
        if Path(there).exists()
    ),
    "/usr/bin/chromium",
)

# The smallest phone we promise, an office desk, a full-HD television.
SCREENS: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 360, "height": 640},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "wall": {"viewport": {"width": 1920, "height": 1080}},
}

# On loopback everything happens within a second; a wait longer than this is a failure.
WAIT_MS = 10_000

_QUIET = ("--disable-background-networking", "--disable-component-update", "--no-first-run")


def sandbox_flags() -> tuple[str, ...]:
    """Chromium refuses its sandbox to root, which is who runs in containers and CI."""
    return _QUIET if os.geteuid() else (*_QUIET, "--no-sandbox")


@asynccontextmanager
async def launched_chromium() -> AsyncIterator[Browser]:
    """The Chromium that the system has; we never download one."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(sandbox_flags())
        )
        try:
            yield browser
        finally:
            await browser.close()


_LOADED = """async () => {
  const has = (selector) => document.querySelector(selector) !== null;
  const wanted = [];
  if (has('rb-live')) wanted.push('page-live', has('html.phone') ? 'outbox' : 'press-form');
  if (has('html.phone [data-upload]')) wanted.push('upload-pick');
  if (has('rb-board')) wanted.push('board');
  if (has('rb-board:not([data-view="wall"])')) wanted.push('board-keys', 'dialog', 'drag');
  if (!wanted.length) return;
  const main = document.querySelector('script[src*="/js/main"]').src;
  await Promise.all(wanted.map((name) => import(main.replace('main', name))));
}"""


async def scripts_loaded(page: Page) -> None:
    """Until then forms and links do what they do without scripts; a test is quicker than any hand."""
    await page.evaluate(_LOADED)


class Complaints:
    """What a page said was wrong: uncaught errors and broken content security policy."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def listen_to(self, page: Page) -> None:
        """Collect this page's complaints from now on."""
        page.on("pageerror", self._uncaught)
        page.on("console", self._said)

    def _uncaught(self, error: Error) -> None:
        self.heard.append(f"uncaught: {error.stack or error.message}")

    def _said(self, message: ConsoleMessage) -> None:
        # A failed request is no complaint: tests stop the server on purpose.
        if message.type == "error" and "Content Security Policy" in message.text:
            self.heard.append(message.text)


async def open_screen(
    browser: Browser, screen: str, complaints: Complaints, **options: Any
) -> BrowserContext:
    """A fresh visitor (own cookies) at one of SCREENS; options go to Playwright."""
    defaults = {"locale": "en-GB", "timezone_id": "Europe/Berlin", "reduced_motion": "reduce"}
    context = await browser.new_context(**{**defaults, **SCREENS[screen], **options})
    context.set_default_timeout(WAIT_MS)
    context.on("page", complaints.listen_to)
    return context
