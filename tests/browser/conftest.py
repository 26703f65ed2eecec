"""Fixtures for journeys: a real server with the demo company, and real browsers looking at it."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from tests.browser.people import password_said, said_beside
from tests.browser.screens import Complaints, launched_chromium, open_screen
from tests.program import Program, readyboard

ContextFor = Callable[..., Awaitable[BrowserContext]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all journeys; each takes its own contexts from it."""
    async with launched_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the demo company, made once; copy it, do not serve it."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    (folder.parent / "said.txt").write_text(
        readyboard("demo", "--no-serve", "--seed", "1", data_dir=folder)
    )
    return folder


@pytest.fixture(scope="session")
def demo_password(demo_data: Path) -> str:
    """With it and `people.sign_in` a test is anybody of the demo company."""
    return password_said(said_beside(demo_data))


@pytest_asyncio.fixture(loop_scope="session")
async def served(demo_data: Path, tmp_path: Path) -> AsyncIterator[Program]:
    """The program, running, with a demo company of this test's own."""
    shutil.copytree(demo_data, tmp_path / "data")
    program = Program(tmp_path / "data")
    await program.start()
    try:
        yield program
    finally:
        await program.close()


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
        await context.close()
    assert complaints.heard == []
