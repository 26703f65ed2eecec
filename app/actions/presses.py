"""The technician's buttons: on my way, start, pause, stop, undo stop. Each may also be pressed for them by the office.

A press is never lost: one that cannot be applied any more is held for the office (``actions.held``).
"""

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import held
from app.actions.act import Act, Done
from app.actions.history import Happening, before, record
from app.actions.odd_times import flag_odd_times
from app.actions.overlaps import FLAG, flag_overlap
from app.actions.photos import Announced, announce
from app.actions.settling import add_flag, drop_flag, settle
from app.db import TryAgain
from app.models import Assignment, Correction, Job, Note, NoteKind, Person, TimeEntry, Visit
from app.queries.facts import last_entry_of, open_entry_of, why_no_undo_stop
from app.queries.jobs import assignment_of, current_visit, load_job, name_of, technician_for
from app.rules.oddities import LENGTH_FLAGS
from app.rules.refusal import Refusal
from app.rules.states import REFUSALS, Activity, Outcome, Progress, Verb, why_not

DISPUTE_S = 60
"""Seconds. Two stops for one entry closer than this are two taps, not two opinions."""


def set_off(session: Session, act: Act, *, job_id: int, pause_other: bool = False) -> Done:
    """The person is on the way: opens a travel entry. Already on the way or working there: nothing to do."""
    return _begin(
        session, act, Verb.SET_OFF, Activity.TRAVEL, job_id=job_id, pause_other=pause_other
    )


def start(session: Session, act: Act, *, job_id: int, pause_other: bool = False) -> Done:
    """The person works: ends their travel there, opens a work entry. Already working there: nothing to do."""
    return _begin(session, act, Verb.START, Activity.WORK, job_id=job_id, pause_other=pause_other)


def _begin(
    session: Session, act: Act, verb: Verb, activity: Activity, *, job_id: int, pause_other: bool
) -> Done:
    job, open_entry = _lock(session, act, job_id)
    body = {"pause_other": pause_other}
    if why := held.reason(session, act, verb, job):
        return held.hold_press(session, act, verb, job, body=body, why=why)
    refuse(verb, job)
    if act.for_person_id is not None:
        technician_for(session, act.for_person_id, field="for_person_id")
    if (
        open_entry is not None
        and open_entry.job_id == job.id
        and activity in (open_entry.activity, Activity.TRAVEL)
    ):
        return Done(job_id=job.id)
    was = before(job)
    paused = _leave_other_job(session, act, job, open_entry, pause_other=pause_other)
    place = _place_on_current_visit(session, act, job)
    if open_entry is not None and open_entry.job_id == job.id:
        _close(open_entry, act)
    _resume(job, place)
    _open(session, act, job, place, activity)
    settle(session, job, at=act.at)
    add_flag(job, *act.flags)
    data = {"paused_job": paused.before.job.number} if paused and paused.before else {}
    return record(session, act, *filter(None, (was.then(verb, **data), paused)))


def pause(session: Session, act: Act, *, job_id: int, reason: str = "") -> Done:
    """The person's clock stops for now. Already paused: nothing to do."""
    job, open_entry = _lock(session, act, job_id)
    if why := held.reason(session, act, Verb.PAUSE, job):
        return held.hold_press(session, act, Verb.PAUSE, job, body={"reason": reason}, why=why)
    refuse(Verb.PAUSE, job)
    place = assignment_of(job, act.person_id)
    if place is not None and place.progress is Progress.PAUSED:
        return Done(job_id=job.id)
    if place is None or open_entry is None or open_entry.job_id != job.id:
        raise Refusal("not_started", REFUSALS["not_started"])
    was = before(job)
    _close(open_entry, act)
    _mind_overlap(session, act, job, open_entry)
    _advance(place, Progress.PAUSED, act)
    place.pause_reason = reason or None
    settle(session, job, at=act.at)
    add_flag(job, *act.flags)
    return record(session, act, was.then(Verb.PAUSE, reason=reason))


def stop(
    session: Session,
    act: Act,
    *,
    job_id: int,
    outcome: Outcome | None = None,
    reason: str = "",
    note: str = "",
    parts_to_order: str = "",
    pending: Sequence[Announced] = (),
) -> Done:
    """The person is done here. Never fails for missing facts: those are listed and asked for.

    ``pending`` names photos that are still on the phone, ``parts_to_order`` what a return visit must bring.

    Others still on it: the job goes on. The last one's ``outcome`` counts; missing, it is taken as done and flagged.
    Stopping again answers the same; at another time, what somebody else stopped becomes disputed.
    """
    job, open_entry = _lock(session, act, job_id)
    if why := held.reason(session, act, Verb.STOP, job):
        body = {
            "outcome": outcome,
            "reason": reason,
            "note": note,
            "parts_to_order": parts_to_order,
            "pending": [asdict(p) for p in pending],
        }
        return held.hold_press(session, act, Verb.STOP, job, body=body, why=why)
    refuse(Verb.STOP, job)
    place = assignment_of(job, act.person_id)
    if place is None or place.progress is Progress.ASSIGNED:
        raise Refusal("not_started", REFUSALS["not_started"])
    if place.progress is Progress.STOPPED:
        return _stop_again(session, act, job)
    was = before(job)
    stopped = open_entry if open_entry is not None and open_entry.job_id == job.id else None
    if stopped is not None:
        _close(stopped, act)
    place.stopped_from = place.progress
    place.outcome = outcome
    _advance(place, Progress.STOPPED, act)
    odd: list[str] = []
    if stopped is not None:
        _mind_overlap(session, act, job, stopped)
        odd = flag_odd_times(session, job, place, stopped)
    _add_note(session, act, job, note)
    announce(session, act, job, pending)
    left = [a for a in _on_visit(job, place) if a.progress in _ON_IT]
    if not left:
        _finish(session, act, job, place, outcome, reason, parts_to_order)
    settle(session, job, at=act.at)
    add_flag(job, *act.flags)
    happened = was.then(
        Verb.STOP,
        outcome=outcome,
        reason=reason,
        still_on_it=len(left),
        note=note,
        parts_to_order=parts_to_order,
        odd=odd,
    )
    return record(session, act, happened)


_ON_IT = (Progress.TRAVELLING, Progress.WORKING, Progress.PAUSED)


def undo_stop(session: Session, act: Act, *, job_id: int) -> Done:
    """As if never stopped: the same entry runs on, unbroken. Until this person's next entry, a draft, or a new plan."""
    job, _ = _lock(session, act, job_id)
    if why := held.reason(session, act, Verb.UNDO_STOP, job):
        return held.hold_press(session, act, Verb.UNDO_STOP, job, body={}, why=why)
    refuse(Verb.UNDO_STOP, job)
    place = assignment_of(job, act.person_id) or _stopped_place(job, act.person_id)
    if place is not None and place.progress in _ON_IT:
        return Done(job_id=job.id)
    place = _stopped_place(job, act.person_id)
    if place is None:
        raise Refusal("not_stopped", REFUSALS["not_stopped"])
    if (code := why_no_undo_stop(session, job, place)) is not None:
        raise Refusal(code, REFUSALS[code])
    entry = last_entry_of(session, act.person_id)
    was = before(job)
    place.progress = place.stopped_from or Progress.WORKING
    if entry is not None and place.progress is Progress.PAUSED:
        place.progress_since = entry.ended_at or act.occurred_at
    elif entry is not None:
        place.progress_since = entry.started_at
        entry.ended_at, entry.ended_by, entry.disputed = None, None, False
        entry.flags = [flag for flag in entry.flags if flag not in LENGTH_FLAGS]
    place.stopped_from, place.outcome = None, None
    _take_back_visit(session, job, place)
    drop_flag(job, "outcome_assumed")
    settle(session, job, at=act.at)
    return record(session, act, was.then(Verb.UNDO_STOP))


def refuse(verb: Verb, job: Job) -> None:
    """Raises ``Refusal`` with the sentence where the table of states says that ``verb`` may not follow."""
    if (code := why_not(verb, job.state)) is not None:
        reason = job.hold_reason or job.closed_reason or "no reason given"
        raise Refusal(code, REFUSALS[code].format(reason=reason))


def _lock(session: Session, act: Act, job_id: int) -> tuple[Job, TimeEntry | None]:
    """Lock in the one order (jobs by id, then the person) and read the person's open entry.

    The other job's id must be known before it can be locked, and may have changed until it is: then once more.
    """
    seen = open_entry_of(session, act.person_id)
    wanted = sorted({job_id, *([seen.job_id] if seen else [])})
    jobs = {number: load_job(session, number, lock=True) for number in wanted}
    job = held.job_to_press(session, act, jobs[job_id])
    person = select(Person.id).where(Person.id == act.person_id)
    session.execute(person.with_for_update(key_share=True))
    now_open = open_entry_of(session, act.person_id)
    if now_open is not None and now_open.job_id not in jobs:
        raise TryAgain
    return job, now_open


def _leave_other_job(
    session: Session, act: Act, job: Job, open_entry: TimeEntry | None, *, pause_other: bool
) -> Happening | None:
    """Pause what the person is on elsewhere, if they said so (a press that waited on the phone implies it)."""
    if open_entry is None or open_entry.job_id == job.id:
        return None
    other = load_job(session, open_entry.job_id)
    if other is None:
        raise AssertionError("an entry's job exists: a foreign key says so")
    if not pause_other and not act.is_late:
        whose = "You are" if act.for_person_id is None else f"{name_of(session, act.person_id)} is"
        raise Refusal(
            "other_job_running",
            f"{whose} on job {other.number}, {other.title}. Pause it and start this one?",
        )
    if not pause_other:
        add_flag(job, "paused_other")
    was = before(other)
    _close(open_entry, act)
    if (place := assignment_of(other, act.person_id)) is not None:
        _advance(place, Progress.PAUSED, act)
        place.pause_reason = None
    settle(session, other, at=act.at)
    return was.then(Verb.PAUSE, reason="", for_job=job.number)


def _place_on_current_visit(session: Session, act: Act, job: Job) -> Assignment:
    place = assignment_of(job, act.person_id)
    is_current = place is not None and place.visit_id == current_visit(job).id
    return place if place is not None and is_current else _join(session, act, job)


def _join(session: Session, act: Act, job: Job) -> Assignment:
    """Put the person on the visit under way: they pick the job up, or somebody presses for them."""
    visit = current_visit(job)
    gone = next((a for a in visit.assignments if a.person_id == act.person_id), None)
    if gone is not None:
        gone.ended_at, gone.progress = None, Progress.ASSIGNED
        return gone
    place = Assignment(
        visit_id=visit.id,
        job_id=job.id,
        person_id=act.person_id,
        progress=Progress.ASSIGNED,
        progress_since=act.occurred_at,
        assigned_at=act.occurred_at,
    )
    visit.assignments.append(place)
    session.flush()
    return place


def _open(session: Session, act: Act, job: Job, place: Assignment, activity: Activity) -> None:
    session.flush()  # The entry that was just closed must be written before the next one opens: one open per person.
    entry = TimeEntry(
        job_id=place.job_id,
        visit_id=place.visit_id,
        person_id=act.person_id,
        activity=activity,
        started_at=act.occurred_at,
        suspect=False,
        disputed=False,
        flags=list(act.flags),
    )
    session.add(entry)
    _mind_overlap(session, act, job, entry)
    _advance(place, Progress.WORKING if activity is Activity.WORK else Progress.TRAVELLING, act)


def _close(entry: TimeEntry, act: Act) -> None:
    """End the entry at the act's time; a clock that runs backwards ends it where it began."""
    entry.ended_at = max(act.occurred_at, entry.started_at)
    entry.ended_by = act.by.id
    if act.flags:
        entry.flags = list(dict.fromkeys([*entry.flags, *act.flags]))


def _mind_overlap(session: Session, act: Act, job: Job, entry: TimeEntry) -> None:
    """Only a press that waited on the phone can claim time that something else has claimed meanwhile."""
    if act.is_late or FLAG in entry.flags:
        flag_overlap(session, job, entry)


def _advance(place: Assignment, progress: Progress, act: Act) -> None:
    place.progress = progress
    place.progress_since = act.occurred_at
    place.pause_reason = None


def _resume(job: Job, place: Assignment) -> None:
    """Work goes on after the visit was over: it is not over. That this person had stopped is kept until they pause or
    stop again, so that a start by mistake leads back there."""
    for visit in job.visits:
        if visit.id == place.visit_id:
            visit.outcome, visit.outcome_reason, visit.parts_to_order = None, None, None
    if place.progress is Progress.PAUSED:
        place.stopped_from = None
    place.outcome = None
    drop_flag(job, "outcome_assumed")


def _on_visit(job: Job, place: Assignment) -> list[Assignment]:
    return [
        a
        for visit in job.visits
        for a in visit.assignments
        if a.ended_at is None and visit.id == place.visit_id
    ]


def _finish(
    session: Session,
    act: Act,
    job: Job,
    place: Assignment,
    outcome: Outcome | None,
    reason: str,
    parts_to_order: str,
) -> None:
    """The last one stopped: the visit is over, and the job is unless somebody has to come again."""
    visit = next(v for v in job.visits if v.id == place.visit_id)
    visit.outcome = outcome or Outcome.DONE
    visit.outcome_reason = reason or None
    visit.parts_to_order = parts_to_order.strip() or None
    if outcome is None:
        add_flag(job, "outcome_assumed")
    if visit.outcome is Outcome.RETURN_VISIT:
        add_flag(job, "return_visit")
        _plan_return(session, act, job)
    else:
        drop_flag(job, "return_visit")
        job.stopped_at = act.occurred_at


def _plan_return(session: Session, act: Act, job: Job) -> None:
    if any(visit.outcome is None for visit in job.visits):
        return
    last = job.visits[-1]
    job.visits.append(
        Visit(
            job_id=job.id,
            sequence=last.sequence + 1,
            time_zone=last.time_zone,
            created_at=act.at,
            assignments=[],
        )
    )
    session.flush()


def _stop_again(session: Session, act: Act, job: Job) -> Done:
    """A second stop: the same answer, unless somebody else had stopped this clock at another time."""
    entry = last_entry_of(session, act.person_id, job_id=job.id)
    if (
        act.for_person_id is not None
        or entry is None
        or entry.ended_at is None
        or entry.ended_by in (None, act.person_id)
        or entry.disputed
        or act.occurred_at < entry.started_at
        or abs((entry.ended_at - act.occurred_at).total_seconds()) < DISPUTE_S
    ):
        return Done(job_id=job.id)
    was = before(job)
    entry.disputed = True
    session.add(
        Correction(
            entry_id=entry.id,
            by_id=act.person_id,
            at=act.at,
            reason="The phone's own stop came later",
            old_started_at=entry.started_at,
            old_ended_at=entry.ended_at,
            started_at=entry.started_at,
            ended_at=act.occurred_at,
            is_proposed=True,
        )
    )
    add_flag(job, "time_disputed", *act.flags)
    settle(session, job, at=act.at)
    happened = was.then(
        "time_disputed",
        ended_at=entry.ended_at.isoformat(),
        proposed=act.occurred_at.isoformat(),
    )
    return replace(record(session, act, happened), is_disputed=True)


def _add_note(session: Session, act: Act, job: Job, text: str) -> None:
    if text.strip():
        session.add(
            Note(
                job_id=job.id,
                person_id=act.person_id,
                kind=NoteKind.WORK_DONE,
                text=text.strip(),
                at=act.occurred_at,
            )
        )


def _stopped_place(job: Job, person_id: int) -> Assignment | None:
    stopped = [
        a
        for visit in job.visits
        for a in visit.assignments
        if a.person_id == person_id and a.ended_at is None and a.progress is Progress.STOPPED
    ]
    return stopped[-1] if stopped else None


def _take_back_visit(session: Session, job: Job, place: Assignment) -> None:
    """The visit is under way again, and the empty one that a return visit had opened goes."""
    for visit in list(job.visits):
        if visit.id == place.visit_id:
            visit.outcome, visit.outcome_reason, visit.parts_to_order = None, None, None
        elif visit.outcome is None and not visit.assignments and visit.starts_at is None:
            job.visits.remove(visit)
            session.delete(visit)
    drop_flag(job, "return_visit")
