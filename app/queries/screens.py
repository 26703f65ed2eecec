"""View models of whole pages: frozen dataclasses that queries fill, doors hand over and templates only format."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.queries.amounts import JobBill
from app.queries.cards import JobCard, Who
from app.queries.evidence import Evidence
from app.queries.invoices import InvoiceLink
from app.queries.summary import Summary
from app.rules.states import Activity, Progress

# --- around every page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WallOptions:
    """What a display may show beyond the default, which is private: no customer, no free title."""

    shows_customers: bool = False
    shows_titles: bool = False


@dataclass(frozen=True, slots=True)
class NavLink:
    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page: whose it is, where it is, and what everybody must be told."""

    company: str
    zone: ZoneInfo
    now: datetime
    person: Who | None = None
    nav: tuple[NavLink, ...] = ()
    places: tuple[NavLink, ...] = ()
    theme: str | None = None
    plain_http: bool = False
    example_data: bool = False
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """What a page was rendered from: the first hello of its socket begins there. ``key`` narrows it to one job."""

    view: str
    epoch: str
    seq: int
    heartbeat_s: int = 15
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed and what is wrong with it. ``refusal`` is the sentence that belongs to no single field."""

    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str | None = None

    def value(self, name: str, default: str = "") -> str:
        found = self.values.get(name, default)
        return found if isinstance(found, str) else (found[0] if found else default)

    def has(self, name: str, value: str) -> bool:
        """Whether ``value`` is among what was chosen, for radios and tick boxes."""
        found = self.values.get(name, ())
        return found == value if isinstance(found, str) else value in found


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, radio or tick box."""

    value: str
    label: str
    hint: str | None = None


# --- boards -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayFilter:
    """Which cards a tab of the dispatch board leaves visible; the browser applies the same rule to new ones.

    A scheduled card is shown if its day lies within the two (None: open); any other card if its lane is listed.
    """

    when: str
    label: str
    day_from: date | None
    day_to: date | None
    lanes: tuple[str, ...]

    def shows(self, card: JobCard, zone: ZoneInfo) -> bool:
        if str(card.lane) not in self.lanes:
            return False
        if card.lane != "scheduled" or card.planned_start is None:
            return True
        planned = card.planned_start.astimezone(zone).date()
        return (self.day_from is None or planned >= self.day_from) and (
            self.day_to is None or planned <= self.day_to
        )

    def count(self, cards: Iterable[JobCard], zone: ZoneInfo) -> int:
        return sum(self.shows(card, zone) for card in cards)


_EVERY_LANE = (
    "unscheduled",
    "scheduled",
    "on_the_way",
    "in_progress",
    "on_hold",
    "needs_details",
    "ready",
)


def day_filters(today: date) -> tuple[DayFilter, ...]:
    """The tabs of the dispatch board. What was planned earlier and not begun stays under Today: late, not gone."""
    tomorrow = today + timedelta(days=1)
    return (
        DayFilter("today", "Today", None, today, _EVERY_LANE),
        DayFilter("tomorrow", "Tomorrow", tomorrow, tomorrow, ("unscheduled", "scheduled")),
        DayFilter("week", "Week", None, today + timedelta(days=6), _EVERY_LANE),
        DayFilter("unplanned", "Unplanned", None, None, ("unscheduled",)),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the first-run list. ``state`` is "todo", "running" or "done"."""

    title: str
    say: str
    state: str
    href: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class MoveChoice:
    """A place a job can go. ``href`` leads to a form that asks more; ``why_not`` says why it cannot go there now."""

    to: str
    label: str
    glyph: str
    say: str = ""
    href: str | None = None
    why_not: str | None = None
    is_page: bool = False
    """``href`` is a page of its own, not a further dialog."""


@dataclass(frozen=True, slots=True)
class RecentMove:
    """``undo`` is the address that takes the move that made ``version`` back; None with ``why_not`` where it cannot."""

    job_id: int
    number: int
    title: str
    by: str
    at: datetime
    from_label: str
    to_label: str
    undo: str | None = None
    why_not: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody was faster: who, what, when, and the two ways on."""

    by: str
    what: str
    at: datetime
    again_label: str
    again_action: str
    again_fields: tuple[tuple[str, str], ...]
    leave_href: str


# --- one job ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where the work is and who opens the door. ``map_query`` is what a map is asked for."""

    name: str | None
    lines: tuple[str, ...]
    access_note: str | None
    contact_name: str | None
    contact_phone: str | None
    map_query: str | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One time entry. ``was_from`` and ``was_to`` hold what a correction replaced, ``note`` who, when and why.

    ``other_end`` is the second stop time of a disputed entry; ``odd`` says in words what somebody should look at.
    """

    id: int
    who: Who
    activity: Activity
    started_at: datetime
    ended_at: datetime | None
    was_from: datetime | None = None
    was_to: datetime | None = None
    note: str | None = None
    suspect: str | None = None
    discarded: bool = False
    may_correct: bool = False
    may_discard: bool = False
    other_end: datetime | None = None
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One requirement, there or missing. ``detail`` says what is there ("13:50"), ``whose`` who must bring it,
    ``since`` how long it has been missing."""

    code: str
    ask: str
    met: bool
    owner: str
    whose: str = ""
    detail: str = ""
    waived: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoteRow:
    id: int
    text: str
    kind: str
    by: str
    at: datetime
    withdrawn: str | None = None
    may_withdraw: bool = False


@dataclass(frozen=True, slots=True)
class MessageRow:
    id: int
    text: str
    by: str
    at: datetime
    mine: bool
    withdrawn: str | None = None
    may_withdraw: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the office that waits for the technician."""

    id: int
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened, in words. ``say`` is a sentence, ``more`` the reason or the two times of a press."""

    at: datetime
    icon: str
    say: str
    more: str | None = None
    tone: str = "idle"


@dataclass(frozen=True, slots=True)
class HeldPress:
    """A press that met a closed job or lacked the right: kept until somebody decides."""

    id: int
    job_id: int
    number: int
    title: str
    by: str
    say: str
    pressed_at: datetime
    received_at: datetime
    why: str
    may_decide: bool = True
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class VisitRow:
    starts_at: datetime | None
    ends_at: datetime | None
    technicians: tuple[Who, ...]
    say: str = ""
    parts_to_order: str | None = None


@dataclass(frozen=True, slots=True)
class JobLink:
    id: int
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class JobPage:
    """The office's page of a job. ``may`` holds the commands this person may press now, as in their paths."""

    card: JobCard
    description: str
    reference: str | None
    closed_reason: str | None
    place: Place | None
    needs: tuple[NeedRow, ...]
    entries: tuple[EntryRow, ...]
    worked_s: int
    notes: tuple[NoteRow, ...]
    messages: tuple[MessageRow, ...]
    questions: tuple[Question, ...]
    visits: tuple[VisitRow, ...]
    history: tuple[HistoryLine, ...]
    held: tuple[HeldPress, ...]
    may: frozenset[str]
    follows: JobLink | None = None
    follow_ups: tuple[JobLink, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)
    visits_needed: int | None = None
    bill: JobBill | None = None
    """For those who may see money; so are the documents on which the job stands."""
    invoices: tuple[InvoiceLink, ...] = ()


@dataclass(frozen=True, slots=True)
class DoubtfulTime:
    """A time that is not billed until somebody confirms it, with the job it stands on."""

    job_id: int
    number: int
    title: str
    entry: EntryRow


@dataclass(frozen=True, slots=True)
class Colleague:
    who: Who
    progress: Progress


@dataclass(frozen=True, slots=True)
class PressFor:
    """Somebody on a job, for whom the office presses. ``may`` holds the presses that follow their progress."""

    who: Who
    progress: Progress
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class JobForm:
    """One technician's page of a job. ``progress`` is theirs, not the job's; None: not assigned (any more).

    ``since`` is when their travel, work or pause began, or when they stopped; ``before_s`` what they had worked
    before that. ``other_running`` is the job a start would pause; ``never_started`` whom a last stop asks about;
    ``doubtful_id`` their finished entry that waits to be confirmed; ``summary`` is there where their stop is the
    last one; ``to_bring`` what the visit before said must be ordered.
    """

    card: JobCard
    me: Who
    progress: Progress | None
    since: datetime | None
    before_s: int
    entry_id: int | None
    description: str
    place: Place | None
    needs: tuple[NeedRow, ...]
    notes: tuple[NoteRow, ...]
    messages: tuple[MessageRow, ...]
    questions: tuple[Question, ...]
    others: tuple[Colleague, ...]
    held: tuple[HeldPress, ...]
    may: frozenset[str]
    other_running: JobLink | None = None
    never_started: tuple[Who, ...] = ()
    why_not_start: str | None = None
    why_not_undo: str | None = None
    just_seconds: int | None = None
    suspect: str | None = None
    next_job: JobCard | None = None
    doubtful_id: int | None = None
    office_phone: str | None = None
    evidence: Evidence = field(default_factory=Evidence)
    summary: Summary | None = None
    to_bring: str | None = None


@dataclass(frozen=True, slots=True)
class MyJobs:
    """A technician's list, each group in the order it should be done."""

    running: tuple[JobCard, ...]
    today: tuple[JobCard, ...]
    tomorrow: tuple[JobCard, ...]
    later: tuple[JobCard, ...]
    missing: tuple[JobCard, ...]
    done: tuple[JobCard, ...] = ()
    held: tuple[HeldPress, ...] = ()
    office_phone: str | None = None


# --- places and settings ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    name: str
    email: str | None
    phone: str | None
    roles: tuple[str, ...]
    retired: bool = False
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentLink:
    """A link that opens one phone once. ``qr_svg`` is an SVG element made by us, safe to print as it is."""

    url: str
    qr_svg: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerRow:
    id: int
    name: str
    town: str | None
    phone: str | None
    open_jobs: int


@dataclass(frozen=True, slots=True)
class SiteRow:
    id: int
    name: str
    address: str
    customer: str | None


@dataclass(frozen=True, slots=True)
class JobTypeRow:
    id: int
    name: str
    requirements: tuple[str, ...]
    retired: bool = False


@dataclass(frozen=True, slots=True)
class DisplayRow:
    id: int
    name: str
    options: WallOptions
    last_seen: datetime | None
    is_live: bool
    paired_by: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: int
    device: str
    last_seen: datetime
    since: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One line of search results. ``where`` is the lane or the state of a closed job; ``why`` what matched."""

    href: str
    kind: str
    title: str
    number: int | None = None
    say: str = ""
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    q: str
    open: tuple[Found, ...] = ()
    closed: tuple[Found, ...] = ()
    places: tuple[Found, ...] = ()
    more: bool = False
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error page: what is wrong and what to do next. ``code`` is the HTTP status, ``ref`` what support asks for."""

    status: int
    title: str
    say: str
    next_label: str = "Go to the board"
    next_href: str = "/"
    ref: str | None = None
    links: tuple[NavLink, ...] = ()
