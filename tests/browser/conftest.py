"""Fixtures for journeys: a real server with the demo company, and real browsers looking at it.

A module shares one served program; each test makes its own jobs in it and has its own visitors.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.web.cookies import DISPLAY, SIGN_IN
from tests.browser.firm import Firm, made_firm
from tests.browser.phones import Phone, phone_of
from tests.browser.screens import Complaints, launched_chromium, open_screen, scripts_loaded
from tests.caller import NO_TLS, Caller
from tests.demo_folder import PASSWORD, DemoFolder, make_demo
from tests.program import Program

ContextFor = Callable[..., Awaitable[BrowserContext]]
PageOf = Callable[..., Awaitable[Page]]

CLOSED_WITHIN_S = 10

# The usual five seconds measure a busy machine. What must be quick is measured by `make bench`.
expect.set_options(timeout=15_000)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all journeys; each takes its own contexts from it."""
    async with launched_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFolder:
    """The demo company, made once."""
    return await make_demo(tmp_path_factory.mktemp("demo") / "data")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(
    demo: DemoFolder, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Program]:
    """The program, running, with a demo company of this module's own."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(demo.path, folder)
    program = Program(folder)
    await program.start()
    try:
        yield program
    finally:
        await program.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def caller(served: Program, demo: DemoFolder) -> AsyncIterator[Caller]:
    """Makes jobs for a test, and looks behind the pages."""
    caller = Caller(served.url, demo)
    yield caller
    await caller.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context_for(chromium: Browser, served: Program) -> AsyncIterator[ContextFor]:
    """`await context_for("phone")`: a visitor with own cookies, at the server's address.

    Fails the test at its end if any page threw an error or broke the content security policy.
    """
    complaints = Complaints()
    contexts: list[BrowserContext] = []

    async def open_one(screen: str, **options: Any) -> BrowserContext:
        context = await open_screen(
            chromium, screen, complaints, **{"base_url": served.url, **options}
        )
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        # A context that is closed while its page is on the way to another may hang; it ends with the browser.
        with suppress(TimeoutError):
            await asyncio.wait_for(context.close(), CLOSED_WITHIN_S)
    assert complaints.heard == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def display_cookie(served: Program, demo: DemoFolder) -> str:
    """What a paired television holds."""
    tv = httpx2.AsyncClient(base_url=served.url, verify=NO_TLS)
    office = httpx2.AsyncClient(
        base_url=served.url,
        verify=NO_TLS,
        cookies={SIGN_IN: demo.cookies["owner"]},
        headers={"Origin": served.url},
    )
    async with tv, office:
        code = "".join(
            re.findall(r'<span aria-hidden="true">(\w)</span>', (await tv.get("/wall")).text)
        )
        words = {"code": code, "name": "Workshop", "password": PASSWORD, "key": "pair the workshop"}
        answer = await office.post("/settings/displays", data=words)
        assert answer.status_code == 303, answer.text
        assert "<rb-board" in (await tv.get("/wall")).text
        return str(tv.cookies[DISPLAY])


@pytest.fixture
def page_of(
    context_for: ContextFor, served: Program, demo: DemoFolder, display_cookie: str
) -> PageOf:
    """`await page_of("olga", "desktop", "/office")`: signed in already, in a context of its own.

    "wall" is a paired television. `own_clock`: time passes as the test says, `page.clock.run_for(…)`.
    """

    async def open_page(
        who: str, screen: str, path: str, *, own_clock: bool = False, **options: Any
    ) -> Page:
        context = await context_for(screen, **options)
        if own_clock:
            await context.clock.install()
        name, value = (DISPLAY, display_cookie) if who == "wall" else (SIGN_IN, demo.cookies[who])
        await context.add_cookies([{"name": name, "value": value, "url": served.url}])
        page = await context.new_page()
        await page.goto(path)
        if options.get("java_script_enabled", True):
            await scripts_loaded(page)
        return page

    return open_page


# --- a small firm with a program of its own for each test: phones without a network


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def untouched_firm(tmp_path_factory: pytest.TempPathFactory) -> Firm:
    return await made_firm(tmp_path_factory.mktemp("firm") / "data")


@pytest_asyncio.fixture(loop_scope="session")
async def firm(untouched_firm: Firm, tmp_path: Path) -> Firm:
    """A copy of the firm, with a database of this test's own."""
    shutil.copytree(untouched_firm.data_dir, tmp_path / "data")
    return replace(untouched_firm, data_dir=tmp_path / "data")


@pytest_asyncio.fixture(loop_scope="session")
async def program(firm: Firm) -> AsyncIterator[Program]:
    program = Program(firm.data_dir)
    await program.start()
    try:
        yield program
    finally:
        await program.close()


@pytest_asyncio.fixture(loop_scope="session")
async def phone(program: Program, tmp_path: Path) -> AsyncIterator[Phone]:
    async with phone_of(tmp_path / "profile", program.url) as phone:
        yield phone
