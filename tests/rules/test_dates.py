"""How lengths and waits are said."""

from datetime import UTC, datetime, timedelta

import pytest

from app.rules.dates import counted, hours, waited

NOW = datetime(2026, 11, 24, 14, 37, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=-5), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(days=9, hours=3), "9 days"),
    ],
)
def test_a_wait_is_said_in_its_largest_unit(ago: timedelta, said: str) -> None:
    assert waited(NOW - ago, NOW) == said


def test_hours_are_rounded_down_to_whole_minutes() -> None:
    assert hours(2 * 3600 + 5 * 60 + 59) == "2 h 05"


def test_one_is_singular() -> None:
    assert (counted(1, "job"), counted(2, "job")) == ("1 job", "2 jobs")
