"""Numbers of invoices: without gaps, in the order of their dates, starting anew each year. One series a kind."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

INVOICES = "invoice"
"""The series of invoices and supplements."""
CREDIT_NOTES = "credit_note"

WIDTH = 4
"""Digits at least, so that the first ten thousand of a year sort as text."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a series stands: the last number given in ``year``, and the date of the document that got it."""

    year: int
    last: int
    last_on: date | None


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The date on a document issued now: the company's, not the server's."""
    return moment.astimezone(zone).date()


def next_place(place: Place, today: date) -> Place:
    """The place after one more document. Its date is never before the last one's: where the clock or the zone went
    back, the last date is used again, so the year never goes back either."""
    on = today if place.last_on is None else max(today, place.last_on)
    if on.year != place.year:
        return Place(on.year, 1, on)
    return replace(place, last=place.last + 1, last_on=on)


def number_words(prefix: str, place: Place) -> str:
    """``2026-0041``, with a prefix ``CN-2026-0003``."""
    head = f"{prefix}-" if prefix else ""
    return f"{head}{place.year}-{place.last:0{WIDTH}d}"
