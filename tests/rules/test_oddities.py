"""Odd times: asked about where somebody hardly meant them, never where the work was merely long or short."""

from datetime import timedelta

import pytest

from app.rules.labour import Entry
from app.rules.oddities import odd_times
from app.rules.photos import likely_kind
from app.rules.states import Activity, Progress
from tests.cast import NOON


def entry(start: float, end: float | None, activity: Activity = Activity.WORK) -> Entry:
    ends = None if end is None else NOON + timedelta(minutes=end)
    return Entry(activity, NOON + timedelta(minutes=start), ends)


def codes(*mine: Entry, elsewhere: tuple[Entry, ...] = (), planned: int | None = None) -> list[str]:
    length = None if planned is None else timedelta(minutes=planned)
    at = NOON + timedelta(minutes=120)
    return [one.code for one in odd_times(mine, elsewhere, planned=length, at=at)]


@pytest.mark.parametrize(("end", "found"), [(0, ["no_minutes"]), (0.98, ["no_minutes"]), (1, [])])
def test_less_than_a_minute_of_work_is_odd(end: float, found: list[str]) -> None:
    assert codes(entry(0, end)) == found


def test_travel_alone_is_no_work() -> None:
    assert codes(entry(0, 30, Activity.TRAVEL)) == ["no_minutes"]


@pytest.mark.parametrize(("end", "found"), [(120, []), (121, ["twice_the_plan"])])
def test_more_than_twice_the_plan_is_odd(end: float, found: list[str]) -> None:
    assert codes(entry(0, end), planned=60) == found


def test_without_a_plan_nothing_is_too_long() -> None:
    assert codes(entry(0, 600)) == []


def test_a_clock_that_runs_counts_until_now() -> None:
    assert codes(entry(0, None), planned=59) == ["twice_the_plan"]


def test_two_entries_of_a_visit_are_one_sum() -> None:
    assert codes(entry(0, 40), entry(50, 90), planned=30) == ["twice_the_plan"]


def test_time_that_is_on_another_job_too_is_odd() -> None:
    assert codes(entry(0, 60), elsewhere=(entry(59, 80),)) == ["overlap"]


def test_touching_ends_are_not() -> None:
    assert codes(entry(0, 60), elsewhere=(entry(60, 80),)) == []


def test_the_question_says_both_lengths() -> None:
    (odd,) = odd_times([entry(0, 170)], (), planned=timedelta(hours=1), at=NOON)
    assert odd.say == "This is 2 h 50 of work; 1 h 00 were planned."


@pytest.mark.parametrize(
    ("progress", "missing", "kind"),
    [
        (None, (), "before"),
        (Progress.TRAVELLING, (), "before"),
        (Progress.WORKING, ("photos_before",), "before"),
        (Progress.WORKING, ("photos_after",), "during"),
        (Progress.PAUSED, (), "during"),
        (Progress.STOPPED, ("photos_before",), "after"),
    ],
)
def test_a_photo_shows_what_the_progress_says(
    progress: Progress | None, missing: tuple[str, ...], kind: str
) -> None:
    assert likely_kind(progress, missing) == kind
