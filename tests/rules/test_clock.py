"""When a press happened: the device's clock, the time since, and ours."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.clock import act_time

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def ago(**parts: int) -> datetime:
    return NOON - timedelta(**parts)


def test_without_a_device_it_happened_when_it_arrived() -> None:
    assert act_time(None, None, received_at=NOON).occurred_at == NOON


def test_a_device_without_elapsed_time_is_taken_at_its_word() -> None:
    found = act_time(ago(minutes=30), None, received_at=NOON)
    assert (found.occurred_at, found.device_at, found.flags) == (
        ago(minutes=30),
        ago(minutes=30),
        (),
    )


def test_the_elapsed_time_counts_and_not_the_devices_clock() -> None:
    found = act_time(ago(hours=3), 60_000, received_at=NOON)
    assert (found.occurred_at, found.flags) == (ago(minutes=1), ("clock_differs",))


@pytest.mark.parametrize(("seconds", "flags"), [(120, ()), (121, ("clock_differs",))])
def test_two_minutes_between_the_clocks_are_tolerated(seconds: int, flags: tuple[str, ...]) -> None:
    assert act_time(ago(seconds=seconds), 0, received_at=NOON).flags == flags


@pytest.mark.parametrize(("seconds", "flags"), [(120, ()), (121, ("clock_differs",))])
def test_the_future_is_now_and_flagged_beyond_two_minutes(
    seconds: int, flags: tuple[str, ...]
) -> None:
    found = act_time(ago(seconds=-seconds), None, received_at=NOON)
    assert (found.occurred_at, found.flags) == (NOON, flags)


@pytest.mark.parametrize(("seconds", "flags"), [(0, ()), (1, ("late_press",))])
def test_more_than_twelve_hours_ago_is_flagged(seconds: int, flags: tuple[str, ...]) -> None:
    assert act_time(ago(hours=12, seconds=seconds), None, received_at=NOON).flags == flags


def test_the_devices_zone_does_not_matter() -> None:
    berlin = NOON.astimezone(timezone(timedelta(hours=1)))
    assert act_time(berlin, None, received_at=NOON).occurred_at == NOON


@given(
    st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1)),  # noqa: DTZ001 -- bound
    st.none() | st.integers(0, 400 * 24 * 3600 * 1000),
)
def test_nothing_happens_in_the_future(device_at: datetime, elapsed_ms: int | None) -> None:
    assert act_time(device_at, elapsed_ms, received_at=NOON).occurred_at <= NOON
