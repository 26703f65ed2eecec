"""Ages in days, and the slowest tenth."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.rules.ageing import (
    OPEN_AGES,
    UNBILLED_AGES,
    age_of,
    days_overdue,
    days_since,
    spread,
)


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (0, "0–3 days"),
        (3, "0–3 days"),
        (4, "4–7 days"),
        (8, "8–14 days"),
        (30, "15–30 days"),
        (31, "Over 30 days"),
    ],
)
def test_unbilled_ages(days: int, label: str) -> None:
    assert age_of(UNBILLED_AGES, days).label == label


@pytest.mark.parametrize(
    ("days", "label"),
    [(-5, "Not due"), (0, "Not due"), (1, "1–30 days"), (90, "61–90 days"), (91, "Over 90 days")],
)
def test_open_ages(days: int, label: str) -> None:
    assert age_of(OPEN_AGES, days).label == label


def test_the_due_date_itself_is_not_overdue() -> None:
    assert days_overdue(date(2026, 11, 24), date(2026, 11, 24)) == 0
    assert days_overdue(date(2026, 11, 24), date(2026, 11, 25)) == 1


def test_days_are_whole_ones() -> None:
    then = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert days_since(then, then + timedelta(hours=47)) == 1
    assert days_since(then, then - timedelta(hours=1)) == 0


def test_the_slowest_tenth_of_ten_begins_at_the_ninth() -> None:
    found = spread(range(1, 11))
    assert found is not None
    assert (found.count, found.median, found.slowest_tenth) == (10, 5.5, 9)
    assert spread([]) is None
