"""Many jobs in one press cost more rows and no more questions: on SQLite as on PostgreSQL."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.actions import billing
from app.actions.act import Act, Done, now_by
from tests.actions.books import audit, nets
from tests.actions.conftest import shop as shop
from tests.actions.shop import Shop, minute
from tests.actions.test_billing_at_once import ready_jobs
from tests.plans import statements


async def test_a_draft_for_thirty_jobs_asks_no_more_than_one_for_two(shop: Shop) -> None:
    jobs = await ready_jobs(shop, 32)
    few, _ = await _counted(shop, billing.send_to_billing, jobs[:2])
    many, draft_id = await _counted(shop, billing.send_to_billing, jobs[2:])
    assert many == few
    assert len(await nets(shop, draft_id)) == 30
    await audit(shop)


async def _counted(shop: Shop, action: Callable[..., Done], job_ids: list[int]) -> tuple[int, int]:
    """How many statements were sent, and the draft."""
    act = now_by(shop.cast.olga, minute(90))
    return await shop.db.write(_count, action, act, job_ids)


def _count(
    session: Session, action: Callable[..., Done], act: Act, job_ids: list[int]
) -> tuple[int, int]:
    with statements(session.connection()) as sent:
        done = action(session, act, job_ids=job_ids)
    return len(sent), done.made_id or 0
