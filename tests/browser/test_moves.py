"""Moving cards: by the button, by the keyboard alone, taken back, refused, and two people at the same card."""

import re

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import PageOf
from tests.browser.dragging import grab, over
from tests.caller import Caller

BOARD = "/dispatch?when=week"


async def test_a_card_is_moved_by_its_button_and_the_move_is_taken_back(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.planned_job("Move me", technician="ines")
    dana = await page_of("dana", "desktop", BOARD)
    other = await page_of("olga", "desktop", BOARD)
    await _move(dana, job, "Unscheduled")
    for board in (dana, other):
        await expect(_card(board, job, "unscheduled")).to_be_visible()
    await expect(dana.locator("#say")).to_contain_text("moved to Unscheduled")
    await other.get_by_role("link", name="Recent moves").click()
    await other.locator("li", has_text="Move me").get_by_role("button", name="Undo").click()
    await expect(_card(dana, job, "scheduled")).to_be_visible()
    # A context that is closed while its page is on the way to another hangs.
    await expect(other.get_by_text("The move is undone.")).to_be_visible()


async def test_a_card_is_moved_by_the_keyboard_alone_and_focus_is_always_seen(
    page_of: PageOf, caller: Caller
) -> None:
    first = await caller.planned_job("Key one", technician="ines", in_hours=0.5)
    second = await caller.planned_job("Key two", technician="ines", in_hours=0.5)
    dana = await page_of("dana", "desktop", BOARD)
    await _walk_to(dana, first)
    await dana.keyboard.press("m")
    await expect(dana.get_by_role("dialog")).to_be_visible()
    assert await _focus_is_seen(dana)
    await dana.keyboard.press("Escape")
    await expect(dana.locator(f"#job-{first} a:focus")).to_have_count(1)
    assert await _focus_is_seen(dana)
    await dana.keyboard.press("m")
    await _walk_to_button(dana, "Unscheduled")
    await dana.keyboard.press("Enter")
    await expect(_card(dana, first, "unscheduled")).to_be_visible()
    await expect(dana.locator(f"#job-{second} a:focus")).to_have_count(1)
    assert await _focus_is_seen(dana)
    await dana.keyboard.press("Control+z")
    await expect(_card(dana, first, "scheduled")).to_be_visible()
    await expect(dana.locator("#say")).to_contain_text("Undone")
    assert await _focus_is_seen(dana)
    await dana.keyboard.press("Enter")
    await expect(dana).to_have_url(re.compile(f"/jobs/{second}$"))


async def test_a_card_of_the_dispatch_board_is_dragged_and_a_plan_is_asked_for(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.planned_job("Drag me about", technician="ines")
    dana = await page_of("dana", "desktop", BOARD)
    await grab(dana, _card(dana, job, "scheduled"))
    await over(dana, "in_progress")
    why = dana.locator('section[data-lane="in_progress"] [data-why]')
    await expect(why).to_contain_text("technician")
    await over(dana, "unscheduled")
    await dana.mouse.up()
    await expect(_card(dana, job, "unscheduled")).to_be_visible()
    await grab(dana, _card(dana, job, "unscheduled"))
    await over(dana, "scheduled")
    await dana.mouse.up()
    await expect(
        dana.get_by_role("dialog").get_by_role("heading", name="Plan the job")
    ).to_be_visible()
    await dana.keyboard.press("Escape")
    await expect(_card(dana, job, "unscheduled")).to_be_visible()


async def test_two_people_at_one_card_see_who_was_faster(page_of: PageOf, caller: Caller) -> None:
    job = await caller.planned_job("Both want it", technician="ines")
    dana = await page_of("dana", "desktop", BOARD)
    olga = await page_of("olga", "desktop", BOARD)
    await _open_move(olga, job)
    await _move(dana, job, "On hold", reason="Wait for the landlord")
    await expect(_card(dana, job, "on_hold")).to_be_visible()
    await olga.get_by_role("dialog").get_by_role("button", name="Unscheduled").click()
    said = olga.get_by_role("dialog").get_by_role("alert")
    await expect(said).to_contain_text("Dana Rasmussen moved this to On hold")
    await said.get_by_role("link", name="Leave it").click()
    await expect(_card(olga, job, "on_hold")).to_be_visible()
    assert (await caller.job(job))["state"] == "on_hold"


async def test_a_refusal_says_what_to_do_in_the_dialog(page_of: PageOf, caller: Caller) -> None:
    job = await caller.planned_job("Too late to hold", technician="ines")
    dana = await page_of("dana", "desktop", BOARD)
    await _open_move(dana, job)
    await dana.get_by_role("dialog").get_by_role("link", name="On hold").click()
    await dana.get_by_label("What does it wait for?").fill("The landlord")
    await caller.press("ines", job, "start")
    await dana.get_by_role("button", name="Put on hold").click()
    said = dana.get_by_role("dialog").get_by_role("alert")
    await expect(said).to_contain_text("Inês Carvalho moved this to Working")
    await said.get_by_role("button", name="Put it on hold anyway").click()
    errors = dana.get_by_role("dialog").locator(".errors")
    await expect(errors).to_contain_text("Inês")
    await expect(errors).to_be_focused()
    await expect(dana.get_by_label("What does it wait for?")).to_have_value("The landlord")
    await dana.keyboard.press("Escape")
    await expect(_card(dana, job, "in_progress")).to_be_visible()
    await caller.press("ines", job, "stop")


async def test_the_office_asks_back_and_takes_the_question_back(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.started_job("Ask about me", technician="ines")
    await caller.press("ines", job, "stop")
    olga = await page_of("olga", "desktop", "/office")
    await _move(olga, job, "Needs details", reason="Which valve?")
    await expect(_card(olga, job, "needs_details")).to_contain_text("answer to the office")
    await olga.keyboard.press("Control+z")
    await expect(_card(olga, job, "ready")).to_be_visible()


async def test_a_card_behind_an_open_dialog_waits_and_the_others_do_not(
    page_of: PageOf, caller: Caller
) -> None:
    held = await caller.planned_job("Behind the dialog", technician="ines")
    free = await caller.planned_job("Beside the dialog", technician="sofia")
    dana = await page_of("dana", "desktop", BOARD)
    await _open_move(dana, held)
    await caller.press("olga", held, "hold", reason="Wait")
    await caller.press("olga", free, "hold", reason="Wait")
    await expect(_card(dana, free, "on_hold")).to_be_visible()
    await expect(_card(dana, held, "scheduled")).to_be_visible()
    await dana.keyboard.press("Escape")
    await expect(_card(dana, held, "on_hold")).to_be_visible()


async def _open_move(board: Page, job: int) -> None:
    await board.locator(f"#job-{job}").get_by_role("link", name="Move job").click()
    await board.get_by_role("dialog").get_by_role("heading", name="Move job").wait_for()


async def _move(board: Page, job: int, lane: str, *, reason: str = "") -> None:
    await _open_move(board, job)
    dialog = board.get_by_role("dialog")
    if not reason:
        await dialog.get_by_role("button", name=lane).click()
        return
    await dialog.get_by_role("link", name=lane).click()
    await dialog.get_by_role("textbox").fill(reason)
    await dialog.locator("button.primary").click()


def _card(board: Page, job: int, lane: str) -> Locator:
    return board.locator(f'section[data-lane="{lane}"] #job-{job}')


async def _walk_to(board: Page, job: int) -> None:
    """Into the lane by Tab, down by the arrow."""
    link = '[data-lane="scheduled"] li:not([hidden]) .card-title a'
    await board.locator(link).first.focus()
    for _ in range(60):
        if await board.locator(f"#job-{job} a:focus").count():
            return
        await board.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows did not come to job {job}")


async def _walk_to_button(board: Page, words: str) -> None:
    await board.get_by_role("dialog").get_by_role("button", name=words).wait_for()
    for _ in range(12):
        if words in await board.evaluate("document.activeElement.textContent"):
            return
        await board.keyboard.press("Tab")
    raise AssertionError(f"Tab did not come to {words}")


FOCUS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return 'nothing has focus';
  const box = focused.getBoundingClientRect();
  const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const outlines = [null, '::after'].map((part) => getComputedStyle(focused, part));
  const drawn = outlines.some((o) => o.outlineStyle !== 'none' && parseFloat(o.outlineWidth) >= 2);
  return seen && drawn ? '' : `${focused.outerHTML.slice(0, 120)}: on screen ${seen}, outlined ${drawn}`;
}"""


async def _focus_is_seen(page: Page) -> bool:
    problem = await page.evaluate(FOCUS)
    assert problem == "", problem
    return True
