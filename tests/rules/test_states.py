"""The tables of states, lanes and verbs are complete, and say what product and people rely on."""

import pytest

from app.rules.states import (
    CLOSED,
    FINISHED,
    LANE_LOOK,
    REFUSALS,
    RUNNING,
    STATE_LANE,
    STATE_LOOK,
    VERBS,
    VIEW_LANES,
    Lane,
    Progress,
    State,
    Verb,
    may_follow,
    running_state,
    why_not,
)


def test_every_verb_has_a_word_for_every_state() -> None:
    assert set(VERBS) == {(verb, state) for verb in Verb for state in State}


def test_every_refusal_in_the_table_has_its_sentence() -> None:
    assert {code for code in VERBS.values() if code != "yes"} <= set(REFUSALS)


@pytest.mark.parametrize("sentence", REFUSALS.values())
def test_every_refusal_is_a_sentence(sentence: str) -> None:
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "invalid" not in sentence.lower()


@pytest.mark.parametrize("state", State)
def test_every_state_is_shown_by_a_word_a_shape_and_a_tone(state: State) -> None:
    look = STATE_LOOK[state]
    assert all((look.label, look.glyph, look.tone))
    assert state in STATE_LANE


def test_every_lane_has_a_look_and_every_view_lanes_of_its_own() -> None:
    assert set(LANE_LOOK) == set(Lane)
    assert all(len(set(lanes)) == len(lanes) for lanes in VIEW_LANES.values())


def test_what_is_closed_is_neither_running_nor_finished() -> None:
    assert not CLOSED & RUNNING
    assert not CLOSED & FINISHED


def test_stop_may_follow_wherever_a_job_is_not_closed_or_billed() -> None:
    refused = {state for state in State if not may_follow(Verb.STOP, state)}
    assert refused == CLOSED | {State.BILLING}


def test_only_what_was_shut_is_reopened() -> None:
    assert {state for state in State if may_follow(Verb.REOPEN, state)} == {
        State.NOT_BILLABLE,
        State.CANCELLED,
    }


def test_a_refused_verb_says_why() -> None:
    assert why_not(Verb.START, State.ON_HOLD) == "on_hold"
    assert why_not(Verb.START, State.READY) is None


@pytest.mark.parametrize(
    ("progress", "state"),
    [
        ([Progress.TRAVELLING, Progress.WORKING], State.WORKING),
        ([Progress.PAUSED, Progress.WORKING], State.WORKING),
        ([Progress.TRAVELLING, Progress.PAUSED], State.PAUSED),
        ([Progress.TRAVELLING, Progress.STOPPED], State.TRAVELLING),
        ([Progress.STOPPED, Progress.ASSIGNED], None),
        ([], None),
    ],
)
def test_the_strongest_progress_is_the_jobs_state(
    progress: list[Progress], state: State | None
) -> None:
    assert running_state(progress) is state
    assert running_state(reversed(progress)) is state
