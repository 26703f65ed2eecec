"""Proof of the work, by hand in real browsers: a signature, seven missing things that arrive, every kind of photo."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from tests.browser.boards import is_live
from tests.browser.conftest import PageOf
from tests.browser.people import draw_signature, signature_box, stop_work
from tests.caller import Caller
from tests.web import pictures

SEVEN = [
    {"code": code}
    for code in ("work_note", "photos_before", "photos_after", "checklist", "signature", "parts")
]


async def test_a_signature_drawn_with_a_finger_is_on_the_office_s_page(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.started_job("Signed with a finger", technician="ines")
    office = await page_of("olga", "desktop", f"/jobs/{job}")
    await is_live(office)
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await draw_signature(phone)
    await phone.get_by_label("Name optional").fill("Zoë Adler")
    await phone.get_by_role("button", name="Customer signs").click()
    await expect(phone.locator(".signed")).to_contain_text("Zoë Adler")
    signed = office.locator('[data-region="signature"] img[alt="Signature of Zoë Adler"]')
    await signed.scroll_into_view_if_needed()
    await expect(signed).to_be_visible()
    path = await signed.get_attribute("src")
    ink = Image.open(io.BytesIO(await (await office.request.get(str(path))).body())).convert("L")
    dark = ink.point([255 if level < 128 else 0 for level in range(256)]).getbbox()
    assert dark is not None
    # The line went from a quarter to three quarters of the box.
    assert dark[0] == pytest.approx(ink.width / 4, abs=12)
    assert dark[2] == pytest.approx(ink.width * 3 / 4, abs=12)
    await caller.press("ines", job, "stop")


async def test_signing_without_a_line_says_so(page_of: PageOf, caller: Caller) -> None:
    job = await caller.started_job("Not signed at all", technician="ines")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await signature_box(phone)
    await phone.get_by_role("button", name="Customer signs").click()
    await expect(phone.get_by_role("alert")).to_have_text("Sign in the box first.")
    await caller.press("ines", job, "stop")


async def test_seven_missing_things_count_down_on_the_board_and_the_last_makes_it_ready(
    page_of: PageOf, caller: Caller
) -> None:
    job = await _demanding(caller)
    office = await page_of("olga", "desktop", "/office")
    await is_live(office)
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await stop_work(phone)
    await _seen(office, phone, job, 7)

    await _after_a_second(phone)
    await phone.get_by_label("What you did").fill("New gasket, tested at 3 bar.")
    await phone.get_by_role("button", name="Add note").click()
    await _seen(office, phone, job, 6)
    for left, kind in ((5, "Before"), (4, "After")):
        await phone.get_by_role("radio", name=kind, exact=True).check(force=True)
        await phone.locator("#f-photo-choose").set_input_files([_file(left)])
        await _seen(office, phone, job, left)
    await _after_a_second(phone)
    await phone.get_by_role("button", name="No parts used").click()
    await _seen(office, phone, job, 3)
    await _after_a_second(phone)
    await phone.locator(".check").get_by_role("button", name="Yes").click()
    await _seen(office, phone, job, 2)
    await draw_signature(phone)
    await phone.get_by_role("button", name="Customer signs").click()
    await _seen(office, phone, job, 1)

    made = await caller.do("olga", "/api/v1/customers", name="Café Zoë")
    await caller.edit("olga", job, customer_id=made["id"])
    await expect(office.locator(f'section[data-lane="ready"] #job-{job}')).to_be_visible()
    await expect(phone.get_by_role("heading", name="Ready to invoice")).to_be_visible()


async def _demanding(caller: Caller) -> int:
    """At work for an hour on a job of a type that wants everything, for a customer nobody knows yet."""
    made = await caller.do(
        "olga",
        "/api/v1/job-types",
        name="Everything",
        requirements=SEVEN,
        checklist=[{"text": "Gas cock closed?"}],
    )
    job = int(
        (await caller.do("olga", "/api/v1/jobs", title="Wants it all", job_type=made["id"]))["job"][
            "id"
        ]
    )
    await caller.press("olga", job, "assign", technician_id=caller.demo.ids["ines"])
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    await caller.press("ines", job, "start", occurred_at=hour_ago.isoformat(), pause_other=True)
    return job


async def _after_a_second(phone: Page) -> None:
    """A press within a second of the last is taken for half of a double tap."""
    await phone.wait_for_timeout(1000)


def _file(shade: int) -> FilePayload:
    return FilePayload(name="p.jpg", mimeType="image/jpeg", buffer=_picture(shade))


def _picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (shade * 30, 90, 60)).save(out, "JPEG")
    return out.getvalue()


async def _seen(office: Page, phone: Page, job: int, missing: int) -> None:
    """On the board, and on the phone too: its page is about to be drawn anew, and a test is faster than a finger."""
    things = "1 thing missing" if missing == 1 else f"{missing} things missing"
    await expect(phone.get_by_role("heading", name=things)).to_be_visible()
    card = office.locator(f'section[data-lane="needs_details"] #job-{job}')
    await expect(card.locator(".needs > li")).to_have_count(missing)


async def test_a_photo_taken_while_the_page_was_drawn_anew_arrives(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.started_job("The camera is open", technician="ines")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await is_live(phone)
    async with phone.expect_file_chooser() as opened:
        await phone.locator("#f-photo-choose").click()
    # Some phones give a field no focus for its camera, and then nothing keeps the page from drawing it anew.
    await phone.evaluate("document.activeElement.blur()")
    beside = await page_of("ines", "phone", f"/my-jobs/{job}")
    await beside.locator("#f-photo-choose").set_input_files([_file(2)])
    sent = phone.locator("[data-photos] [data-photo-state]").filter(has_text="Sent")
    await expect(sent).to_have_count(1)
    await (await opened.value).set_files([_file(3)])
    await expect(sent).to_have_count(2)
    assert len((await caller.job(job))["photos"]) == 2
    await caller.press("ines", job, "stop")


async def test_large_photos_and_heic_go_through_the_plain_form(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.started_job("Photos without scripts", technician="ines")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}", java_script_enabled=False)
    await _send_plainly(phone, "large.jpg", "image/jpeg", pictures.of_a_phone())
    await _send_plainly(phone, "small.heic", "image/heic", pictures.saved_as("HEIF"))
    shown = phone.locator("[data-photos] img")
    await expect(shown).to_have_count(2)
    sizes = []
    for one in await shown.all():
        path = str(await one.get_attribute("src")).partition("?")[0]
        file = await (await phone.request.get(path)).body()
        sizes.append(Image.open(io.BytesIO(file)).size)
    # 12 Mpx that lay on their side stand upright.
    assert sizes == [(1536, 2048), (640, 480)]
    await caller.press("ines", job, "stop")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("bomb.png", pictures.bomb(), "more than 50 million pixels"),
        ("drawing.svg", pictures.SVG, "not a picture we can read"),
    ],
    ids=["bomb", "svg"],
)
async def test_what_is_no_photo_is_refused_in_a_sentence_on_the_page(
    name: str, data: bytes, sentence: str, page_of: PageOf, caller: Caller
) -> None:
    job = await caller.started_job("No photo at all", technician="ines")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}", java_script_enabled=False)
    await _send_plainly(phone, name, "image/png", data)
    await expect(phone.get_by_role("alert")).to_contain_text(sentence)
    assert (await caller.job(job))["photos"] == []
    await caller.press("ines", job, "stop")


async def test_an_svg_from_the_library_is_not_accepted_and_says_why(
    page_of: PageOf, caller: Caller
) -> None:
    job = await caller.started_job("A drawing for a photo", technician="ines")
    phone = await page_of("ines", "phone", f"/my-jobs/{job}")
    await phone.locator("#f-photo-choose").set_input_files(
        [FilePayload(name="drawing.svg", mimeType="image/svg+xml", buffer=pictures.SVG)]
    )
    await phone.locator("[data-outbox]", has_text="Not accepted").click()
    part = phone.locator("rb-waiting .kept[data-item]")
    await expect(part).to_contain_text("not a picture we can read")
    await part.get_by_role("button", name="It was a mistake").click()
    await expect(phone.get_by_text("Nothing waits.")).to_be_visible()
    await caller.press("ines", job, "stop")


async def _send_plainly(phone: Page, name: str, kind: str, data: bytes) -> None:
    await phone.locator("#f-photo-choose").set_input_files(
        [FilePayload(name=name, mimeType=kind, buffer=data)]
    )
    await phone.get_by_role("button", name="Send photos").click()
    await phone.wait_for_load_state()
