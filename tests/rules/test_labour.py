"""How long an entry is, which overlap, and from when a running one looks forgotten."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.labour import Entry, Limits, is_slip, overlaps, suspect_from, worked_seconds
from app.rules.states import Activity

BERLIN = ZoneInfo("Europe/Berlin")
LIMITS = Limits(longest_hours=12, day_ends=time(17), zone=BERLIN)
EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=BERLIN)


def entry(start: int, end: int | None, activity: Activity = Activity.WORK) -> Entry:
    return Entry(activity, after(start), None if end is None else after(end))


def after(minutes: int) -> datetime:
    return EIGHT.astimezone(UTC) + timedelta(minutes=minutes)


def test_only_closed_work_is_counted() -> None:
    entries = [entry(0, 30), entry(40, None), entry(60, 90, Activity.TRAVEL), entry(90, 91)]
    assert worked_seconds(entries) == 31 * 60


def test_two_people_for_three_hours_worked_six() -> None:
    assert worked_seconds([entry(0, 180), entry(0, 180)]) == 6 * 3600


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-10-24T22:00+02:00", "2026-10-25T06:00+01:00", 9),
        ("2026-03-28T22:00+01:00", "2026-03-29T06:00+02:00", 7),
    ],
)
def test_nights_in_which_the_clocks_change_have_their_real_length(
    start: str, end: str, hours: int
) -> None:
    night = Entry(Activity.WORK, datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert worked_seconds([night]) == hours * 3600


def test_touching_ends_do_not_overlap() -> None:
    assert not overlaps(entry(0, 30), entry(30, 60))
    assert not overlaps(entry(30, 60), entry(0, 30))
    assert overlaps(entry(0, 31), entry(30, 60))


def test_a_running_entry_claims_everything_after_its_start() -> None:
    assert overlaps(entry(0, None), entry(500, 510))
    assert not overlaps(entry(600, None), entry(500, 510))


spans = st.tuples(st.integers(0, 100), st.integers(1, 50) | st.none()).map(
    lambda span: entry(span[0], None if span[1] is None else span[0] + span[1])
)


@given(spans, spans)
def test_overlapping_is_mutual(first: Entry, second: Entry) -> None:
    assert overlaps(first, second) == overlaps(second, first)


@pytest.mark.parametrize(
    ("seconds", "is_one"), [(0, True), (59, True), (60, False), (3600, False), (None, False)]
)
def test_a_slip_is_a_finished_entry_of_less_than_a_minute(
    seconds: int | None, is_one: bool
) -> None:
    ended_at = None if seconds is None else after(0) + timedelta(seconds=seconds)
    assert is_slip(Entry(Activity.WORK, after(0), ended_at)) is is_one


# --- forgotten clocks


def test_the_plan_comes_first_then_the_day_then_the_length() -> None:
    start = entry(0, None)
    assert suspect_from(start, after(60), LIMITS) == after(180)
    assert suspect_from(start, None, LIMITS) == after(9 * 60 + 30)
    assert suspect_from(entry(-360, None), None, LIMITS) == after(360)


def test_an_emergency_after_hours_is_measured_by_its_length() -> None:
    night = entry(13 * 60, None)
    assert suspect_from(night, None, LIMITS) == after(25 * 60)


def test_a_plan_that_was_over_before_the_start_says_nothing() -> None:
    assert suspect_from(entry(120, None), after(60), LIMITS) == after(9 * 60 + 30)
    assert suspect_from(entry(60, None), after(60), LIMITS) == after(9 * 60 + 30)


@given(st.integers(-720, 1440), st.none() | st.integers(-720, 2880))
def test_an_entry_is_never_suspect_before_it_begins_nor_after_its_longest(
    start: int, planned_end: int | None
) -> None:
    begun = entry(start, None)
    found = suspect_from(begun, None if planned_end is None else after(planned_end), LIMITS)
    assert begun.started_at < found <= begun.started_at + timedelta(hours=12)
