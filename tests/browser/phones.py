"""A technician's phone for journeys without a network: one browser profile that survives being killed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import psutil
from PIL import Image
from playwright.async_api import (
    BrowserContext,
    FilePayload,
    Page,
    Playwright,
    Request,
    Response,
    Route,
    async_playwright,
)

from tests.browser.firm import PASSWORD
from tests.browser.screens import CHROMIUM, SCREENS, WAIT_MS, sandbox_flags

NEAR = timedelta(seconds=2)
"""A press at the time it was made: the phone's clock and ours, and how long a tap takes."""

SEES_SENT = """
new MutationObserver(() => {
  for (const place of document.querySelectorAll('.strip')) {
    if (/Sent/.test(place.textContent)) window.sawSent(place.textContent);
  }
}).observe(document, { childList: true, subtree: true, characterData: true });
"""

READY = """async () => {
  await navigator.serviceWorker.ready;
  const links = [...document.querySelectorAll('rb-live a[href^="/my-jobs/"]')];
  const forms = [location.pathname, ...links.map((link) => new URL(link.href).pathname)];
  for (let tries = 0; tries < 300; tries += 1) {
    const mine = await caches.open('mine');
    const kept = await Promise.all(forms.map((path) => mine.match(path)));
    if (kept.every(Boolean)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`not kept within half a minute: ${forms}`);
}"""
"""The worker is in charge, and today's forms are on the phone."""


class Phone:
    """What happened on it is in ``heard``: every answer to a press, and every sight of the word "Sent"."""

    def __init__(self, playwright: Playwright, profile: Path, url: str) -> None:
        self._playwright = playwright
        self._profile = profile
        self.url = url
        self.heard: list[str] = []
        self.context: BrowserContext | None = None

    async def open(self, *, online: bool = True) -> Page:
        self.context = await self._playwright.chromium.launch_persistent_context(
            str(self._profile),
            executable_path=CHROMIUM,
            args=list(sandbox_flags()),
            base_url=self.url,
            locale="en-GB",
            timezone_id="UTC",
            reduced_motion="reduce",
            **SCREENS["phone"],
        )
        self.context.set_default_timeout(WAIT_MS)
        await self.context.expose_function("sawSent", lambda _: self.heard.append("sent"))
        await self.context.add_init_script(SEES_SENT)
        self.context.on("response", self._answered)
        if not online:
            await self.context.set_offline(True)
        return self.context.pages[0] if self.context.pages else await self.context.new_page()

    def _answered(self, response: Response) -> None:
        if response.request.method == "POST":
            self.heard.append("answer")

    async def network(self, *, there: bool) -> None:
        assert self.context is not None
        await self.context.set_offline(not there)

    def kill(self) -> None:
        """kill -9 on the whole browser: no page hears that it ends."""
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"] or []
            if f"--user-data-dir={self._profile}" in words and not any(
                word.startswith("--type=") for word in words
            ):
                for child in process.children(recursive=True):
                    child.kill()
                process.kill()

    async def close(self) -> None:
        if self.context is not None:
            await self.context.close()


@asynccontextmanager
async def phone_of(profile: Path, url: str) -> AsyncIterator[Phone]:
    async with async_playwright() as playwright:
        phone = Phone(playwright, profile, url)
        try:
            yield phone
        finally:
            try:
                await phone.close()
            finally:
                phone.kill()


async def signed_in(phone: Phone, email: str) -> Page:
    """Signed in, with the service worker in charge and today's forms on the phone."""
    page = await phone.open()
    await sign_in_here(page, email)
    await page.evaluate(READY)
    return page


async def sign_in_here(page: Page, email: str) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def press(page: Page, name: str) -> datetime:
    """Press, and wait until a second press is taken; answers when."""
    button = page.get_by_role("button", name=name, exact=True)
    await button.scroll_into_view_if_needed()
    at = datetime.now(UTC)
    await button.click()
    await asyncio.sleep(1.05)
    return at


async def waiting(page: Page) -> int:
    """How many things the phone itself still holds."""
    count = await page.evaluate(
        """() => new Promise((done, failed) => {
          const asked = indexedDB.open('readyboard-outbox', 1);
          asked.onupgradeneeded = () => asked.result.createObjectStore('items', {keyPath: 'n', autoIncrement: true});
          asked.onerror = failed;
          asked.onsuccess = () => {
            const counted = asked.result.transaction('items').objectStore('items').count();
            counted.onsuccess = () => { asked.result.close(); done(counted.result); };
          };
        })"""
    )
    return int(count)


async def until_sent(page: Page, left: int = 0) -> None:
    await until(page, lambda there: there <= left)


async def until(page: Page, enough: Callable[[int], bool], timeout_s: float = 60) -> None:
    """Until what is on the phone is so."""
    deadline = time.monotonic() + timeout_s
    while not enough(there := await waiting(page)):
        said = " / ".join(await page.locator(".strip").all_inner_texts())
        assert time.monotonic() < deadline, f"{there} wait; the phone says {said!r}"
        await asyncio.sleep(0.1)


def photo(size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> bytes:
    """Noise, because a plain colour would shrink to nothing."""
    file = BytesIO()
    noise = Image.effect_noise((size[0] // 4, size[1] // 4), 90).resize(size).convert("RGB")
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 08:15:30"
    if kind == "HEIC":
        from pillow_heif import from_pillow

        from_pillow(noise).save(file, quality=60)
    else:
        noise.save(file, kind, quality=92, exif=exif)
    return file.getvalue()


async def write(page: Page, label: str, text: str, button: str) -> datetime:
    await page.get_by_label(label, exact=True).fill(text)
    return await press(page, button)


async def add_photos(page: Page, *files: bytes, kind: str = "image/jpeg") -> None:
    before = await waiting(page)
    ending = kind.split("/")[1]
    await page.locator("#f-photo-choose").set_input_files(
        [
            FilePayload(name=f"p{n}.{ending}", mimeType=kind, buffer=file)
            for n, file in enumerate(files)
        ]
    )
    await until(page, lambda there: there >= before + len(files))


async def unreachable(route: Route, _: Request) -> None:
    """For `page.route`: these requests find no network."""
    await route.abort("internetdisconnected")
