"""A context for every page and dialog, so that each one is drawn by the tests and can be looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from app import pages
from app.papers.bank_code import bank_code
from app.papers.sheet import sheet
from app.patterns import FATIMA, NOON, TOM, sample_card, sample_cards
from app.queries.imports import LastImport
from app.queries.invoice_page import STATES
from app.queries.picked import NotPicked, Picked
from app.queries.screens.boards import Conflict, RecentMove, day_filters
from app.queries.screens.frame import Choice, Form, NavLink, Trouble, WallOptions
from app.queries.screens.job import DoubtfulTime, HeldPress, HistoryLine
from app.queries.screens.lists import (
    CustomerRow,
    DisplayRow,
    EnrolmentLink,
    Found,
    JobTypeRow,
    PersonRow,
    Search,
    SessionRow,
    SiteRow,
)
from app.queries.screens.phone import JobForm, MyJobs, PressFor
from app.rules.moves import moves_from
from app.rules.states import VIEW_LANES, Progress, State
from app.web.invoices import typed_in
from tests.money_samples import money_samples
from tests.sample_evidence import EVIDENCE, OFFERED, PRICED
from tests.sample_invoices import DRAFT, ISSUED, LISTED
from tests.sample_work import (
    AGO,
    BARE,
    ENTRIES,
    ENTRY,
    FILTERS,
    HELD,
    LISTS,
    MOVES,
    PEOPLE,
    PHONE_STATES,
    QR,
    QUESTION,
    REFUSED,
    RUTH,
    TASKS,
    WRONG,
    Context,
    board,
    frame,
    job_page,
    live,
)

_READY = (sample_card(State.READY), sample_card(State.READY, number=1077, customer_id=14))
PICKED = Picked(
    ready=_READY,
    groups=tuple((card,) for card in _READY),
    billing=(sample_card(State.BILLING),),
    others=(NotPicked(sample_card(State.WORKING), "The work on this job is not done."),),
    drafts=(Choice("7", "The draft with job 1031, 231.00 €"),),
    currency="EUR",
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
        "moves": moves_from(VIEW_LANES["dispatch"]),
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


def _held(held: tuple[HeldPress, ...], times: tuple[DoubtfulTime, ...]) -> Context:
    return {"frame": frame("/held"), "held": held, "times": times, "form": Form()}


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
    yield from money_samples(frame)
    nobody = frame("/", person=None)
    yield (
        "sign-in",
        "pages/sign_in.html",
        {"frame": nobody, "form": Form(), "next": "", "setup": None},
    )
    yield (
        "sign-in-wrong",
        "pages/sign_in.html",
        {
            "frame": frame("/", person=None, plain_http=True),
            "form": Form({"email": "o@x.example"}, {}, "That is not right."),
            "next": "",
            "setup": None,
        },
    )
    yield (
        "sign-in-setup",
        "pages/sign_in.html",
        {"frame": nobody, "form": Form(), "next": "", "setup": "away"},
    )
    yield (
        "enrol",
        "pages/enrol.html",
        {
            "frame": frame("/", person=TOM),
            "token": "abc",
            "ends_at": NOON,
            "wants_password": False,
            "form": Form(),
        },
    )
    yield (
        "enrol-office",
        "pages/enrol.html",
        {
            "frame": frame("/", person=RUTH),
            "token": "abc",
            "ends_at": NOON,
            "wants_password": True,
            "form": Form(errors={"new_password": "Use at least 12 characters."}),
        },
    )
    yield (
        "first-owner",
        "pages/first_owner.html",
        {
            "frame": nobody,
            "form": Form({"time_zone": "Europe/Berlin"}),
            "zones": (Choice("Europe/Berlin", "Europe/Berlin"),),
            "code": "abc",
        },
    )
    yield (
        "confirm",
        "pages/confirm.html",
        _settings("/people", action="/people/3", hidden=(("name", "Tom"),)),
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
            **FILTERS,
            "oldest": "9 days",
            "says_no_rate": False,
        },
    )
    yield (
        "office-empty",
        "pages/office.html",
        {
            "frame": frame("/office"),
            "live": live("office"),
            "cards": {},
            "held": 0,
            **FILTERS,
            "oldest": None,
            "says_no_rate": True,
        },
    )
    unshown = {"draft": ("U+1F600 GRINNING FACE",), "issued": ()}
    rights = {"bill", "take_payments", "credit", "write_off"}
    typed = {
        "draft-refused": Form(
            {"refused": "lines", "line_id": str(DRAFT.row.lines[0].id), "quantity": "two"},
            {"quantity": "Enter a number from 0 up, for example 2.5."},
        ),
        "issued-refused": Form(
            {"refused": "credit", "how": "part", f"net_{ISSUED.row.lines[0].id}": "much"},
            {f"net_{ISSUED.row.lines[0].id}": "Enter an amount, for example 1412.50."},
        ),
    }
    for label, shown in (
        ("draft", DRAFT),
        ("draft-refused", DRAFT),
        ("issued", ISSUED),
        ("issued-refused", ISSUED),
    ):
        said = sheet(shown.document)
        context: Context = {
            "frame": frame("/office"),
            "live": live("office"),
            "shown": shown,
            "sheet": said,
            "qr_svg": bank_code(said, scaled=False),
        }
        yield (
            f"invoice-{label}",
            "pages/invoice.html",
            context
            | {
                "form": typed.get(label, Form()),
                "typed_in": partial(typed_in, typed.get(label, Form())),
                "may": rights,
                "edits": "",
                "unshown": unshown[label.partition("-")[0]],
                "is_open": True,
            },
        )
    for label, rows in (("", LISTED), ("-empty", ())):
        yield (
            f"invoices{label}",
            "pages/invoices.html",
            {"frame": frame("/office"), "invoices": rows, "states": STATES, "state": "", "q": ""},
        )
    yield (
        "job",
        "pages/job.html",
        {
            "frame": frame("/jobs/42"),
            "live": live("dispatch", "job-42"),
            "job": job_page(),
            "form": Form(),
            "up": NavLink("Billing", "/office"),
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
            "up": NavLink("Dispatch", "/dispatch"),
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
    yield "waiting", "pages/waiting.html", {"frame": frame("/waiting", person=None)}
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
    yield (
        "customers",
        "pages/customers.html",
        _settings(
            "/customers",
            customers=(customer,),
            q="",
            may_import=True,
            last=LastImport(9, NOON, (1, 2, 3)),
        ),
    )
    yield (
        "customers-empty",
        "pages/customers.html",
        _settings("/customers", customers=(), q="", may_import=False, last=None),
    )
    yield (
        "customer",
        "pages/customer.html",
        _settings("/customers", customer=customer, sites=(site,), jobs=(found,), sees_rates=True),
    )
    yield (
        "customer-new",
        "pages/customer.html",
        _settings("/customers", customer=None, sites=(), jobs=(), form=WRONG, sees_rates=False),
    )
    yield "sites", "pages/sites.html", _settings("/sites", sites=(site,))
    yield "site", "pages/site.html", _settings("/sites", site=site, customers=LISTS["customers"])
    yield "job-types", "pages/job_types.html", _settings("/job-types", job_types=(kind,))
    asks = (
        Choice("work_note", "A note on the work done"),
        Choice("photos_after", "Photos after the work"),
    )
    line = {"line_1": "Gas cock closed?", "line_1_id": "c1", "line_1_required": "yes"}
    yield (
        "job-type",
        "pages/job_type.html",
        _settings(
            "/job-types",
            job_type=kind,
            requirements=asks,
            countable=("photos_after",),
            lines=4,
            taxes=(("S", "Standard rate"),),
            form=Form({"requirements": ("photos_after",), "count_photos_after": "2", **line}),
        ),
    )
    yield (
        "price-book",
        "pages/price_book.html",
        _settings("/price-book", parts=PRICED, currency="EUR", q=""),
    )
    yield (
        "price-book-empty",
        "pages/price_book.html",
        _settings("/price-book", parts=(), currency="EUR", q=""),
    )
    yield (
        "price-book-item",
        "pages/price_book_item.html",
        _settings("/price-book", part=PRICED[0], currency="EUR", taxes=(Choice("S", "Standard"),)),
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
    yield (
        "company",
        "pages/company.html",
        _settings("/settings/company", zones=zones, paper=WRONG, has_logo=True),
    )
    yield (
        "taxes",
        "pages/taxes.html",
        _settings(
            "/settings/taxes",
            currency="EUR",
            waiting=3,
            taxes=(("S", "Standard rate"),),
            units=(("15", "15 minutes"),),
            directions=(("up", "Up"),),
            scopes=(("job", "The whole job together"),),
            travels=(("none", "Is not charged"),),
        ),
    )
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
    yield "moves", "pages/moves.html", {"frame": frame("/moves"), "moves": moves, "form": Form()}
    yield "moves-empty", "pages/moves.html", {"frame": frame("/moves"), "moves": (), "form": Form()}
    doubt = DoubtfulTime(42, 1042, "Boiler: no hot water", ENTRIES[1])
    running = DoubtfulTime(
        43, 1043, "Sockets dead", replace(ENTRY, id=9, suspect="Looks forgotten")
    )
    yield "held", "pages/held.html", _held((HELD,), (doubt, running))
    yield "held-empty", "pages/held.html", _held((), ())
    drop = ("/jobs/42/drop-held", (("held_id", "3"),))
    lines = (HistoryLine(NOON, "lock", "Dana put it on hold.", "No key.", "warn"),)
    shown = {"frame": frame("/my-jobs"), "why": "Yours is kept.", "lines": lines, "drop": drop}
    yield "meanwhile", "pages/meanwhile.html", shown
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
        "checklist": {"line": EVIDENCE.checklist[0]},
        "conflict": {"conflict": conflict},
        "confirm_time": {"entry": ENTRY},
        "correct_time": {"entry": ENTRY},
        "discard_entry": {"entry": ENTRY},
        "edit": LISTS,
        "hold": {"form": REFUSED},
        "move": {"choices": MOVES},
        "give_up_photo": {"client_id": "a9"},
        "part": {"q": "pipe", "offered": OFFERED},
        "price_labour": {"usual": "", "currency": "EUR"},
        "price_part": {"part": "Safety valve", "unit": "piece", "fact_id": 2, "currency": "EUR"},
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
        "withdraw": {"kind": "note", "text": "Pump 2 replaced.", "fact_id": 9},
        "waive": {"needs": (Choice("work_note", "A note on the work done"),)},
    }
    more["move"] = more.get("move", {}) | {"money": None, "seen": None}
    more["bill"] = {"picked": PICKED, "back": "/office"}
    for file in sorted((pages.TEMPLATES / "dialogs").glob("*.html")):
        yield f"dialog-{file.stem}", f"dialogs/{file.name}", _dialog(**more.get(file.stem, {}))
