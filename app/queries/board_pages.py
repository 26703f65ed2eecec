"""The two boards of the office side as pages: their cards, their counter, and what stands around them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models import Display, DisplayState, Event, HeldPress, HeldState, Job, PersonRole, SignIn
from app.queries import choices, terms
from app.queries.board import Head, cards_of_view, head
from app.queries.cards import JobCard
from app.queries.jobs import company_of
from app.queries.screens.boards import Task
from app.queries.screens.frame import Choice
from app.rules.access import Role
from app.rules.states import VIEW_LANES, Lane, Verb

Lanes = dict[Lane, list[JobCard]]


@dataclass(frozen=True, slots=True)
class DispatchShown:
    head: Head
    cards: Lanes
    customers: tuple[Choice, ...]
    sites: tuple[Choice, ...]
    job_types: tuple[Choice, ...]
    technicians: tuple[Choice, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class OfficeShown:
    """``customers`` and ``technicians`` are those of the cards: what there is to filter by. ``says_no_rate``: no job
    becomes ready until somebody says what an hour costs."""

    head: Head
    cards: Lanes
    held: int
    currency: str
    customers: tuple[Choice, ...]
    technicians: tuple[Choice, ...]
    says_no_rate: bool


def read_dispatch(session: Session, *, at: datetime) -> DispatchShown:
    return DispatchShown(
        head=head(session),
        cards=_by_lane(session, "dispatch"),
        customers=choices.customer_choices(session),
        sites=choices.site_choices(session),
        job_types=choices.job_type_choices(session),
        technicians=choices.technician_choices(session, at=at),
        tasks=_first_tasks(session),
    )


def read_office(session: Session) -> OfficeShown:
    lanes = _by_lane(session, "office")
    cards = [card for lane in lanes.values() for card in lane]
    customers = {card.customer_id: card.customer for card in cards if card.customer_id}
    people = {who.id: who.name for card in cards for who in card.technicians}
    waiting = session.scalar(
        select(func.count()).select_from(HeldPress).where(HeldPress.state == HeldState.WAITING)
    )
    return OfficeShown(
        head=head(session),
        cards=lanes,
        held=waiting or 0,
        currency=company_of(session).currency,
        customers=_choices(customers),
        technicians=_choices(people),
        says_no_rate=terms.says_no_rate(session),
    )


def _choices(names: dict[int, str] | dict[int, str | None]) -> tuple[Choice, ...]:
    found = sorted(((name or "", key) for key, name in names.items()))
    return tuple(Choice(str(key), name) for name, key in found)


def _by_lane(session: Session, view: str) -> Lanes:
    lanes: Lanes = {lane: [] for lane in VIEW_LANES[view]}
    for card in cards_of_view(session, view):
        if card.lane in lanes:
            lanes[card.lane].append(card)
    if Lane.BILLING in lanes:
        lanes[Lane.BILLING].sort(key=_draft)
    return lanes


def _draft(card: JobCard) -> int:
    """The jobs of one draft stand together, the oldest draft first."""
    return (card.money.invoice_id if card.money else None) or 0


def _first_tasks(session: Session) -> tuple[Task, ...]:
    """The first day's list (ux.md §6); gone as soon as somebody has pressed Stop, which is what it leads to."""
    has_stopped = _any(session, select(Event.id).where(Event.kind == Verb.STOP))
    if has_stopped or company_of(session).is_demo:
        return ()
    has_job = _any(session, select(Job.id))
    has_phone = _any(
        session,
        select(SignIn.id)
        .join(PersonRole, PersonRole.person_id == SignIn.person_id)
        .where(PersonRole.role == Role.TECHNICIAN),
    )
    has_wall = _any(session, select(Display.id).where(Display.state == DisplayState.PAIRED))
    has_started = _any(session, select(Event.id).where(Event.kind == Verb.START))
    return (
        Task(
            "Add your first job",
            "Its title is enough; everything else can come later.",
            "done" if has_job else "todo",
            None if has_job else "#f-title",
            "Write one above",
        ),
        Task(
            "Send a technician the link",
            "Their phone opens it once and stays signed in.",
            "done" if has_phone else "todo",
            None if has_phone else "/people",
            "Choose the person",
        ),
        Task(
            "Put the board on a television",
            "Open /wall there and type the code here.",
            "done" if has_wall else "todo",
            None if has_wall else "/settings/displays",
            "Pair a screen",
        ),
        Task(
            "Press Start and Stop on the phone",
            "The card moves on every board while you look.",
            "running" if has_started else "todo",
        ),
    )


def _any(session: Session, query: Select[int]) -> bool:
    return session.scalars(query.limit(1)).first() is not None
