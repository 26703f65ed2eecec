"""A time as people type it on the clock of a zone, as a moment. Twice a year that clock skips or repeats an hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.rules.dates import said_day
from app.rules.refusal import BadInput

FOLDS = {"first": 0, "second": 1}
"""Which of the two hours with the same name is meant."""


class Ambiguous(BadInput):
    """The clock shows this time twice that night; ``first`` or ``second`` has to be said with it."""


def moment_of(typed: str, zone: ZoneInfo, *, field: str, which: str = "") -> datetime:
    """The aware moment behind ``2026-11-24T14:37``. Refuses what is no time, or was never on that clock."""
    try:
        local = datetime.fromisoformat(typed)
    except ValueError:
        raise BadInput(
            "no_time", "This is not a day and a time. Write it like 2026-11-24T14:37.", field=field
        ) from None
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise BadInput("no_such_hour", _skipped(local, first, second), field=field)
    if which not in FOLDS:
        raise Ambiguous("twice", _repeated(local, zone), field=field)
    return (first, second)[FOLDS[which]].astimezone(UTC)


def _skipped(local: datetime, first: datetime, second: datetime) -> str:
    jump = (second.utcoffset() or timedelta()) - (first.utcoffset() or timedelta())
    later = local + abs(jump)
    return (
        f"There was no {local:%H:%M} on {said_day(local.date())}: the clocks go forward that night. "
        f"Perhaps {later:%H:%M} is meant."
    )


def _repeated(local: datetime, zone: ZoneInfo) -> str:
    first, second = (local.replace(tzinfo=zone, fold=fold).strftime("%Z") for fold in (0, 1))
    return (
        f"{local:%H:%M} comes twice on {said_day(local.date())}, when the clocks go back: first as {first}, "
        f"an hour later as {second}. Say which."
    )
