"""The money page: every figure is the sum of its list, and agrees with the invoices at each step."""

from app.actions import billing, evidence, payments, presses
from app.queries.amounts import amounts_of
from app.queries.money import Bucket, MoneyPage, money_page
from app.queries.waiting import waiting
from app.rules.ageing import Spread
from tests.actions.books import drafted, issue, issued, pay, seen
from tests.actions.conftest import shop as shop
from tests.actions.shop import Shop, minute

DAY = 24 * 60


async def page(shop: Shop, at: float = 130) -> MoneyPage:
    found = await shop.db.ask(money_page, at=minute(at))
    for figure in found.figures:
        assert figure.amount == sum(item.amount for item in figure.items)
    unbilled = (Bucket.NEEDS_DETAILS, Bucket.READY)
    assert sum(row.amount for row in found.unbilled_ages) == sum(
        found.figure(bucket).amount for bucket in unbilled
    )
    assert sum(row.amount for row in found.open_ages) == sum(
        found.figure(bucket).amount for bucket in (Bucket.NOT_DUE, Bucket.OVERDUE)
    )
    return found


def figures(found: MoneyPage) -> dict[str, int]:
    return {figure.bucket: figure.amount for figure in found.figures if figure.amount}


async def test_a_job_goes_through_every_figure_and_is_in_one_at_a_time(shop: Shop) -> None:
    job_id = await shop.working(shop.cast.tom)
    await shop.do(presses.pause, shop.cast.tom, 60, job_id=job_id)
    assert figures(await page(shop)) == {"in_progress": 6000}
    await shop.do(presses.stop, shop.cast.tom, 61, job_id=job_id)
    assert figures(await page(shop)) == {"needs_details": 6000}
    await shop.do(evidence.add_note, shop.cast.tom, 62, job_id=job_id, text="Done")
    assert figures(await page(shop)) == {"ready": 6000}
    draft_id = await drafted(shop, job_id)
    assert figures(await page(shop)) == {"billing": 6000}
    await issue(shop, draft_id)
    assert figures(await page(shop)) == {"not_due": 7140}
    assert figures(await page(shop, 15 * DAY)) == {"overdue": 7140}
    await pay(shop, draft_id, 2000)
    assert figures(await page(shop)) == {"not_due": 5140, "paid": 2000}
    await pay(shop, draft_id, 6000)
    found = await page(shop)
    assert (figures(found), found.credit_on_account) == ({"paid": 8000}, 860)


async def test_the_oldest_says_how_long_it_waits(shop: Shop) -> None:
    await shop.finished(shop.cast.tom)
    ready = (await page(shop, 9 * DAY + 61)).figure(Bucket.READY)
    assert ready.oldest == 9
    assert [row.age.label for row in (await page(shop, 9 * DAY)).unbilled_ages if row.amount] == [
        "8–14 days"
    ]


async def test_what_is_owed_on_an_invoice_is_split_over_its_jobs_to_the_cent(shop: Shop) -> None:
    jobs = [await shop.finished(who) for who in (shop.cast.tom, shop.cast.ines, shop.cast.tom)]
    invoice_id = await issued(shop, *jobs)
    await pay(shop, invoice_id, 101)
    shown = await shop.db.ask(amounts_of, jobs)
    balance = (await seen(shop, invoice_id)).balance
    assert sum(shown[job].open or 0 for job in jobs) == balance
    assert sum(shown[job].total or 0 for job in jobs) == balance + 101


async def test_a_reversed_payment_and_a_write_off_are_no_money_received(shop: Shop) -> None:
    invoice_id = await issued(shop, await shop.finished(shop.cast.tom))
    done = await pay(shop, invoice_id, 7140)
    await shop.do(
        payments.reverse_payment,
        shop.cast.olga,
        125,
        invoice_id=invoice_id,
        payment_id=done.made_id,
        reason="Bounced",
    )
    await shop.do(
        payments.write_off, shop.cast.owner, 126, invoice_id=invoice_id, reason="Insolvent"
    )
    assert figures(await page(shop)) == {}


async def test_how_long_it_took_and_why(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom, note="")
    await shop.do(evidence.add_note, shop.cast.tom, 60 + DAY, job_id=job_id, text="Done")
    done = await shop.do(billing.send_to_billing, shop.cast.olga, 60 + 3 * DAY, job_ids=[job_id])
    assert done.made_id is not None
    await issue(shop, done.made_id, at=60 + 7 * DAY)
    await pay(shop, done.made_id, 7140, at=60 + 17 * DAY)
    found = await shop.db.ask(waiting, at=minute(18 * DAY))
    assert {cause.key: cause.days for cause in found.causes} == {
        "needs_details:work_note": 1.0,
        "ready": 2.0,
        "billing": 4.0,
    }
    assert (found.to_invoice and found.to_invoice.median) == 7.0
    assert (found.to_pay and found.to_pay.median) == 10.0
    assert [week.to_invoice.count for week in found.weeks if week.to_invoice] == [1]


async def test_how_long_one_job_waited_in_the_middle_and_at_the_slowest(shop: Shop) -> None:
    """Eleven jobs without a work note for 1 … 11 days, ready for a day more, on a draft for half of one."""
    for days in range(1, 12):
        job_id = await shop.finished(shop.cast.tom, note="")
        at = 60 + days * DAY
        await shop.do(evidence.add_note, shop.cast.tom, at, job_id=job_id, text="Done")
        if days == 11:  # Ready once more after it was taken back: the two waits of a job are one.
            await shop.do(billing.send_to_billing, shop.cast.olga, at, job_ids=[job_id])
            await shop.do(billing.take_back, shop.cast.olga, at + DAY, job_ids=[job_id])
            at += DAY
        sent = await shop.do(billing.send_to_billing, shop.cast.olga, at + DAY, job_ids=[job_id])
        await issue(shop, sent.made_id or 0, at=at + 1.5 * DAY)
    found = await shop.db.ask(waiting, at=minute(20 * DAY))
    told = {cause.key: (cause.days, cause.by_job) for cause in found.causes}
    assert told == {
        "needs_details:work_note": (66.0, Spread(11, 6.0, 10.0)),
        "ready": (11.0, Spread(11, 1.0, 1.0)),
        "billing": (6.5, Spread(11, 0.5, 0.5)),
    }
