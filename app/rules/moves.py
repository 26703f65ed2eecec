"""A card dropped on a lane: which verb that is, or why it is not possible. The board sends intents, never states."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.rules.states import STATE_LANE, Lane, State, Verb

ORDERED_BY_HAND = frozenset({Lane.UNSCHEDULED, Lane.ON_HOLD})
"""Lanes in which a person decides the order. The others follow the plan or the moment of the last press, and stay so
for everybody."""


@dataclass(frozen=True, slots=True)
class Move:
    """``needs``: what the verb wants to be told first (a field of its form), so that the board can ask for it."""

    verb: Verb
    needs: str | None = None


# (from, to) → the verb. What is not here is explained by WHY_NOT.
MOVES: dict[tuple[Lane, Lane], Move] = {
    (Lane.UNSCHEDULED, Lane.SCHEDULED): Move(Verb.SCHEDULE, "plan"),
    (Lane.SCHEDULED, Lane.UNSCHEDULED): Move(Verb.UNSCHEDULE),
    (Lane.UNSCHEDULED, Lane.ON_HOLD): Move(Verb.HOLD, "reason"),
    (Lane.SCHEDULED, Lane.ON_HOLD): Move(Verb.HOLD, "reason"),
    (Lane.ON_THE_WAY, Lane.ON_HOLD): Move(Verb.HOLD, "reason"),
    (Lane.IN_PROGRESS, Lane.ON_HOLD): Move(Verb.HOLD, "reason"),
    (Lane.ON_HOLD, Lane.UNSCHEDULED): Move(Verb.RELEASE),
    (Lane.ON_HOLD, Lane.SCHEDULED): Move(Verb.RELEASE),
    (Lane.ON_HOLD, Lane.IN_PROGRESS): Move(Verb.RELEASE),
    (Lane.ON_HOLD, Lane.NEEDS_DETAILS): Move(Verb.RELEASE),
    (Lane.ON_HOLD, Lane.READY): Move(Verb.RELEASE),
    (Lane.READY, Lane.NEEDS_DETAILS): Move(Verb.ASK_TECHNICIAN, "question"),
    (Lane.READY, Lane.BILLING): Move(Verb.SEND_TO_BILLING),
    (Lane.BILLING, Lane.READY): Move(Verb.TAKE_BACK),
    (Lane.BILLING, Lane.INVOICED): Move(Verb.ISSUE, "preview"),
    (Lane.INVOICED, Lane.PAID): Move(Verb.RECORD_PAYMENT, "payment"),
}

WHY_NOT: dict[Lane, str] = {
    Lane.UNSCHEDULED: "Only a planned job that nobody has started goes back to Unscheduled.",
    Lane.SCHEDULED: "Only a job that nobody has started can be planned here.",
    Lane.ON_THE_WAY: "A job comes here when its technician presses “I’m on my way”.",
    Lane.IN_PROGRESS: "A job comes here when its technician presses Start.",
    Lane.ON_HOLD: "A finished job is not put on hold. Ask the technician instead.",
    Lane.NEEDS_DETAILS: "A job comes here by itself when it is stopped and something is missing.",
    Lane.READY: "A job comes here by itself as soon as nothing is missing. Add or waive what is still needed.",
    Lane.BILLING: "Only a job that is ready to invoice goes on a draft.",
    Lane.INVOICED: "A job comes here when the draft that it is on is issued.",
    Lane.PAID: "A job comes here when its invoice is paid.",
}


def move_to_lane(state: State, lane: Lane) -> Move | str:
    """The verb behind the move, or the sentence that says why there is none."""
    here = STATE_LANE[state]
    if here is None:
        return "This job is closed. Reopen it first."
    return MOVES.get((here, lane)) or _SPECIAL.get((here, lane)) or WHY_NOT[lane]


_ISSUED = "An issued invoice stays as it is. Write a credit note: then its jobs are ready again."

_SPECIAL: dict[tuple[Lane, Lane], str] = {
    (Lane.NEEDS_DETAILS, Lane.BILLING): "Something is still needed. Add it or waive it first.",
    (Lane.READY, Lane.INVOICED): "Put it on a draft first: move it to Billing.",
    (Lane.BILLING, Lane.NEEDS_DETAILS): "Take it back to Ready to invoice first.",
    **{
        (here, lane): _ISSUED
        for here in (Lane.INVOICED, Lane.PAID)
        for lane in (Lane.NEEDS_DETAILS, Lane.READY, Lane.BILLING)
    },
    (
        Lane.PAID,
        Lane.INVOICED,
    ): "It is paid. If the payment was wrong, open the invoice and take it back.",
}


def moves_from(lanes: Iterable[Lane]) -> dict[str, dict[str, dict[str, str]]]:
    """For the browser, from → to: the verb and what it asks for, or why not. What is said before a card is dropped."""
    shown = tuple(lanes)
    return {
        here: {there: _said(here, there) for there in shown if there is not here} for here in shown
    }


def _said(here: Lane, there: Lane) -> dict[str, str]:
    move = MOVES.get((here, there))
    if move is None:
        return {"why": _SPECIAL.get((here, there)) or WHY_NOT[there]}
    return {"verb": move.verb} | ({"needs": move.needs} if move.needs else {})


INVERSE: dict[str, str] = {
    Verb.SCHEDULE: "restore_plan",
    Verb.UNSCHEDULE: "restore_plan",
    Verb.HOLD: Verb.RELEASE,
    Verb.RELEASE: Verb.HOLD,
    Verb.ASK_TECHNICIAN: "take_question_back",
    Verb.WAIVE: "unwaive",
    Verb.CANCEL: Verb.REOPEN,
    Verb.NOT_BILLABLE: Verb.REOPEN,
    Verb.SEND_TO_BILLING: Verb.TAKE_BACK,
    Verb.TAKE_BACK: Verb.SEND_TO_BILLING,
}
"""What undoes a move; kinds of event that are not here cannot be undone from the board."""


def why_no_undo(*, moved_since: bool, repeated_since: bool) -> str | None:
    """The sentence that says why a move cannot be taken back any more; None where it can."""
    if moved_since:
        return "Moved again since"
    return "Changed again since" if repeated_since else None
