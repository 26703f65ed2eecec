"""The whole way in one journey: three ready jobs of two customers, two drafts, an invoice, its PDF, the mail with the
same bytes, a part payment and the rest. Somebody else's board follows live, and the money page agrees at each step."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from decimal import Decimal
from email.message import EmailMessage

import pypdfium2
import pytest
import pytest_asyncio
from PIL import Image, ImageOps
from playwright.async_api import Page, expect

from app.rules.money import cash
from tests.browser.billing_desk import card, lane, ready_job, served_lawfully
from tests.browser.conftest import PageOf
from tests.caller import Caller
from tests.demo_folder import DemoFolder
from tests.mail.post_office import Office, an_office
from tests.program import Program

TO = "buchhaltung@sommer.example"

PART = 5000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office() -> AsyncIterator[Office]:
    """A real mail server on this machine."""
    async with an_office() as office:
        yield office


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(
    demo: DemoFolder, tmp_path_factory: pytest.TempPathFactory, office: Office
) -> AsyncIterator[Program]:
    folder = tmp_path_factory.mktemp("ready-to-paid") / "data"
    mail = {
        "READYBOARD_SMTP_URL": f"smtp://127.0.0.1:{office.port}?security=none",
        "READYBOARD_MAIL_FROM": "invoices@brandt.example",
    }
    async with served_lawfully(demo, folder, **mail) as program:
        yield program


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the money page, in cents."""

    ready: int
    billing: int
    not_due: int
    paid: int


async def figures(money: Page) -> Figures:
    return Figures(
        *[cents(await figure(money, key)) for key in ("ready", "billing", "not_due", "paid")]
    )


async def figure(money: Page, key: str) -> str:
    return await money.locator(_place(key)).inner_text()


def _place(key: str) -> str:
    is_part = key in ("ready", "billing")
    return (
        f'.figure-parts a[href="/money/{key}"] b'
        if is_part
        else f'.figure-big[href="/money/{key}"]'
    )


def cents(said: str) -> int:
    return int(Decimal(said.split("\u00a0")[0].replace(",", "").replace("\n", "")) * 100)


async def agree(money: Page, expected: Figures) -> None:
    """Live, without a new load; then each figure is the sum of the list that it leads to."""
    for key in ("ready", "billing", "not_due", "paid"):
        await expect(money.locator(_place(key))).to_have_text(cash(getattr(expected, key), "EUR"))
    for key in ("ready", "billing", "not_due", "paid"):
        answer = await money.context.request.get(f"/money/{key}")
        assert cash(getattr(expected, key), "EUR") in await answer.text(), key


async def test_from_ready_to_paid(page_of: PageOf, caller: Caller, office: Office) -> None:
    board = await page_of("owner", "desktop", "/office")
    money = await page_of("owner", "desktop", "/money")
    olga = await page_of("olga", "desktop", "/office")
    begun = await figures(money)
    jobs = [await ready_job(caller, f"Job {name}", customer=int(name == "c")) for name in "abc"]
    nets = [int(await _amount(olga, job, "ready")) for job in jobs]
    known = replace(begun, ready=begun.ready + sum(nets))
    await agree(money, known)

    await _bill(olga, jobs)
    for job in jobs:
        await expect(card(board, job, "billing")).to_be_visible()
    heads = lane(board, "billing").locator("[data-draft-head]")
    await expect(heads.filter(has_text=cash(sum(nets[:2]), "EUR"))).to_contain_text("Draft, 2 jobs")
    known = replace(known, ready=begun.ready, billing=begun.billing + sum(nets))
    await agree(money, known)

    number, total = await _issue(olga, jobs[0], net=sum(nets[:2]))
    for job in jobs[:2]:
        await expect(card(board, job, "invoiced")).to_contain_text(number)
    await expect(card(board, jobs[2], "billing")).to_be_visible()
    known = replace(known, billing=begun.billing + nets[2], not_due=begun.not_due + total)
    await agree(money, known)

    pdf = await _opened(olga)
    _look_at(pdf, number, cash(total, "EUR"), "Job a", "Job b")
    mail = await _mailed(olga, office)
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == f"{number}.pdf"
    assert mail["Subject"].startswith(f"Invoice {number} from ")
    assert _sha256(attached.get_payload(decode=True)) == _sha256(pdf)

    await _pay(olga, "50.00")
    await expect(olga.locator(".owed")).to_have_text(f"Still owed{cash(total - PART, 'EUR')}")
    await expect(card(board, jobs[0], "invoiced")).to_contain_text(
        f"{cash(total - PART, 'EUR')} left"
    )
    paid = replace(known, not_due=known.not_due - PART, paid=begun.paid + PART)
    await agree(money, paid)

    await _pay(olga)
    await expect(olga.locator(".jobhead")).to_contain_text("Paid")
    for job in jobs[:2]:
        await expect(card(board, job, "paid")).to_be_visible()
    await agree(money, replace(known, not_due=begun.not_due, paid=begun.paid + total))
    assert _sha256(await _opened(olga)) == _sha256(pdf)

    await olga.goto("/office")
    await card(olga, jobs[2], "billing").get_by_role("link", name="Draft").click()
    await olga.get_by_role("button", name="Issue and send").click()
    await expect(olga.get_by_role("heading", level=1)).to_contain_text("Invoice R-")
    await expect(olga.locator(".sendings li")).to_contain_text("Sent")
    await expect(card(board, jobs[2], "invoiced")).to_be_visible()
    (last,) = office.mails[1].iter_attachments()
    assert _sha256(last.get_payload(decode=True)) == _sha256(await _opened(olga))


async def _amount(page: Page, job: int, where: str) -> str:
    place = card(page, job, where)
    await expect(place).to_be_visible()
    return await place.get_attribute("data-amount") or ""


async def _bill(olga: Page, jobs: list[int]) -> None:
    for job in jobs:
        await card(olga, job, "ready").get_by_role("checkbox").check()
    await olga.locator("#pick").get_by_role("button", name="Make 2 draft invoices").click()
    dialog = olga.get_by_role("dialog")
    await dialog.get_by_role("button", name="Make 2 draft invoices").click()
    await expect(dialog).to_be_hidden()


async def _issue(olga: Page, job: int, *, net: int) -> tuple[str, int]:
    """The number and the total, as the page says them."""
    await card(olga, job, "billing").get_by_role("link", name="Draft").click()
    await expect(olga.locator(".checks")).to_contain_text("Everything that the law asks for")
    total = net + net * 19 // 100
    await olga.get_by_role("button", name=f"Issue, {cash(total, 'EUR')}").click()
    heading = olga.get_by_role("heading", level=1)
    await expect(heading).to_contain_text("Invoice R-")
    return (await heading.inner_text()).removeprefix("Invoice "), total


async def _opened(olga: Page) -> bytes:
    href = await olga.get_by_role("link", name="PDF", exact=True).get_attribute("href")
    answer = await olga.context.request.get(href or "")
    assert answer.headers["content-type"] == "application/pdf"
    return await answer.body()


def _look_at(pdf: bytes, *words: str) -> None:
    """One page that says the words, with a sheet's worth of ink on it and none over its edges."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range().replace("\u00a0", " ")
    for word in words:
        assert word.replace("\u00a0", " ") in text
    picture = ImageOps.grayscale(document[0].render(scale=2).to_pil())
    assert 0.01 < _ink(picture) < 0.25
    wide, high = picture.size
    edge = wide // 30
    for box in (
        (0, 0, edge, high),
        (wide - edge, 0, wide, high),
        (0, 0, wide, edge),
        (0, high - edge, wide, high),
    ):
        assert _ink(picture.crop(box)) == 0


def _ink(picture: Image.Image) -> float:
    """The part of it that is dark."""
    return sum(picture.histogram()[:128]) / (picture.width * picture.height)


async def _mailed(olga: Page, office: Office) -> EmailMessage:
    await olga.get_by_role("link", name="Send by e-mail").click()
    await olga.get_by_label("To", exact=True).fill(TO)
    await olga.get_by_role("button", name="Send").click()
    sent = olga.locator(".sendings li").filter(has_text=TO)
    # The page follows the outbox: nobody loads it again.
    await expect(sent).to_contain_text("Sent")
    (mail,) = office.mails
    assert office.received[0].rcpt_tos == [TO]
    return mail


async def _pay(olga: Page, amount: str = "") -> None:
    if amount:
        await olga.get_by_label("Amount, EUR").fill(amount)
    await olga.get_by_role("button", name="Record the payment").click()


def _sha256(body: object) -> str:
    assert isinstance(body, bytes)
    return hashlib.sha256(body).hexdigest()
