"""Times after the fact: recording what was never pressed, correcting, confirming, voiding, and the forgotten clock.

An entry is never rewritten without a trace: a correction is appended with who, when, why and the old values.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import presses
from app.actions.act import Act, Done, now_by
from app.actions.history import before, record
from app.actions.settling import add_flag, drop_flag, settle
from app.models import Assignment, Correction, Job, TimeEntry
from app.queries.facts import entries_of
from app.queries.jobs import (
    assignment_of,
    company_of,
    current_visit,
    job_for,
    load_job,
    technician_for,
)
from app.rules.access import Actor, Right, Scope, scope_of
from app.rules.labour import KEPT, Entry, Limits, is_slip, overlaps, suspect_from
from app.rules.refusal import BadInput, Forbidden, NotFound, Refusal
from app.rules.states import RUNNING, Activity, Outcome, Progress, State, Verb

LONGEST = timedelta(hours=24)
"""One entry longer than a day is a slip of the date, not work."""

AHEAD = timedelta(minutes=2)
"""Clocks differ; a time this little in the future is now."""


def record_time(
    session: Session,
    act: Act,
    *,
    job_id: int,
    person_id: int,
    activity: Activity,
    started_at: datetime,
    ended_at: datetime,
    reason: str,
) -> Done:
    """Nothing was pressed at all. Recorded work finishes a job on which nobody's clock runs: the visit took place."""
    job = job_for(session, act.by, Right.RECORD_TIME, job_id, at=act.at, lock=True)
    _refuse_foreign(act.by, person_id)
    technician_for(session, person_id, field="person_id")
    presses.refuse(Verb.RECORD_TIME, job)
    _check_times(act, started_at, ended_at)
    was = before(job)
    place = _place(session, act, job, person_id, started_at)
    entry = TimeEntry(
        job_id=job.id,
        visit_id=place.visit_id,
        person_id=person_id,
        activity=activity,
        started_at=started_at,
        ended_at=ended_at,
        ended_by=act.by.id,
        suspect=False,
        disputed=False,
        flags=_overlap_flags(session, person_id, started_at, ended_at),
    )
    session.add(entry)
    add_flag(job, *entry.flags)
    if activity is Activity.WORK:
        _work_was_done(job, place, ended_at)
    settle(session, job, at=act.at)
    happened = was.then(
        Verb.RECORD_TIME,
        person_id=person_id,
        activity=activity,
        started_at=started_at.isoformat(),
        ended_at=ended_at.isoformat(),
        reason=reason,
    )
    done = record(session, act, happened)
    return replace(done, made_id=entry.id)


def correct_time(
    session: Session,
    act: Act,
    *,
    entry_id: int,
    job_id: int | None = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    reason: str,
) -> Done:
    """Give an entry other times. An end for a clock that still runs stops it then ("I stopped at 16:30")."""
    entry, job = _entry_for(session, act, entry_id, job_id)
    presses.refuse(Verb.CORRECT_TIME, job)
    _refuse_after_draft(act.by, job)
    new_start = started_at or entry.started_at
    new_end = ended_at or entry.ended_at
    _check_times(act, new_start, new_end)
    was = before(job)
    session.add(
        Correction(
            entry_id=entry.id,
            by_id=act.by.id,
            at=act.at,
            reason=reason,
            old_started_at=entry.started_at,
            old_ended_at=entry.ended_at,
            started_at=new_start,
            ended_at=new_end,
            is_proposed=False,
        )
    )
    happened = was.then(
        Verb.CORRECT_TIME,
        person_id=entry.person_id,
        old_started_at=entry.started_at.isoformat(),
        old_ended_at=entry.ended_at.isoformat() if entry.ended_at else None,
        started_at=new_start.isoformat(),
        ended_at=new_end.isoformat() if new_end else None,
        reason=reason,
    )
    if entry.ended_at is None and new_end is not None:
        _stop_then(job, entry, act, new_end)
    entry.started_at, entry.ended_at = new_start, new_end
    _clear_doubt(session, job, entry)
    settle(session, job, at=act.at)
    return record(session, act, happened)


def confirm_time(
    session: Session,
    act: Act,
    *,
    entry_id: int,
    job_id: int | None = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
) -> Done:
    """A suspect, disputed or very short entry is right, or right with these times. Not in doubt: nothing to do."""
    if started_at is not None or ended_at is not None:
        reason = "Confirmed with other times"
        return correct_time(
            session,
            act,
            entry_id=entry_id,
            job_id=job_id,
            started_at=started_at,
            ended_at=ended_at,
            reason=reason,
        )
    entry, job = _entry_for(session, act, entry_id, job_id)
    presses.refuse(Verb.CONFIRM_TIME, job)
    seen = Entry(entry.activity, entry.started_at, entry.ended_at)
    is_asked = is_slip(seen) and KEPT not in entry.flags
    if not entry.suspect and not entry.disputed and not is_asked:
        return Done(job_id=job.id)
    was = before(job)
    entry.flags = [*entry.flags, KEPT]
    _clear_doubt(session, job, entry)
    settle(session, job, at=act.at)
    return record(session, act, was.then(Verb.CONFIRM_TIME, person_id=entry.person_id))


def discard_entry(
    session: Session, act: Act, *, entry_id: int, job_id: int | None = None, reason: str
) -> Done:
    """ "It's not me", "It was a mistake": the entry is void and the state follows what is left."""
    entry, job = _entry_for(session, act, entry_id, job_id)
    presses.refuse(Verb.DISCARD_ENTRY, job)
    was = before(job)
    entry.voided_at, entry.void_reason = act.at, reason
    entry.suspect, entry.disputed = False, False
    session.flush()
    _step_back(session, job, entry, act)
    settle(session, job, at=act.at)
    return record(
        session,
        act,
        was.then(
            Verb.DISCARD_ENTRY,
            person_id=entry.person_id,
            activity=entry.activity,
            started_at=entry.started_at.isoformat(),
            reason=reason,
        ),
    )


def mark_suspects(session: Session, *, at: datetime) -> Done:
    """The sweep: open entries past their limit become suspect, each with an event like everybody's change."""
    company = company_of(session)
    limits = Limits(company.longest_entry_hours, company.day_ends, ZoneInfo(company.time_zone))
    found = session.scalars(
        select(TimeEntry).where(
            TimeEntry.ended_at.is_(None),
            TimeEntry.voided_at.is_(None),
            TimeEntry.suspect.is_(False),
        )
    )
    happenings = []
    # Whoever has said "still working" is not asked again on this clock.
    asked = (entry for entry in found if KEPT not in entry.flags)
    for entry in sorted(asked, key=lambda e: e.job_id):
        job = load_job(session, entry.job_id, lock=True)
        if job is None or at < _suspect_from(job, entry, limits):
            continue
        was = before(job)
        entry.suspect = True
        settle(session, job, at=at)
        happenings.append(was.then("entry_suspect", person_id=entry.person_id))
    if not happenings:
        return Done()
    return record(session, now_by(NOBODY, at), *happenings)


NOBODY = Actor(id=0, name="Readyboard", roles=frozenset())
"""The sweep acts for nobody; its events name no person."""


def _suspect_from(job: Job, entry: TimeEntry, limits: Limits) -> datetime:
    visit = next(v for v in job.visits if v.id == entry.visit_id)
    return suspect_from(Entry(entry.activity, entry.started_at, None), visit.ends_at, limits)


def _entry_for(
    session: Session, act: Act, entry_id: int, job_id: int | None
) -> tuple[TimeEntry, Job]:
    entry = session.get(TimeEntry, entry_id)
    if entry is None or entry.voided_at is not None or job_id not in (None, entry.job_id):
        raise NotFound
    job = job_for(session, act.by, Right.RECORD_TIME, entry.job_id, at=act.at, lock=True)
    _refuse_foreign(act.by, entry.person_id)
    session.refresh(entry)
    return entry, job


def _refuse_foreign(by: Actor, person_id: int) -> None:
    if scope_of(by, Right.RECORD_TIME) is Scope.OWN and person_id != by.id:
        raise Forbidden("You can change your own times only. Ask the office about somebody else's.")


def _refuse_after_draft(by: Actor, job: Job) -> None:
    """Technicians until the job is on a draft, dispatchers until it is issued, the office always."""
    is_office = scope_of(by, Right.WAIVE) is Scope.ALL
    is_dispatch = scope_of(by, Right.PLAN_JOBS) is Scope.ALL
    late_for_technician = (
        job.state in (State.BILLING, State.INVOICED, State.PAID) and not is_dispatch
    )
    late_for_dispatch = job.state in (State.INVOICED, State.PAID) and not is_office
    if late_for_technician or late_for_dispatch:
        raise Refusal("too_late", "This job is being billed. Ask the office to change the time.")


def _check_times(act: Act, started_at: datetime, ended_at: datetime | None) -> None:
    if max(started_at, ended_at or started_at) > act.at + AHEAD:
        raise BadInput(
            "future", "This time is still to come. Enter a time up to now.", field="ended_at"
        )
    if ended_at is None:
        return
    if ended_at <= started_at:
        raise BadInput(
            "order", "The end must be after the start. Check both times.", field="ended_at"
        )
    if ended_at - started_at > LONGEST:
        raise BadInput(
            "too_long", "This is longer than 24 hours. Check the dates.", field="ended_at"
        )


def _place(session: Session, act: Act, job: Job, person_id: int, moment: datetime) -> Assignment:
    place = assignment_of(job, person_id)
    if place is not None:
        return place
    visit = current_visit(job)
    place = next((a for a in visit.assignments if a.person_id == person_id), None)
    if place is not None:
        place.ended_at, place.progress = None, Progress.ASSIGNED
        return place
    place = Assignment(
        visit_id=visit.id,
        job_id=job.id,
        person_id=person_id,
        progress=Progress.ASSIGNED,
        progress_since=moment,
        assigned_at=moment,
    )
    visit.assignments.append(place)
    session.flush()
    return place


def _work_was_done(job: Job, place: Assignment, ended_at: datetime) -> None:
    if place.progress is Progress.ASSIGNED:
        place.progress, place.progress_since, place.outcome = (
            Progress.STOPPED,
            ended_at,
            Outcome.DONE,
        )
        place.stopped_from = Progress.WORKING
    visit = next(v for v in job.visits if v.id == place.visit_id)
    running = any(a.progress in _RUNNING for a in visit.assignments if a.ended_at is None)
    if not running and job.state is not State.ON_HOLD and visit.outcome is None:
        visit.outcome = Outcome.DONE
        add_flag(job, "outcome_assumed")
        job.stopped_at = ended_at


_RUNNING = (Progress.TRAVELLING, Progress.WORKING, Progress.PAUSED)


def _overlap_flags(
    session: Session, person_id: int, started_at: datetime, ended_at: datetime
) -> list[str]:
    """Overlaps are accepted and flagged: two vans, one pair of hands, and somebody has to look."""
    claimed = Entry(Activity.WORK, started_at, ended_at)
    near = session.scalars(
        select(TimeEntry).where(
            TimeEntry.person_id == person_id,
            TimeEntry.voided_at.is_(None),
            TimeEntry.started_at < ended_at,
            TimeEntry.started_at > started_at - LONGEST,
        )
    )
    is_double = any(overlaps(claimed, Entry(e.activity, e.started_at, e.ended_at)) for e in near)
    return ["overlap"] if is_double else []


def _stop_then(job: Job, entry: TimeEntry, act: Act, ended_at: datetime) -> None:
    """The clock that still ran stops at that time, as if the person had pressed Stop then."""
    entry.ended_by = act.by.id
    place = assignment_of(job, entry.person_id)
    if place is None:
        return
    place.stopped_from, place.progress, place.progress_since = (
        place.progress,
        Progress.STOPPED,
        ended_at,
    )
    visit = next(v for v in job.visits if v.id == place.visit_id)
    if not any(a.progress in _RUNNING for a in visit.assignments if a.ended_at is None):
        visit.outcome = Outcome.DONE
        add_flag(job, "outcome_assumed")
        job.stopped_at = ended_at


def _clear_doubt(session: Session, job: Job, entry: TimeEntry) -> None:
    entry.suspect, entry.disputed = False, False
    session.flush()
    if not any(e.disputed for e in entries_of(session, job.id)):
        drop_flag(job, "time_disputed")


def _step_back(session: Session, job: Job, entry: TimeEntry, act: Act) -> None:
    """A person with no entry left on the visit is merely assigned again; a visit with nobody left has not been."""
    place = assignment_of(job, entry.person_id)
    left = [e for e in entries_of(session, job.id) if e.visit_id == entry.visit_id]
    visit = next(v for v in job.visits if v.id == entry.visit_id)
    if place is not None and place.visit_id == visit.id:
        theirs = [e for e in left if e.person_id == entry.person_id]
        if not theirs:
            place.progress, place.stopped_from, place.outcome = Progress.ASSIGNED, None, None
        elif entry.ended_at is None:
            place.progress = Progress.PAUSED
        place.progress_since = act.at
    if not left and job.state not in RUNNING | {State.ON_HOLD} and visit.outcome is Outcome.DONE:
        visit.outcome = None
        job.stopped_at = None
        drop_flag(job, "outcome_assumed")
