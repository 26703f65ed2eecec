"""Many clerks at the same moment: numbers without a gap, every job billed once."""

import asyncio
import random

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import billing, invoices
from app.actions.act import Act, Done, now_by
from app.actions.evidence import add_note
from app.actions.jobs import Intake, create_job
from app.actions.times import record_time
from app.models import Invoice, InvoiceState, Job, LineSource
from app.queries.invoices import invoice_row
from app.rules.refusal import Refusal
from app.rules.states import Activity, State
from tests.actions.books import audit
from tests.actions.shop import Shop, minute

CLERKS = 20
INVOICES = 60
ROUNDS = 25
"""Enough to fail here when a defence is taken away; the drill does a thousand and five hundred."""


class Crash(Exception):
    """The clerk's machine goes down after everything was done and before it is committed."""


async def ready_jobs(shop: Shop, number: int) -> list[int]:
    return await shop.db.write(_ready_jobs, shop, number)


def _ready_jobs(session: Session, shop: Shop, number: int) -> list[int]:
    """Finished jobs, by the shortest way."""
    cast, made = shop.cast, []
    for place in range(number):
        intake = Intake(title="Boiler", customer_id=cast.customer_id, job_type_id=cast.job_type_id)
        job_id = create_job(session, now_by(cast.olga, minute(-120)), intake=intake).made_id
        assert job_id is not None
        act = now_by(cast.olga, minute(70))
        record_time(
            session,
            act,
            job_id=job_id,
            person_id=cast.tom.id,
            activity=Activity.WORK,
            # One after the other: a person works on one job at a time.
            started_at=minute(-60 * place),
            ended_at=minute(60 - 60 * place),
            reason="Paper",
        )
        add_note(session, act, job_id=job_id, text="Done")
        made.append(job_id)
    return made


def _issue_or_crash(session: Session, act: Act, draft_id: int, crashes: bool) -> Done:
    version = invoice_row(session, draft_id).version
    done = invoices.issue(session, act, invoice_id=draft_id, version=version)
    if crashes:
        raise Crash
    return done


async def test_twenty_clerks_leave_no_gap_whatever_fails(shop: Shop) -> None:
    await issue_all(shop, INVOICES)


async def issue_all(shop: Shop, number: int) -> None:
    """So many invoices, three in ten of them crashing at the last moment, each tried again until it is out."""
    jobs = await ready_jobs(shop, number)
    done = await shop.do(billing.send_to_billing, shop.cast.olga, 90, job_ids=jobs, together=False)
    waiting = list(done.made_ids)
    chance = random.Random(4)

    async def clerk() -> None:
        while waiting:
            draft_id = waiting.pop()
            act = now_by(shop.cast.olga, minute(100 + chance.random()))
            try:
                await shop.db.write(_issue_or_crash, act, draft_id, chance.random() < 0.3)
            except Crash:
                waiting.append(draft_id)

    await asyncio.gather(*(clerk() for _ in range(CLERKS)))
    numbers = await shop.db.ask(_numbers)
    assert numbers == [f"2026-{n:04d}" for n in range(1, number + 1)]
    await audit(shop)


def _numbers(session: Session) -> list[str | None]:
    return list(
        session.scalars(
            select(Invoice.number)
            .where(Invoice.state != InvoiceState.DRAFT)
            .order_by(Invoice.number)
        )
    )


async def test_two_clerks_who_send_the_same_jobs_bill_them_once(shop: Shop) -> None:
    await send_twice(shop, ROUNDS)


async def send_twice(shop: Shop, rounds: int) -> None:
    """Two clerks drag the same three jobs, in opposite orders, at the same moment."""
    jobs = await ready_jobs(shop, 3)
    for number in range(rounds):
        answers = await asyncio.gather(
            *(
                shop.do(billing.send_to_billing, shop.cast.olga, 90, job_ids=order)
                for order in (jobs, jobs[::-1])
            ),
            return_exceptions=True,
        )
        refusals = [a.code for a in answers if isinstance(a, Refusal)]
        assert refusals == ["billed_already"]
        assert await shop.db.ask(_on_drafts) == (1, 3)
        if number < rounds - 1:
            await shop.do(billing.take_back, shop.cast.olga, 95, job_ids=jobs)
    await audit(shop)


def _on_drafts(session: Session) -> tuple[int, int]:
    drafts = session.scalars(select(Invoice.id)).all()
    return len(drafts), len(session.scalars(select(LineSource.id)).all())


async def test_taking_back_and_issuing_at_once_ends_in_one_of_both(shop: Shop) -> None:
    jobs = await ready_jobs(shop, 10)
    for job_id in jobs:
        done = await shop.do(billing.send_to_billing, shop.cast.olga, 90, job_ids=[job_id])
        assert done.made_id is not None
        act = now_by(shop.cast.olga, minute(100))
        answers = await asyncio.gather(
            shop.db.write(_issue_or_crash, act, done.made_id, False),
            shop.do(billing.take_back, shop.cast.olga, 100, job_ids=[job_id]),
            return_exceptions=True,
        )
        assert [isinstance(a, Refusal) for a in answers].count(True) == 1
    states = await shop.db.ask(_states)
    assert states <= {State.READY, State.INVOICED}
    await audit(shop)


def _states(session: Session) -> set[State]:
    return set(session.scalars(select(Job.state)))
