"""Typed times on the company's clock, also in the two nights of the year when that clock jumps."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.rules.local_time import Ambiguous, moment_of
from app.rules.refusal import BadInput

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_typed_time_is_on_the_clock_of_the_zone() -> None:
    assert moment_of("2026-11-24T14:37", BERLIN, field="x") == datetime(
        2026, 11, 24, 13, 37, tzinfo=UTC
    )


def test_a_time_with_its_own_offset_keeps_it() -> None:
    assert moment_of("2026-11-24T14:37:00Z", BERLIN, field="x").hour == 14


def test_the_hour_that_is_skipped_in_spring_is_refused_with_the_hour_that_may_be_meant() -> None:
    with pytest.raises(BadInput, match=r"no 02:30 on Sun 29 Mar.*Perhaps 03:30"):
        moment_of("2026-03-29T02:30", BERLIN, field="starts_at")


def test_the_hour_that_comes_twice_in_autumn_is_named_and_asked_for() -> None:
    with pytest.raises(Ambiguous, match=r"02:30 comes twice on Sun 25 Oct.*CEST.*CET"):
        moment_of("2026-10-25T02:30", BERLIN, field="starts_at")


@pytest.mark.parametrize(("which", "utc_hour"), [("first", 0), ("second", 1)])
def test_the_hour_that_comes_twice_is_taken_as_said(which: str, utc_hour: int) -> None:
    moment = moment_of("2026-10-25T02:30", BERLIN, field="x", which=which)
    assert moment == datetime(2026, 10, 25, utc_hour, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "tomorrow", "2026-13-01T10:00", "24.11.2026 14:37"])
def test_what_is_no_time_is_refused_and_names_its_field(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        moment_of(typed, BERLIN, field="ends_at")
    assert refused.value.field == "ends_at"
