"""The company itself: setting it up once, and what its owner decides."""

import re
from datetime import datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import Happening, record
from app.models import Company
from app.queries.jobs import company_of
from app.rules.access import Right, may
from app.rules.refusal import BadInput, Forbidden, Refusal

CURRENCY = re.compile(r"[A-Z]{3}")


def set_up(
    session: Session,
    *,
    name: str,
    time_zone: str,
    at: datetime,
    currency: str = "EUR",
    is_demo: bool = False,
) -> None:
    """Write the company down, with a working day that most firms have. Raises ``Refusal`` where there is one."""
    if session.get(Company, 1) is not None:
        raise Refusal("not_empty", "This board belongs to a company already. Sign in.")
    _refuse_unknown_zone(time_zone)
    if not CURRENCY.fullmatch(currency):
        raise BadInput(
            "currency", "Give the currency’s three letters, such as EUR.", field="currency"
        )
    session.add(
        Company(
            id=1,
            name=name,
            currency=currency,
            time_zone=time_zone,
            day_starts=time(7, 0),
            day_ends=time(17, 0),
            longest_entry_hours=12,
            may_pick_up=False,
            is_demo=is_demo,
            created_at=at,
        )
    )
    session.flush()


def change_company(
    session: Session,
    act: Act,
    *,
    name: str,
    time_zone: str,
    day_starts: time,
    day_ends: time,
    longest_entry_hours: int,
    may_pick_up: bool,
) -> Done:
    """Another zone changes what every card says, so every board is drawn anew."""
    if not may(act.by, Right.EDIT_COMPANY):
        raise Forbidden
    _refuse_unknown_zone(time_zone)
    if day_starts >= day_ends:
        raise BadInput(
            "day_backwards", "The working day must end after it begins.", field="day_ends"
        )
    row = company_of(session)
    is_new_zone = row.time_zone != time_zone
    row.name, row.time_zone = name, time_zone
    row.day_starts, row.day_ends = day_starts, day_ends
    row.longest_entry_hours, row.may_pick_up = longest_entry_hours, may_pick_up
    return record(session, act, Happening("zone_changed" if is_new_zone else "company_changed"))


def _refuse_unknown_zone(time_zone: str) -> None:
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            "unknown_zone",
            "There is no such time zone. Choose one, such as Europe/Berlin.",
            field="time_zone",
        ) from None
