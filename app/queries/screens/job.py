"""The page of a job for dispatchers and the office, and its parts."""

from dataclasses import dataclass, field
from datetime import datetime

from app.queries.amounts import JobBill
from app.queries.cards import JobCard, Who
from app.queries.evidence import Evidence
from app.queries.invoices import InvoiceLink
from app.rules.states import Activity


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
