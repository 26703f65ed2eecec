"""The one place where the time is asked for. Doors call it; everybody else is told."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)
