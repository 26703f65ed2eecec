"""A company with a database, for tests of actions: carry out a verb, look at what came of it, listen to the board.

Moments are minutes from ``NOON``; the test says them, nobody asks the clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.actions import evidence, jobs, presses
from app.actions.act import Act, Done
from app.db import Database
from app.models import Event, Job, Person, TimeEntry
from app.queries.board import cards_by_id, head
from app.queries.cards import JobCard
from app.queries.jobs import load_job
from app.rules.access import Actor, Role
from app.rules.refusal import Refusal
from app.rules.states import Activity, Outcome, Progress, State
from tests.cast import NOON, Cast, person

Verb = Callable[..., Done]


@dataclass(frozen=True, slots=True)
class Time:
    """One entry that counts, in minutes from noon."""

    id: int
    who: int
    activity: Activity
    start: float
    end: float | None
    suspect: bool
    disputed: bool
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A job as plain values."""

    state: State
    version: int
    missing: tuple[str, ...]
    flags: tuple[str, ...]
    progress: dict[int, Progress]
    times: tuple[Time, ...]
    outcomes: tuple[Outcome | None, ...]
    stopped: float | None
    hold_reason: str | None
    closed_reason: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    """One event."""

    seq: int
    kind: str
    job_id: int | None
    by: int | None
    for_person: int | None
    before: State | None
    after: State | None
    people_before: tuple[int, ...]
    people_after: tuple[int, ...]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shop:
    db: Database
    cast: Cast

    async def do(
        self,
        verb: Verb,
        by: Actor,
        at: float = 0,
        *,
        pressed: float | None = None,
        for_person: Actor | None = None,
        **words: Any,
    ) -> Done:
        """Carry the verb out. ``pressed``: the act's own time, where the phone was without network."""
        act = Act(
            by=by,
            at=minute(at),
            occurred_at=minute(at if pressed is None else pressed),
            for_person_id=for_person.id if for_person else None,
        )
        return await self.db.write(verb, act, **words)

    async def refused(self, verb: Verb, by: Actor, at: float = 0, **words: Any) -> Refusal:
        """Carry it out, expecting a refusal; nothing may have changed then."""
        before = await self.seq()
        with pytest.raises(Refusal) as caught:
            await self.do(verb, by, at, **words)
        assert await self.seq() == before
        return caught.value

    async def job(self, *people: Actor, title: str = "Boiler leaks", **known: Any) -> int:
        """A job with customer and type, for these technicians, taken in two hours before noon."""
        intake = jobs.Intake(
            **{
                "title": title,
                "customer_id": self.cast.customer_id,
                "site_id": self.cast.site_id,
                "job_type_id": self.cast.job_type_id,
                "technician_ids": [who.id for who in people],
                **known,
            }
        )
        done = await self.do(jobs.create_job, self.cast.dana, -120, intake=intake)
        assert done.made_id is not None
        return done.made_id

    async def working(self, *people: Actor, since: float = 0, **known: Any) -> int:
        """A job on which all of these work."""
        job_id = await self.job(*people, **known)
        for who in people:
            await self.do(presses.start, who, since, job_id=job_id)
        return job_id

    async def finished(self, who: Actor, *, note: str = "Valve replaced", **known: Any) -> int:
        """Worked on from noon for an hour; ready, or without a note in need of details."""
        job_id = await self.working(who, **known)
        if note:
            await self.do(evidence.add_note, who, 50, job_id=job_id, text=note)
        await self.do(presses.stop, who, 60, job_id=job_id, outcome=Outcome.DONE)
        return job_id

    async def put(self, job_id: int, state: State) -> None:
        """Straight into a state that no verb leads to yet."""
        await self.db.write(_put, job_id, state)

    async def hire(self, name: str, *roles: Role) -> Actor:
        """One more person; a technician unless something else is said."""
        return await self.db.write(person, name, *(roles or (Role.TECHNICIAN,)))

    async def retire(self, who: Actor) -> None:
        await self.db.write(_retire, who.id)

    async def see(self, job_id: int) -> Seen:
        return await self.db.ask(_see, job_id)

    async def state(self, job_id: int) -> State:
        return (await self.see(job_id)).state

    async def cards(self, *job_ids: int) -> list[JobCard]:
        return await self.db.ask(cards_by_id, job_ids)

    async def seq(self) -> int:
        return (await self.db.ask(head)).seq

    async def heard(self, *, after: int = 0) -> list[Heard]:
        """What the board was told since, oldest first."""
        return await self.db.ask(_heard, after)


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def minutes(moment: datetime | None) -> float | None:
    return None if moment is None else (moment - NOON).total_seconds() / 60


def _put(session: Session, job_id: int, state: State) -> None:
    session.execute(update(Job).where(Job.id == job_id).values(state=state))


def _retire(session: Session, person_id: int) -> None:
    session.execute(update(Person).where(Person.id == person_id).values(retired_at=NOON))


def _see(session: Session, job_id: int) -> Seen:
    job = load_job(session, job_id)
    assert job is not None
    entries = session.scalars(
        select(TimeEntry)
        .where(TimeEntry.job_id == job_id, TimeEntry.voided_at.is_(None))
        .order_by(TimeEntry.started_at, TimeEntry.id)
    )
    return Seen(
        state=job.state,
        version=job.version,
        missing=tuple(item["code"] for item in job.missing),
        flags=tuple(job.flags),
        progress={
            a.person_id: a.progress for v in job.visits for a in v.assignments if not a.ended_at
        },
        times=tuple(_time(entry) for entry in entries),
        outcomes=tuple(v.outcome for v in job.visits),
        stopped=minutes(job.stopped_at),
        hold_reason=job.hold_reason,
        closed_reason=job.closed_reason,
    )


def _time(entry: TimeEntry) -> Time:
    start = minutes(entry.started_at)
    assert start is not None
    return Time(
        id=entry.id,
        who=entry.person_id,
        activity=entry.activity,
        start=start,
        end=minutes(entry.ended_at),
        suspect=entry.suspect,
        disputed=entry.disputed,
        flags=tuple(entry.flags),
    )


def _heard(session: Session, after: int) -> list[Heard]:
    events = session.scalars(
        select(Event).where(Event.seq > after).order_by(Event.seq, Event.id)
    ).all()
    return [
        Heard(
            seq=e.seq,
            kind=e.kind,
            job_id=e.job_id,
            by=e.by_id,
            for_person=e.for_id,
            before=e.state_before,
            after=e.state_after,
            people_before=tuple(e.people_before),
            people_after=tuple(e.people_after),
            data=e.data,
        )
        for e in events
    ]
