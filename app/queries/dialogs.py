"""What each dialog about a job shows: the card, what can be chosen, and what stands in the fields at first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models import (
    ChecklistAnswer,
    Job,
    Message,
    Note,
    PartUsed,
    Photo,
    Signature,
    Withdrawable,
)
from app.queries import choices, job_parts, price_book
from app.queries.billing_values import said
from app.queries.board import cards_by_id
from app.queries.cards import JobCard
from app.queries.evidence import evidence_of
from app.queries.facts import why_no_undo_stop
from app.queries.job_page import WAIVABLE, entries_shown
from app.queries.jobs import assignment_of, company_of, current_visit, job_for
from app.queries.people import short_names
from app.queries.screens.boards import MoveChoice
from app.queries.screens.frame import Choice
from app.queries.screens.job import EntryRow
from app.queries.screens.phone import PressFor
from app.queries.terms import settings_of
from app.rules.access import Actor, Right, Scope, may, scope_of
from app.rules.buttons import BUTTONS, presses_for
from app.rules.dates import local_input
from app.rules.money import cash
from app.rules.moves import move_to_lane
from app.rules.refusal import NotFound
from app.rules.states import (
    LANE_LOOK,
    MONEY_LANES,
    REFUSALS,
    STATE_LANE,
    VIEW_LANES,
    Lane,
    Verb,
    why_not,
)

Values = dict[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which dialog, about which job, for whom. ``query`` is the address's: which entry, which question."""

    by: Actor
    job: Job
    card: JobCard
    at: datetime
    zone: ZoneInfo
    query: Mapping[str, str]

    def number(self, name: str) -> int:
        """An id from the query. Raises ``NotFound`` where it is none: nothing of that name is here."""
        text = self.query.get(name, "")
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise NotFound
        return int(text)


@dataclass(frozen=True, slots=True)
class Filled:
    """``context`` for the template; ``values`` are what the fields show before anybody types."""

    context: dict[str, object] = field(default_factory=dict)
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DialogShown:
    card: JobCard
    filled: Filled
    why_not: str | None


Reader = Callable[[Session, Asked], Filled]


def read_dialog(
    session: Session, by: Actor, *, name: str, job_id: int, at: datetime, query: Mapping[str, str]
) -> DialogShown:
    """``why_not``: the sentence that says why this cannot be done in the job's present state."""
    job = job_for(session, by, Right.READ_JOBS, job_id, at=at)
    card = cards_by_id(session, [job.id])[0]
    zone = ZoneInfo(company_of(session).time_zone)
    asked = Asked(by, job, card, at, zone, query)
    reader = READERS.get(name)
    filled = reader(session, asked) if reader else Filled()
    return DialogShown(card, filled, _why_not(name, job))


def _why_not(name: str, job: Job) -> str | None:
    verb = BUTTONS[name][1] if name in BUTTONS else None
    code = why_not(verb, job.state) if verb else None
    if code is None:
        return None
    return REFUSALS[code].format(reason=job.hold_reason or job.closed_reason or "no reason given")


# --- one reader a dialog


def _assign(session: Session, asked: Asked) -> Filled:
    on_it = {str(who.id) for who in asked.card.technicians}
    people = choices.technician_choices(session, at=asked.at)
    free = tuple(choice for choice in people if choice.value not in on_it)
    return Filled({"technicians": free})


def _unassign(session: Session, asked: Asked) -> Filled:
    people = tuple(Choice(str(who.id), who.name) for who in asked.card.technicians)
    only = people[0].value if len(people) == 1 else ""
    return Filled({"technicians": people}, {"technician_id": only})


def _schedule(session: Session, asked: Asked) -> Filled:
    visit = current_visit(asked.job)
    return Filled(
        {"technicians": choices.technician_choices(session, at=asked.at)},
        {
            "starts_at": local_input(visit.starts_at, asked.zone),
            "ends_at": local_input(visit.ends_at, asked.zone),
            "technician_ids": tuple(str(who.id) for who in asked.card.technicians),
        },
    )


def _edit(session: Session, asked: Asked) -> Filled:
    job = asked.job
    return Filled(
        {
            "customers": choices.customer_choices(session),
            "sites": choices.site_choices(session),
            "job_types": choices.job_type_choices(session, also=job.job_type_id),
        },
        {
            "title": job.title,
            "wall_title": job.wall_title or "",
            "description": job.description,
            "customer_id": str(job.customer_id or ""),
            "site_id": str(job.site_id or ""),
            "job_type_id": str(job.job_type_id or ""),
            "priority": str(job.priority),
            "reference": job.reference or "",
        },
    )


def _record_time(session: Session, asked: Asked) -> Filled:
    sees_all = scope_of(asked.by, Right.RECORD_TIME) is Scope.ALL
    people = choices.technician_choices(session, at=asked.at) if sees_all else ()
    on_it = asked.card.technicians
    first = str(on_it[0].id) if len(on_it) == 1 else ""
    plain = tuple(Choice(choice.value, choice.label) for choice in people)
    return Filled({"people": plain}, {"activity": "work", "person_id": first})


def _correct_time(session: Session, asked: Asked) -> Filled:
    entry = _entry(session, asked)
    start, end = (
        local_input(entry.started_at, asked.zone),
        local_input(entry.ended_at, asked.zone),
    )
    return Filled({"entry": entry}, {"started_at": start, "ended_at": end})


def _of_entry(session: Session, asked: Asked) -> Filled:
    return Filled({"entry": _entry(session, asked)})


def _entry(session: Session, asked: Asked) -> EntryRow:
    """The entry that the address or the form names, if it is this job's and counts."""
    number = asked.number("entry_id" if "entry_id" in asked.query else "entry")
    everything = frozenset(BUTTONS)
    rows = entries_shown(
        session, asked.job.id, asked.by, short_names(session), asked.zone, may=everything
    )
    found = next((row for row in rows if row.id == number and row.may_correct), None)
    if found is None:
        raise NotFound
    return found


def _ask(session: Session, asked: Asked) -> Filled:
    needed = next((n for n in asked.card.needed if n.code == asked.query.get("item")), None)
    return Filled(values={"question": f"{needed.ask}?" if needed else ""})


def _answer(session: Session, asked: Asked) -> Filled:
    """The question that is named, or the oldest open one."""
    questions = job_parts.questions_of(session, asked.job.id, short_names(session))
    wanted = asked.query.get("question") or asked.query.get("question_id")
    named = [one for one in questions if wanted in (None, "", str(one.id))]
    if not named:
        raise NotFound("There is no open question here. It may have been answered already.")
    return Filled({"question": named[0]})


def _waive(session: Session, asked: Asked) -> Filled:
    rows = job_parts.needs_of(session, asked.job, asked.card)
    missing = [row for row in rows if not row.met and row.code in WAIVABLE]
    only = missing[0].code if len(missing) == 1 else ""
    return Filled(
        {"needs": tuple(Choice(row.code, row.ask) for row in missing)},
        {"code": asked.query.get("item", only)},
    )


def _follow_up(session: Session, asked: Asked) -> Filled:
    return Filled(values={"title": f"Follow-up: {asked.card.title}"[:500]})


def _press_for(session: Session, asked: Asked) -> Filled:
    """Everybody on the job, each with the presses that follow their own progress."""
    rows = []
    for who in asked.card.technicians:
        place = assignment_of(asked.job, who.id)
        if place is None:
            continue
        may_undo = why_no_undo_stop(session, asked.job, place) is None
        may_press = presses_for(asked.job.state, place.progress, may_undo=may_undo)
        rows.append(PressFor(who, place.progress, may_press))
    return Filled({"people": tuple(rows)})


def _dismiss_held(session: Session, asked: Asked) -> Filled:
    number = asked.number("held_id" if "held_id" in asked.query else "held")
    presses = job_parts.held_presses(
        session, short_names(session), may_decide=True, job_id=asked.job.id
    )
    found = next((press for press in presses if press.id == number), None)
    if found is None:
        raise NotFound("This press has been decided already.")
    return Filled({"press": found})


def _withdraw(model: type[Withdrawable], kind: str) -> Reader:
    def read(session: Session, asked: Asked) -> Filled:
        number = asked.number("fact_id" if "fact_id" in asked.query else "fact")
        fact = session.get(model, number)
        if fact is None or fact.job_id != asked.job.id:
            raise NotFound
        return Filled({"kind": kind, "text": fact.text, "fact_id": fact.id})

    return read


def _part(session: Session, asked: Asked) -> Filled:
    """The price book by ``q``; an item that was chosen stands first and alone."""
    q = asked.query.get("q", "").strip()[:100]
    found = price_book.offered(session, q)
    return Filled({"q": q, "offered": found}, {"quantity": "1"})


def _price_labour(session: Session, asked: Asked) -> Filled:
    usual = said(settings_of(session).labour_rate)
    return Filled(
        {"currency": company_of(session).currency, "usual": usual},
        {"amount": said(asked.job.labour_rate)},
    )


def _checklist(session: Session, asked: Asked) -> Filled:
    """The line that the address names, else the one that was sent, else the first without an answer."""
    lines = evidence_of(session, asked.job, asked.by, short_names(session)).checklist
    by_id = {one.id: one for one in lines}
    named, sent = asked.query.get("item"), asked.query.get("item_id", "")
    if not lines or (named and named not in by_id):
        raise NotFound("This is not on the checklist any more. Look at the list again.")
    first = next((one for one in lines if one.value is None), lines[0])
    line = by_id[named] if named else by_id.get(sent, first)
    return Filled({"line": line}, {"value": line.value or ""})


def _price_part(session: Session, asked: Asked) -> Filled:
    number = asked.number("fact_id" if "fact_id" in asked.query else "part")
    part = session.get(PartUsed, number)
    if part is None or part.job_id != asked.job.id or part.none_used:
        raise NotFound
    old = "" if part.unit_price is None else f"{part.unit_price.normalize():f}"
    tax = "" if part.tax_rate is None else f"{part.tax_rate.normalize():f}"
    currency = company_of(session).currency
    return Filled(
        {"part": part.text, "unit": part.unit, "fact_id": part.id, "currency": currency},
        {"amount": old, "tax_rate": tax},
    )


def _give_up_photo(session: Session, asked: Asked) -> Filled:
    client_id = asked.query.get("client_id", asked.query.get("photo", ""))
    return Filled({"client_id": client_id}, {"reason": "The photo is lost"})


def _move(session: Session, asked: Asked) -> Filled:
    """Where the job can go from here, and for the other lanes why it cannot."""
    lanes = [*VIEW_LANES["dispatch"], *(MONEY_LANES if may(asked.by, Right.BILL) else ())]
    if asked.card.lane in MONEY_LANES:
        lanes = [Lane.NEEDS_DETAILS, Lane.READY, *MONEY_LANES]
    found = [_place(asked, lane) for lane in lanes if lane is not asked.card.lane]
    places = [choice for choice in found if choice is not None]
    money = asked.card.money if may(asked.by, Right.BILL) else None
    seen = money.amount if money and asked.card.lane is Lane.READY else None
    choices = (*_released(asked), *places, *_ways_out(asked))
    return Filled({"choices": choices, "money": money, "seen": seen})


_FORMS = {
    "plan": ("schedule", "Choose a day and a person"),
    "reason": ("hold", "Say what it waits for"),
    "question": ("ask", "Ask the technician something"),
}


def _place(asked: Asked, lane: Lane) -> MoveChoice | None:
    look = LANE_LOOK[lane]
    found = move_to_lane(asked.job.state, lane)
    if isinstance(found, str):
        return MoveChoice(lane, look.label, look.glyph, why_not=found)
    if found.verb is Verb.RELEASE:
        return None  # One Release leads to wherever the facts put it: see _released.
    if found.verb in MONEY_VERBS and not may(asked.by, Right.BILL):
        return MoveChoice(lane, look.label, look.glyph, why_not="Only the office bills jobs.")
    if found.needs in ("preview", "payment"):
        return _invoice_place(asked, lane, found.needs)
    if found.needs is None:
        say = f"A draft for {asked.card.customer}" if found.verb is Verb.SEND_TO_BILLING else ""
        return MoveChoice(lane, look.label, look.glyph, say)
    path, say = _FORMS[found.needs]
    if not may(asked.by, BUTTONS[path][0]):
        only = "Only the office asks the technician back."
        return MoveChoice(lane, look.label, look.glyph, why_not=only)
    return MoveChoice(lane, look.label, look.glyph, say, href=f"/jobs/{asked.job.id}/{path}")


MONEY_VERBS = frozenset({Verb.SEND_TO_BILLING, Verb.TAKE_BACK, Verb.ISSUE, Verb.RECORD_PAYMENT})


def _invoice_place(asked: Asked, lane: Lane, needs: str) -> MoveChoice | None:
    """Issued from its preview, paid on its invoice: one page for all jobs on it."""
    look, money = LANE_LOOK[lane], asked.card.money
    if money is None or money.invoice_id is None:
        return None
    label, say = ("Issue the draft", "Look at the preview first")
    if needs == "payment":
        label = "Record a payment"
        say = f"{cash(money.balance, money.currency)} is owed on {money.number}"
    if money.jobs > 1:
        say += f"; {money.jobs} jobs are on it"
    anchor = "#payment" if needs == "payment" else ""
    href = f"/invoices/{money.invoice_id}{anchor}"
    return MoveChoice(lane, label, look.glyph, say, href=href, is_page=True)


def _released(asked: Asked) -> list[MoveChoice]:
    if STATE_LANE[asked.job.state] is not Lane.ON_HOLD:
        return []
    say = "Back to where its facts put it"
    return [MoveChoice("release", "Release", "play", say, href=f"/jobs/{asked.job.id}/release")]


def _ways_out(asked: Asked) -> list[MoveChoice]:
    """Off the board: cancelled where nothing was worked, otherwise not billable."""
    name, label = ("cancel", "Cancel the job")
    if asked.card.worked_seconds or asked.card.running:
        name, label = ("not-billable", "Not billable")
    right, verb = BUTTONS[name]
    if asked.card.running or verb is None or why_not(verb, asked.job.state):
        return []
    if not may(asked.by, right):
        return []
    href = f"/jobs/{asked.job.id}/{name}"
    return [MoveChoice(name, label, "ring", "It leaves the board; search finds it", href=href)]


READERS: dict[str, Reader] = {
    "answer": _answer,
    "ask": _ask,
    "assign": _assign,
    "checklist": _checklist,
    "confirm-time": _of_entry,
    "correct-time": _correct_time,
    "discard-entry": _of_entry,
    "dismiss-held": _dismiss_held,
    "edit": _edit,
    "follow-up": _follow_up,
    "move": _move,
    "press-for": _press_for,
    "record-time": _record_time,
    "schedule": _schedule,
    "unassign": _unassign,
    "waive": _waive,
    "part": _part,
    "price-labour": _price_labour,
    "price-part": _price_part,
    "give-up-photo": _give_up_photo,
    "withdraw-answer": _withdraw(ChecklistAnswer, "answer"),
    "withdraw-message": _withdraw(Message, "message"),
    "withdraw-note": _withdraw(Note, "note"),
    "withdraw-part": _withdraw(PartUsed, "part"),
    "withdraw-photo": _withdraw(Photo, "photo"),
    "withdraw-signature": _withdraw(Signature, "signature"),
}
"""Dialogs that are not here need the card alone."""
