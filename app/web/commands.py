"""What people and programs can do to a job: one table, used by the JSON API and by the forms alike.

Each command has a path below ``/jobs/{job_id}``, a typed body that refuses unknown fields, and the action behind it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from sqlalchemy.orm import Session

from app.actions import (
    deciding,
    differences,
    evidence,
    jobs,
    moves,
    office,
    parts,
    photos,
    presses,
    rates,
    scheduling,
    times,
)
from app.actions.act import Act, Done
from app.actions.photos import MOST_PHOTOS
from app.actions.receipts import Press, once
from app.db import Database
from app.models import NoteKind, PhotoKind, SignatureKind
from app.queries.jobs import company_of
from app.rules import parts as rules
from app.rules.access import Actor, Right, may
from app.rules.clock import act_time
from app.rules.refusal import BadInput, Forbidden
from app.rules.states import Activity, Lane, Outcome

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"\S")]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, pattern=r"\S")]
"""A text that has to say something."""
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
"""Ids are 32-bit on PostgreSQL; a larger number would not be refused but break."""
Version = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Elapsed = Annotated[int, msgspec.Meta(ge=0, le=400 * 24 * 3600 * 1000)]


Minor = Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
"""An amount in minor units of its currency."""


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing to say beyond the path."""


class PressBody(Body, frozen=True, kw_only=True):
    """``occurred_at``: the device's clock at the press; ``elapsed_ms``: monotonic, from the press to this sending."""

    occurred_at: Moment | None = None
    elapsed_ms: Elapsed | None = None
    for_person_id: Id | None = None


class StartBody(PressBody, frozen=True, kw_only=True):
    pause_other: bool = False


class PauseBody(PressBody, frozen=True, kw_only=True):
    reason: Text = ""


class ComingPhotoBody(Body, frozen=True, kw_only=True):
    """A photo that is still on the phone; ``id`` is the one its upload will carry."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    kind: PhotoKind


class StopBody(PressBody, frozen=True, kw_only=True):
    outcome: Outcome | None = None
    reason: Text = ""
    note: Text = ""
    parts_to_order: Text = ""
    """What a return visit must bring."""
    pending: Annotated[list[ComingPhotoBody], msgspec.Meta(max_length=MOST_PHOTOS)] = msgspec.field(
        default_factory=list
    )


class SeenBody(Body, frozen=True, kw_only=True):
    """``version``: the card that the person saw when they moved it. A job that has moved since is a conflict."""

    version: Version | None = None


class ScheduleBody(SeenBody, frozen=True, kw_only=True):
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    technician_ids: list[Id] | None = None
    time_zone: str | None = None


class AssignBody(Body, frozen=True, kw_only=True):
    technician_id: Id
    visit_id: Id | None = None


class RecordTimeBody(Body, frozen=True, kw_only=True):
    person_id: Id
    activity: Activity = Activity.WORK
    started_at: Moment
    ended_at: Moment
    reason: Words


class CorrectionBody(Body, frozen=True, kw_only=True):
    entry_id: Id
    started_at: Moment | None = None
    ended_at: Moment | None = None
    reason: Words


class ConfirmBody(Body, frozen=True, kw_only=True):
    started_at: Moment | None = None
    ended_at: Moment | None = None


class ReasonBody(Body, frozen=True, kw_only=True):
    reason: Words


class MoveReasonBody(SeenBody, frozen=True, kw_only=True):
    reason: Words


class ReopenBody(SeenBody, frozen=True, kw_only=True):
    reason: Text = ""


class NoteBody(Body, frozen=True, kw_only=True):
    text: Words
    kind: NoteKind = NoteKind.WORK_DONE
    occurred_at: Moment | None = None
    elapsed_ms: Elapsed | None = None


class MessageBody(Body, frozen=True, kw_only=True):
    text: Words
    occurred_at: Moment | None = None
    elapsed_ms: Elapsed | None = None


class TaxBody(Body, frozen=True, kw_only=True):
    category: Annotated[str, msgspec.Meta(min_length=1, max_length=2)]
    rate: Annotated[str, msgspec.Meta(max_length=8)]


class MoneyBody(Body, frozen=True, kw_only=True):
    """A price for one unit: a decimal in major units, as text."""

    amount: Annotated[str, msgspec.Meta(max_length=24)]
    currency: Annotated[str, msgspec.Meta(min_length=3, max_length=3)]


class LabourBody(Body, frozen=True, kw_only=True):
    """What an hour of this job costs; null: what the settings say now."""

    hourly_rate: MoneyBody | None = None


class PartBody(Body, frozen=True, kw_only=True):
    """From the price book (``item_id``), in own words (``description``), or ``none_used``."""

    item_id: int | None = None
    description: Annotated[str, msgspec.Meta(max_length=300)] = ""
    quantity: Annotated[str, msgspec.Meta(max_length=20)] = "1"
    unit: Annotated[str, msgspec.Meta(max_length=20)] = ""
    unit_price: MoneyBody | None = None
    tax: TaxBody | None = None
    none_used: bool = False
    occurred_at: Moment | None = None
    elapsed_ms: Elapsed | None = None


class PriceBody(Body, frozen=True, kw_only=True):
    unit_price: MoneyBody
    tax: TaxBody | None = None


class ChecklistBody(Body, frozen=True, kw_only=True):
    item_id: Annotated[str, msgspec.Meta(max_length=40)]
    value: Annotated[str, msgspec.Meta(max_length=1000)]
    occurred_at: Moment | None = None
    elapsed_ms: Elapsed | None = None


class SignatureBody(Body, frozen=True, kw_only=True):
    """A typed name, or why nobody could sign. A drawn signature comes as a file."""

    typed_name: Annotated[str, msgspec.Meta(max_length=120)] | None = None
    absent_reason: Text | None = None
    occurred_at: Moment | None = None
    elapsed_ms: Elapsed | None = None


class GiveUpBody(Body, frozen=True, kw_only=True):
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    reason: Words


class AskBody(SeenBody, frozen=True, kw_only=True):
    question: Words


class AnswerBody(Body, frozen=True, kw_only=True):
    text: Words
    question_id: Id | None = None


class WaiveBody(Body, frozen=True, kw_only=True):
    code: str
    reason: Words


class FollowUpBody(Body, frozen=True, kw_only=True):
    title: Annotated[str, msgspec.Meta(max_length=500)] = ""


class MoveBody(Body, frozen=True, kw_only=True):
    """``after`` and ``before`` are the ids of the neighbours it was dropped between."""

    lane: Lane
    version: Version
    after: Id | None = None
    before: Id | None = None
    reason: Text = ""
    amount: Minor | None = None
    """What the card said it comes to, in minor units: another one now is a conflict."""


class UndoMoveBody(Body, frozen=True, kw_only=True):
    version: Version


Ids = Mapping[str, int]
Run = Callable[[Session, Act, Ids, Any], Done]


@dataclass(frozen=True, slots=True)
class Command:
    """``path`` below /jobs/{job_id}; ``right`` is checked by the action on the object, and named here for the sweep."""

    name: str
    path: str
    body: type[Body]
    rights: tuple[Right, ...]
    run: Run


def _pressed(name: str, path: str, body: type[Body], action: Callable[..., Done]) -> Command:
    """A technician's button: the body without the three fields that made the ``Act``."""

    def run(session: Session, act: Act, ids: Ids, body: PressBody) -> Done:
        return action(
            session,
            act,
            job_id=ids["job_id"],
            **_words(body, "occurred_at", "elapsed_ms", "for_person_id"),
        )

    return Command(name, path, body, (Right.PRESS, Right.PRESS_FOR), run)


def _plain(
    name: str, path: str, body: type[Body], right: Right, action: Callable[..., Done]
) -> Command:
    """The body's fields are the action's."""

    def run(session: Session, act: Act, ids: Ids, body: Body) -> Done:
        return action(session, act, **ids, **_words(body, "occurred_at", "elapsed_ms"))

    return Command(name, path, body, (right,), run)


def _moving(
    name: str, path: str, body: type[SeenBody], right: Right, action: Callable[..., Done]
) -> Command:
    """Like ``_plain``, for verbs that move the card: refused where somebody has moved it since it was seen."""

    def run(session: Session, act: Act, ids: Ids, body: SeenBody) -> Done:
        if body.version is not None:
            moves.refuse_if_moved(session, act, right, job_id=ids["job_id"], version=body.version)
        return action(session, act, **ids, **_words(body, "version"))

    return Command(name, path, body, (right,), run)


def _words(body: Body, *without: str) -> dict[str, Any]:
    return {name: getattr(body, name) for name in body.__struct_fields__ if name not in without}


def _move(session: Session, act: Act, ids: Ids, body: MoveBody) -> Done:
    return moves.move(
        session,
        act,
        job_id=ids["job_id"],
        lane=body.lane,
        version=body.version,
        after=body.after,
        before_job=body.before,
        reason=body.reason,
        amount=body.amount,
    )


def _stop(session: Session, act: Act, ids: Ids, body: StopBody) -> Done:
    return presses.stop(
        session,
        act,
        job_id=ids["job_id"],
        outcome=body.outcome,
        reason=body.reason,
        note=body.note,
        parts_to_order=body.parts_to_order,
        pending=[photos.Announced(photo.id, photo.kind) for photo in body.pending],
    )


def _part(session: Session, act: Act, ids: Ids, body: PartBody) -> Done:
    if body.none_used:
        return parts.none_used(session, act, job_id=ids["job_id"])
    return parts.use_part(
        session,
        act,
        job_id=ids["job_id"],
        quantity=rules.quantity(body.quantity),
        item_id=body.item_id,
        description=body.description,
        unit=body.unit,
        price=_price(session, act, body.unit_price, body.tax),
    )


def _price_part(session: Session, act: Act, ids: Ids, body: PriceBody) -> Done:
    price = _price(session, act, body.unit_price, body.tax)
    if price is None:
        raise AssertionError("the body always carries a price")
    return parts.price_part(session, act, job_id=ids["job_id"], part_id=ids["fact_id"], price=price)


def _price_labour(session: Session, act: Act, ids: Ids, body: LabourBody) -> Done:
    price = _price(session, act, body.hourly_rate, None)
    return rates.price_labour(
        session, act, job_id=ids["job_id"], rate=price.unit_price if price else None
    )


def _price(
    session: Session, act: Act, amount: MoneyBody | None, tax: TaxBody | None
) -> parts.Price | None:
    """Only those who may see prices set them; a technician's part without one is asked about."""
    if amount is None:
        return None
    if not may(act.by, Right.SET_PRICES):
        raise Forbidden("You cannot set prices. Leave the price out; the office enters it.")
    currency = company_of(session).currency
    if amount.currency != currency:
        raise BadInput("currency", f"This company works in {currency}.", field="unit_price")
    return parts.Price(
        rules.unit_price(amount.amount),
        tax.category if tax else "S",
        rules.rate(tax.rate) if tax else rules.NO_TAX,
    )


def _sign(session: Session, act: Act, ids: Ids, body: SignatureBody) -> Done:
    if (body.typed_name is None) == (body.absent_reason is None):
        raise BadInput("one_of_two", "Give either a typed name or a reason why nobody could sign.")
    kind = SignatureKind.TYPED if body.typed_name is not None else SignatureKind.ABSENT
    text = body.typed_name if body.typed_name is not None else body.absent_reason
    return evidence.sign(session, act, job_id=ids["job_id"], kind=kind, text=text or "")


def _withdraw(fact: str) -> Run:
    def run(session: Session, act: Act, ids: Ids, body: ReasonBody) -> Done:
        return evidence.withdraw(
            session,
            act,
            job_id=ids["job_id"],
            fact=fact,
            fact_id=ids["fact_id"],
            reason=body.reason,
        )

    return run


def _decided(action: Callable[..., Done]) -> Run:
    def run(session: Session, act: Act, ids: Ids, body: Body) -> Done:
        return action(session, act, **ids, **_words(body))

    return run


COMMANDS: tuple[Command, ...] = (
    _pressed("set_off", "set-off", StartBody, presses.set_off),
    _pressed("start", "start", StartBody, presses.start),
    _pressed("pause", "pause", PauseBody, presses.pause),
    Command("stop", "stop", StopBody, (Right.PRESS, Right.PRESS_FOR), _stop),
    _pressed("undo_stop", "undo-stop", PressBody, presses.undo_stop),
    _moving("schedule", "schedule", ScheduleBody, Right.PLAN_JOBS, scheduling.schedule),
    _moving("unschedule", "unschedule", SeenBody, Right.PLAN_JOBS, scheduling.unschedule),
    _plain("assign", "assign", AssignBody, Right.PLAN_JOBS, scheduling.assign),
    _plain("unassign", "unassign", AssignBody, Right.PLAN_JOBS, scheduling.unassign),
    _plain("record_time", "record-time", RecordTimeBody, Right.RECORD_TIME, times.record_time),
    _plain("correct_time", "corrections", CorrectionBody, Right.RECORD_TIME, times.correct_time),
    _plain(
        "confirm_time",
        "entries/{entry_id}/confirm",
        ConfirmBody,
        Right.RECORD_TIME,
        times.confirm_time,
    ),
    _plain(
        "discard_entry",
        "entries/{entry_id}/discard",
        ReasonBody,
        Right.RECORD_TIME,
        times.discard_entry,
    ),
    _plain("note", "notes", NoteBody, Right.WRITE_FACTS, evidence.add_note),
    _plain("message", "messages", MessageBody, Right.WRITE_FACTS, evidence.send_message),
    Command("part", "parts", PartBody, (Right.WRITE_FACTS,), _part),
    Command("price_part", "parts/{fact_id}/price", PriceBody, (Right.SET_PRICES,), _price_part),
    Command("price_labour", "labour-price", LabourBody, (Right.SET_PRICES,), _price_labour),
    _plain("checklist", "checklist", ChecklistBody, Right.WRITE_FACTS, evidence.answer_item),
    Command("signature", "signature", SignatureBody, (Right.WRITE_FACTS,), _sign),
    _plain("give_up_photo", "photos/give-up", GiveUpBody, Right.WRITE_FACTS, photos.give_up),
    *(
        Command(
            f"withdraw_{name}",
            f"{fact}/{{fact_id}}/withdraw",
            ReasonBody,
            (Right.WRITE_FACTS,),
            _withdraw(fact),
        )
        for name, fact in (
            ("photo", "photos"),
            ("part", "parts"),
            ("answer", "checklist"),
            ("signature", "signature"),
        )
    ),
    Command(
        "withdraw_note",
        "notes/{fact_id}/withdraw",
        ReasonBody,
        (Right.WRITE_FACTS,),
        _withdraw("notes"),
    ),
    Command(
        "withdraw_message",
        "messages/{fact_id}/withdraw",
        ReasonBody,
        (Right.WRITE_FACTS,),
        _withdraw("messages"),
    ),
    _moving("ask", "ask", AskBody, Right.ASK, office.ask_technician),
    _plain("answer", "answer", AnswerBody, Right.ANSWER, office.answer),
    _plain("waive", "waive", WaiveBody, Right.WAIVE, office.waive),
    _moving("hold", "hold", MoveReasonBody, Right.PLAN_JOBS, office.hold),
    _moving("release", "release", SeenBody, Right.PLAN_JOBS, office.release),
    _moving("cancel", "cancel", MoveReasonBody, Right.PLAN_JOBS, office.cancel),
    _moving(
        "not_billable", "not-billable", MoveReasonBody, Right.CLOSE_UNBILLED, office.not_billable
    ),
    _moving("reopen", "reopen", ReopenBody, Right.REOPEN, office.reopen),
    _plain("follow_up", "follow-up", FollowUpBody, Right.PLAN_JOBS, jobs.follow_up),
    Command("move", "move", MoveBody, (Right.MOVE,), _move),
    _plain("undo_move", "undo-move", UndoMoveBody, Right.MOVE, moves.undo_move),
    Command(
        "apply_held",
        "held/{held_id}/apply",
        Body,
        (Right.DECIDE_HELD,),
        _decided(deciding.apply_held),
    ),
    Command(
        "dismiss_held",
        "held/{held_id}/dismiss",
        ReasonBody,
        (Right.DECIDE_HELD,),
        _decided(deciding.dismiss_held),
    ),
    Command("drop_held", "held/{held_id}/drop", Body, (Right.PRESS,), _decided(deciding.drop_held)),
)

ANSWERS: tuple[Command, ...] = (
    _plain("supplement", "supplement", Body, Right.BILL, differences.supplement),
    _plain(
        "credit_difference",
        "credit-difference",
        ReasonBody,
        Right.CREDIT,
        differences.credit_difference,
    ),
    _plain(
        "dismiss_difference",
        "dismiss-difference",
        ReasonBody,
        Right.BILL,
        differences.dismiss_difference,
    ),
)
"""To a job that changed after its invoice; its page has forms of its own for them (web.deeds)."""

BY_NAME: dict[str, Command] = {command.name: command for command in COMMANDS}


def act_of(actor: Actor, body: Body, *, at: datetime, device_now: datetime | None = None) -> Act:
    """Who and when, from the person behind the request and what their device said about the press."""
    when = act_time(
        getattr(body, "occurred_at", None),
        getattr(body, "elapsed_ms", None),
        received_at=at,
        device_now=device_now,
    )
    for_person_id = getattr(body, "for_person_id", None)
    return Act(
        by=actor,
        at=at,
        occurred_at=when.occurred_at,
        device_at=when.device_at,
        flags=when.flags,
        for_person_id=None if for_person_id == actor.id else for_person_id,
    )


async def carry_out(
    db: Database,
    command: Command,
    *,
    actor: Actor,
    ids: Ids,
    body: Body,
    press: Press,
    at: datetime,
    device_now: datetime | None = None,
) -> tuple[Done, bool]:
    """Run the command once in one transaction. Answers what came of it and whether this press was a replay."""
    act = act_of(actor, body, at=at, device_now=device_now)
    return await db.write(once, act, press, lambda session: command.run(session, act, ids, body))
