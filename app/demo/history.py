"""Ninety days of jobs that were billed elsewhere before Readyboard came: rows written in bulk, one "imported" event
each. They are found by search and fill the customers' pages; they stand in nobody's way on a board."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.actions.jobs import FIRST_NUMBER
from app.actions.settling import rank_of
from app.demo import texts
from app.demo.books import BILLED_HERE_DAYS
from app.demo.ground import HISTORY_DAYS, ZONE, Ground
from app.models import Assignment, Event, Job, Live, Note, NoteKind, TimeEntry, Visit
from app.rules.access import Actor
from app.rules.states import Activity, Outcome, Priority, Progress, State

NOT_BILLED = (
    "Warranty: our own mistake",
    "Goodwill, agreed by Henrik",
    "Nobody was there, agreed not to charge",
)


_LATELY = timedelta(hours=12)


@dataclass(slots=True)
class Rows:
    """What will be inserted, table by table."""

    jobs: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    assignments: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


Busy = Collection[tuple[int, date]]
"""Technician and day: then their work is told press by press, by ``stories``."""


def import_history(
    session: Session, ground: Ground, *, at: datetime, draw: Random, busy: Busy
) -> int:
    """Write the jobs of the days before; answers how many. One seq for all of them: no screen was there to see it."""
    rows = Rows()
    today = at.astimezone(ZONE).date()
    for back in range(HISTORY_DAYS, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() < 5:
            _day(rows, ground, day=day, at=at, draw=draw, busy=busy)
    for table, found in (
        (Job, rows.jobs),
        (Visit, rows.visits),
        (Assignment, rows.assignments),
        (TimeEntry, rows.entries),
        (Note, rows.notes),
        (Event, sorted(rows.events, key=lambda event: event["recorded_at"])),
    ):
        session.execute(insert(table), found)
    session.execute(update(Live).where(Live.id == 1).values(seq=1, floor=1))
    return len(rows.jobs)


def _day(rows: Rows, ground: Ground, *, day: date, at: datetime, draw: Random, busy: Busy) -> None:
    for who in ground.technicians:
        if (who.id, day) in busy:
            continue
        clock = datetime.combine(day, time(7, 30), ZONE) + timedelta(minutes=draw.randrange(0, 50))
        for _ in range(draw.choices((0, 1, 2), weights=(4, 5, 3))[0]):
            clock = _job(rows, ground, who, begins=clock, at=at, draw=draw)


def _job(
    rows: Rows, ground: Ground, who: Actor, *, begins: datetime, at: datetime, draw: Random
) -> datetime:
    """One job from the drive there to the note; answers when its technician is free again."""
    number = len(rows.jobs) + 1
    kind = draw.choice(list(texts.HISTORY))
    title, done = draw.choice(texts.HISTORY[kind])
    customer, street, *_ = draw.choice(texts.customers())
    arrived = begins + timedelta(minutes=draw.randrange(10, 28))
    stopped = arrived + timedelta(minutes=draw.randrange(25, 190), seconds=draw.randrange(60))
    closed = max(stopped, min(stopped + timedelta(days=draw.randrange(2, 20)), at - _LATELY))
    is_billed = draw.random() > 0.04
    is_here = is_billed and stopped > at - timedelta(days=BILLED_HERE_DAYS)
    rows.jobs.append(
        {
            "id": number,
            "number": FIRST_NUMBER + number - 1,
            "title": title,
            "wall_title": title,
            "description": "",
            "customer_id": ground.customers[customer],
            "site_id": ground.sites[ground.customers[customer]],
            "job_type_id": ground.job_types[kind],
            "priority": Priority.URGENT if draw.random() < 0.05 else Priority.NORMAL,
            "state": _state(is_billed, is_here),
            "rank": rank_of(stopped if is_here else closed),
            "version": 1,
            "flags": [],
            "missing": [],
            "closed_reason": None if is_billed else draw.choice(NOT_BILLED),
            "search_text": f"{FIRST_NUMBER + number - 1} {title} {customer} {street} lübeck".lower(),
            "created_at": begins
            - timedelta(days=draw.randrange(1, 6), minutes=draw.randrange(300)),
            "created_by": ground.people["dana"].id,
            "state_since": stopped if is_here else closed,
            "stopped_at": stopped,
        }
    )
    _presence(rows, number, who, begins=begins, arrived=arrived, stopped=stopped)
    rows.notes.append(
        {
            "job_id": number,
            "person_id": who.id,
            "kind": NoteKind.WORK_DONE,
            "text": done,
            "at": stopped - timedelta(minutes=3),
        }
    )
    rows.events += (
        _finished(rows.jobs[-1], who, at=at) if is_here else [_imported(rows.jobs[-1], who)]
    )
    return stopped


def _state(is_billed: bool, is_here: bool) -> State:
    if is_here:
        return State.READY
    return State.PAID if is_billed else State.NOT_BILLABLE


LACKS = ("work_note", "signature", "photos_after")


def _finished(job: dict[str, Any], who: Actor, *, at: datetime) -> list[dict[str, Any]]:
    """The stop of a job that is billed here. Every third was ready only later, when what it lacked had come."""
    stop = _imported(job, who) | {
        "kind": "stop",
        "by_id": who.id,
        "recorded_at": job["stopped_at"],
        "occurred_at": job["stopped_at"],
        "state_before": State.WORKING,
        "state_after": State.READY,
        "people_before": [who.id],
        "data": {"outcome": str(Outcome.DONE)},
    }
    later = job["stopped_at"] + timedelta(hours=2 + job["number"] % 20)
    if job["number"] % 3 or later > at - timedelta(hours=1):
        return [stop]
    lacks = {"missing": [LACKS[job["number"] // 3 % len(LACKS)]]}
    note = stop | {
        "kind": "note",
        "recorded_at": later,
        "occurred_at": later,
        "state_before": State.NEEDS_DETAILS,
        "job_version": 2,
        "data": {"text": "Added later"},
    }
    job["version"] = 2
    stop |= {"state_after": State.NEEDS_DETAILS, "data": stop["data"] | lacks}
    return [stop, note]


def _presence(
    rows: Rows, number: int, who: Actor, *, begins: datetime, arrived: datetime, stopped: datetime
) -> None:
    planned_start = arrived.replace(minute=arrived.minute // 15 * 15, second=0)
    planned_end = planned_start + timedelta(minutes=90)
    rows.visits.append(
        {
            "id": number,
            "job_id": number,
            "sequence": 1,
            "starts_local": _local(planned_start),
            "ends_local": _local(planned_end),
            "time_zone": ZONE.key,
            "starts_at": planned_start,
            "ends_at": planned_end,
            "outcome": Outcome.DONE,
            "created_at": begins,
        }
    )
    rows.assignments.append(
        {
            "visit_id": number,
            "job_id": number,
            "person_id": who.id,
            "progress": Progress.STOPPED,
            "progress_since": stopped,
            "stopped_from": Progress.WORKING,
            "outcome": Outcome.DONE,
            "assigned_at": begins,
        }
    )
    for activity, start, end in (
        (Activity.TRAVEL, begins, arrived),
        (Activity.WORK, arrived, stopped),
    ):
        rows.entries.append(
            {
                "job_id": number,
                "visit_id": number,
                "person_id": who.id,
                "activity": activity,
                "started_at": start,
                "ended_at": end,
                "ended_by": who.id,
                "suspect": False,
                "disputed": False,
                "flags": [],
            }
        )


def _imported(job: dict[str, Any], who: Actor) -> dict[str, Any]:
    """Readyboard did not see these jobs happen, and their history says no more than that."""
    return {
        "seq": 1,
        "kind": "imported",
        "job_id": job["id"],
        "job_version": 1,
        "by_id": None,
        "for_id": None,
        "recorded_at": job["state_since"],
        "occurred_at": job["state_since"],
        "state_before": None,
        "state_after": job["state"],
        "people_before": [],
        "people_after": [who.id],
        "data": {"title": job["title"], "billed_elsewhere": job["state"] is State.PAID},
    }


def _local(moment: datetime) -> str:
    return moment.astimezone(ZONE).replace(tzinfo=None).isoformat(timespec="seconds")
