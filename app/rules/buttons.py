"""What a person may press on a job now: their rights and the job's state, as the names in the paths of the forms.

A button that is not offered is not forbidden by this: the action asks the same rules again when it is pressed.
"""

from dataclasses import dataclass

from app.rules.access import Actor, Right, Scope, scope_of
from app.rules.states import Progress, State, Verb, may_follow

# Name in the path → (the right, the verb whose row in the table of states decides; None: in every state).
BUTTONS: dict[str, tuple[Right, Verb | None]] = {
    "set-off": (Right.PRESS, Verb.SET_OFF),
    "start": (Right.PRESS, Verb.START),
    "pause": (Right.PRESS, Verb.PAUSE),
    "stop": (Right.PRESS, Verb.STOP),
    "undo-stop": (Right.PRESS, Verb.UNDO_STOP),
    "press-for": (Right.PRESS_FOR, Verb.STOP),
    "schedule": (Right.PLAN_JOBS, Verb.SCHEDULE),
    "unschedule": (Right.PLAN_JOBS, Verb.UNSCHEDULE),
    "assign": (Right.PLAN_JOBS, Verb.ASSIGN),
    "unassign": (Right.PLAN_JOBS, Verb.UNASSIGN),
    "edit": (Right.PLAN_JOBS, None),
    "record-time": (Right.RECORD_TIME, Verb.RECORD_TIME),
    "correct-time": (Right.RECORD_TIME, Verb.CORRECT_TIME),
    "confirm-time": (Right.RECORD_TIME, Verb.CONFIRM_TIME),
    "discard-entry": (Right.RECORD_TIME, Verb.DISCARD_ENTRY),
    "note": (Right.WRITE_FACTS, None),
    "message": (Right.WRITE_FACTS, None),
    "ask": (Right.ASK, Verb.ASK_TECHNICIAN),
    "answer": (Right.ANSWER, Verb.ANSWER),
    "waive": (Right.WAIVE, Verb.WAIVE),
    "hold": (Right.PLAN_JOBS, Verb.HOLD),
    "release": (Right.PLAN_JOBS, Verb.RELEASE),
    "cancel": (Right.PLAN_JOBS, Verb.CANCEL),
    "not-billable": (Right.CLOSE_UNBILLED, Verb.NOT_BILLABLE),
    "reopen": (Right.REOPEN, Verb.REOPEN),
    "follow-up": (Right.PLAN_JOBS, Verb.FOLLOW_UP),
    "move": (Right.MOVE, None),
}

_ON_IT = frozenset({Progress.TRAVELLING, Progress.WORKING, Progress.PAUSED})

# What each progress of one technician lets them press; the state has its say too.
_BY_PROGRESS: dict[Progress | None, frozenset[str]] = {
    None: frozenset({"set-off", "start"}),
    Progress.ASSIGNED: frozenset({"set-off", "start"}),
    Progress.TRAVELLING: frozenset({"start", "pause", "stop"}),
    Progress.WORKING: frozenset({"pause", "stop"}),
    Progress.PAUSED: frozenset({"start", "stop"}),
    Progress.STOPPED: frozenset({"start", "undo-stop"}),
}
_PRESSES = frozenset({"set-off", "start", "pause", "stop", "undo-stop"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What else decides whether a button makes sense. ``is_own``: for those whose rights end at their own jobs."""

    state: State
    is_own: bool
    is_on_board: bool = True
    clock_runs: bool = False
    has_time: bool = False
    has_people: bool = False
    has_question: bool = False
    has_waivable: bool = False


def may_press(actor: Actor, situation: Situation) -> frozenset[str]:
    """Everything this person may do with the job now, apart from what depends on their own clock."""
    return frozenset(
        name
        for name, (right, verb) in BUTTONS.items()
        if _holds(actor, right, situation)
        and (verb is None or may_follow(verb, situation.state))
        and _makes_sense(name, situation)
    )


def own_presses(
    actor: Actor, situation: Situation, progress: Progress | None, *, may_undo: bool
) -> frozenset[str]:
    """The same on one's own phone: of the presses only those that follow one's own progress."""
    offered = _BY_PROGRESS[progress] - (frozenset() if may_undo else {"undo-stop"})
    return frozenset(
        name for name in may_press(actor, situation) if name not in _PRESSES or name in offered
    )


def presses_for(state: State, progress: Progress, *, may_undo: bool) -> frozenset[str]:
    """What somebody else may press for a technician with this progress."""
    offered = _BY_PROGRESS[progress] - (frozenset() if may_undo else {"undo-stop"})
    verbs = {name: verb for name, (_, verb) in BUTTONS.items() if name in offered}
    return frozenset(name for name, verb in verbs.items() if verb and may_follow(verb, state))


def is_on_it(progress: Progress | None) -> bool:
    return progress in _ON_IT


def _holds(actor: Actor, right: Right, situation: Situation) -> bool:
    scope = scope_of(actor, right)
    return scope is Scope.ALL or (scope is Scope.OWN and situation.is_own)


def _makes_sense(name: str, situation: Situation) -> bool:
    return {
        "move": situation.is_on_board,
        "unassign": situation.has_people,
        "press-for": situation.is_on_board,
        "hold": not situation.clock_runs,
        "cancel": not situation.clock_runs and not situation.has_time,
        "not-billable": not situation.clock_runs and situation.has_time,
        "answer": situation.has_question,
        "waive": situation.has_waivable,
    }.get(name, True)
