"""Whatever two technicians and the office do to two jobs, in whatever order: what must always hold, does.

Found failing, hypothesis prints the shortest walk that does it. A walk is one transaction, rolled back.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import evidence, jobs, office, presses, scheduling, times
from app.actions.act import Act, Done
from app.actions.settling import STAYS_PUT, implied_state
from app.db import Database, migrate
from app.models import Event, Job, Live, TimeEntry
from app.queries.facts import facts_of
from app.queries.jobs import load_job
from app.rules.access import Actor
from app.rules.refusal import Refusal
from app.rules.requirements import still_needed
from app.rules.states import VERBS, Activity, Outcome, State, Verb
from tests.actions.shop import minute
from tests.cast import Cast, company


@dataclass(frozen=True, slots=True)
class Bench:
    """A database with a company in it, and a loop to reach it from plain tests."""

    runner: asyncio.Runner
    db: Database
    cast: Cast


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    url = f"sqlite+aiosqlite:///{_file(tmp_path_factory)}"
    migrate(url)
    with asyncio.Runner() as runner:
        db = Database(url)
        yield Bench(runner, db, runner.run(db.write(company)))
        runner.run(db.close())


def _file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("walk") / "walk.db"


Do = Callable[[Session, Cast, Act, Actor, int], Done]
"""``Actor``: the technician it is about."""

DOES: dict[Verb, Do] = {
    Verb.SCHEDULE: lambda s, c, a, who, job: scheduling.schedule(
        s, a, job_id=job, starts_at=minute(5000), ends_at=minute(5060), technician_ids=[who.id]
    ),
    Verb.UNSCHEDULE: lambda s, c, a, who, job: scheduling.unschedule(s, a, job_id=job),
    Verb.ASSIGN: lambda s, c, a, who, job: scheduling.assign(
        s, a, job_id=job, technician_id=who.id
    ),
    Verb.UNASSIGN: lambda s, c, a, who, job: scheduling.unassign(
        s, a, job_id=job, technician_id=who.id
    ),
    Verb.SET_OFF: lambda s, c, a, who, job: presses.set_off(s, a, job_id=job, pause_other=True),
    Verb.START: lambda s, c, a, who, job: presses.start(s, a, job_id=job, pause_other=True),
    Verb.PAUSE: lambda s, c, a, who, job: presses.pause(s, a, job_id=job),
    Verb.STOP: lambda s, c, a, who, job: presses.stop(
        s, a, job_id=job, outcome=Outcome.RETURN_VISIT if a.at.minute % 5 == 0 else Outcome.DONE
    ),
    Verb.UNDO_STOP: lambda s, c, a, who, job: presses.undo_stop(s, a, job_id=job),
    Verb.DISCARD_ENTRY: lambda s, c, a, who, job: times.discard_entry(
        s, a, entry_id=_entry(s, who, job), reason="Mistake"
    ),
    Verb.RECORD_TIME: lambda s, c, a, who, job: times.record_time(
        s,
        a,
        job_id=job,
        person_id=who.id,
        activity=Activity.WORK,
        started_at=minute(-60),
        ended_at=minute(-30),
        reason="Forgotten",
    ),
    Verb.CORRECT_TIME: lambda s, c, a, who, job: times.correct_time(
        s, a, entry_id=_entry(s, who, job), ended_at=a.at, reason="Then"
    ),
    Verb.CONFIRM_TIME: lambda s, c, a, who, job: times.confirm_time(
        s, a, entry_id=_entry(s, who, job)
    ),
    Verb.HOLD: lambda s, c, a, who, job: office.hold(s, a, job_id=job, reason="Parts"),
    Verb.RELEASE: lambda s, c, a, who, job: office.release(s, a, job_id=job),
    Verb.ASK_TECHNICIAN: lambda s, c, a, who, job: office.ask_technician(
        s, a, job_id=job, question="Two or six?"
    ),
    Verb.ANSWER: lambda s, c, a, who, job: office.answer(s, a, job_id=job, text="Six"),
    Verb.WAIVE: lambda s, c, a, who, job: office.waive(
        s, a, job_id=job, code="work_note", reason="Phone"
    ),
    Verb.NOT_BILLABLE: lambda s, c, a, who, job: office.not_billable(
        s, a, job_id=job, reason="Warranty"
    ),
    Verb.CANCEL: lambda s, c, a, who, job: office.cancel(s, a, job_id=job, reason="No"),
    Verb.REOPEN: lambda s, c, a, who, job: office.reopen(s, a, job_id=job),
}

PRESSES = (Verb.START, Verb.PAUSE, Verb.STOP, Verb.UNDO_STOP, Verb.SET_OFF)

steps = st.lists(
    st.tuples(
        # The presses more often: without time on a job most of the rest is refused.
        st.sampled_from([*PRESSES, *PRESSES, *PRESSES, Verb.DISCARD_ENTRY, *DOES]),
        st.sampled_from(["tom", "tom", "ines"]),
        st.sampled_from([0, 0, 0, 1]),
        st.sampled_from([0, 0, 0, 30]),
        st.sampled_from([False, False, False, True]),
    ),
    min_size=12,
    max_size=25,
)
"""Verb, technician, which job, minutes that the phone was without network, whether the office presses for them."""


class _Undo(Exception):
    """The walk is over; nothing of it stays."""


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(walk=steps)
def test_what_must_always_hold_holds_on_any_walk(
    bench: Bench, walk: list[tuple[Verb, str, int, int, bool]]
) -> None:
    with pytest.raises(_Undo):
        bench.runner.run(bench.db.write(_walk, bench.cast, walk))


def _walk(session: Session, cast: Cast, walk: list[tuple[Verb, str, int, int, bool]]) -> None:
    made = [_made(session, cast) for _ in range(2)]
    for place, (verb, name, which, lag, for_them) in enumerate(walk, start=1):
        who: Actor = getattr(cast, name)
        at, job_id = minute(40 * place), made[which]
        is_press = verb in PRESSES
        by = who if is_press and not for_them else cast.owner
        act = Act(
            by=by,
            at=at,
            occurred_at=minute(40 * place - lag) if is_press else at,
            for_person_id=who.id if is_press and for_them else None,
        )
        _step(session, cast, act, who, job_id, verb)
        for one in made:
            _check(session, one)
    raise _Undo


def _made(session: Session, cast: Cast) -> int:
    intake = jobs.Intake(
        title="Boiler leaks",
        customer_id=cast.customer_id,
        job_type_id=cast.job_type_id,
        technician_ids=[cast.tom.id, cast.ines.id],
    )
    act = Act(by=cast.dana, at=minute(-120), occurred_at=minute(-120))
    made = jobs.create_job(session, act, intake=intake).made_id
    assert made is not None
    evidence.add_note(session, act, job_id=made, text="Key at the bakery")
    return made


def _step(session: Session, cast: Cast, act: Act, who: Actor, job_id: int, verb: Verb) -> None:
    """Done, refused or held: and each leaves behind exactly what it should."""
    before, seq = _job(session, job_id), _seq(session)
    state, version = before.state, before.version
    savepoint = session.begin_nested()
    try:
        done = DOES[verb](session, cast, act, who, job_id)
        session.flush()
        savepoint.commit()
    except Refusal:
        savepoint.rollback()
        assert (_job(session, job_id).version, _seq(session)) == (version, seq)
        return
    assert _seq(session) == seq + (done.seq is not None)
    assert _job(session, job_id).version == version + (done.seq is not None)
    told = session.scalars(select(Event.job_id).where(Event.seq == seq + 1)).all()
    assert len(set(told)) == len(told)
    if done.held_id is None and done.seq is not None:
        assert VERBS[verb, state] == "yes"


def _check(session: Session, job_id: int) -> None:
    """What a screen may rely on at any moment."""
    job = _job(session, job_id)
    needed = [requirement.code for requirement in still_needed(facts_of(session, job))]
    if job.state not in (State.NOT_BILLABLE, State.CANCELLED):
        assert [item["code"] for item in job.missing] == needed
    if job.state not in STAYS_PUT:
        assert job.state is implied_state(job)
    if job.state is State.READY:
        assert needed == []
        assert job.stopped_at is not None
    assert len(_running(session)) == len(set(_running(session)))
    _check_progress(session, job)


def _check_progress(session: Session, job: Job) -> None:
    """A clock runs for exactly those who are shown as travelling or working."""
    shown = {
        a.person_id
        for visit in job.visits
        for a in visit.assignments
        if a.ended_at is None and a.progress in ("travelling", "working")
    }
    running = set(
        session.scalars(
            select(TimeEntry.person_id).where(
                TimeEntry.job_id == job.id,
                TimeEntry.ended_at.is_(None),
                TimeEntry.voided_at.is_(None),
            )
        )
    )
    assert shown == running


def _running(session: Session) -> list[int]:
    return list(
        session.scalars(
            select(TimeEntry.person_id).where(
                TimeEntry.ended_at.is_(None), TimeEntry.voided_at.is_(None)
            )
        )
    )


def _job(session: Session, job_id: int) -> Job:
    session.flush()
    job = load_job(session, job_id)
    assert job is not None
    return job


def _seq(session: Session) -> int:
    return session.scalar(select(Live.seq)) or 0


def _entry(session: Session, who: Actor, job_id: int) -> int:
    newest = select(func.max(TimeEntry.id)).where(
        TimeEntry.person_id == who.id, TimeEntry.job_id == job_id
    )
    return session.scalar(newest) or 0
