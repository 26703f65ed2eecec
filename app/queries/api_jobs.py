"""Jobs as the API answers them: the list, the whole job, the board. The same rights as on the pages, in the SQL."""

from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.models import (
    Assignment,
    ChecklistAnswer,
    Event,
    HeldPress,
    Job,
    Message,
    Note,
    PartUsed,
    Photo,
    Question,
    Signature,
    Waiver,
)
from app.queries.api_answers import (
    BoardAnswer,
    ChecklistAnswerAnswer,
    EntryAnswer,
    EventAnswer,
    HeldAnswer,
    JobAnswer,
    LaneAnswer,
    MessageAnswer,
    NoteAnswer,
    OnVisit,
    PartAnswer,
    PhotoAnswer,
    QuestionAnswer,
    SignatureAnswer,
    VisitAnswer,
    WaiverAnswer,
    WholeJob,
)
from app.queries.api_card import ApiCard, MoneyAnswer, api_card
from app.queries.board import cards_by_id, cards_in, cards_of_person, head
from app.queries.cards import JobCard, Who
from app.queries.facts import entries_of
from app.queries.jobs import company_of, is_own, job_for, own_jobs
from app.queries.people import short_names
from app.rules.access import Actor, Right, Scope, may, scope_of
from app.rules.parts import quantity_words
from app.rules.refusal import Forbidden, NotFound
from app.rules.states import LANE_LOOK, VIEW_LANES, Lane, State

JobFact = (
    Note | Message | Photo | ChecklistAnswer | Signature | Question | Waiver | HeldPress | Event
)


def readable_card(session: Session, by: Actor, job_id: int, *, at: datetime) -> ApiCard:
    """The card of one job, if ``by`` may read it."""
    _refuse_foreign(session, by, job_id, at=at)
    cards = cards_by_id(session, [job_id])
    if not cards:
        raise NotFound
    return api_card(cards[0], with_money=may(by, Right.SEE_MONEY))


def _refuse_foreign(session: Session, by: Actor, job_id: int, *, at: datetime) -> None:
    scope = scope_of(by, Right.READ_JOBS)
    if scope is Scope.NONE:
        raise Forbidden
    if scope is Scope.OWN and not is_own(session, by.id, job_id, at=at):
        raise NotFound


def job_answer(
    session: Session,
    by: Actor,
    *,
    job_id: int,
    epoch: str | None,
    seq: int | None,
    made_id: int | None,
    at: datetime,
) -> JobAnswer:
    """The answer to a verb: what came of the press, and the card as it is now."""
    card = readable_card(session, by, job_id, at=at)
    return JobAnswer(card, epoch or head(session).epoch, seq, made_id)


def held_answer(session: Session, held_id: int) -> HeldAnswer:
    press = session.get(HeldPress, held_id)
    if press is None:
        raise NotFound
    return as_answer(press, HeldAnswer)


def jobs_page(
    session: Session,
    by: Actor,
    *,
    states: list[State],
    words: str,
    customer_id: int | None,
    technician_id: int | None,
    before_id: int | None,
    limit: int,
    at: datetime,
) -> list[ApiCard]:
    """Newest first, at most ``limit``, closed jobs too. ``words`` must all be found."""
    query = select(Job.id).order_by(Job.id.desc()).limit(limit)
    if scope_of(by, Right.READ_JOBS) is Scope.OWN:
        query = query.where(own_jobs(by.id, at=at))
    if states:
        query = query.where(Job.state.in_(states))
    if customer_id is not None:
        query = query.where(Job.customer_id == customer_id)
    if technician_id is not None:
        query = query.where(_is_sent(technician_id))
    if before_id is not None:
        query = query.where(Job.id < before_id)
    for word in words.lower().split():
        query = query.where(Job.search_text.contains(word, autoescape=True))
    ids = list(session.scalars(query))
    cards = {card.id: card for card in cards_by_id(session, ids)}
    sees_money = may(by, Right.SEE_MONEY)
    return [api_card(cards[job_id], with_money=sees_money) for job_id in ids]


def _is_sent(technician_id: int) -> ColumnElement[bool]:
    return exists().where(
        Assignment.job_id == Job.id,
        Assignment.person_id == technician_id,
        Assignment.ended_at.is_(None),
    )


BOARD_LANES = {"wall": (Lane.SCHEDULED, *VIEW_LANES["wall"])}
"""Where a program is told of more than the screen draws: a television has no room for what is still to come."""


def board(session: Session, by: Actor, *, view: str, at: datetime) -> BoardAnswer:
    """The lanes of a view. Who sees only their own jobs gets their own list, as ``view=json`` gives it to them. Of the
    wall's scheduled jobs only today's, by the company's clock, and what is overdue."""
    now = head(session)
    lanes = BOARD_LANES.get(view, VIEW_LANES[view])
    today = at.astimezone(ZoneInfo(company_of(session).time_zone)).date()
    sees_own = scope_of(by, Right.READ_JOBS) is Scope.OWN
    sees_money = may(by, Right.SEE_MONEY) and not sees_own
    cards = (
        cards_of_person(session, by.id)
        if sees_own
        else cards_in(session, lanes, with_money=sees_money)
    )
    grouped: dict[Lane, list[ApiCard]] = {lane: [] for lane in lanes}
    for card in cards:
        if card.lane in grouped and not (view == "wall" and _is_for_later(card, today)):
            grouped[card.lane].append(api_card(card, with_money=sees_money))
    currency = company_of(session).currency if sees_money else None
    found = [
        LaneAnswer(lane, LANE_LOOK[lane].label, len(own), own, _total(own, currency))
        for lane, own in grouped.items()
    ]
    return BoardAnswer(now.epoch, now.seq, found)


def _is_for_later(card: JobCard, today: date) -> bool:
    if card.lane is not Lane.SCHEDULED or card.planned_start is None:
        return False
    return card.planned_start.astimezone(ZoneInfo(card.time_zone)).date() > today


def _total(cards: list[ApiCard], currency: str | None) -> MoneyAnswer | msgspec.UnsetType:
    if currency is None:
        return msgspec.UNSET
    return MoneyAnswer(sum(card.amount.amount for card in cards if card.amount), currency)


def whole_job(session: Session, by: Actor, job_id: int, *, at: datetime) -> WholeJob:
    job = job_for(session, by, Right.READ_JOBS, job_id, at=at)
    shown, sees_money = cards_by_id(session, [job.id])[0], may(by, Right.SEE_MONEY)
    card = api_card(shown, with_money=sees_money)
    sees_all = scope_of(by, Right.READ_JOBS) is Scope.ALL
    return WholeJob(
        **{name: getattr(card, name) for name in ApiCard.__struct_fields__},
        wall_title=job.wall_title,
        description=job.description,
        customer_id=job.customer_id,
        site_id=job.site_id,
        job_type=job.job_type_id,
        reference=job.reference,
        follows_id=job.follows_id,
        hold_reason=job.hold_reason,
        closed_reason=job.closed_reason,
        created_at=job.created_at,
        state_since=job.state_since,
        visits=_visits(job, short_names(session)),
        entries=_entries(session, job),
        notes=_of_job(session, Note, job, NoteAnswer),
        messages=_of_job(session, Message, job, MessageAnswer),
        photos=_of_job(session, Photo, job, PhotoAnswer),
        parts=_parts(session, job, sees_prices=may(by, Right.SET_PRICES)),
        checklist=_of_job(session, ChecklistAnswer, job, ChecklistAnswerAnswer),
        signatures=_of_job(session, Signature, job, SignatureAnswer),
        questions=_of_job(session, Question, job, QuestionAnswer),
        waivers=_of_job(session, Waiver, job, WaiverAnswer),
        difference=_difference(shown) if sees_money else msgspec.UNSET,
        held=_of_job(session, HeldPress, job, HeldAnswer) if sees_all else msgspec.UNSET,
        history=_of_job(session, Event, job, EventAnswer) if sees_all else msgspec.UNSET,
    )


def _difference(card: JobCard) -> MoneyAnswer | msgspec.UnsetType:
    money = card.money
    if money is None or not money.difference:
        return msgspec.UNSET
    return MoneyAnswer(money.difference, money.currency)


def _visits(job: Job, names: dict[int, Who]) -> list[VisitAnswer]:
    return [
        VisitAnswer(
            visit.id,
            visit.sequence,
            visit.starts_at,
            visit.ends_at,
            visit.time_zone,
            visit.outcome,
            visit.outcome_reason,
            visit.parts_to_order,
            [
                OnVisit(place.person_id, names[place.person_id].name, place.progress)
                for place in visit.assignments
                if place.ended_at is None
            ],
        )
        for visit in job.visits
    ]


def _parts(session: Session, job: Job, *, sees_prices: bool) -> list[PartAnswer]:
    rows = session.scalars(select(PartUsed).where(PartUsed.job_id == job.id).order_by(PartUsed.id))
    return [
        PartAnswer(
            id=row.id,
            person_id=row.person_id,
            item_id=row.item_id,
            text=row.text,
            none_used=row.none_used,
            quantity=quantity_words(row.quantity),
            unit=row.unit,
            unit_price=_price(row) if sees_prices else msgspec.UNSET,
            at=row.at,
            withdrawn_at=row.withdrawn_at,
            withdraw_reason=row.withdraw_reason,
        )
        for row in rows
    ]


def _price(part: PartUsed) -> str | None:
    return None if part.unit_price is None else quantity_words(part.unit_price)


def _entries(session: Session, job: Job) -> list[EntryAnswer]:
    return [as_answer(row, EntryAnswer) for row in entries_of(session, job.id)]


T = TypeVar("T")


def _of_job(session: Session, model: type[JobFact], job: Job, kind: type[T]) -> list[T]:
    rows = session.scalars(select(model).where(model.job_id == job.id).order_by(model.id))
    return [as_answer(row, kind) for row in rows]


def as_answer(row: object, kind: type[T]) -> T:
    """A structure whose fields have the names of the row's columns."""
    return msgspec.convert(row, kind, from_attributes=True)
