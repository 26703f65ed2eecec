"""A day in the basement: forty things done without a network, the browser and the server killed once each."""

import asyncio
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page

from tests.browser.firm import TOM, Firm
from tests.browser.phones import (
    NEAR,
    Phone,
    add_photos,
    photo,
    press,
    signed_in,
    until_sent,
    waiting,
    write,
)
from tests.program import Program

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
