"""The table of states and verbs, proved cell by cell: every verb is really carried out on a job in every state.

Where the table says no, it is refused with exactly that code; a technician's own press that meets a job being billed
or closed is held instead. Where it says yes, it is done, or refused for the one reason that ``OWN_REASON`` names.
All cells of one state are tried in one transaction, rolled back, so that 286 of them take a second or two.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.actions import (
    billing,
    credits,
    evidence,
    invoices,
    jobs,
    office,
    payments,
    presses,
    scheduling,
    times,
)
from app.actions.act import Act, Done, now_by
from app.db import Database
from app.models import Job, TimeEntry, Visit
from app.queries.invoices import invoice_on, invoice_row
from app.queries.jobs import load_job
from app.rules.access import Actor
from app.rules.refusal import Refusal
from app.rules.states import CLOSED, VERBS, Activity, Outcome, State, Verb
from tests.actions.shop import minute
from tests.cast import Cast, company

Outcomes = dict[tuple[Verb, State, bool], str]
"""Verb, state, and whether the office pressed for the technician: "done", "held" or the refusal's code."""

CELLS = [(verb, state) for verb in Verb for state in State]

PRESSES = (Verb.SET_OFF, Verb.START, Verb.PAUSE, Verb.STOP, Verb.UNDO_STOP)

NOTHING_BEGUN = (State.NEW, State.SCHEDULED, State.ON_HOLD)

OWN_REASON: dict[tuple[Verb, State], str] = {
    **{(Verb.STOP, state): "not_started" for state in NOTHING_BEGUN},
    **{(Verb.UNDO_STOP, state): "not_stopped" for state in (State.NEW, State.SCHEDULED)},
    **{
        (verb, state): "still_working"
        for verb in (Verb.HOLD, Verb.NOT_BILLABLE, Verb.CANCEL)
        for state in (State.TRAVELLING, State.WORKING)
    },
    **{
        (Verb.UNASSIGN, state): "still_working"
        for state in (State.TRAVELLING, State.WORKING, State.PAUSED)
    },
    (Verb.CANCEL, State.PAUSED): "time_recorded",
    (Verb.WAIVE, State.READY): "not_missing",
}
"""Cells that say yes, and are refused all the same for a reason of the job in question."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One transaction with a company and a job in it."""

    session: Session
    cast: Cast
    job_id: int

    def do(self, verb: Callable[..., Done], by: Actor, at: float, **words: Any) -> Done:
        done = verb(self.session, now_by(by, minute(at)), **words)
        self.session.flush()
        return done

    def press(self, verb: Callable[..., Done], at: float, **words: Any) -> None:
        self.do(verb, self.cast.tom, at, job_id=self.job_id, **words)


def _new(scene: Scene) -> None:
    assert _state(scene) is State.NEW


def _scheduled(scene: Scene) -> None:
    scene.do(
        scheduling.schedule,
        scene.cast.dana,
        0,
        job_id=scene.job_id,
        starts_at=minute(60),
        ends_at=minute(120),
    )


def _travelling(scene: Scene) -> None:
    scene.press(presses.set_off, 5)


def _working(scene: Scene) -> None:
    scene.press(presses.start, 10)


def _paused(scene: Scene) -> None:
    _working(scene)
    scene.press(presses.pause, 20)


def _on_hold(scene: Scene) -> None:
    scene.do(office.hold, scene.cast.dana, 10, job_id=scene.job_id, reason="No permit")


def _needs_details(scene: Scene) -> None:
    _working(scene)
    scene.press(presses.stop, 30, outcome=Outcome.DONE)


def _ready(scene: Scene) -> None:
    _working(scene)
    scene.press(evidence.add_note, 25, text="Valve replaced")
    scene.press(presses.stop, 30, outcome=Outcome.DONE)


def _beyond(state: State, scene: Scene) -> None:
    """No verb leads there with time recorded: put there by hand."""
    _ready(scene)
    scene.session.execute(update(Job).where(Job.id == scene.job_id).values(state=state))


def _billing(scene: Scene) -> None:
    _ready(scene)
    scene.do(billing.send_to_billing, scene.cast.olga, 40, job_ids=[scene.job_id])


def _invoiced(scene: Scene) -> None:
    _billing(scene)
    made = invoice_on(scene.session, _job(scene), Verb.ISSUE)
    version = invoice_row(scene.session, made).version
    scene.do(invoices.issue, scene.cast.olga, 50, invoice_id=made, version=version)


def _paid(scene: Scene) -> None:
    _invoiced(scene)
    _pay(scene, now_by(scene.cast.olga, minute(60)))


def _pay(scene: Scene, act: Act) -> Done:
    made = invoice_on(scene.session, _job(scene), Verb.RECORD_PAYMENT)
    amount = max(invoice_row(scene.session, made).balance, 100)
    return payments.record_payment(
        scene.session, act, invoice_id=made, amount=amount, received_on=act.at.date()
    )


def _job(scene: Scene) -> Job:
    job = load_job(scene.session, scene.job_id)
    assert job is not None
    return job


PUT: dict[State, Callable[[Scene], None]] = {
    State.NEW: _new,
    State.SCHEDULED: _scheduled,
    State.TRAVELLING: _travelling,
    State.WORKING: _working,
    State.PAUSED: _paused,
    State.ON_HOLD: _on_hold,
    State.NEEDS_DETAILS: _needs_details,
    State.READY: _ready,
    State.BILLING: _billing,
    State.INVOICED: _invoiced,
    State.PAID: _paid,
    **{
        state: partial(_beyond, state)
        for state in (
            State.NOT_BILLABLE,
            State.CANCELLED,
        )
    },
}


def _entry(scene: Scene) -> int:
    """Some time on the job; a job that nobody pressed on gets an hour's travel of Tom's, before noon."""
    found = scene.session.scalars(
        select(TimeEntry.id).where(TimeEntry.job_id == scene.job_id).order_by(TimeEntry.id.desc())
    ).first()
    if found is not None:
        return found
    visit_id = scene.session.scalars(select(Visit.id).where(Visit.job_id == scene.job_id)).one()
    entry = TimeEntry(
        job_id=scene.job_id,
        visit_id=visit_id,
        person_id=scene.cast.tom.id,
        activity=Activity.TRAVEL,
        started_at=minute(-90),
        ended_at=minute(-60),
        suspect=False,
        disputed=False,
        flags=[],
    )
    scene.session.add(entry)
    scene.session.flush()
    return entry.id


def _carry_out(scene: Scene, verb: Verb, act: Act) -> Done:
    session, job_id = scene.session, scene.job_id
    dana, olga = now_by(scene.cast.dana, act.at), now_by(scene.cast.olga, act.at)
    window: dict[str, Any] = {"starts_at": minute(1440), "ends_at": minute(1500)}
    hour: dict[str, Any] = {
        "started_at": minute(-60),
        "ended_at": minute(-30),
        "reason": "Forgotten",
    }
    if verb is Verb.ANSWER:
        state = _state(scene)
        scene.session.execute(update(Job).where(Job.id == job_id).values(state=State.WORKING))
        office.ask_technician(session, olga, job_id=job_id, question="Two or six?")
        scene.session.execute(update(Job).where(Job.id == job_id).values(state=state))
    tries: dict[Verb, Callable[[], Done]] = {
        Verb.SCHEDULE: lambda: scheduling.schedule(session, dana, job_id=job_id, **window),
        Verb.UNSCHEDULE: lambda: scheduling.unschedule(session, dana, job_id=job_id),
        Verb.ASSIGN: lambda: scheduling.assign(
            session, dana, job_id=job_id, technician_id=scene.cast.ines.id
        ),
        Verb.UNASSIGN: lambda: scheduling.unassign(
            session, dana, job_id=job_id, technician_id=scene.cast.tom.id
        ),
        Verb.SET_OFF: lambda: presses.set_off(session, act, job_id=job_id),
        Verb.START: lambda: presses.start(session, act, job_id=job_id),
        Verb.PAUSE: lambda: presses.pause(session, act, job_id=job_id),
        Verb.STOP: lambda: presses.stop(session, act, job_id=job_id),
        Verb.UNDO_STOP: lambda: presses.undo_stop(session, act, job_id=job_id),
        Verb.DISCARD_ENTRY: lambda: times.discard_entry(
            session, olga, entry_id=_entry(scene), reason="Wrong job"
        ),
        Verb.RECORD_TIME: lambda: times.record_time(
            session,
            olga,
            job_id=job_id,
            person_id=scene.cast.ines.id,
            activity=Activity.WORK,
            **hour,
        ),
        Verb.CORRECT_TIME: lambda: times.correct_time(
            session, olga, entry_id=_entry(scene), started_at=minute(-95), reason="Earlier"
        ),
        Verb.CONFIRM_TIME: lambda: times.confirm_time(session, olga, entry_id=_entry(scene)),
        Verb.HOLD: lambda: office.hold(session, dana, job_id=job_id, reason="Parts"),
        Verb.RELEASE: lambda: office.release(session, dana, job_id=job_id),
        Verb.ASK_TECHNICIAN: lambda: office.ask_technician(
            session, olga, job_id=job_id, question="Two or six?"
        ),
        Verb.ANSWER: lambda: office.answer(session, act, job_id=job_id, text="Six"),
        Verb.WAIVE: lambda: office.waive(
            session, olga, job_id=job_id, code="work_note", reason="Phone"
        ),
        Verb.NOT_BILLABLE: lambda: office.not_billable(
            session, olga, job_id=job_id, reason="Warranty"
        ),
        Verb.CANCEL: lambda: office.cancel(session, dana, job_id=job_id, reason="No"),
        Verb.REOPEN: lambda: office.reopen(session, olga, job_id=job_id),
        Verb.FOLLOW_UP: lambda: jobs.follow_up(session, dana, job_id=job_id),
        Verb.SEND_TO_BILLING: lambda: billing.send_to_billing(session, olga, job_ids=[job_id]),
        Verb.TAKE_BACK: lambda: billing.take_back(session, olga, job_ids=[job_id]),
        Verb.ISSUE: lambda: invoices.issue(
            session, olga, invoice_id=invoice_on(session, _job(scene), Verb.ISSUE), version=1
        ),
        Verb.RECORD_PAYMENT: lambda: _pay(scene, olga),
        Verb.CREDIT: lambda: credits.credit(
            session, olga, invoice_id=invoice_on(session, _job(scene), Verb.CREDIT), reason="Wrong"
        ),
        Verb.WRITE_OFF: lambda: payments.write_off(
            session,
            now_by(scene.cast.owner, act.at),
            invoice_id=invoice_on(session, _job(scene), Verb.WRITE_OFF),
            reason="Insolvent",
        ),
    }
    return tries[verb]()


class _Undo(Exception):
    """Carries what was found out of a transaction that leaves nothing behind."""

    def __init__(self, found: Outcomes) -> None:
        self.found = found


def _try_all(session: Session, cast: Cast, state: State) -> None:
    """Every verb on a job in this state, each in a savepoint of its own."""
    intake = jobs.Intake(
        title="Boiler leaks",
        customer_id=cast.customer_id,
        job_type_id=cast.job_type_id,
        technician_ids=[cast.tom.id],
    )
    made = jobs.create_job(session, now_by(cast.dana, minute(-120)), intake=intake).made_id
    assert made is not None
    scene = Scene(session, cast, made)
    PUT[state](scene)
    assert _state(scene) is state
    raise _Undo(
        {
            (verb, state, for_tom): _try(scene, verb, for_tom=for_tom)
            for verb in Verb
            for for_tom in ((False, True) if verb in PRESSES else (False,))
        }
    )


def _try(scene: Scene, verb: Verb, *, for_tom: bool) -> str:
    act = now_by(scene.cast.tom, minute(90))
    if for_tom:
        act = replace(act, by=scene.cast.olga, for_person_id=scene.cast.tom.id)
    savepoint = scene.session.begin_nested()
    try:
        done = _carry_out(scene, verb, act)
        scene.session.flush()
    except Refusal as refusal:
        return refusal.code
    finally:
        savepoint.rollback()
    return "held" if done.held_id else "done"


def _state(scene: Scene) -> State:
    scene.session.flush()
    job = load_job(scene.session, scene.job_id)
    assert job is not None
    return job.state


async def _outcomes(url: str) -> Outcomes:
    db = Database(url)
    found: Outcomes = {}
    try:
        cast = await db.write(company)
        for state in State:
            with pytest.raises(_Undo) as undone:
                await db.write(_try_all, cast, state)
            found |= undone.value.found
    finally:
        await db.close()
    return found


@pytest.fixture(scope="module")
def tried() -> dict[str, Outcomes]:
    """By kind of database; filled when the first cell of each asks."""
    return {}


@pytest.fixture
def outcomes(database: str, tried: dict[str, Outcomes], request: pytest.FixtureRequest) -> Outcomes:
    if database not in tried:
        tried[database] = asyncio.run(_outcomes(request.getfixturevalue("database_url")))
    return tried[database]


@pytest.mark.parametrize(("verb", "state"), CELLS)
def test_the_verb_does_in_this_state_what_the_table_says(
    outcomes: Outcomes, verb: Verb, state: State
) -> None:
    assert outcomes[verb, state, False] == _expected(verb, state)


@pytest.mark.parametrize(("verb", "state"), [(v, s) for v, s in CELLS if v in PRESSES])
def test_the_office_pressing_for_a_technician_is_told_what_the_table_says(
    outcomes: Outcomes, verb: Verb, state: State
) -> None:
    code = VERBS[verb, state]
    assert outcomes[verb, state, True] == (
        OWN_REASON.get((verb, state), "done") if code == "yes" else code
    )


def _expected(verb: Verb, state: State) -> str:
    code = VERBS[verb, state]
    if code == "yes":
        return OWN_REASON.get((verb, state), "done")
    is_late_for = state in CLOSED or (state is State.BILLING and verb is not Verb.UNDO_STOP)
    return "held" if verb in PRESSES and is_late_for else code
