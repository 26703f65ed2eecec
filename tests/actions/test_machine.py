"""A state machine driven at random: whatever people press in whatever order, a small model of the rules agrees.

The model (``Model``) knows a job as its technicians' progress and nothing else. After every step the database must show
what it implies, the version must have risen by one exactly when something happened, and the board must be the rows.
"""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import evidence, jobs, office, presses, scheduling
from app.actions.act import Act, Done
from app.db import Database
from app.models import Event, Job, Live, TimeEntry
from app.queries.board import cards_in
from app.rules.access import Actor
from app.rules.refusal import Refusal
from app.rules.states import STATE_LANE, Lane, Outcome, State
from tests.cast import NOON, Cast, company

MEMORY = Path("/dev/shm")  # noqa: S108 -- hundreds of commits, none of which need outlive the test

JOBS = range(2)
PEOPLE = range(2)

one_job = st.sampled_from(JOBS)
one_person = st.sampled_from(PEOPLE)

BUSY = ("travelling", "working", "paused")


@dataclass
class Known:
    """One job as the model sees it: how far each of its technicians is, and what the office said."""

    progress: dict[int, str]
    is_planned: bool = False
    is_over: bool = False
    worked: bool = False
    noted: bool = False
    is_held: bool = False
    is_shut: bool = False

    def state(self) -> State:
        """What the facts imply."""
        if self.is_shut:
            return State.NOT_BILLABLE
        if self.is_held:
            return State.ON_HOLD
        steps = set(self.progress.values())
        for step, state in (
            ("working", State.WORKING),
            ("paused", State.PAUSED),
            ("travelling", State.TRAVELLING),
        ):
            if step in steps:
                return state
        if not self.is_over:
            return State.SCHEDULED if self.is_planned else State.NEW
        return State.READY if self.worked and self.noted else State.NEEDS_DETAILS

    def is_clocked(self) -> bool:
        return any(step in ("travelling", "working") for step in self.progress.values())


class Shift(RuleBasedStateMachine):
    """Two technicians, a dispatcher and the office, at two jobs that both technicians are on."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        path = Path(self.folder.name) / "shift.db"
        shutil.copyfile(self.template, path)
        self.loop = asyncio.new_event_loop()
        self.db = Database(f"sqlite+aiosqlite:///{path}")
        self.at = NOON
        self.known: list[Known] = []
        self.ids: list[int] = []

    def teardown(self) -> None:
        self.loop.run_until_complete(self.db.close())
        self.loop.close()
        self.folder.cleanup()

    @initialize()
    def open_the_shop(self) -> None:
        self.cast: Cast = self.loop.run_until_complete(self.db.write(company))
        self.people = (self.cast.tom, self.cast.ines)
        intake = jobs.Intake(
            title="Boiler",
            customer_id=self.cast.customer_id,
            job_type_id=self.cast.job_type_id,
            technician_ids=[who.id for who in self.people],
        )
        for _ in JOBS:
            done = self.write(jobs.create_job, self.cast.dana, intake=intake)
            assert done.job_id is not None
            self.ids.append(done.job_id)
            self.known.append(Known(dict.fromkeys(PEOPLE, "assigned")))

    # --- what people do

    @rule(job=one_job, who=one_person, pauses=st.booleans())
    def start(self, job: int, who: int, pauses: bool) -> None:
        self.begin(presses.start, "working", job, who, pauses)

    @rule(job=one_job, who=one_person, pauses=st.booleans())
    def set_off(self, job: int, who: int, pauses: bool) -> None:
        self.begin(presses.set_off, "travelling", job, who, pauses)

    def begin(self, verb: Callable[..., Done], step: str, job: int, who: int, pauses: bool) -> None:
        known, elsewhere = self.known[job], self.clocked_elsewhere(job, who)
        now = known.progress[who]
        if known.is_shut:
            self.held(verb, job, who)
        elif known.is_held:
            self.refused("on_hold", verb, job, who)
        elif now == step or (now == "working" and step == "travelling"):
            self.unchanged(verb, job, who)
        elif elsewhere is not None and not pauses:
            self.refused("other_job_running", verb, job, who)
        else:
            self.pressed(verb, job, who, pause_other=pauses)
            if elsewhere is not None:
                other = self.known[elsewhere]
                other.worked |= other.progress[who] == "working"
                other.progress[who] = "paused"
            known.progress[who] = step
            known.is_over = False

    @rule(job=one_job, who=one_person)
    def pause(self, job: int, who: int) -> None:
        known = self.known[job]
        now = known.progress[who]
        if known.is_shut:
            self.held(presses.pause, job, who)
        elif known.state() in (State.NEW, State.SCHEDULED):
            self.refused("not_started", presses.pause, job, who)
        elif known.is_held:
            self.refused("on_hold", presses.pause, job, who)
        elif known.state() in (State.NEEDS_DETAILS, State.READY):
            self.refused("not_running", presses.pause, job, who)
        elif now == "paused":
            self.unchanged(presses.pause, job, who)
        elif now in ("working", "travelling"):
            self.pressed(presses.pause, job, who)
            known.worked |= now == "working"
            known.progress[who] = "paused"
        else:
            self.refused("not_started", presses.pause, job, who)

    @rule(job=one_job, who=one_person)
    def stop(self, job: int, who: int) -> None:
        known = self.known[job]
        now = known.progress[who]
        if known.is_shut:
            self.held(presses.stop, job, who)
        elif now == "assigned":
            self.refused("not_started", presses.stop, job, who)
        elif now == "stopped":
            self.unchanged(presses.stop, job, who)
        else:
            self.pressed(presses.stop, job, who, outcome=Outcome.DONE)
            known.worked |= now == "working"
            known.progress[who] = "stopped"
            known.is_over = not any(step in BUSY for step in known.progress.values())

    @rule(job=one_job, who=one_person)
    def note(self, job: int, who: int) -> None:
        self.pressed(evidence.add_note, job, who, text="Done")
        self.known[job].noted = True

    @rule(job=one_job)
    def plan(self, job: int) -> None:
        known = self.known[job]
        window = {"starts_at": self.at, "ends_at": self.at + timedelta(hours=1)}
        state = known.state()
        wrong = {
            State.ON_HOLD: "on_hold", State.NEEDS_DETAILS: "finished", State.READY: "finished",
            State.NOT_BILLABLE: "shut",
        }.get(state)  # fmt: skip
        if wrong:
            self.refused_to(self.cast.dana, wrong, scheduling.schedule, job, **window)
        elif state in (State.NEW, State.SCHEDULED):
            self.done_by(self.cast.dana, scheduling.schedule, job, **window)
            known.is_planned = True

    @rule(job=one_job)
    def finish(self, job: int) -> None:
        """Everybody who is on it stops: the states after work are reached often enough to be tried."""
        for who in [who for who, step in self.known[job].progress.items() if step in BUSY]:
            self.stop(job, who)

    @rule(job=one_job)
    def hold(self, job: int) -> None:
        known = self.known[job]
        state = known.state()
        wrong = {
            State.ON_HOLD: "already_on_hold", State.NEEDS_DETAILS: "finished",
            State.READY: "finished", State.NOT_BILLABLE: "shut",
        }.get(state) or ("still_working" if known.is_clocked() else None)  # fmt: skip
        self.maybe(wrong, self.cast.dana, office.hold, job, reason="No parts")
        known.is_held |= wrong is None

    @precondition(lambda self: any(one.is_held for one in self.known))
    @rule(job=one_job)
    def release(self, job: int) -> None:
        known = self.known[job]
        wrong = None if known.state() is State.ON_HOLD else "not_on_hold"
        self.maybe(wrong, self.cast.dana, office.release, job)
        known.is_held = known.is_held and wrong is not None

    @precondition(lambda self: all(one.is_over for one in self.known))
    @rule(job=one_job)
    def close_unbilled(self, job: int) -> None:
        """Seldom, because little can be done to a job that is shut."""
        known = self.known[job]
        wrong = "shut" if known.is_shut else "still_working" if known.is_clocked() else None
        self.maybe(wrong, self.cast.olga, office.not_billable, job, reason="Goodwill")
        if wrong is None:
            known.is_shut, known.is_held = True, False

    @precondition(lambda self: any(one.is_shut for one in self.known))
    @rule(job=one_job)
    def reopen(self, job: int) -> None:
        known = self.known[job]
        wrong = None if known.is_shut else "not_shut"
        self.maybe(wrong, self.cast.olga, office.reopen, job)
        known.is_shut = False

    # --- how it is done, and what must have come of it

    def clocked_elsewhere(self, job: int, who: int) -> int | None:
        clocked = ("travelling", "working")
        return next((o for o in JOBS if o != job and self.known[o].progress[who] in clocked), None)

    def write(self, verb: Callable[..., Done], by: Actor, **words: Any) -> Done:
        self.at += timedelta(minutes=1)
        act = Act(by=by, at=self.at, occurred_at=self.at)
        return self.loop.run_until_complete(self.db.write(verb, act, **words))

    def done_by(self, by: Actor, verb: Callable[..., Done], job: int, **words: Any) -> Done:
        before = self.version(job)
        done = self.write(verb, by, job_id=self.ids[job], **words)
        assert done.seq is not None
        assert self.version(job) == before + 1
        return done

    def pressed(self, verb: Callable[..., Done], job: int, who: int, **words: Any) -> None:
        assert self.done_by(self.people[who], verb, job, **words).held_id is None

    def held(self, verb: Callable[..., Done], job: int, who: int) -> None:
        assert self.done_by(self.people[who], verb, job).held_id is not None

    def unchanged(self, verb: Callable[..., Done], job: int, who: int) -> None:
        before = self.version(job)
        assert self.write(verb, self.people[who], job_id=self.ids[job]).seq is None
        assert self.version(job) == before

    def refused(self, code: str, verb: Callable[..., Done], job: int, who: int) -> None:
        self.refused_to(self.people[who], code, verb, job)

    def refused_to(
        self, by: Actor, code: str, verb: Callable[..., Done], job: int, **words: Any
    ) -> None:
        before = self.version(job)
        with pytest.raises(Refusal) as caught:
            self.write(verb, by, job_id=self.ids[job], **words)
        assert caught.value.code == code
        assert self.version(job) == before

    def maybe(
        self, wrong: str | None, by: Actor, verb: Callable[..., Done], job: int, **words: Any
    ) -> None:
        if wrong is None:
            self.done_by(by, verb, job, **words)
        else:
            self.refused_to(by, wrong, verb, job, **words)

    def ask(self, question: Callable[..., Any], *args: Any) -> Any:
        return self.loop.run_until_complete(self.db.ask_quick(question, *args))

    def version(self, job: int) -> int:
        return int(self.ask(_version, self.ids[job]))

    @invariant()
    def the_database_is_what_the_model_implies(self) -> None:
        """Read in one go, which keeps the test quick: states, open entries, history and board."""
        states = [one.state() for one in self.known]
        clocks = [
            (self.ids[job], self.people[who].id, step)
            for job, one in enumerate(self.known)
            for who, step in one.progress.items()
            if step in ("travelling", "working")
        ]
        lanes = {job_id: STATE_LANE[state] for job_id, state in zip(self.ids, states, strict=True)}
        seen: Seen = self.ask(_seen)
        assert seen.states == states
        assert seen.clocks == sorted(clocks)
        assert seen.gaps == []
        assert seen.lanes == {job_id: lane for job_id, lane in lanes.items() if lane is not None}


@dataclass(frozen=True)
class Seen:
    """``clocks``: (job, person, step) of each open entry. ``gaps``: what the history is missing."""

    states: list[State]
    clocks: list[tuple[int, int, str]]
    gaps: list[object]
    lanes: dict[int, Lane | None]


def _seen(session: Session) -> Seen:
    states = list(session.scalars(select(Job.state).order_by(Job.id)))
    lanes = {card.id: card.lane for card in cards_in(session, tuple(Lane))}
    return Seen(states, _open_entries(session), _gaps(session), lanes)


def _version(session: Session, job_id: int) -> int:
    return session.scalars(select(Job.version).where(Job.id == job_id)).one()


def _open_entries(session: Session) -> list[tuple[int, int, str]]:
    rows = session.execute(
        select(TimeEntry.job_id, TimeEntry.person_id, TimeEntry.activity).where(
            TimeEntry.ended_at.is_(None), TimeEntry.voided_at.is_(None)
        )
    )
    steps = {"work": "working", "travel": "travelling"}
    return sorted((job, person, steps[activity]) for job, person, activity in rows)


def _gaps(session: Session) -> list[object]:
    """What is missing in the history: a version of a job without its event, a seq that nobody took."""
    seqs = set(session.scalars(select(Event.seq)))
    head = session.scalars(select(Live.seq)).one()
    counted = session.execute(
        select(Job.id, Job.version, func.count(Event.id))
        .join(Event, Event.job_id == Job.id)
        .group_by(Job.id, Job.version)
    )
    missing = [seq for seq in range(1, head + 1) if seq not in seqs]
    return [*missing, *(job for job, version, events in counted if version != events)]


@pytest.mark.timeout(180)
def test_whatever_is_pressed_the_model_agrees(sqlite_template: Path) -> None:
    Shift.template = sqlite_template
    run_state_machine_as_test(
        Shift,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
