"""Believable jobs, people and parts of pages, from which ``page_samples`` puts every page together."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import segno

from app import pages
from app.patterns import FATIMA, MAREK, NHUNG, NOON, SOFIA, TOM, sample_card
from app.queries.cards import JobCard, Who
from app.queries.evidence import Evidence
from app.queries.screens.boards import MoveChoice, Task
from app.queries.screens.frame import Choice, Form, Frame, Live
from app.queries.screens.job import (
    EntryRow,
    HeldPress,
    HistoryLine,
    JobLink,
    JobPage,
    MessageRow,
    NeedRow,
    NoteRow,
    Place,
    Question,
    VisitRow,
)
from app.queries.screens.phone import Colleague, JobForm
from app.rules.moves import moves_from
from app.rules.states import NEWEST_FIRST, VIEW_LANES, Activity, Lane, Progress, State
from app.web.boards import AGES, OfficeFilter
from tests.sample_evidence import EVIDENCE, SUMMARY, UNSIGNED

Context = dict[str, object]
ZONE = ZoneInfo("Europe/Berlin")
RUTH = Who(1, "Ruth Albers", "Ruth\u00a0A.")
# fmt: off
EVERYTHING = frozenset(
    {
        "ask", "assign", "schedule", "release", "reopen", "move", "edit", "unassign",
        "unschedule", "hold", "follow-up", "not-billable", "cancel", "press-for", "record-time",
        "note", "message", "answer", "waive", "start", "stop", "pause", "set-off", "undo-stop",
        "correct-time", "discard-entry", "confirm-time",
    }
)
# fmt: on
AGO = {minutes: NOON - timedelta(minutes=minutes) for minutes in (1, 8, 40, 52, 95, 102, 140)}


def frame(
    here: str, *roles: str, person: Who | None = RUTH, theme: str | None = None, **more: Any
) -> Frame:
    roles = roles or ("dispatcher", "office", "owner")
    plain = Frame(
        company="Brandt Building Services",
        zone=ZONE,
        now=NOON,
        person=person,
        nav=pages.nav(roles, here),
        places=pages.places(roles, here),
        theme=theme,
    )
    return replace(plain, **more)


def live(view: str, key: str | None = None) -> Live:
    return Live(view=view, epoch="7d0c2f", seq=4711, key=key)


def board(view: str, many: int = 4) -> dict[Lane, list[JobCard]]:
    """Cards in every lane of a board, more than fit in some."""
    states = {
        Lane.UNSCHEDULED: State.NEW,
        Lane.SCHEDULED: State.SCHEDULED,
        Lane.ON_THE_WAY: State.TRAVELLING,
        Lane.IN_PROGRESS: State.WORKING,
        Lane.ON_HOLD: State.ON_HOLD,
        Lane.NEEDS_DETAILS: State.NEEDS_DETAILS,
        Lane.READY: State.READY,
        Lane.BILLING: State.BILLING,
        Lane.INVOICED: State.INVOICED,
        Lane.PAID: State.PAID,
    }
    titles = (
        "Boiler: no hot water, pressure drops",
        "2 lights out “on” in stairwell B",
        "Emergency lighting test and log book",
        "Kitchen sockets dead after breaker trip",
        "Manifold actuator, underfloor heating",
        "EV charger: RCD trips at night",
    )
    people = (TOM, NHUNG, MAREK, SOFIA, FATIMA)
    cards: dict[Lane, list[JobCard]] = {}
    number = 1040
    for shelf, lane in enumerate(VIEW_LANES[view]):
        cards[lane] = []
        for at in range((1 if lane is Lane.ON_HOLD else many) + shelf % 2):
            number += 1
            title = titles[(at + shelf) % len(titles)]
            changes: dict[str, object] = {"title": title, "wall_title": title}
            if at and states[lane] is not State.NEW:
                changes |= {
                    "technicians": (people[(at + shelf) % 5],),
                    "late_after": None,
                    "flags": (),
                }
            if at and states[lane] is State.READY:
                changes["stopped_at"] = NOON - timedelta(minutes=52 * at * at)
            cards[lane].append(sample_card(states[lane], number=number, **changes))
    if view == "dispatch":
        cards[Lane.IN_PROGRESS][-1] = sample_card(State.PAUSED, number=1099)
    newest = view in NEWEST_FIRST
    return {
        lane: sorted(some, key=lambda card: (card.rank, card.id), reverse=newest)
        for lane, some in cards.items()
    }


PLACE = Place(
    "Ground floor left",
    ("Lindenstraße 18", "23558 Lübeck"),
    "Key at the bakery next door. Dog in the yard.",
    "Márta Hofmann",
    "0451 123 45 67",
)
NEEDS: tuple[NeedRow, ...] = (
    NeedRow("time", "Working time", True, "technician", TOM.short, "1 h 42"),
    NeedRow("customer", "Customer", True, "office", "Office", "Fam. Hofmann"),
    NeedRow("work_note", "A note on the work done", False, "technician", TOM.short),
    NeedRow("question", "An answer to the office’s question", False, "technician", TOM.short),
)
ALL_IN = tuple(NeedRow(n.code, n.ask, True, n.owner, n.whose, "13:50") for n in NEEDS)
NEEDS += (
    NeedRow("photos_after", "1 more photo after the work", False, "technician", TOM.short),
    NeedRow("checklist", "Checklist, 1 of 2: Photo of the gauge", False, "technician", TOM.short),
    NeedRow("signature", "Customer’s signature", False, "technician", TOM.short),
    NeedRow("parts", "Parts used, or “No parts used”", False, "technician", TOM.short),
    NeedRow("prices", "Price for “Safety valve”", False, "office", "Office"),
)
QUESTION = Question(5, "Did the customer keep the old valve?", "Olga", AGO[8])
NOTES = (
    NoteRow(
        1, "Vessel membrane torn, valve seeping. Both replaced.", "work_done", TOM.short, AGO[52]
    ),
)
MESSAGES = (
    MessageRow(
        1, "Ask about the old valve, please. The landlord wants it kept.", "Olga", AGO[40], False
    ),
    MessageRow(2, "Kept, it is in the yellow box by the boiler.", "Tom", AGO[8], True),
)
HELD = HeldPress(
    9,
    42,
    1042,
    "Boiler: no hot water",
    TOM.short,
    "Start",
    AGO[40],
    AGO[1],
    "The job was cancelled meanwhile.",
)
ENTRY = EntryRow(4, TOM, Activity.WORK, AGO[102], NOON, may_correct=True, may_discard=True)
ENTRIES = (
    EntryRow(3, TOM, Activity.TRAVEL, AGO[140], AGO[102], may_correct=True),
    EntryRow(
        4,
        TOM,
        Activity.WORK,
        AGO[102],
        AGO[8],
        was_to=AGO[1],
        note="Corrected by Ruth, 14:10: “had not pressed Stop”",
        suspect="after the working day",
        may_correct=True,
        other_end=AGO[1],
        odd=("The phone’s clock differed from ours",),
    ),
    EntryRow(5, FATIMA, Activity.WORK, AGO[40], None, may_correct=True),
    EntryRow(
        6,
        NHUNG,
        Activity.WORK,
        AGO[40],
        AGO[8],
        note="Removed by Nhung: “It’s not me”",
        discarded=True,
    ),
)
HISTORY = (
    HistoryLine(AGO[1], "message", "Tom answered: “Kept, in the yellow box.”"),
    HistoryLine(
        AGO[8],
        "clock",
        "Ruth corrected Tom’s stop from 14:36 to 14:29",
        "“had not pressed Stop”",
        "warn",
    ),
    HistoryLine(AGO[102], "wrench", "Tom started work", None, "work"),
    HistoryLine(AGO[140], "plus", "Ruth took the call and planned it for 12:45 to 14:45"),
)
PEOPLE = (
    Choice("3", "Tom Brandt", "free"),
    Choice("4", "Fatima Zahra El-Mansouri", "working since 12:55"),
    Choice("5", "Lê Thị Hồng Nhung", "on the way"),
)
LISTS: Context = {
    "customers": (Choice("12", "Fam. Hofmann"), Choice("13", "Autohaus Çelik & Söhne")),
    "sites": (Choice("7", "Lindenstraße 18"),),
    "job_types": (Choice("2", "Heating repair"),),
    "technicians": PEOPLE,
}
FILTERS: Context = {
    "customers": LISTS["customers"],
    "technicians": PEOPLE,
    "ages": AGES,
    "heads": {},
    "chosen": OfficeFilter(customer="", technician="", older="", at=NOON),
    "currency": "EUR",
    "places": 2,
    "moves": moves_from(VIEW_LANES["office"]),
}
QR = segno.make("https://ready.example/enrol/K7M4T9X2", error="m").svg_inline(
    border=0, omitsize=True
)


def job_form(state: State, progress: Progress | None, **changes: object) -> JobForm:
    fields: dict[str, object] = {
        "card": sample_card(
            state, number=1042, title="Boiler: no hot water, pressure drops overnight"
        ),
        "me": TOM,
        "progress": progress,
        "since": AGO[102],
        "before_s": 0,
        "entry_id": 4,
        "description": "Viessmann Vitodens 200-W. Refilled twice this week; check expansion vessel and valve.",
        "place": PLACE,
        "needs": NEEDS,
        "notes": (),
        "messages": (),
        "questions": (),
        "others": (),
        "held": (),
        "may": EVERYTHING,
        "office_phone": "0451 987 65 43",
    }
    return JobForm(**{**fields, **changes})  # type: ignore[arg-type]  # a sample: every one of them is drawn


PHONE_STATES: dict[str, JobForm] = {
    "before": job_form(State.SCHEDULED, Progress.ASSIGNED),
    "travelling": job_form(State.TRAVELLING, Progress.TRAVELLING),
    "working": job_form(
        State.WORKING,
        Progress.WORKING,
        notes=NOTES,
        messages=MESSAGES,
        others=(Colleague(FATIMA, Progress.WORKING),),
    ),
    "last": job_form(
        State.WORKING,
        Progress.WORKING,
        notes=NOTES,
        evidence=UNSIGNED,
        summary=SUMMARY,
        to_bring="Pump Wilo Stratos 25/1-6",
    ),
    "working-asked": job_form(
        State.WORKING, Progress.WORKING, questions=(QUESTION,), suspect="It is 18:40."
    ),
    "paused": job_form(State.PAUSED, Progress.PAUSED, before_s=3120),
    "stopped-missing": job_form(State.NEEDS_DETAILS, Progress.STOPPED, since=NOON, before_s=6120),
    "stopped-ready": job_form(
        State.READY,
        Progress.STOPPED,
        since=NOON,
        before_s=6120,
        needs=ALL_IN,
        notes=NOTES,
        next_job=sample_card(State.SCHEDULED),
        evidence=EVIDENCE,
    ),
    "one-of-two": job_form(
        State.WORKING,
        Progress.STOPPED,
        since=NOON,
        before_s=6120,
        others=(Colleague(FATIMA, Progress.WORKING), Colleague(NHUNG, Progress.ASSIGNED)),
        never_started=(NHUNG,),
    ),
    "other-running": job_form(
        State.SCHEDULED, Progress.ASSIGNED, other_running=JobLink(41, 1041, "Annual boiler service")
    ),
    "on-hold": job_form(
        State.ON_HOLD,
        Progress.ASSIGNED,
        why_not_start="This job is on hold: Waits for the landlord’s answer. Release it first.",
    ),
    "held": job_form(State.CANCELLED, None, held=(HELD,), may=frozenset()),
    "just": job_form(
        State.NEEDS_DETAILS, Progress.STOPPED, since=NOON, before_s=20, just_seconds=20
    ),
}


def job_page(state: State = State.READY, **changes: object) -> JobPage:
    fields: dict[str, object] = {
        "card": sample_card(state, number=1042),
        "description": "Viessmann Vitodens 200-W.\nRefilled twice this week.",
        "reference": "PO 4500012",
        "closed_reason": None,
        "place": PLACE,
        "needs": NEEDS,
        "entries": ENTRIES,
        "worked_s": 8100,
        "notes": NOTES,
        "messages": MESSAGES,
        "questions": (QUESTION,),
        "visits": (
            VisitRow(AGO[95], NOON, (TOM, FATIMA), "Must come back", "Pump Wilo Stratos 25/1-6"),
        ),
        "history": HISTORY,
        "held": (HELD,),
        "may": EVERYTHING,
        "evidence": EVIDENCE,
        "visits_needed": 2,
        "follow_ups": (JobLink(50, 1050, "Look at it again in spring"),),
    }
    return JobPage(**{**fields, **changes})  # type: ignore[arg-type]  # a sample: every one of them is drawn


BARE = job_page(
    State.NEW,
    place=None,
    needs=NEEDS[2:],
    entries=(),
    notes=(),
    messages=(),
    questions=(),
    visits=(),
    held=(),
    evidence=Evidence(),
    visits_needed=None,
)
WRONG = Form(
    {"name": "", "phone": "12"}, {"name": "Type the name that stands on the invoice."}, None
)
REFUSED = Form({}, {}, "This job has been invoiced. Add a follow-up job instead.")
TASKS = (
    Task("Add your first job", "1001 Radiator valve, Lindenstraße 18", "done"),
    Task(
        "Send a technician the link",
        "They tap it once; no app, no password.",
        "todo",
        "/people",
        "Make the link",
    ),
    Task(
        "Put the board on a TV",
        "Open /wall on the TV and type the code it shows.",
        "todo",
        "/settings/displays",
        "Here",
    ),
)
MOVES = (
    MoveChoice("scheduled", "Scheduled", "calendar", "Plan a time", href="/jobs/42/schedule"),
    MoveChoice(
        "needs_details",
        "Ask the technician",
        "ask",
        "Back to Needs details until Tom answers",
        href="/jobs/42/ask",
    ),
    MoveChoice("ready", "Ready to invoice", "tick", "Everything is there"),
    MoveChoice(
        "on_hold",
        "On hold",
        "hold",
        why_not="The work on this job is done. Start it again instead.",
    ),
)
