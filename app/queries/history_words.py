"""The history in plain sentences: one row a kind of event, with its icon, its tone and its words.

An event keeps ids and ISO moments; here they become names and times on the company's clock. A kind without a row is
told by its own name, so that a newer program's history can still be read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo

from app.models import Event
from app.queries.cards import Who
from app.queries.screens.job import HistoryLine
from app.rules.clock import TOLERATED
from app.rules.dates import day_hm, hm
from app.rules.money import plain
from app.rules.oddities import ODD_WORDS
from app.rules.requirements import BY_CODE
from app.rules.states import STATE_LOOK

FLAGS = {
    "clock_differs": "The phone’s clock differed from ours.",
    "late_press": "The press came more than 12 hours late.",
}

FIELDS = {
    "title": "title",
    "wall_title": "title on the wall",
    "description": "description",
    "customer_id": "customer",
    "site_id": "site",
    "job_type_id": "job type",
    "priority": "priority",
    "reference": "reference",
}

PRESSES = {
    "set_off": "I’m on my way",
    "start": "Start",
    "pause": "Pause",
    "stop": "Stop",
    "undo_stop": "Undo stop",
    # Only late work of these kinds waits.
    "note": "Note",
    "message": "Message",
    "photo": "Photo",
    "signature": "Signature",
    "other": "Entry",
}

SHOWN = 160
"""Characters of a note or message that the history repeats; the whole stands in its own place."""

FACTS = {
    "notes": "a note",
    "messages": "a message",
    "photos": "a photo",
    "checklist": "a checklist answer",
    "signature": "the signature",
    "parts": "a part",
}

ACTIVITIES = {"work": "work", "travel": "travel", "break": "a break"}


@dataclass(frozen=True, slots=True)
class Told:
    """One event with what its sentence needs."""

    event: Event
    people: Mapping[int, Who]
    zone: ZoneInfo

    @property
    def data(self) -> Mapping[str, Any]:
        return self.event.data

    @property
    def by(self) -> str:
        return self.name(self.event.by_id)

    @property
    def who(self) -> str:
        """Whose clock: the person acted for, or the one who acted."""
        return self.name(self.event.for_id or self.event.by_id)

    def name(self, person_id: int | None) -> str:
        found = self.people.get(person_id) if person_id else None
        return found.name if found else "Readyboard"

    def person(self) -> str:
        return self.name(self.data.get("person_id"))

    def persons(self) -> str:
        ids = self.data.get("person_ids") or [self.data.get("person_id")]
        return " and ".join(self.name(one) for one in ids)

    def whose(self) -> str:
        """ "their own", or the name of the person whose time it is."""
        return (
            "their own" if self.data.get("person_id") == self.event.by_id else f"{self.person()}’s"
        )

    def time(self, key: str) -> str:
        """A moment of the data; with its day where that is not the event's own."""
        iso = self.data.get(key)
        if not iso:
            return "now"
        moment = datetime.fromisoformat(iso)
        same_day = (
            moment.astimezone(self.zone).date()
            == self.event.occurred_at.astimezone(self.zone).date()
        )
        return hm(moment, self.zone) if same_day else day_hm(moment, self.zone)

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")

    def quoted(self, key: str) -> str:
        return f"“{shorten(self.text(key), SHOWN)}”" if self.text(key) else ""


Say = Callable[[Told], str]


def _reason(told: Told) -> str:
    return told.text("reason")


def _nothing(told: Told) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Words:
    icon: str
    say: Say
    more: Say = _nothing
    tone: str = "idle"


def _created(told: Told) -> str:
    follows = told.data.get("follows")
    return f"{told.by} took the job in" + (f", following job {follows}" if follows else "")


def _edited(told: Told) -> str:
    names = [FIELDS.get(name, name) for name in told.data.get("new", {})]
    return f"{told.by} changed the {', '.join(names)}"


def _edits(told: Told) -> str:
    old, new = told.data.get("old", {}), told.data.get("new", {})
    shown = [name for name in new if name in ("title", "wall_title", "priority", "reference")]
    return "; ".join(f"{old.get(name) or 'nothing'} → {new[name] or 'nothing'}" for name in shown)


def _schedule(told: Told) -> str:
    if not told.data.get("starts_at"):
        return f"{told.by} left the time open"
    return f"{told.by} planned it for {told.time('starts_at')} to {told.time('ends_at')}"


def _sent(told: Told) -> str:
    ids = told.data.get("technician_ids")
    old = told.data.get("old") or {}
    parts = []
    if ids is not None:
        parts.append(", ".join(told.name(one) for one in ids) or "nobody yet")
    if old.get("starts_at"):
        was = datetime.fromisoformat(old["starts_at"])
        parts.append(f"before: {day_hm(was, told.zone)}")
    return "; ".join(parts)


def _start(told: Told) -> str:
    paused = told.data.get("paused_job")
    return f"{told.who} started work" + (f" and paused job {paused}" if paused else "")


def _set_off(told: Told) -> str:
    paused = told.data.get("paused_job")
    return f"{told.who} is on the way" + (f" and paused job {paused}" if paused else "")


def _pause(told: Told) -> str:
    other = told.data.get("for_job")
    return f"{told.who} paused" + (f" for job {other}" if other else "")


def _stop(told: Told) -> str:
    left = told.data.get("still_on_it")
    if told.data.get("outcome") == "return_visit":
        return f"{told.who} stopped; somebody must come back"
    return f"{told.who} stopped work" + (f"; {left} still on it" if left else "")


def _stop_more(told: Told) -> str:
    order = told.text("parts_to_order")
    reason = _reason(told)
    return f"{_sentence(reason) if reason else ''} To order: {order}".strip() if order else reason


def _corrected(told: Told) -> str:
    return (
        f"{told.by} changed {told.whose()} time from {told.time('old_started_at')}–"
        f"{told.time('old_ended_at')} to {told.time('started_at')}–{told.time('ended_at')}"
    )


def _recorded(told: Told) -> str:
    what = ACTIVITIES.get(told.text("activity"), told.text("activity"))
    return (
        f"{told.by} recorded {told.whose()} {what}, {told.time('started_at')} to "
        f"{told.time('ended_at')}"
    )


def _item(told: Told) -> str:
    requirement = BY_CODE.get(told.text("code"))
    return requirement.name if requirement else told.text("code")


def _fact(told: Told) -> str:
    return FACTS.get(told.text("fact"), "a fact")


def _part(told: Told) -> str:
    return f"{told.by} used {told.text('quantity')} {told.text('unit')} {told.text('text')}"


def _photo(told: Told) -> str:
    when = {"before": "before the work", "after": "after the work"}.get(
        told.text("photo_kind"), "of the work"
    )
    return f"{told.who} added a photo {when}"


SIGNED = {
    "drawn": "The customer signed",
    "typed": "The customer agreed by name",
    "absent": "Nobody could sign",
}


def _signed(told: Told) -> str:
    return SIGNED.get(told.text("signature_kind"), "Signed")


def _withdrawn(told: Told) -> str:
    return ". ".join(part for part in (told.quoted("text"), _reason(told)) if part)


def _press(told: Told) -> str:
    return f"“{PRESSES.get(told.text('verb'), told.text('verb'))}”"


def _answered(told: Told) -> str:
    return f"{told.quoted('question')} {told.quoted('answer')}"


def _was_held(told: Told) -> str:
    return f"It waited for: {told.text('reason')}" if told.text("reason") else ""


def _renamed(what: str) -> Say:
    return lambda told: (
        f"{told.by} changed the {what} from {told.text('old')} to {told.text('new')}"
    )


def _imported(told: Told) -> str:
    """All that is known of a job that was over before Readyboard came."""
    if told.data.get("billed_elsewhere"):
        return "Imported: done and billed elsewhere before Readyboard"
    return "Imported: closed before Readyboard"


def _money(told: Told) -> str:
    currency = told.text("currency")
    return f"{plain(int(told.data.get('amount') or 0), currency)} {currency}"


WORDS: dict[str, Words] = {
    "created": Words("plus", _created),
    "edited": Words("note", _edited, _edits),
    "imported": Words("note", _imported),
    "placed": Words("arrow", lambda t: f"{t.by} moved it within its lane"),
    "schedule": Words("calendar", _schedule, _sent),
    "unschedule": Words("calendar", lambda t: f"{t.by} took the planned time back", _sent),
    "assign": Words("user", lambda t: f"{t.by} put {t.person()} on the job"),
    "unassign": Words("user", lambda t: f"{t.by} took {t.person()} off the job"),
    "set_off": Words("van", _set_off, tone="work"),
    "start": Words("wrench", _start, tone="work"),
    "pause": Words("clock", _pause, _reason, tone="warn"),
    "stop": Words("clock", _stop, _stop_more, tone="done"),
    "undo_stop": Words("undo", lambda t: f"{t.who} undid the stop and works on", tone="work"),
    "time_disputed": Words(
        "clock",
        lambda t: f"{t.who} says they stopped at {t.time('proposed')}, not at {t.time('ended_at')}",
        tone="warn",
    ),
    "record_time": Words("clock", _recorded, _reason),
    "correct_time": Words("clock", _corrected, _reason),
    "confirm_time": Words("clock", lambda t: f"{t.by} confirmed {t.whose()} time", tone="done"),
    "discard_entry": Words(
        "close",
        lambda t: f"{t.by} removed {t.whose()} time from {t.time('started_at')}",
        _reason,
    ),
    "entry_suspect": Words(
        "clock", lambda t: f"{t.persons()}’s clock looks forgotten; they are asked", tone="warn"
    ),
    "note_added": Words("note", lambda t: f"{t.who} wrote a note", lambda t: t.quoted("text")),
    "message_sent": Words("message", lambda t: f"{t.by} wrote", lambda t: t.quoted("text")),
    "photo_added": Words("camera", _photo),
    "photo_given_up": Words("camera", lambda t: f"{t.who} gave up a photo", _reason, tone="warn"),
    "item_answered": Words(
        "list", lambda t: f"{t.who}: {t.text('item')}", lambda t: t.text("value")
    ),
    "signed": Words("sign", _signed, lambda t: t.text("text")),
    "part_used": Words("part", _part),
    "no_parts_used": Words("part", lambda t: f"{t.who} used no parts"),
    "part_priced": Words("part", lambda t: f"{t.by} priced {t.text('text')} at {t.text('new')}"),
    "withdrawn": Words("close", lambda t: f"{t.by} withdrew {_fact(t)}", _withdrawn),
    "press_held": Words(
        "clock",
        lambda t: f"{t.who} pressed {_press(t)}; it waits for the office",
        lambda t: t.text("why"),
        tone="warn",
    ),
    "held_applied": Words("clock", lambda t: f"{t.by} applied {_press(t)}", tone="done"),
    "held_dismissed": Words("close", lambda t: f"{t.by} dismissed {_press(t)}", _reason),
    "held_dropped": Words("undo", lambda t: f"{t.by} took {_press(t)} back"),
    "hold": Words("lock", lambda t: f"{t.by} put it on hold", _reason, tone="warn"),
    "release": Words("lock", lambda t: f"{t.by} released it", _was_held),
    "ask_technician": Words(
        "question", lambda t: f"{t.by} asked", lambda t: t.quoted("question"), tone="warn"
    ),
    "answer": Words("question", lambda t: f"{t.by} answered", _answered, tone="done"),
    "question_taken_back": Words(
        "question", lambda t: f"{t.by} took the question back", lambda t: t.quoted("question")
    ),
    "labour_priced": Words("note", lambda t: f"{t.by} priced the labour"),
    "send_to_billing": Words("arrow", lambda t: f"{t.by} sent it to billing"),
    "take_back": Words("undo", lambda t: f"{t.by} took it back from billing"),
    "draft_discarded": Words("undo", lambda t: f"{t.by} discarded the draft"),
    "put_away": Words("tick", lambda t: "Paid a week ago: off the boards"),
    "draft_changed": Words("note", lambda t: f"{t.by} changed the draft invoice"),
    "issue": Words("mail", lambda t: f"{t.by} issued invoice {t.text('number')}"),
    "record_payment": Words(
        "plus", lambda t: f"{t.by} recorded a payment of {_money(t)} on {t.text('number')}"
    ),
    "payment_reversed": Words(
        "undo", lambda t: f"{t.by} reversed a payment of {_money(t)}", _reason, tone="warn"
    ),
    "write_off": Words("close", lambda t: f"{t.by} wrote off {_money(t)}", _reason, tone="warn"),
    "credit": Words(
        "undo", lambda t: f"{t.by} credited {_money(t)} with {t.text('number')}", _reason
    ),
    "supplement_drafted": Words("plus", lambda t: f"{t.by} began a supplement"),
    "difference_credited": Words(
        "undo", lambda t: f"{t.by} credited the difference of {_money(t)}", _reason
    ),
    "difference_dismissed": Words("close", lambda t: f"{t.by} let the difference be", _reason),
    "invoice_mailed": Words(
        "message", lambda t: f"{t.by} sent {t.text('number')} to {t.text('to')}"
    ),
    "mail_sent": Words(
        "message", lambda t: f"The mail server took {t.text('number')} for {t.text('to')}"
    ),
    "mail_failed": Words(
        "message",
        lambda t: f"{t.text('number')} could not be mailed to {t.text('to')}",
        _reason,
        tone="warn",
    ),
    "waive": Words("close", lambda t: f"{t.by} did without: {_item(t)}", _reason),
    "unwaived": Words("undo", lambda t: f"{t.by} wants it after all: {_item(t)}"),
    "not_billable": Words("close", lambda t: f"{t.by} marked it as not billable", _reason),
    "cancel": Words("close", lambda t: f"{t.by} cancelled the job", _reason),
    "reopen": Words("undo", lambda t: f"{t.by} opened it again", _reason),
    "customer_renamed": Words("note", _renamed("customer’s name")),
    "job_type_renamed": Words("note", _renamed("job type’s name")),
    "person_renamed": Words("user", _renamed("technician’s name")),
    "site_changed": Words("pin", lambda t: f"{t.by} changed the site’s address or contact"),
    "follow_up": Words("link", lambda t: f"{t.by} added the follow-up job {t.text('number')}"),
}


def in_words(event: Event, people: Mapping[int, Who], zone: ZoneInfo) -> HistoryLine:
    """One line of a job's history."""
    told = Told(event, people, zone)
    words = WORDS.get(event.kind) or Words("note", lambda t: f"{t.by}: {t.event.kind}")
    more = [words.more(told), _pressed_by(told), _where_to(told), *_doubts(told)]
    return HistoryLine(
        at=event.occurred_at,
        icon=words.icon,
        say=_asked(words.say(told)),
        more=" ".join(_sentence(part) for part in more if part) or None,
        tone=words.tone,
    )


def _asked(words: str) -> str:
    """A line of a checklist may be a question already."""
    return words if words.endswith("?") else f"{words}."


def _pressed_by(told: Told) -> str:
    """Shown whenever somebody acted for a technician."""
    is_for = told.event.for_id is not None and told.event.for_id != told.event.by_id
    return f"by {told.by}" if is_for else ""


def _where_to(told: Told) -> str:
    event = told.event
    if event.state_after is None or event.state_after == event.state_before:
        return ""
    if event.state_before is None and event.kind == "created":
        return ""
    return f"Now: {STATE_LOOK[event.state_after].label}"


def _doubts(told: Told) -> list[str]:
    event = told.event
    late = event.recorded_at - event.occurred_at
    found = [FLAGS[flag] for flag in event.data.get("flags", ()) if flag in FLAGS]
    found += [ODD_WORDS[code] for code in event.data.get("odd", ()) if code in ODD_WORDS]
    if late > TOLERATED:
        found.insert(0, f"Arrived {day_hm(event.recorded_at, told.zone)}")
    return found


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "”")) else f"{words}."
