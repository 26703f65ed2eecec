"""When did it happen: a press's own time, from the device's clock and the server's."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TOLERATED = timedelta(minutes=2)
"""A larger difference between the phone's clock and ours is shown to the office."""

OLD = timedelta(hours=12)
"""An act this long ago is accepted and flagged: a phone that spent the night in a van is not an error."""


@dataclass(frozen=True, slots=True)
class ActTime:
    """``occurred_at`` is what counts; ``device_at`` is what the phone said, kept beside it."""

    occurred_at: datetime
    device_at: datetime | None
    flags: tuple[str, ...]


def act_time(
    device_at: datetime | None,
    elapsed_ms: int | None,
    *,
    received_at: datetime,
    device_now: datetime | None = None,
) -> ActTime:
    """The act's own time.

    ``elapsed_ms`` is monotonic on the device from the press to this sending: with it the device's clock does not
    matter at all. Without it (after a reload) the device's word is taken, except for the future, which is now; what its
    clock says at this sending (``device_now``) then shows whether it can be believed.
    """
    if device_at is None:
        return ActTime(received_at, None, ())
    device_at = device_at.astimezone(UTC)
    if elapsed_ms is not None:
        occurred = received_at - timedelta(milliseconds=elapsed_ms)
        off = abs(device_at - occurred) > TOLERATED
    else:
        occurred = min(device_at, received_at)
        off = device_at - received_at > TOLERATED
        if device_now is not None:
            off = off or abs(device_now - received_at) > TOLERATED
    flags = [
        name
        for name, on in (("clock_differs", off), ("late_press", received_at - occurred > OLD))
        if on
    ]
    return ActTime(occurred, device_at, tuple(flags))
