"""From one lane to another: a verb, or the sentence that says why there is none."""

import pytest

from app.rules.moves import INVERSE, MOVES, ORDERED_BY_HAND, WHY_NOT, Move, move_to_lane
from app.rules.states import STATE_LANE, Lane, State, Verb, may_follow


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("state", State)
def test_every_drop_is_answered(state: State, lane: Lane) -> None:
    answer = move_to_lane(state, lane)
    assert isinstance(answer, Move) or answer.endswith(".")


def test_every_lane_explains_why_nobody_drops_there() -> None:
    assert set(WHY_NOT) == set(Lane)


@pytest.mark.parametrize(("lanes", "move"), MOVES.items())
def test_a_moves_verb_may_follow_in_a_state_of_its_lane(
    lanes: tuple[Lane, Lane], move: Move
) -> None:
    states = [state for state, lane in STATE_LANE.items() if lane is lanes[0]]
    assert any(may_follow(move.verb, state) for state in states)


def test_a_closed_job_is_reopened_first() -> None:
    assert move_to_lane(State.CANCELLED, Lane.READY) == "This job is closed. Reopen it first."


def test_a_hold_needs_its_reason_and_a_release_nothing() -> None:
    assert move_to_lane(State.NEW, Lane.ON_HOLD) == Move(Verb.HOLD, "reason")
    assert move_to_lane(State.ON_HOLD, Lane.READY) == Move(Verb.RELEASE)


def test_hold_and_release_undo_each_other() -> None:
    assert INVERSE[Verb.HOLD] == Verb.RELEASE
    assert INVERSE[Verb.RELEASE] == Verb.HOLD


def test_lanes_ordered_by_hand_hold_nothing_that_a_clock_orders() -> None:
    assert frozenset({Lane.UNSCHEDULED, Lane.ON_HOLD}) == ORDERED_BY_HAND
