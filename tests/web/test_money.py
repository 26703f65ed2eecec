"""The money page: every figure is the sum of the list that it leads to, and only those with the right see any of it."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from app.actions import billing, invoices, payments
from app.actions.act import now_by
from app.models import Invoice
from app.queries.first_time_fix import FirstTimeFix
from app.queries.money import Bucket
from app.queries.money_screen import (
    TOGETHER,
    MoneyScreen,
    days_of,
    money_list,
    money_screen,
    than_words,
)
from app.queries.plots import plot
from app.queries.waiting import Waiting, Week
from app.rules.ageing import Spread
from app.rules.refusal import NotFound
from tests.cast import Cast, World
from tests.databases import on_sqlite
from tests.web.work import job_for, now, pressed


async def finished(world: World, *, ago: timedelta = timedelta(hours=2)) -> int:
    """A quarter of an hour of Tom's, ready to invoice: 15.00 at 60.00 an hour."""
    job_id = await job_for(world, world.cast.tom, customer_id=world.cast.customer_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop", ago=ago)
    return job_id


async def billed(world: World, *job_ids: int, pays: int = 0) -> int:
    return await world.db.write(_bill, world.cast, job_ids, pays)


def _bill(session: Session, cast: Cast, job_ids: tuple[int, ...], pays: int) -> int:
    act = now_by(cast.olga, now())
    (draft_id,) = billing.send_to_billing(session, act, job_ids=list(job_ids)).made_ids
    session.flush()
    version = session.get_one(Invoice, draft_id).version
    invoices.issue(session, act, invoice_id=draft_id, version=version)
    if pays:
        payments.record_payment(
            session, act, invoice_id=draft_id, amount=pays, received_on=act.at.date()
        )
    return draft_id


async def screen(world: World, *, later: timedelta = timedelta()) -> MoneyScreen:
    return await world.db.ask(money_screen, at=now() + later)


def amounts(page: MoneyScreen) -> dict[str, int]:
    return {str(f.bucket): f.amount for f in page.page.figures if f.amount}


@on_sqlite
async def test_money_moves_from_figure_to_figure_to_the_cent(world: World) -> None:
    first, second = await finished(world), await finished(world)
    assert amounts(await screen(world)) == {"ready": 3000}
    drafted = await world.db.write(
        billing.send_to_billing, now_by(world.cast.olga, now()), job_ids=[second]
    )
    assert amounts(await screen(world)) == {"ready": 1500, "billing": 1500}
    assert drafted.made_ids
    await billed(world, first, pays=785)
    assert amounts(await screen(world)) == {"billing": 1500, "not_due": 1000, "paid": 785}
    overdue = await screen(world, later=timedelta(days=16))
    assert amounts(overdue)["overdue"] == 1000
    assert [(bar.amount, bar.is_bad) for bar in overdue.owed][:2] == [(0, False), (1000, True)]


@on_sqlite
async def test_every_figure_is_the_sum_of_the_list_it_leads_to(world: World) -> None:
    await finished(world)
    await billed(world, await finished(world), pays=5)
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get("/money")).text
        links = dict(
            re.findall(r'href="(/money/[^"]+)"[^>]*>(?:<svg.*?</svg>)?([^<]*<.*?)</a>', page)
        )
        assert len(links) >= 8
        for href, words in links.items():
            if "Show" in words:
                continue
            said = re.sub(r"<[^>]*>", " ", re.sub(r"</?small>", "", words)).split()[-2]
            listed = (await client.get(href)).text
            assert re.search(rf'money-say"><b>{re.escape(said)}', listed), href
            rows = re.findall(r'<td class="figure">(-?[\d,]+\.\d\d)\u00a0€</td></tr>', listed)
            *parts, total = [Decimal(row.replace(",", "")) for row in rows] or [Decimal(0)]
            assert sum(parts) == total, href


@on_sqlite
@pytest.mark.parametrize("key", [*TOGETHER, *Bucket])
async def test_every_list_opens_and_adds_up(world: World, key: str) -> None:
    await finished(world)
    found = await world.db.ask(money_list, str(key), None, at=now())
    assert found.amount == sum(item.amount for item in found.items)


@on_sqlite
async def test_ages_lead_to_their_part_of_the_list(world: World) -> None:
    await finished(world)
    await finished(world, ago=timedelta(days=5))
    young = await world.db.ask(money_list, "finished", 0, at=now())
    older = await world.db.ask(money_list, "finished", 1, at=now())
    assert (young.amount, older.amount) == (1500, 1500)
    assert older.label == "Finished, not invoiced: 4–7 days"
    for key, age in (("finished", 5), ("paid", 0), ("nonsense", None)):
        with pytest.raises(NotFound):
            await world.db.ask(money_list, key, age, at=now())


@on_sqlite
async def test_the_sentence_says_what_waits_or_that_nothing_does(world: World) -> None:
    async with await world.client_of(world.cast.owner) as client:
        assert "Everything finished is invoiced." in (await client.get("/money")).text
        await finished(world, ago=timedelta(days=9, hours=1))
        page = (await client.get("/money")).text
    assert "<b>15.00\u00a0€</b> is ready to invoice; the oldest job waits <b>9 days</b>" in page
    assert "rb-live" in page
    assert " style=" not in page


@on_sqlite
async def test_what_was_finished_today_does_not_wait_no_days(world: World) -> None:
    await finished(world, ago=timedelta(minutes=20))
    async with await world.client_of(world.cast.owner) as client:
        page = (await client.get("/money")).text
    assert "is ready to invoice; all of it was finished today. " in page
    assert "100 <small>% of 1 job</small>" in page


@on_sqlite
@pytest.mark.parametrize(("who", "status"), [("tom", 403), ("dana", 403), ("olga", 200)])
async def test_only_those_with_the_right_see_money(world: World, who: str, status: int) -> None:
    async with await world.client_of(getattr(world.cast, who)) as client:
        assert (await client.get("/money")).status_code == status
        assert (await client.get("/money/ready")).status_code == status
        assert (await client.get("/money/nonsense")).status_code == (404 if status == 200 else 403)


@on_sqlite
async def test_days_to_invoice_and_their_causes_come_from_what_happened(world: World) -> None:
    await billed(world, await finished(world, ago=timedelta(days=4)))
    page = await screen(world)
    assert page.days.median == "4.0"
    cause = page.causes[0]
    words = "Nothing missing, nobody pressed Move"
    assert (cause.label, cause.jobs, cause.days) == (words, 1, "4.0")
    assert (cause.median, cause.slowest) == ("4.0", "4.0")
    assert page.days.plot is None
    assert len(page.days.weeks) == 12


@pytest.mark.parametrize(
    ("paid", "before", "words"),
    [
        (51250, 10000, "412.50\u00a0€ more than by 24 Oct"),
        (10000, 51250, "412.50\u00a0€ less than by 24 Oct"),
        (0, 51250, "512.50\u00a0€ less than by 24 Oct"),
        (10000, 10000, "As much as by 24 Oct"),
        (10000, 0, "Nothing last month by 24 Oct"),
        (0, 0, "Nothing last month by 24 Oct either"),
    ],
)
def test_what_was_paid_is_compared_with_the_month_before(
    paid: int, before: int, words: str
) -> None:
    assert than_words(paid, before, "by 24 Oct", "EUR") == words


@on_sqlite
async def test_a_first_month_is_compared_with_nothing(world: World) -> None:
    assert (await screen(world)).paid_than.startswith("Nothing last month by ")
    assert (await screen(world)).paid_than.endswith(" either")
    await billed(world, await finished(world), pays=785)
    assert not (await screen(world)).paid_than.endswith(" either")


def test_days_to_get_paid_are_drawn_beside_the_days_to_invoice() -> None:
    fast, slow = Spread(4, 9.0, 20.0), Spread(5, 14.0, 31.0)
    weeks = [
        Week(date(2026, 11, day), None, paid) for day, paid in ((9, fast), (16, None), (23, slow))
    ]
    days = days_of(
        Waiting(
            weeks=tuple(weeks), to_invoice=None, to_pay=slow, causes=(), first_time=FirstTimeFix({})
        )
    )
    assert days.plot is None
    assert days.pay_plot is not None
    assert days.pay_plot.median.count("L") == 1
    assert days.pay_words == (
        "Days to get paid by week: the median went from 9.0 to 14.0, "
        "the slowest tenth from 20.0 to 31.0."
    )


def test_a_plot_keeps_its_words_apart_and_its_line_inside() -> None:
    drawn = plot([1.0, None, 1.1], [1.2, None, 1.2], ["a", "b", "c"])
    assert drawn is not None
    assert float(drawn.median_label_y) - float(drawn.slow_label_y) >= 18
    assert drawn.median.count("L") == 1
    ys = [float(row.at) for row in drawn.rows]
    assert all(a > b for a, b in pairwise(ys))
    assert [row.label for row in drawn.rows] == ["0", "1", "2", "3", "4"]
    assert plot([1.0, None], [2.0, None], ["a", "b"]) is None
