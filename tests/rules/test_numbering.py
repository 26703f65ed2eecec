"""Series of numbers: no gap, in the order of the dates, anew each year."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.rules.numbering import Place, day_of, next_place, number_words

NEW = Place(0, 0, None)


def test_numbers_begin_with_one_each_year() -> None:
    first = next_place(NEW, date(2026, 12, 31))
    second = next_place(first, date(2026, 12, 31))
    third = next_place(second, date(2027, 1, 1))
    assert [number_words("", p) for p in (first, second, third)] == [
        "2026-0001",
        "2026-0002",
        "2027-0001",
    ]


def test_the_date_is_the_companys() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert day_of(late, ZoneInfo("Europe/Berlin")) == date(2027, 1, 1)
    assert day_of(late, ZoneInfo("America/New_York")) == date(2026, 12, 31)


@given(st.lists(st.dates(date(2025, 1, 1), date(2028, 12, 31)), max_size=60))
def test_no_gap_and_never_back_whatever_the_clock_says(days: list[date]) -> None:
    place, given_out = NEW, []
    for today in days:
        place = next_place(place, today)
        given_out.append(place)
    assert [p.last_on for p in given_out] == sorted(p.last_on for p in given_out if p.last_on)
    for year in {p.year for p in given_out}:
        numbers = [p.last for p in given_out if p.year == year]
        assert numbers == list(range(1, len(numbers) + 1))


def test_a_prefix_stands_in_front() -> None:
    assert number_words("CN", Place(2026, 3, None)) == "CN-2026-0003"
