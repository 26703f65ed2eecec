"""A screen that cannot know says so; and what was committed reaches it, however the server died."""

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.boards import equals_a_fresh_load, is_live
from tests.browser.conftest import PageOf
from tests.caller import Caller
from tests.demo_folder import DemoFolder
from tests.program import DEATH, DIES_BEFORE_PUBLISHING, Program


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(
    demo: DemoFolder, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Program]:
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(demo.path, folder)
    program = Program(folder, sabotage=DIES_BEFORE_PUBLISHING)
    await program.start()
    try:
        yield program
    finally:
        await program.close()


async def test_a_board_without_a_server_says_so_and_is_true_again_when_it_returns(
    page_of: PageOf, served: Program, caller: Caller
) -> None:
    job = await caller.started_job("Runs on meanwhile", technician="ines")
    dispatch = await page_of("dana", "desktop", "/dispatch", own_clock=True)
    wall = await page_of("wall", "wall", "/wall", own_clock=True)
    for screen in (dispatch, wall):
        await is_live(screen)
        await expect(_mark(screen)).to_contain_text("Live · ")
    served.kill()
    await _pass(26, dispatch, wall)
    for screen in (dispatch, wall):
        await expect(_mark(screen)).to_contain_text("Reconnecting… last news")
    await _pass(35, dispatch, wall)
    frozen = [await _running_times(screen) for screen in (dispatch, wall)]
    for screen, times in zip((dispatch, wall), frozen, strict=True):
        await expect(_mark(screen)).to_contain_text("NOT LIVE since")
        assert times
        assert all(time.startswith("≈") for time in times)
    await _pass(61, dispatch, wall)
    assert [await _running_times(screen) for screen in (dispatch, wall)] == frozen

    await served.start()
    await caller.press("ines", job, "stop")
    for screen in (dispatch, wall):
        await _until_live(screen)
        ready = screen.locator('section[data-lane="ready"]')
        if screen is dispatch:
            await expect(ready.locator(f"#job-{job}")).to_be_visible()
        assert not any(time.startswith("≈") for time in await _running_times(screen))
        assert await equals_a_fresh_load(screen)


async def test_killed_between_commit_and_publish_the_stop_is_kept_and_the_open_board_sees_it(
    page_of: PageOf, served: Program, caller: Caller
) -> None:
    job = await caller.started_job("Killed in between", technician="ines")
    office = await page_of("olga", "desktop", "/office")
    await is_live(office)
    death = served.data_dir / DEATH
    death.touch()
    unanswered = asyncio.create_task(caller.post("ines", f"/api/v1/jobs/{job}/stop"))
    await served.died()
    assert isinstance((await asyncio.gather(unanswered, return_exceptions=True))[0], Exception)
    death.unlink()
    await served.start()
    await expect(office.locator(f'section[data-lane="ready"] #job-{job}')).to_be_visible(
        timeout=10_000
    )
    assert await equals_a_fresh_load(office)
    stops = [one for one in (await caller.job(job))["history"] if one["kind"] == "stop"]
    assert len(stops) == 1


def _mark(screen: Page) -> Locator:
    return screen.locator("p.live")


async def _pass(seconds: float, *screens: Page) -> None:
    for screen in screens:
        await screen.clock.run_for(int(seconds * 1000))


async def _running_times(screen: Page) -> list[str]:
    return await screen.locator('[data-lane="in_progress"] [data-show="elapsed"]').all_inner_texts()


async def _until_live(screen: Page) -> None:
    """Its clock is ours and the network's is not: let a second pass, and give the network a moment, up to 35 times."""
    for _ in range(35):
        if await screen.locator('html[data-live="live"]').count():
            return
        await screen.clock.run_for(1000)
        await asyncio.sleep(0.05)
    raise AssertionError("not live within 35 s of its clock")
