"""The life of a job: its states, the board's lanes, the verbs, and which verb may follow in which state.

The tables here are the whole truth: no other module lists states. ``VERBS`` is read row by row, one row a verb,
one column a state; what is refused says which sentence of ``REFUSALS`` explains it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    NEW = "new"
    SCHEDULED = "scheduled"
    TRAVELLING = "travelling"
    WORKING = "working"
    PAUSED = "paused"
    ON_HOLD = "on_hold"
    NEEDS_DETAILS = "needs_details"
    READY = "ready"
    BILLING = "billing"
    INVOICED = "invoiced"
    PAID = "paid"
    NOT_BILLABLE = "not_billable"
    CANCELLED = "cancelled"


class Lane(StrEnum):
    UNSCHEDULED = "unscheduled"
    SCHEDULED = "scheduled"
    ON_THE_WAY = "on_the_way"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    NEEDS_DETAILS = "needs_details"
    READY = "ready"
    BILLING = "billing"
    INVOICED = "invoiced"
    PAID = "paid"


class Progress(StrEnum):
    """How far one technician is with one visit."""

    ASSIGNED = "assigned"
    TRAVELLING = "travelling"
    WORKING = "working"
    PAUSED = "paused"
    STOPPED = "stopped"


class Activity(StrEnum):
    WORK = "work"
    TRAVEL = "travel"
    BREAK = "break"


class Outcome(StrEnum):
    DONE = "done"
    RETURN_VISIT = "return_visit"


class Priority(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Look:
    """How a state or lane is shown everywhere: a shape, a word and a tone. Never colour alone."""

    label: str
    glyph: str
    tone: str


STATE_LANE: dict[State, Lane | None] = {
    State.NEW: Lane.UNSCHEDULED,
    State.SCHEDULED: Lane.SCHEDULED,
    State.TRAVELLING: Lane.ON_THE_WAY,
    State.WORKING: Lane.IN_PROGRESS,
    State.PAUSED: Lane.IN_PROGRESS,
    State.ON_HOLD: Lane.ON_HOLD,
    State.NEEDS_DETAILS: Lane.NEEDS_DETAILS,
    State.READY: Lane.READY,
    State.BILLING: Lane.BILLING,
    State.INVOICED: Lane.INVOICED,
    State.PAID: Lane.PAID,
    State.NOT_BILLABLE: None,
    State.CANCELLED: None,
}

STATE_LOOK: dict[State, Look] = {
    State.NEW: Look("Unscheduled", "open", "idle"),
    State.SCHEDULED: Look("Scheduled", "calendar", "idle"),
    State.TRAVELLING: Look("On the way", "travel", "work"),
    State.WORKING: Look("Working", "play", "work"),
    State.PAUSED: Look("Paused", "pause", "warn"),
    State.ON_HOLD: Look("On hold", "hold", "warn"),
    State.NEEDS_DETAILS: Look("Needs details", "quarter", "warn"),
    State.READY: Look("Ready to invoice", "tick", "done"),
    State.BILLING: Look("Billing", "bill", "idle"),
    State.INVOICED: Look("Invoiced", "sent", "idle"),
    State.PAID: Look("Paid", "tick", "done"),
    State.NOT_BILLABLE: Look("Not billable", "ring", "idle"),
    State.CANCELLED: Look("Cancelled", "ring", "idle"),
}

LANE_LOOK: dict[Lane, Look] = {
    Lane.UNSCHEDULED: Look("Unscheduled", "open", "idle"),
    Lane.SCHEDULED: Look("Scheduled", "calendar", "idle"),
    Lane.ON_THE_WAY: Look("On the way", "travel", "work"),
    Lane.IN_PROGRESS: Look("In progress", "play", "work"),
    Lane.ON_HOLD: Look("On hold", "hold", "warn"),
    Lane.NEEDS_DETAILS: Look("Needs details", "quarter", "warn"),
    Lane.READY: Look("Ready to invoice", "tick", "done"),
    Lane.BILLING: Look("Billing", "bill", "idle"),
    Lane.INVOICED: Look("Invoiced", "sent", "idle"),
    Lane.PAID: Look("Paid", "tick", "done"),
}

RUNNING = frozenset({State.TRAVELLING, State.WORKING, State.PAUSED})
"""Somebody's clock is open, or waits for its owner to come back from a break."""

FINISHED = frozenset({State.NEEDS_DETAILS, State.READY})
"""The work is done; the facts decide between the two."""

CLOSED = frozenset({State.INVOICED, State.PAID, State.NOT_BILLABLE, State.CANCELLED})
"""A technician's press that meets one of these is held for the office, never refused and never lost."""

IN_BILLING = frozenset({State.BILLING, State.INVOICED, State.PAID})


class Verb(StrEnum):
    """What people do to a job. Verbs of evidence (notes, messages) follow in every state and are not listed."""

    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    SET_OFF = "set_off"
    START = "start"
    PAUSE = "pause"
    STOP = "stop"
    UNDO_STOP = "undo_stop"
    DISCARD_ENTRY = "discard_entry"
    RECORD_TIME = "record_time"
    CORRECT_TIME = "correct_time"
    CONFIRM_TIME = "confirm_time"
    HOLD = "hold"
    RELEASE = "release"
    ASK_TECHNICIAN = "ask_technician"
    ANSWER = "answer"
    WAIVE = "waive"
    NOT_BILLABLE = "not_billable"
    CANCEL = "cancel"
    REOPEN = "reopen"
    FOLLOW_UP = "follow_up"
    SEND_TO_BILLING = "send_to_billing"
    TAKE_BACK = "take_back"
    ISSUE = "issue"
    RECORD_PAYMENT = "record_payment"
    CREDIT = "credit"
    WRITE_OFF = "write_off"


# One row a verb, one column a state, in the order of the members of State. "yes": the verb may follow (its own conditions
# still apply, such as an open entry). Any other word is a key of _CELLS and names the sentence that explains the refusal.
_TABLE = """
                new  sched trav work pause hold need ready bill inv  paid notb canc
schedule        yes  yes   yes  yes  yes   hold done done  bill inv  inv  shut shut
unschedule      plan yes   run  run  run   hold done done  bill inv  inv  shut shut
assign          yes  yes   yes  yes  yes   yes  done done  bill inv  inv  shut shut
unassign        yes  yes   yes  yes  yes   yes  done done  bill inv  inv  shut shut
set_off         yes  yes   yes  yes  yes   hold yes  yes   bill inv  inv  shut shut
start           yes  yes   yes  yes  yes   hold yes  yes   bill inv  inv  shut shut
pause           none none  yes  yes  yes   hold idle idle  bill inv  inv  shut shut
stop            yes  yes   yes  yes  yes   yes  yes  yes   bill inv  inv  shut shut
undo_stop       yes  yes   yes  yes  yes   hold yes  yes   bill inv  inv  shut shut
discard_entry   yes  yes   yes  yes  yes   yes  yes  yes   bill inv  inv  shut shut
record_time     yes  yes   yes  yes  yes   yes  yes  yes   yes  inv  inv  shut shut
correct_time    yes  yes   yes  yes  yes   yes  yes  yes   yes  yes  yes  yes  shut
confirm_time    yes  yes   yes  yes  yes   yes  yes  yes   yes  yes  yes  yes  shut
hold            yes  yes   yes  yes  yes   held done done  bill inv  inv  shut shut
release         free free  free free free  yes  free free  free free free free free
ask_technician  yes  yes   yes  yes  yes   yes  yes  yes   bill inv  inv  shut shut
answer          yes  yes   yes  yes  yes   yes  yes  yes   yes  yes  yes  yes  yes
waive           soon soon  soon soon soon  soon yes  yes   bill inv  inv  shut shut
not_billable    yes  yes   yes  yes  yes   yes  yes  yes   bill inv  inv  shut shut
cancel          yes  yes   yes  yes  yes   yes  time time  bill inv  inv  shut shut
reopen          open open  open open open  open open open  bill inv  inv  yes  yes
follow_up       more more  more more more  more yes  yes   yes  yes  yes  yes  more
send_to_billing work work  work work work  work miss yes   here sent sent shut shut
take_back       bare bare  bare bare bare  bare bare bare  yes  sent sent bare bare
issue           bare bare  bare bare bare  bare bare bare  yes  sent sent bare bare
record_payment  owe  owe   owe  owe  owe   owe  owe  owe   owe  yes  yes  owe  owe
credit          owe  owe   owe  owe  owe   owe  owe  owe   owe  yes  yes  owe  owe
write_off       owe  owe   owe  owe  owe   owe  owe  owe   owe  yes  paid owe  owe
"""

_CELLS = {
    "hold": "on_hold",
    "done": "finished",
    "bill": "billing",
    "inv": "closed",
    "shut": "shut",
    "plan": "nothing_planned",
    "run": "running",
    "none": "not_started",
    "idle": "not_running",
    "held": "already_on_hold",
    "free": "not_on_hold",
    "soon": "unfinished",
    "time": "time_recorded",
    "open": "not_shut",
    "more": "not_finished",
    "work": "not_stopped_yet",
    "miss": "still_needed",
    "here": "billed_already",
    "sent": "invoiced_already",
    "bare": "on_no_draft",
    "owe": "not_invoiced",
    "paid": "settled",
}

REFUSALS: dict[str, str] = {
    "on_hold": "This job is on hold: {reason}. Release it first.",
    "finished": "The work on this job is done. Start it again or add a follow-up job instead.",
    "billing": "This job is being billed. Ask the office to take it back first.",
    "closed": "This job has been invoiced. Add a follow-up job instead.",
    "shut": "This job is closed. Reopen it first.",
    "nothing_planned": "This job has no planned time. There is nothing to take back.",
    "running": "Somebody is on this job now. Stop the clock first.",
    "not_started": "You have not started this job. Press Start, or record the time you worked.",
    "not_running": "Nobody's clock is running on this job. Press Start to go on working.",
    "not_stopped": "There is no stop to undo on this job.",
    "worked_since": "You have worked on another job since. Press Start to go on here, or change the time.",
    "planned_since": "A new visit has been planned since. Ask the dispatcher to take it back first.",
    "already_on_hold": "This job is already on hold: {reason}.",
    "not_on_hold": "This job is not on hold.",
    "unfinished": "This job is not finished yet. Waive what is missing after the technician has stopped.",
    "time_recorded": "Time is recorded on this job, so it cannot be cancelled. Mark it as not billable instead.",
    "not_shut": "This job is open already.",
    "not_finished": "This job is not finished. Plan another visit on it instead of a follow-up job.",
    "not_stopped_yet": "The work on this job is not done. It can be billed when the technician has stopped.",
    "still_needed": "Something is still needed on this job. Add it or waive it first.",
    "billed_already": "This job is being billed already.",
    "invoiced_already": "This job has been invoiced already. Add a supplement or a credit note to its invoice instead.",
    "on_no_draft": "This job is not on a draft invoice. Send it to billing first.",
    "not_invoiced": "This job has not been invoiced yet.",
    "settled": "This invoice is settled. There is nothing left to write off.",
}


def _read(table: str) -> dict[tuple[Verb, State], str]:
    cells: dict[tuple[Verb, State], str] = {}
    for line in table.strip().splitlines()[1:]:
        verb, *words = line.split()
        for state, word in zip(State, words, strict=True):
            cells[Verb(verb), state] = "yes" if word == "yes" else _CELLS[word]
    return cells


VERBS: dict[tuple[Verb, State], str] = _read(_TABLE)


def why_not(verb: Verb, state: State) -> str | None:
    """The key in ``REFUSALS`` that explains why ``verb`` may not follow in ``state``, or None where it may."""
    word = VERBS[verb, state]
    return None if word == "yes" else word


def may_follow(verb: Verb, state: State) -> bool:
    return VERBS[verb, state] == "yes"


# Strongest first.
_STRENGTH = {
    Progress.WORKING: State.WORKING,
    Progress.PAUSED: State.PAUSED,
    Progress.TRAVELLING: State.TRAVELLING,
}


def running_state(progress: Iterable[Progress]) -> State | None:
    """The strongest progress among a job's technicians; None if nobody is on it."""
    seen = set(progress)
    return next((state for step, state in _STRENGTH.items() if step in seen), None)


VIEW_LANES: dict[str, tuple[Lane, ...]] = {
    "dispatch": (
        Lane.UNSCHEDULED,
        Lane.SCHEDULED,
        Lane.ON_THE_WAY,
        Lane.IN_PROGRESS,
        Lane.ON_HOLD,
        Lane.NEEDS_DETAILS,
        Lane.READY,
    ),
    "office": (
        Lane.IN_PROGRESS,
        Lane.NEEDS_DETAILS,
        Lane.READY,
        Lane.BILLING,
        Lane.INVOICED,
        Lane.PAID,
    ),
    "wall": (Lane.ON_THE_WAY, Lane.IN_PROGRESS, Lane.NEEDS_DETAILS, Lane.READY),
    "json": tuple(Lane),
}
"""Which lanes a board shows, left to right. Paid holds a week: the sweep takes what is older off the boards."""

MONEY_LANES = (Lane.BILLING, Lane.INVOICED, Lane.PAID)
"""Where only those who bill move cards."""

NEWEST_FIRST = frozenset({"wall"})
"""Views whose lanes put the newest card on top; the others put the oldest there, so that nothing waits unseen."""
