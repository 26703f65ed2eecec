"""Credit on account on its way to another invoice: every sum of payments stays, and only a customer's own is used."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.moving_credit import move_credit
from app.models import Customer, Payment
from app.rules.refusal import Forbidden
from app.rules.states import State
from tests.actions.books import audit, drafted, issued, pay, seen
from tests.actions.shop import Shop
from tests.cast import NOON
from tests.databases import on_sqlite


def _received(session: Session) -> dict[date, int]:
    rows = session.execute(
        select(Payment.received_on, func.sum(Payment.amount))
        .where(Payment.reversed_at.is_(None))
        .group_by(Payment.received_on)
    )
    return {day: int(amount) for day, amount in rows}


async def overpaid(shop: Shop, by: int) -> tuple[int, int]:
    """An invoice that was paid in two parts and ``by`` too much, and another that is owed: 71.40 each."""
    paid = await issued(shop, await shop.finished(shop.cast.tom))
    owed = await issued(shop, await shop.finished(shop.cast.tom))
    await pay(shop, paid, 7000)
    await pay(shop, paid, 140 + by)
    return paid, owed


async def move(shop: Shop, source: int, target: int, *, at: float = 130) -> None:
    await shop.do(move_credit, shop.cast.olga, at, invoice_id=source, to_id=target)


async def test_a_part_goes_where_it_is_owed_and_nothing_is_lost(shop: Shop) -> None:
    paid, owed = await overpaid(shop, 860)
    before = await shop.db.ask(_received)
    await move(shop, paid, owed)
    source, target = await seen(shop, paid), await seen(shop, owed)
    assert (source.balance, source.settled) == (0, "paid")
    assert (target.balance, target.settled) == (7140 - 860, None)
    assert [(one.amount, one.reference) for one in target.payments] == [
        (860, f"From {source.number}")
    ]
    assert await shop.db.ask(_received) == before
    await audit(shop)


async def test_more_than_is_owed_stays_and_over_several_payments(shop: Shop) -> None:
    paid, owed = await overpaid(shop, 9000)
    await move(shop, paid, owed)
    source, target = await seen(shop, paid), await seen(shop, owed)
    assert (source.balance, target.balance) == (-(9000 - 7140), 0)
    assert target.settled == "paid"
    assert (await shop.see(target.jobs[0].id)).state is State.PAID
    await audit(shop)


@on_sqlite
async def test_only_credit_that_is_there_goes_to_an_own_open_invoice(shop: Shop) -> None:
    paid, owed = await overpaid(shop, 0)
    words = {"invoice_id": paid, "to_id": owed}
    refused = await shop.refused(move_credit, shop.cast.olga, 130, **words)
    assert "There is no credit" in str(refused)
    await pay(shop, paid, 500)
    assert isinstance(await shop.refused(move_credit, shop.cast.dana, 131, **words), Forbidden)
    draft = await drafted(shop, await shop.finished(shop.cast.tom))
    for to_id in (draft, paid):
        await shop.refused(move_credit, shop.cast.olga, 132, invoice_id=paid, to_id=to_id)
    other = await shop.db.write(_somebody_else)
    theirs = await issued(shop, await shop.finished(shop.cast.tom, customer_id=other))
    refused = await shop.refused(move_credit, shop.cast.olga, 133, invoice_id=paid, to_id=theirs)
    assert "Choose an invoice of this customer" in str(refused)
    assert (await seen(shop, paid)).balance == -500
    await audit(shop)


def _somebody_else(session: Session) -> int:
    row = Customer(
        name="Somebody else",
        address_lines=["Weg 1"],
        postcode="23552",
        city="Lübeck",
        country="DE",
        created_at=NOON,
    )
    session.add(row)
    session.flush()
    return row.id
