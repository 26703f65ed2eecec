"""The board: its cards, the counter they are true at, and what changed since. All three are read in one snapshot."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session, joinedload

from app.models import Assignment, Event, Job, Live, TimeEntry, Visit
from app.queries.card_money import money_on
from app.queries.cards import CardMoney, JobCard, Needed, Running, Who
from app.queries.people import short_names
from app.rules.labour import Entry, worked_seconds
from app.rules.requirements import BY_CODE
from app.rules.states import RUNNING, STATE_LANE, VIEW_LANES, Lane, Progress, State, Verb

LATE_GRACE = timedelta(minutes=10)
"""A start this much after the plan is traffic, not lateness."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the counter stands: ``seq`` of the last change, ``floor`` the oldest a screen may resume from."""

    epoch: str
    seq: int
    floor: int


ACCESS_CHANGED = "access_changed"
"""The kind of event after which open connections are looked at again; ``Change.who`` says whose."""

REDRAWS_ALL = frozenset({"zone_changed", "billing_changed", "rate_changed"})
"""Kinds of events that belong to no job and yet change what cards say."""


@dataclass(frozen=True, slots=True)
class Change:
    """One event as the live side needs it; ``job_id`` None for changes that are about no job.

    ``who``: whose access may have changed, as ``person_id``, ``session_id``, ``token_id`` or ``display_id``.
    ``left_draft``: the draft that the job stood on until now.
    """

    seq: int
    job_id: int | None
    kind: str
    people_before: tuple[int, ...]
    people_after: tuple[int, ...]
    who: Mapping[str, int] = field(default_factory=dict)
    left_draft: int | None = None

    @property
    def redraws_all(self) -> bool:
        return self.job_id is None and self.kind in REDRAWS_ALL


def head(session: Session) -> Head:
    epoch, seq, floor = session.execute(
        select(Live.epoch, Live.seq, Live.floor).where(Live.id == 1)
    ).one()
    return Head(epoch, seq, floor)


def changed(session: Session, *, after: int, upto: int, limit: int) -> list[Change]:
    """The events in (after, upto], oldest first, at most ``limit`` of them."""
    rows = session.execute(
        select(
            Event.seq,
            Event.job_id,
            Event.kind,
            Event.people_before,
            Event.people_after,
            case((Event.kind.in_((ACCESS_CHANGED, Verb.TAKE_BACK)), Event.data)),
        )
        .where(Event.seq > after, Event.seq <= upto)
        .order_by(Event.seq, Event.id)
        .limit(limit)
    )
    return [
        Change(seq, job, kind, tuple(was), tuple(now), data or {})
        if kind != Verb.TAKE_BACK
        else Change(seq, job, kind, tuple(was), tuple(now), left_draft=data.get("invoice_id"))
        for seq, job, kind, was, now, data in rows
    ]


def cards_of_view(session: Session, view: str, *, with_money: bool | None = None) -> list[JobCard]:
    """Every card in the lanes of a board, each lane oldest first. Amounts are the office's, unless said otherwise."""
    sees_money = view == "office" if with_money is None else with_money
    return cards_in(session, VIEW_LANES[view], with_money=sees_money)


def cards_in(
    session: Session, lanes: Collection[Lane], *, with_money: bool = False
) -> list[JobCard]:
    states = [state for state, lane in STATE_LANE.items() if lane in lanes]
    query = _jobs().where(Job.state.in_(states), Job.put_away.is_(False))
    jobs = session.scalars(query.order_by(Job.rank, Job.id)).all()
    return _cards(session, jobs, with_money=with_money)


def cards_by_id(session: Session, job_ids: Iterable[int]) -> list[JobCard]:
    """The cards of these jobs as they are now, whatever their lane."""
    wanted = sorted(set(job_ids))
    if not wanted:
        return []
    query = _jobs().where(Job.id.in_(wanted)).order_by(Job.rank, Job.id)
    return _cards(session, session.scalars(query).all(), with_money=True)


def cards_of_person(session: Session, person_id: int) -> list[JobCard]:
    """A technician's own list: jobs they are assigned to now that are not closed."""
    shown = [state for state, lane in STATE_LANE.items() if lane in TECHNICIAN_LANES]
    mine = select(Assignment.job_id).where(
        Assignment.person_id == person_id, Assignment.ended_at.is_(None)
    )
    query = _jobs().where(Job.state.in_(shown), Job.id.in_(mine)).order_by(Job.rank, Job.id)
    return _cards(session, session.scalars(query).all())


TECHNICIAN_LANES = frozenset(
    {
        Lane.UNSCHEDULED,
        Lane.SCHEDULED,
        Lane.ON_THE_WAY,
        Lane.IN_PROGRESS,
        Lane.ON_HOLD,
        Lane.NEEDS_DETAILS,
        Lane.READY,
    }
)


def is_in_view(card: JobCard, view: str, person_id: int | None = None) -> bool:
    """Whether the card belongs to a board, or (with ``person_id``) to that technician's list."""
    if person_id is not None:
        lanes: Collection[Lane] = TECHNICIAN_LANES
        return card.lane in lanes and any(who.id == person_id for who in card.technicians)
    return card.lane in VIEW_LANES[view]


def _jobs() -> Select[Job]:
    return select(Job).options(
        joinedload(Job.customer), joinedload(Job.site), joinedload(Job.job_type)
    )


def _cards(session: Session, jobs: Sequence[Job], *, with_money: bool = False) -> list[JobCard]:
    ids = [job.id for job in jobs]
    if not ids:
        return []
    names = short_names(session)
    visits = _grouped(
        session.scalars(select(Visit).where(Visit.job_id.in_(ids)).order_by(Visit.sequence))
    )
    places = _grouped(
        session.scalars(
            select(Assignment)
            .where(Assignment.job_id.in_(ids), Assignment.ended_at.is_(None))
            .order_by(Assignment.id)
        )
    )
    entries = _grouped(
        session.scalars(
            select(TimeEntry)
            .where(TimeEntry.job_id.in_(ids), TimeEntry.voided_at.is_(None))
            .order_by(TimeEntry.started_at, TimeEntry.id)
        )
    )
    money = money_on(session, jobs) if with_money else {}
    return [
        _card(job, visits[job.id], places[job.id], entries[job.id], names, money.get(job.id))
        for job in jobs
    ]


T = TypeVar("T", Visit, Assignment, TimeEntry)


def _grouped(rows: Iterable[T]) -> defaultdict[int, list[T]]:
    groups: defaultdict[int, list[T]] = defaultdict(list)
    for row in rows:
        groups[row.job_id].append(row)
    return groups


def _card(
    job: Job,
    visits: list[Visit],
    places: list[Assignment],
    entries: list[TimeEntry],
    names: dict[int, Who],
    money: CardMoney | None,
) -> JobCard:
    visit = next((v for v in visits if v.outcome is None), visits[-1] if visits else None)
    on_visit = [p for p in places if visit is not None and p.visit_id == visit.id]
    paused = (
        next((p for p in on_visit if p.progress is Progress.PAUSED), None)
        if job.state is State.PAUSED
        else None
    )
    running = tuple(
        Running(names[e.person_id], e.activity, e.started_at) for e in entries if e.ended_at is None
    )
    technicians = tuple(dict.fromkeys(names[p.person_id] for p in on_visit or places))
    return JobCard(
        id=job.id,
        number=job.number,
        title=job.title,
        wall_title=job.wall_title or (job.job_type.name if job.job_type else f"Job {job.number}"),
        customer_id=job.customer_id,
        customer=job.customer.name if job.customer else None,
        site=job.site.street if job.site else None,
        town=job.site.city if job.site else None,
        job_type=job.job_type.name if job.job_type else None,
        state=job.state,
        lane=None if job.put_away else STATE_LANE[job.state],
        rank=job.rank,
        version=job.version,
        priority=job.priority,
        technicians=technicians,
        planned_start=visit.starts_at if visit else None,
        planned_end=visit.ends_at if visit else None,
        time_zone=visit.time_zone if visit else "UTC",
        running=running,
        paused_at=paused.progress_since if paused else None,
        pause_reason=paused.pause_reason if paused else None,
        hold_reason=job.hold_reason if job.state is State.ON_HOLD else None,
        worked_seconds=worked_seconds(Entry(e.activity, e.started_at, e.ended_at) for e in entries),
        needed=needed_of(job, technicians),
        late_after=_late_after(job, visit),
        created_at=job.created_at,
        state_since=job.state_since,
        stopped_at=job.stopped_at,
        flags=tuple(job.flags),
        money=money,
    )


def needed_of(job: Job, technicians: Sequence[Who]) -> tuple[Needed, ...]:
    """The stored list in words: what, and whose it is."""
    theirs = ", ".join(who.short for who in technicians)
    found = ((BY_CODE[item["code"]], item["ask"]) for item in job.missing)
    return tuple(
        Needed(r.code, ask, r.owner, theirs if r.owner == "technician" else "") for r, ask in found
    )


def _late_after(job: Job, visit: Visit | None) -> datetime | None:
    """Not begun some minutes after the planned start, or still running past the planned end."""
    if visit is None or visit.starts_at is None or visit.ends_at is None:
        return None
    if job.state in (State.SCHEDULED, State.TRAVELLING):
        return visit.starts_at + LATE_GRACE
    return visit.ends_at if job.state in RUNNING else None
