"""A technician's phone: the list of their jobs, and the form of one job with everything that is theirs on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Assignment, Job, TimeEntry, Visit
from app.queries import job_parts
from app.queries.board import Head, cards_by_id, cards_of_person, head
from app.queries.cards import JobCard
from app.queries.evidence import evidence_of
from app.queries.facts import last_entry_of, open_entry_of, why_no_undo_stop
from app.queries.job_parts import Names
from app.queries.jobs import assignment_of, company_of, current_visit, job_for
from app.queries.people import short_names
from app.queries.screens.job import JobLink
from app.queries.screens.phone import Colleague, JobForm, MyJobs
from app.queries.summary import summary_of
from app.rules.access import Actor, Right
from app.rules.buttons import Situation, is_on_it, own_presses
from app.rules.dates import day_hm, hm
from app.rules.labour import KEPT, Entry, is_slip, worked_seconds
from app.rules.states import REFUSALS, Activity, Lane, Progress, State, Verb, why_not


@dataclass(frozen=True, slots=True)
class MyJobsShown:
    head: Head
    jobs: MyJobs


@dataclass(frozen=True, slots=True)
class JobFormShown:
    head: Head
    form: JobForm


def read_my_jobs(session: Session, by: Actor, *, at: datetime) -> MyJobsShown:
    """Everything this person is assigned to, in the order it should be done."""
    zone = ZoneInfo(company_of(session).time_zone)
    cards = cards_of_person(session, by.id)
    progress = _progress_of(session, by.id)
    today = at.astimezone(zone).date()
    groups: dict[str, list[JobCard]] = {name: [] for name in _GROUPS}
    for card in cards:
        if (group := _group(card, progress.get(card.id), today, zone)) is not None:
            groups[group].append(card)
    people = short_names(session)
    jobs = MyJobs(
        running=tuple(groups["running"]),
        today=_in_plan_order(groups["today"]),
        tomorrow=_in_plan_order(groups["tomorrow"]),
        later=_in_plan_order(groups["later"]),
        missing=tuple(groups["missing"]),
        done=tuple(groups["done"]),
        held=job_parts.held_presses(session, people, may_decide=False, person_id=by.id),
    )
    return MyJobsShown(head(session), jobs)


_GROUPS = ("running", "today", "tomorrow", "later", "missing", "done")


def _progress_of(session: Session, person_id: int) -> dict[int, Progress]:
    """Job → this person's progress on the visit they were put on last."""
    rows = session.scalars(
        select(Assignment)
        .where(Assignment.person_id == person_id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    )
    return {place.job_id: place.progress for place in rows}


def _group(card: JobCard, progress: Progress | None, today: date, zone: ZoneInfo) -> str | None:
    """Which part of the list a job stands in; None: it is finished and was not finished today."""
    if is_on_it(progress):
        return "running"
    if card.state is State.NEEDS_DETAILS and any(n.owner == "technician" for n in card.needed):
        return "missing"
    if card.lane in (Lane.NEEDS_DETAILS, Lane.READY) or progress is Progress.STOPPED:
        stopped = (card.stopped_at or card.state_since).astimezone(zone).date()
        return "done" if stopped == today else None
    if card.planned_start is None:
        return "today"
    planned = card.planned_start.astimezone(zone).date()
    if planned <= today:
        return "today"
    return "tomorrow" if planned == today + timedelta(days=1) else "later"


def _in_plan_order(cards: Sequence[JobCard]) -> tuple[JobCard, ...]:
    """By the plan; jobs without a time after those that have one."""
    return tuple(
        sorted(
            cards,
            key=lambda c: (c.planned_start is None, c.planned_start or c.created_at, c.id),
        )
    )


def read_job_form(session: Session, by: Actor, *, job_id: int, at: datetime) -> JobFormShown:
    """Raises ``NotFound`` for a job that is not there or not theirs, ``Forbidden`` for those who are no technicians."""
    job = job_for(session, by, Right.PRESS, job_id, at=at)
    now = head(session)
    people = short_names(session)
    card = cards_by_id(session, [job.id])[0]
    place = assignment_of(job, by.id)
    progress = place.progress if place else None
    last = last_entry_of(session, by.id, job_id=job.id)
    needs = job_parts.needs_of(session, job, card)
    questions = job_parts.questions_of(session, job.id, people)
    no_undo = _why_no_undo(session, job, place)
    situation = Situation(
        state=job.state,
        is_own=True,
        clock_runs=bool(card.running),
        has_time=card.worked_seconds > 0,
        has_people=bool(card.technicians),
        has_question=bool(questions),
    )
    others = _others(job, place, by.id, people)
    form = JobForm(
        card=card,
        me=people[by.id],
        progress=progress,
        since=_since(place, last),
        before_s=_before_s(session, by.id, place),
        entry_id=last.id if last else None,
        description=job.description,
        place=job_parts.place_of(session, job),
        needs=needs,
        notes=job_parts.notes_of(session, job.id, people, by),
        messages=job_parts.messages_of(session, job.id, people, by),
        questions=questions,
        others=others,
        held=job_parts.held_presses(
            session, people, may_decide=False, job_id=job.id, person_id=by.id
        ),
        may=own_presses(by, situation, progress, may_undo=no_undo is None),
        other_running=_other_running(session, by.id, job.id),
        never_started=tuple(c.who for c in others if c.progress is Progress.ASSIGNED),
        why_not_start=_why_not_start(job),
        why_not_undo=REFUSALS[no_undo] if no_undo else None,
        just_seconds=_just_seconds(progress, last),
        suspect=_suspect(session, by.id, job, last, at),
        next_job=_next_job(session, by, job.id, at) if progress is Progress.STOPPED else None,
        doubtful_id=_doubtful(session, by.id, job.id),
        evidence=evidence_of(
            session,
            job,
            by,
            people,
            progress=progress,
            missing=[need.code for need in needs if not need.met],
        ),
        summary=summary_of(session, job, place, people, at=at),
        to_bring=_to_bring(job),
    )
    return JobFormShown(now, form)


def _to_bring(job: Job) -> str | None:
    """What the last visit said must be ordered, as long as the next one is not over."""
    if current_visit(job).outcome is not None:
        return None
    said = [visit.parts_to_order for visit in job.visits if visit.parts_to_order]
    return said[-1] if said else None


def _since(place: Assignment | None, last: TimeEntry | None) -> datetime | None:
    """The running clock's own start, which a correction may have moved; else since when they are where they are."""
    if place is None or place.progress is Progress.ASSIGNED:
        return None
    is_open = last is not None and last.ended_at is None
    return last.started_at if last is not None and is_open else place.progress_since


def _before_s(session: Session, person_id: int, place: Assignment | None) -> int:
    """Closed work of this person on this visit, in seconds."""
    if place is None:
        return 0
    rows = session.scalars(
        select(TimeEntry).where(
            TimeEntry.visit_id == place.visit_id,
            TimeEntry.person_id == person_id,
            TimeEntry.voided_at.is_(None),
        )
    )
    return worked_seconds(Entry(e.activity, e.started_at, e.ended_at) for e in rows)


def _others(
    job: Job, place: Assignment | None, person_id: int, people: Names
) -> tuple[Colleague, ...]:
    visit = _visit_of(job, place)
    return tuple(
        Colleague(people[a.person_id], a.progress)
        for a in visit.assignments
        if a.ended_at is None and a.person_id != person_id
    )


def _visit_of(job: Job, place: Assignment | None) -> Visit:
    if place is None:
        return current_visit(job)
    return next(visit for visit in job.visits if visit.id == place.visit_id)


def _why_no_undo(session: Session, job: Job, place: Assignment | None) -> str | None:
    if place is None or place.progress is not Progress.STOPPED:
        return None
    return why_not(Verb.UNDO_STOP, job.state) or why_no_undo_stop(session, job, place)


def _why_not_start(job: Job) -> str | None:
    code = why_not(Verb.START, job.state)
    if code is None:
        return None
    return REFUSALS[code].format(reason=job.hold_reason or job.closed_reason or "no reason given")


def _other_running(session: Session, person_id: int, job_id: int) -> JobLink | None:
    entry = open_entry_of(session, person_id)
    if entry is None or entry.job_id == job_id:
        return None
    other = session.get_one(Job, entry.job_id)
    return JobLink(other.id, other.number, other.title)


def _just_seconds(progress: Progress | None, last: TimeEntry | None) -> int | None:
    """How long a stop came after its start, where that looks like a slip and nobody has said that it was none."""
    if progress is not Progress.STOPPED or last is None or last.ended_at is None:
        return None
    if last.activity is not Activity.WORK or KEPT in last.flags:
        return None
    entry = Entry(last.activity, last.started_at, last.ended_at)
    return int((last.ended_at - last.started_at).total_seconds()) if is_slip(entry) else None


def _suspect(
    session: Session, person_id: int, job: Job, last: TimeEntry | None, at: datetime
) -> str | None:
    """What speaks for a forgotten clock: since when it runs, what was noted last, what is planned next."""
    if last is None or last.ended_at is not None or not last.suspect:
        return None
    zone = ZoneInfo(company_of(session).time_zone)
    notes = job_parts.notes_of(session, job.id, short_names(session), None)
    parts = [f"Your clock runs since {day_hm(last.started_at, zone)}."]
    if notes:
        parts.append(f"The last note is from {day_hm(notes[-1].at, zone)}.")
    planned = current_visit(job).ends_at
    if planned is not None and planned < at:
        parts.append(f"The visit was planned till {hm(planned, zone)}.")
    return " ".join(parts)


def _doubtful(session: Session, person_id: int, job_id: int) -> int | None:
    """The person's own closed entry that somebody has to confirm."""
    return session.scalars(
        select(TimeEntry.id)
        .where(
            TimeEntry.job_id == job_id,
            TimeEntry.person_id == person_id,
            TimeEntry.voided_at.is_(None),
            TimeEntry.ended_at.is_not(None),
            TimeEntry.suspect.is_(True) | TimeEntry.disputed.is_(True),
        )
        .order_by(TimeEntry.id)
        .limit(1)
    ).first()


def _next_job(session: Session, by: Actor, job_id: int, at: datetime) -> JobCard | None:
    jobs = read_my_jobs(session, by, at=at).jobs
    return next((card for card in (*jobs.running, *jobs.today) if card.id != job_id), None)
