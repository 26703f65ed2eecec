"""A technician's pages: the list of jobs, and the form of one."""

from dataclasses import dataclass, field
from datetime import datetime

from app.queries.cards import JobCard, Who
from app.queries.evidence import Evidence
from app.queries.screens.job import (
    HeldPress,
    JobLink,
    MessageRow,
    NeedRow,
    NoteRow,
    Place,
    Question,
)
from app.queries.summary import Summary
from app.rules.states import Progress


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
