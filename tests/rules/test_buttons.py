"""Which buttons a page offers: rights and state together, and on the phone one's own progress."""

import pytest

from app.rules.access import Actor, Role
from app.rules.buttons import BUTTONS, Situation, may_press, own_presses
from app.rules.states import Progress, State

TOM = Actor(1, "Tom Brandt", frozenset({Role.TECHNICIAN}))
ANA = Actor(2, "Ana Silva", frozenset({Role.DISPATCHER}))
OLGA = Actor(3, "Olga Petrova", frozenset({Role.OFFICE}))


def test_a_technician_is_offered_nothing_on_a_foreign_job() -> None:
    assert may_press(TOM, Situation(State.SCHEDULED, is_own=False)) == frozenset()


def test_a_dispatcher_plans_but_does_not_waive_or_ask() -> None:
    may = may_press(ANA, Situation(State.NEEDS_DETAILS, is_own=False, has_waivable=True))
    assert {"edit", "record-time", "move"} <= may
    assert not {"waive", "ask", "not-billable", "reopen"} & may


def test_the_office_waives_only_where_something_can_be_done_without() -> None:
    assert "waive" not in may_press(OLGA, Situation(State.NEEDS_DETAILS, is_own=False))
    assert "waive" in may_press(
        OLGA, Situation(State.NEEDS_DETAILS, is_own=False, has_waivable=True)
    )


def test_a_job_with_time_is_closed_as_not_billable_and_one_without_is_cancelled() -> None:
    fresh = may_press(OLGA, Situation(State.PAUSED, is_own=False))
    worked = may_press(OLGA, Situation(State.PAUSED, is_own=False, has_time=True))
    assert "cancel" in fresh
    assert "not-billable" not in fresh
    assert "cancel" not in worked
    assert "not-billable" in worked


def test_a_job_that_somebody_works_on_is_not_put_on_hold() -> None:
    assert "hold" not in may_press(ANA, Situation(State.WORKING, is_own=False, clock_runs=True))


def test_a_closed_job_can_be_reopened_but_not_moved() -> None:
    may = may_press(OLGA, Situation(State.CANCELLED, is_own=False, is_on_board=False))
    assert "reopen" in may
    assert "move" not in may


@pytest.mark.parametrize(
    ("progress", "offered"),
    [
        (None, {"set-off", "start"}),
        (Progress.ASSIGNED, {"set-off", "start"}),
        (Progress.TRAVELLING, {"start", "pause", "stop"}),
        (Progress.WORKING, {"pause", "stop"}),
        (Progress.PAUSED, {"start", "stop"}),
        (Progress.STOPPED, {"start", "undo-stop"}),
    ],
)
def test_a_phone_offers_what_follows_ones_own_progress(
    progress: Progress | None, offered: set[str]
) -> None:
    presses = {"set-off", "start", "pause", "stop", "undo-stop"}
    may = own_presses(TOM, Situation(State.WORKING, is_own=True), progress, may_undo=True)
    assert may & presses == offered


def test_a_stop_that_cannot_be_undone_is_not_offered_for_undoing() -> None:
    may = own_presses(TOM, Situation(State.READY, is_own=True), Progress.STOPPED, may_undo=False)
    assert "undo-stop" not in may


@pytest.mark.parametrize("state", State)
def test_nothing_is_offered_that_has_no_button(state: State) -> None:
    assert may_press(OLGA, Situation(state, is_own=False)) <= BUTTONS.keys()
