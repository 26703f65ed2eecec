"""What the settings show of the company itself: its kinds of jobs, its own values, its displays."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Company, Display, DisplayState, JobType
from app.queries.directory import Values
from app.queries.jobs import company_of, name_of
from app.queries.screens.frame import WallOptions
from app.queries.screens.lists import DisplayRow, JobTypeRow
from app.rules.refusal import NotFound
from app.rules.requirements import BY_CODE

SEEN_LATELY = timedelta(minutes=5)
"""A screen that is on is written down every other minute; see ``web.wall.SEEN_EVERY``."""

# --- job types, company


def job_types(session: Session) -> tuple[JobTypeRow, ...]:
    rows = session.scalars(select(JobType).order_by(JobType.retired_at.is_not(None), JobType.name))
    return tuple(_job_type_row(row) for row in rows)


def job_type(session: Session, job_type_id: int) -> tuple[JobTypeRow, Values]:
    row = session.get(JobType, job_type_id)
    if row is None:
        raise NotFound
    asked = tuple(str(item["code"]) for item in row.requirements)
    counts = {
        f"count_{item['code']}": str(item["count"]) for item in row.requirements if "count" in item
    }
    values: Values = {"name": row.name, "requirements": asked, **counts, **_lines(row)}
    return _job_type_row(row), values


def _lines(row: JobType) -> dict[str, str]:
    """The checklist as fields of its form: line_1, line_1_id, line_1_required, …"""
    values: dict[str, str] = {}
    for place, line in enumerate(row.checklist, start=1):
        values |= {
            f"line_{place}": str(line["text"]),
            f"line_{place}_id": str(line["id"]),
            f"line_{place}_required": "yes" if line["required"] else "",
            f"line_{place}_photo": "yes" if line.get("photo") else "",
            f"line_{place}_answer": str(line.get("answer", "yes_no")),
        }
    return values


def _job_type_row(row: JobType) -> JobTypeRow:
    asked = tuple(_asked(item) for item in row.requirements if item["code"] in BY_CODE)
    return JobTypeRow(row.id, row.name, asked, row.retired_at is not None)


def _asked(item: Mapping[str, Any]) -> str:
    """ "2 photos before the work", "work note"."""
    name, count = BY_CODE[item["code"]].name, item.get("count", 1)
    return f"{count} {name.lower()}" if count > 1 else name.lower()


def company_values(session: Session) -> Values:
    row: Company = company_of(session)
    return {
        "name": row.name,
        "time_zone": row.time_zone,
        "day_starts": row.day_starts.strftime("%H:%M"),
        "day_ends": row.day_ends.strftime("%H:%M"),
        "longest_entry_hours": str(row.longest_entry_hours),
        "may_pick_up": "yes" if row.may_pick_up else "",
    }


# --- displays


def displays(session: Session, *, at: datetime) -> tuple[DisplayRow, ...]:
    rows = session.scalars(
        select(Display).where(Display.state == DisplayState.PAIRED).order_by(Display.name)
    ).all()
    return tuple(_display_row(session, row, at=at) for row in rows)


def display(session: Session, display_id: int, *, at: datetime) -> DisplayRow:
    row = session.get(Display, display_id)
    if row is None or row.state is not DisplayState.PAIRED:
        raise NotFound
    return _display_row(session, row, at=at)


def _display_row(session: Session, row: Display, *, at: datetime) -> DisplayRow:
    return DisplayRow(
        id=row.id,
        name=row.name,
        options=WallOptions(row.shows_customers, row.shows_titles),
        last_seen=row.seen_at,
        is_live=row.seen_at is not None and at - row.seen_at < SEEN_LATELY,
        paired_by=name_of(session, row.paired_by),
    )


def waiting_display(session: Session, code: str, *, at: datetime) -> tuple[int, str] | None:
    """(id, word) of the television that shows this code now."""
    row = session.scalars(
        select(Display).where(Display.code == code, Display.state == DisplayState.WAITING)
    ).one_or_none()
    if row is None or row.code_expires_at is None or row.code_expires_at <= at:
        return None
    return row.id, row.word
