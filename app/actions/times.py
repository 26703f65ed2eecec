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
from app.actions.overlaps import flag_job, flag_overlap
from app.actions.settling import add_flag, drop_flag, settle
from app.models import Assignment, Correction, Job, TimeEntry, Visit
from app.queries.facts import entries_of, open_entries_on
from app.queries.jobs import (
    assignment_of,
    company_of,
    current_visit,
    job_for,
    load_job,
    technician_for,
)
from app.rules.access import Actor, Right, Scope, scope_of
from app.rules.labour import KEPT, Entry, Limits, is_slip, suspect_from
from app.rules.oddities import LENGTH_FLAGS, ODD_WORDS
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
        flags=[],
    )
    session.add(entry)
    flag_overlap(session, job, entry)
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
    if (new_start, new_end) == (entry.started_at, entry.ended_at) and not _is_in_doubt(entry):
        return Done(job_id=job.id)
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
    flag_overlap(session, job, entry)
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
    is_odd = any(flag in ODD_WORDS for flag in entry.flags) and KEPT not in entry.flags
    if not _is_in_doubt(entry) and not is_asked and not is_odd:
        return Done(job_id=job.id)
    was = before(job)
    entry.flags = [*entry.flags, KEPT]
    _clear_doubt(session, job, entry)
    settle(session, job, at=act.at)
    return record(session, act, was.then(Verb.CONFIRM_TIME, person_id=entry.person_id))


def use_other_time(session: Session, act: Act, *, entry_id: int, job_id: int | None = None) -> Done:
    """The stop that was proposed against the one that stands is the right one. Decided already: nothing to do."""
    entry, job = _entry_for(session, act, entry_id, job_id)
    if not entry.disputed:
        return Done(job_id=job.id)
    proposed = session.scalars(
        select(Correction)
        .where(Correction.entry_id == entry.id, Correction.is_proposed.is_(True))
        .order_by(Correction.id.desc())
        .limit(1)
    ).first()
    if proposed is None or proposed.ended_at is None:
        raise NotFound("There is no other time here. Correct the time instead.")
    return correct_time(
        session,
        act,
        entry_id=entry.id,
        job_id=job.id,
        ended_at=proposed.ended_at,
        reason="The phone’s own stop is right",
    )


def discard_entry(
    session: Session, act: Act, *, entry_id: int, job_id: int | None = None, reason: str
) -> Done:
    """ "It's not me", "It was a mistake": the entry is void and the state follows what is left."""
    entry, job = _entry_for(session, act, entry_id, job_id, may_be_void=True)
    if entry.voided_at is not None:
        return Done(job_id=job.id)
    presses.refuse(Verb.DISCARD_ENTRY, job)
    was = before(job)
    entry.voided_at, entry.void_reason = act.at, reason
    session.flush()
    _step_back(session, job, entry, act)
    flag_job(session, job)
    _clear_doubt(session, job, entry)
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
    """The sweep: open entries past their limit become suspect, with one event a job like everybody's change.

    Which they are is read again under the job's lock: somebody may be pressing Stop at this very moment.
    """
    company = company_of(session)
    limits = Limits(company.longest_entry_hours, company.day_ends, ZoneInfo(company.time_zone))
    found = session.scalars(
        select(TimeEntry.job_id).where(
            TimeEntry.ended_at.is_(None),
            TimeEntry.voided_at.is_(None),
            TimeEntry.suspect.is_(False),
        )
    )
    happenings = []
    for job_id in sorted(set(found)):
        job = load_job(session, job_id, lock=True)
        # Whoever has said "still working" is not asked again on this clock.
        late = [
            entry
            for entry in open_entries_on(session, job_id)
            if job is not None
            and not entry.suspect
            and KEPT not in entry.flags
            and at >= _suspect_from(job, entry, limits)
        ]
        if job is None or not late:
            continue
        was = before(job)
        for entry in late:
            entry.suspect = True
        settle(session, job, at=at)
        whose = [entry.person_id for entry in late]
        happenings.append(was.then("entry_suspect", person_ids=whose))
    if not happenings:
        return Done()
    return record(session, now_by(NOBODY, at), *happenings)


NOBODY = Actor(id=0, name="Readyboard", roles=frozenset())
"""The sweep acts for nobody; its events name no person."""


def _suspect_from(job: Job, entry: TimeEntry, limits: Limits) -> datetime:
    visit = next(v for v in job.visits if v.id == entry.visit_id)
    return suspect_from(Entry(entry.activity, entry.started_at, None), visit.ends_at, limits)


def _entry_for(
    session: Session, act: Act, entry_id: int, job_id: int | None, *, may_be_void: bool = False
) -> tuple[TimeEntry, Job]:
    entry = session.get(TimeEntry, entry_id)
    if entry is None or job_id not in (None, entry.job_id):
        raise NotFound
    job = job_for(session, act.by, Right.RECORD_TIME, entry.job_id, at=act.at, lock=True)
    _refuse_foreign(act.by, entry.person_id)
    session.refresh(entry)
    if entry.voided_at is not None and not may_be_void:
        raise NotFound
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
    visit = _visit_at(job, moment)
    place = next((a for a in visit.assignments if a.person_id == person_id), None)
    if place is not None and place.ended_at is None:
        return place
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


def _visit_at(job: Job, moment: datetime) -> Visit:
    """The visit that the time belongs to: the one under way, or an earlier one if that was not yet thought of."""
    upto = current_visit(job).sequence
    known = [v for v in job.visits if v.sequence <= upto and v.created_at <= moment]
    return known[-1] if known else job.visits[0]


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
    entry.flags = [flag for flag in entry.flags if flag not in LENGTH_FLAGS]
    session.flush()
    if not any(e.disputed for e in entries_of(session, job.id)):
        drop_flag(job, "time_disputed")


def _is_in_doubt(entry: TimeEntry) -> bool:
    return entry.suspect or entry.disputed


def _step_back(session: Session, job: Job, entry: TimeEntry, act: Act) -> None:
    """A person with no entry left on the visit is merely assigned again; a visit with nobody left has not been."""
    place = assignment_of(job, entry.person_id)
    left = [e for e in entries_of(session, job.id) if e.visit_id == entry.visit_id]
    visit = next(v for v in job.visits if v.id == entry.visit_id)
    if place is not None and place.visit_id == visit.id:
        theirs = [e for e in left if e.person_id == entry.person_id]
        if not theirs:
            place.progress, place.stopped_from, place.outcome = Progress.ASSIGNED, None, None
            place.progress_since = act.at
        elif entry.ended_at is None:
            _back_to(job, place, visit, theirs)
    if not left and job.state not in RUNNING | {State.ON_HOLD} and visit.outcome is Outcome.DONE:
        visit.outcome = None
        job.stopped_at = None
        drop_flag(job, "outcome_assumed")


def _back_to(job: Job, place: Assignment, visit: Visit, theirs: list[TimeEntry]) -> None:
    """Where the person was before the start that was a mistake: in a pause, or done here."""
    ends = [e.ended_at for e in theirs if e.ended_at is not None]
    if not ends:
        return
    place.progress_since = max(ends)
    if place.stopped_from is None:
        place.progress = Progress.PAUSED
        return
    place.progress, place.outcome = Progress.STOPPED, Outcome.DONE
    if not any(a.progress in _RUNNING for a in visit.assignments if a.ended_at is None):
        visit.outcome = Outcome.DONE
        job.stopped_at = max(ends)
