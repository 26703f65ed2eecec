"""The office's page of one job: everything that is known about it, and what this person may do with it now."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Correction, Event, Job, TimeEntry, Visit
from app.queries import job_parts
from app.queries.amounts import bill_of
from app.queries.board import Head, cards_by_id, head
from app.queries.cards import JobCard
from app.queries.evidence import evidence_of
from app.queries.first_time_fix import visits_needed
from app.queries.history_words import FLAGS, in_words
from app.queries.invoices import invoices_of_job
from app.queries.job_parts import Names, name
from app.queries.jobs import company_of, job_for
from app.queries.people import short_names
from app.queries.screens.job import DoubtfulTime, EntryRow, HistoryLine, JobLink, JobPage, VisitRow
from app.rules.access import Actor, Right, Scope, may, scope_of
from app.rules.buttons import BUTTONS, Situation, may_press
from app.rules.dates import day_hm, hm
from app.rules.labour import Entry, worked_seconds
from app.rules.oddities import ODD_WORDS
from app.rules.requirements import REQUIREMENTS
from app.rules.states import FINISHED, Outcome, Progress, State

SHUT = frozenset({State.NOT_BILLABLE, State.CANCELLED})
"""Nothing is billed there."""

WAIVABLE = frozenset(r.code for r in REQUIREMENTS if r.waivable)


@dataclass(frozen=True, slots=True)
class JobShown:
    """The page and the counter it is true at, from one snapshot."""

    head: Head
    page: JobPage


def read_job(session: Session, by: Actor, *, job_id: int, at: datetime) -> JobShown:
    """Raises ``NotFound`` for a job that is not there or not theirs."""
    job = job_for(session, by, Right.READ_JOBS, job_id, at=at)
    now = head(session)
    people = short_names(session)
    card = cards_by_id(session, [job.id])[0]
    zone = ZoneInfo(company_of(session).time_zone)
    needs = job_parts.needs_of(session, job, card)
    questions = job_parts.questions_of(session, job.id, people)
    situation = Situation(
        state=job.state,
        is_own=True,
        is_on_board=card.lane is not None,
        clock_runs=bool(card.running),
        has_time=any(e.ended_at for e in _counted(session, job.id)),
        has_people=bool(card.technicians),
        has_question=bool(questions),
        has_waivable=job_parts.may_be_waived(needs, WAIVABLE),
    )
    allowed = may_press(by, situation)
    sees_money = may(by, Right.SEE_MONEY)
    if not sees_money:
        card = replace(card, money=None)
    entries = entries_shown(session, job.id, by, people, zone, may=allowed)
    page = JobPage(
        card=card,
        description=job.description,
        reference=job.reference,
        closed_reason=job.closed_reason,
        place=job_parts.place_of(session, job),
        needs=needs,
        entries=entries,
        worked_s=worked_seconds(
            Entry(e.activity, e.started_at, e.ended_at) for e in entries if not e.discarded
        ),
        notes=job_parts.notes_of(session, job.id, people, by),
        messages=job_parts.messages_of(session, job.id, people, by),
        questions=questions,
        visits=tuple(_visit(visit, people) for visit in job.visits),
        history=_history(session, job.id, people, zone),
        held=job_parts.held_presses(
            session, people, may_decide=may(by, Right.DECIDE_HELD), job_id=job.id
        ),
        may=allowed,
        follows=_link(session, job.follows_id),
        follow_ups=_follow_ups(session, job.id),
        evidence=evidence_of(session, job, by, people, progress=_their_progress(job)),
        visits_needed=visits_needed(job),
        bill=bill_of(session, job) if sees_money and job.state not in SHUT else None,
        invoices=tuple(invoices_of_job(session, job.id)) if sees_money else (),
    )
    return JobShown(now, page)


def _their_progress(job: Job) -> Progress | None:
    """How far the work is, to guess what a photo from the office shows."""
    steps = [a.progress for visit in job.visits for a in visit.assignments if a.ended_at is None]
    return Progress.STOPPED if job.state in FINISHED else next(iter(steps), None)


def entries_shown(
    session: Session,
    job_id: int,
    by: Actor,
    people: Names,
    zone: ZoneInfo,
    *,
    may: frozenset[str],
) -> tuple[EntryRow, ...]:
    """Every entry, void ones too, each with the values that corrections replaced."""
    rows = session.scalars(
        select(TimeEntry)
        .where(TimeEntry.job_id == job_id)
        .order_by(TimeEntry.started_at, TimeEntry.id)
    ).all()
    corrections: defaultdict[int, list[Correction]] = defaultdict(list)
    for correction in session.scalars(
        select(Correction)
        .where(Correction.entry_id.in_([row.id for row in rows]))
        .order_by(Correction.id)
    ):
        corrections[correction.entry_id].append(correction)
    return tuple(_entry(row, corrections[row.id], by, people, zone, may) for row in rows)


def _entry(
    row: TimeEntry,
    corrections: list[Correction],
    by: Actor,
    people: Names,
    zone: ZoneInfo,
    may: frozenset[str],
) -> EntryRow:
    made = [c for c in corrections if not c.is_proposed]
    first, last = (made[0], made[-1]) if made else (None, None)
    is_theirs = row.person_id == by.id or scope_of(by, Right.RECORD_TIME) is Scope.ALL
    counts = row.voided_at is None
    return EntryRow(
        id=row.id,
        who=people[row.person_id],
        activity=row.activity,
        started_at=row.started_at,
        ended_at=row.ended_at,
        was_from=first.old_started_at if first and first.old_started_at != row.started_at else None,
        was_to=first.old_ended_at if first and first.old_ended_at != row.ended_at else None,
        note=row.void_reason if not counts else _why(last, people, zone),
        suspect=_doubt(row, corrections, zone) if counts else None,
        discarded=not counts,
        may_correct=counts and is_theirs and "correct-time" in may,
        may_discard=counts and is_theirs and "discard-entry" in may,
        other_end=_other_end(row, corrections) if counts else None,
        odd=_odd(row) if counts else (),
    )


def _why(correction: Correction | None, people: Names, zone: ZoneInfo) -> str | None:
    if correction is None:
        return None
    return f"{name(people, correction.by_id)}, {day_hm(correction.at, zone)}: {correction.reason}"


def _other_end(row: TimeEntry, corrections: list[Correction]) -> datetime | None:
    """The stop that the phone proposed against the one that stands."""
    if not row.disputed:
        return None
    proposed = [c.ended_at for c in corrections if c.is_proposed and c.ended_at is not None]
    return proposed[-1] if proposed else None


_PRESS_FLAGS = {"clock_differs": FLAGS["clock_differs"], "late_press": FLAGS["late_press"]}


def _odd(row: TimeEntry) -> tuple[str, ...]:
    words = {**ODD_WORDS, **_PRESS_FLAGS}
    return tuple(words[flag].rstrip(".") for flag in row.flags if flag in words)


def _doubt(row: TimeEntry, corrections: list[Correction], zone: ZoneInfo) -> str | None:
    if (other := _other_end(row, corrections)) is not None:
        return f"Two stop times: the phone says {hm(other, zone)}"
    if row.disputed:
        return "Two stop times"
    return "Looks forgotten" if row.suspect else None


def _counted(session: Session, job_id: int) -> list[TimeEntry]:
    return list(
        session.scalars(
            select(TimeEntry).where(TimeEntry.job_id == job_id, TimeEntry.voided_at.is_(None))
        )
    )


def doubtful_times(session: Session, by: Actor) -> tuple[DoubtfulTime, ...]:
    """Every time that waits to be confirmed, oldest first: left running, or stopped at two times."""
    rows = session.execute(
        select(TimeEntry.id, Job)
        .join(Job, Job.id == TimeEntry.job_id)
        .where(
            TimeEntry.voided_at.is_(None),
            TimeEntry.suspect.is_(True) | TimeEntry.disputed.is_(True),
        )
        .order_by(TimeEntry.started_at, TimeEntry.id)
        .limit(LONGEST_LIST)
    ).all()
    people = short_names(session)
    zone = ZoneInfo(company_of(session).time_zone)
    everything = frozenset(BUTTONS)
    shown = {
        entry.id: entry
        for job_id in {job.id for _, job in rows}
        for entry in entries_shown(session, job_id, by, people, zone, may=everything)
    }
    return tuple(
        DoubtfulTime(job.id, job.number, job.title, shown[entry_id]) for entry_id, job in rows
    )


LONGEST_LIST = 100
"""More doubtful times than this are a second page of the same work; the first hundred come first."""


def _visit(visit: Visit, people: Names) -> VisitRow:
    return VisitRow(
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        technicians=tuple(people[a.person_id] for a in visit.assignments if a.ended_at is None),
        say=_came_of_it(visit),
        parts_to_order=visit.parts_to_order,
    )


def _came_of_it(visit: Visit) -> str:
    if visit.outcome is Outcome.RETURN_VISIT:
        return "Must come back" + (f": {visit.outcome_reason}" if visit.outcome_reason else "")
    return "Done" if visit.outcome is Outcome.DONE else ""


def _history(
    session: Session, job_id: int, people: Names, zone: ZoneInfo
) -> tuple[HistoryLine, ...]:
    """Newest first: what happened last is what one comes to see."""
    events = session.scalars(select(Event).where(Event.job_id == job_id).order_by(Event.id.desc()))
    return tuple(in_words(event, people, zone) for event in events)


def _link(session: Session, job_id: int | None) -> JobLink | None:
    job = session.get(Job, job_id) if job_id else None
    return JobLink(job.id, job.number, job.title) if job else None


def _follow_ups(session: Session, job_id: int) -> tuple[JobLink, ...]:
    rows = session.scalars(select(Job).where(Job.follows_id == job_id).order_by(Job.id))
    return tuple(JobLink(job.id, job.number, job.title) for job in rows)


def card_of(session: Session, by: Actor, *, job_id: int, at: datetime) -> JobCard:
    """One card, if this person may read the job."""
    job_for(session, by, Right.READ_JOBS, job_id, at=at)
    return cards_by_id(session, [job_id])[0]
