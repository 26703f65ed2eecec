"""A draft's discount is told by the card of each of its jobs, so the cards of all of them travel when one changes."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.actions import billing, draft_lines, times
from app.actions.act import Act, now_by
from app.main import LiveDoor
from app.queries.board import cards_of_view, head
from app.realtime.audiences import MONEY, Audience
from app.realtime.drawing import Render, ops
from app.realtime.messages import Put
from app.realtime.news import news
from app.rules.states import Activity
from tests.cast import Cast, World
from tests.web.money import ready_job
from tests.web.work import now

OFFICE = Audience("office", rights=frozenset({MONEY}))

Change = Callable[[Session, Act, Cast, list[int], int], object]


def _more_time(session: Session, act: Act, cast: Cast, jobs: list[int], draft: int) -> object:
    """A fact of one job: its draft follows."""
    return times.record_time(
        session,
        act,
        job_id=jobs[0],
        person_id=cast.tom.id,
        activity=Activity.WORK,
        started_at=act.at - timedelta(hours=9),
        ended_at=act.at - timedelta(hours=7),
        reason="Forgotten",
    )


def _one_more(session: Session, act: Act, cast: Cast, jobs: list[int], draft: int) -> object:
    return billing.send_to_billing(session, act, job_ids=jobs[2:], draft_id=draft)


def _one_less(session: Session, act: Act, cast: Cast, jobs: list[int], draft: int) -> object:
    return billing.take_back(session, act, job_ids=jobs[:1])


@pytest.mark.parametrize("change", [_more_time, _one_more, _one_less])
async def test_a_screen_that_follows_says_of_a_draft_what_a_fresh_one_says(
    world: World, change: Change
) -> None:
    jobs = [await ready_job(world) for _ in range(3)]
    act = now_by(world.cast.olga, now())
    draft = (await world.db.write(billing.send_to_billing, act, job_ids=jobs[:2])).made_id or 0
    off: dict[str, Any] = {"reason": "Regular", "per_cent": Decimal(10)}
    await world.db.write(draft_lines.set_discount, act, invoice_id=draft, **off)
    render = LiveDoor(world.db, world.settings).render
    shown = await world.db.ask(_board, render)
    before = await world.db.ask(head)
    await world.db.write(change, act, world.cast, jobs, draft)
    found = await world.db.ask(news, epoch=before.epoch, after=before.seq)
    for op in ops(OFFICE, found, render):
        assert isinstance(op, Put)
        shown[op.key] = op.html
    assert shown == await world.db.ask(_board, render)


def _board(session: Session, render: Render) -> dict[str, object]:
    """What a page that is loaded now shows."""
    return {card.key: render(OFFICE, card) for card in cards_of_view(session, "office")}
