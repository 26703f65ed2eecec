"""A context for every page and dialog, so that each one is drawn by the tests and can be looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import segno

from app import pages
from app.patterns import FATIMA, MAREK, NHUNG, NOON, SOFIA, TOM, sample_card, sample_cards
from app.queries.cards import JobCard, Who
from app.queries.screens import (
    Choice,
    Colleague,
    Conflict,
    CustomerRow,
    DisplayRow,
    EnrolmentLink,
    EntryRow,
    Form,
    Found,
    Frame,
    HeldPress,
    HistoryLine,
    JobForm,
    JobLink,
    JobPage,
    JobTypeRow,
    Live,
    MessageRow,
    MoveChoice,
    MyJobs,
    NeedRow,
    NoteRow,
    PersonRow,
    Place,
    PressFor,
    Question,
    RecentMove,
    Search,
    SessionRow,
    SiteRow,
    Task,
    Trouble,
    VisitRow,
    WallOptions,
    day_filters,
)
from app.rules.states import VIEW_LANES, Activity, Lane, Progress, State

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
        for at in range(
            (1 if lane is Lane.ON_HOLD else 0 if view == "office" and shelf > 2 else many)
            + shelf % 2
        ):
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
    return cards


PLACE = Place(
    "Ground floor left",
    ("Lindenstraße 18", "23558 Lübeck"),
    "Key at the bakery next door. Dog in the yard.",
    "Márta Hofmann",
    "0451 123 45 67",
)
NEEDS = (
    NeedRow("time", "Working time", True, "technician", TOM.short, "1 h 42"),
    NeedRow("customer", "Customer", True, "office", "Office", "Fam. Hofmann"),
    NeedRow("work_note", "A note on the work done", False, "technician", TOM.short),
    NeedRow("question", "An answer to the office’s question", False, "technician", TOM.short),
)
ALL_IN = tuple(NeedRow(n.code, n.ask, True, n.owner, n.whose, "13:50") for n in NEEDS)
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
        "visits": (VisitRow(AGO[95], NOON, (TOM, FATIMA)),),
        "history": HISTORY,
        "held": (HELD,),
        "may": EVERYTHING,
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


def _dispatch(**changes: object) -> Context:
    base: Context = {
        "frame": frame("/dispatch"),
        "live": live("dispatch"),
        "cards": board("dispatch"),
        "filters": day_filters(NOON.date()),
        "when": "today",
        "form": Form(),
        "tasks": (),
    }
    return {**base, **LISTS, **changes}


def _wall(**changes: object) -> Context:
    base: Context = {
        "frame": frame("/wall", person=None, theme="dark"),
        "live": live("wall"),
        "cards": board("wall", 5),
        "options": WallOptions(),
        "visible": 4,
    }
    return {**base, **changes}


def _phone(job: JobForm) -> Context:
    return {
        "frame": frame("/my-jobs", "technician", person=TOM, theme="light"),
        "live": live("technician"),
        "job": job,
        "form": Form(),
    }


def _settings(here: str, **more: object) -> Context:
    return {"frame": frame(here), "form": Form(), "may_edit": True, **more}


def _dialog(**more: object) -> Context:
    base: Context = {
        "frame": frame("/jobs"),
        "job": sample_card(State.READY, number=1042),
        "form": Form(),
        "back": "/jobs/42",
    }
    return {**base, **more}


def page_samples() -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """(name of the picture, template, context) for every page, some in several states."""
    nobody = frame("/", person=None)
    yield (
        "sign-in",
        "pages/sign_in.html",
        {"frame": nobody, "form": Form(), "next": "", "setup": False},
    )
    yield (
        "sign-in-wrong",
        "pages/sign_in.html",
        {
            "frame": frame("/", person=None, plain_http=True),
            "form": Form({"email": "o@x.example"}, {}, "That is not right."),
            "next": "",
            "setup": False,
        },
    )
    yield (
        "sign-in-setup",
        "pages/sign_in.html",
        {"frame": nobody, "form": Form(), "next": "", "setup": True},
    )
    yield (
        "enrol",
        "pages/enrol.html",
        {"frame": frame("/", person=TOM), "token": "abc", "ends_at": NOON},
    )
    yield "dispatch", "pages/dispatch.html", _dispatch()
    yield "dispatch-tomorrow", "pages/dispatch.html", _dispatch(when="tomorrow")
    yield (
        "dispatch-first-run",
        "pages/dispatch.html",
        _dispatch(
            cards={}, tasks=TASKS, frame=frame("/dispatch", example_data=True, plain_http=True)
        ),
    )
    yield (
        "office",
        "pages/office.html",
        {
            "frame": frame("/office", notice="Undone. Job 1042 is back."),
            "live": live("office"),
            "cards": board("office"),
            "held": 2,
        },
    )
    yield (
        "office-empty",
        "pages/office.html",
        {"frame": frame("/office"), "live": live("office"), "cards": {}, "held": 0},
    )
    yield (
        "job",
        "pages/job.html",
        {
            "frame": frame("/jobs/42"),
            "live": live("office", "job-42"),
            "job": job_page(),
            "form": Form(),
        },
    )
    yield (
        "job-bare",
        "pages/job.html",
        {
            "frame": frame("/jobs/42"),
            "live": live("dispatch", "job-42"),
            "job": BARE,
            "form": Form(),
        },
    )
    yield "wall", "pages/wall.html", _wall()
    yield (
        "wall-places",
        "pages/wall.html",
        _wall(options=WallOptions(shows_customers=True, shows_titles=True), visible=3),
    )
    yield "wall-empty", "pages/wall.html", _wall(cards={})
    yield (
        "wall-pair",
        "pages/wall_pair.html",
        {
            "frame": frame("/wall", person=None),
            "code": "K7M4T9X2",
            "word": "walnut",
            "url": "/wall",
            "qr_svg": QR,
            "ends_at": NOON,
        },
    )
    mine = MyJobs(
        running=(sample_card(State.WORKING),),
        today=(sample_card(State.SCHEDULED), sample_card(State.ON_HOLD)),
        tomorrow=(sample_card(State.SCHEDULED, number=1090),),
        later=(),
        missing=(sample_card(State.NEEDS_DETAILS),),
        done=(sample_card(State.READY),),
        held=(HELD,),
    )
    phone_frame = frame("/my-jobs", "technician", person=TOM, theme="light")
    yield (
        "my-jobs",
        "pages/my_jobs.html",
        {"frame": phone_frame, "live": live("technician"), "jobs": mine},
    )
    nothing = MyJobs((), (), (), (), (), office_phone="0451 1")
    yield (
        "my-jobs-empty",
        "pages/my_jobs.html",
        {"frame": phone_frame, "live": live("technician"), "jobs": nothing},
    )
    for name, job in PHONE_STATES.items():
        yield f"phone-{name}", "pages/job_form.html", _phone(job)
    yield from _lists()
    yield from _dialogs()


def _lists() -> Iterator[tuple[str, str, Mapping[str, object]]]:
    person = PersonRow(3, TOM.name, "tom@demo.example", "0151 1", ("technician",), False, NOON)
    gone = PersonRow(8, "Zoë Keller", None, None, ("technician", "dispatcher"), True, None)
    customer = CustomerRow(12, "Fam. Hofmann", "Lübeck", "0451 123 45 67", 2)
    site = SiteRow(7, "Lindenstraße 18", "23558 Lübeck", "Fam. Hofmann")
    kind = JobTypeRow(2, "Heating repair", ("A note on the work done",))
    found = Found(
        "/jobs/42", "job", "Boiler: no hot water", 1042, "Fam. Hofmann, stopped Tue 24 Nov", "ready"
    )
    closed = Found("/jobs/30", "job", "Called for nothing", 1030, "“nobody there”", "not_billable")
    screen = DisplayRow(1, "Workshop", WallOptions(), NOON, True, RUTH.name)
    yield "people", "pages/people.html", _settings("/people", people=(person, gone))
    yield (
        "person-new",
        "pages/person.html",
        _settings("/people", person=None, link=None, may_retire=False, form=WRONG),
    )
    link = EnrolmentLink("https://ready.example/enrol/K7M4T9X2", QR, NOON)
    form = Form({"name": TOM.name, "roles": ("technician",)})
    yield (
        "person-link",
        "pages/person.html",
        _settings("/people", person=person, link=link, may_retire=True, form=form),
    )
    yield "customers", "pages/customers.html", _settings("/customers", customers=(customer,), q="")
    yield "customers-empty", "pages/customers.html", _settings("/customers", customers=(), q="")
    yield (
        "customer",
        "pages/customer.html",
        _settings("/customers", customer=customer, sites=(site,), jobs=(found,)),
    )
    yield (
        "customer-new",
        "pages/customer.html",
        _settings("/customers", customer=None, sites=(), jobs=(), form=WRONG),
    )
    yield "sites", "pages/sites.html", _settings("/sites", sites=(site,))
    yield "site", "pages/site.html", _settings("/sites", site=site, customers=LISTS["customers"])
    yield "job-types", "pages/job_types.html", _settings("/job-types", job_types=(kind,))
    asks = (Choice("work_note", "A note on the work done"),)
    yield (
        "job-type",
        "pages/job_type.html",
        _settings("/job-types", job_type=kind, requirements=asks),
    )
    old = DisplayRow(2, "Office, by the window", WallOptions(), AGO[8], False, RUTH.name)
    yield "displays", "pages/displays.html", _settings("/settings/displays", displays=(screen, old))
    yield (
        "display-pair",
        "pages/display_pair.html",
        _settings("/settings/displays", code="K7M4T9X2", word="walnut"),
    )
    yield "display", "pages/display.html", _settings("/settings/displays", display=screen)
    zones = (Choice("Europe/Berlin", "Europe/Berlin"),)
    yield "company", "pages/company.html", _settings("/settings/company", zones=zones)
    yield (
        "settings",
        "pages/settings.html",
        _settings("/settings", says={"/people": "Who works here, and what they may do."}),
    )
    sessions = (
        SessionRow(1, "Firefox on Linux", NOON, AGO[140], True),
        SessionRow(2, "Phone", NOON, AGO[95], False),
    )
    yield (
        "account",
        "pages/account.html",
        _settings("/account", sessions=sessions, has_password=True),
    )
    moves = (
        RecentMove(
            42,
            1042,
            "Boiler",
            "Ruth",
            NOON,
            "Needs details",
            "Ready to invoice",
            undo="/jobs/42/undo-move",
            version=18,
        ),
        RecentMove(
            43,
            1043,
            "Sockets",
            "Tom",
            AGO[8],
            "In progress",
            "Ready to invoice",
            why_not="Tom can undo it.",
        ),
    )
    yield "moves", "pages/moves.html", {"frame": frame("/moves"), "moves": moves}
    yield "moves-empty", "pages/moves.html", {"frame": frame("/moves"), "moves": ()}
    yield "held", "pages/held.html", {"frame": frame("/held"), "held": (HELD,)}
    yield "held-empty", "pages/held.html", {"frame": frame("/held"), "held": ()}
    hit = Search(
        "boiler",
        open=(found,),
        closed=(closed,),
        places=(Found("/customers/12", "customer", "Fam. Hofmann"),),
        more=True,
    )
    yield "search", "pages/search.html", {"frame": frame("/search"), "search": hit}
    miss = Search("Vitodans", suggestion="Vitodens")
    yield "search-empty", "pages/search.html", {"frame": frame("/search"), "search": miss}
    trouble = Trouble(
        404,
        "This page is not here",
        "Perhaps the job was cancelled, or the address was cut. Nothing was lost.",
        ref="K7M4",
    )
    yield "error", "pages/error.html", {"frame": frame("/jobs/1"), "trouble": trouble}
    yield (
        "error-signed-out",
        "pages/error.html",
        {"frame": frame("/", person=None), "trouble": trouble},
    )
    yield (
        "patterns",
        "pages/patterns.html",
        {"frame": frame("/patterns"), "samples": sample_cards(), "form": WRONG, "now": NOON},
    )


def _dialogs() -> Iterator[tuple[str, str, Mapping[str, object]]]:
    conflict = Conflict(
        "Ana",
        "moved this to Billing",
        NOON,
        "Ask anyway",
        "/jobs/42/ask",
        (("version", "18"),),
        "/jobs/42",
    )
    more: dict[str, Context] = {
        "answer": {"question": QUESTION},
        "assign": {"technicians": PEOPLE},
        "conflict": {"conflict": conflict},
        "confirm_time": {"entry": ENTRY},
        "correct_time": {"entry": ENTRY},
        "discard_entry": {"entry": ENTRY},
        "edit": LISTS,
        "hold": {"form": REFUSED},
        "move": {"choices": MOVES},
        "dismiss_held": {"press": HELD},
        "press_for": {
            "people": (
                PressFor(TOM, Progress.WORKING, frozenset({"pause", "stop"})),
                PressFor(FATIMA, Progress.ASSIGNED, frozenset({"set-off", "start"})),
            )
        },
        "record_time": {"people": PEOPLE},
        "release": {"job": sample_card(State.ON_HOLD)},
        "schedule": {"technicians": PEOPLE},
        "unassign": {"technicians": PEOPLE},
        "waive": {"needs": (Choice("work_note", "A note on the work done"),)},
    }
    for file in sorted((pages.TEMPLATES / "dialogs").glob("*.html")):
        yield f"dialog-{file.stem}", f"dialogs/{file.name}", _dialog(**more.get(file.stem, {}))
