"""What others did to a job while a technician's phone had no network: who, what and when, for the phone to show."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Event, TimeEntry
from app.queries.history_words import in_words
from app.queries.jobs import company_of, is_own
from app.queries.people import short_names
from app.queries.screens.job import HistoryLine
from app.rules.access import Actor

SHOWN = 4
"""The last ones: a phone has room for few, and the newest say how the job stands."""

TALK = frozenset(
    {
        "placed", "message_sent", "note_added", "photo_added", "photo_given_up", "signed",
        "part_used", "no_parts_used", "part_priced", "labour_priced", "draft_changed",
        "entry_suspect", "press_held", "held_applied", "held_dismissed", "record_payment",
        "payment_reversed", "write_off", "credit", "supplement_drafted", "difference_credited",
        "difference_dismissed", "invoice_mailed", "mail_sent", "mail_failed", "customer_renamed",
        "job_type_renamed", "person_renamed", "put_away", "time_disputed",
    }
)  # fmt: skip
"""Kinds of event that stand in nobody's way, and money, which is not for technicians."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """``lines``: oldest first, none if nobody changed anything. ``doubtful_id``: their entry that has two ends."""

    lines: tuple[HistoryLine, ...]
    doubtful_id: int | None = None


def read_meanwhile(
    session: Session, by: Actor, *, job_id: int, seen: int | None, pressed_at: datetime
) -> Meanwhile:
    """What others did after seq ``seen``, which the phone showed; unknown, after the press.

    Whoever is not on the job any more is told up to the moment that took them off, and nothing of what came then.
    """
    query = select(Event).where(
        Event.job_id == job_id, Event.by_id.is_not(None), Event.by_id != by.id
    )
    since = Event.recorded_at > pressed_at if seen is None else Event.seq > seen
    rows = session.scalars(query.where(since).order_by(Event.id)).all()
    is_theirs = is_own(session, by.id, job_id, at=pressed_at)
    told = [
        event
        for event in rows
        if event.kind not in TALK and (is_theirs or by.id in event.people_before)
    ]
    people, zone = short_names(session), ZoneInfo(company_of(session).time_zone)
    lines = tuple(in_words(event, people, zone) for event in told[-SHOWN:])
    return Meanwhile(lines, _doubtful(session, by, job_id))


def _doubtful(session: Session, by: Actor, job_id: int) -> int | None:
    return session.scalars(
        select(TimeEntry.id)
        .where(
            TimeEntry.job_id == job_id,
            TimeEntry.person_id == by.id,
            TimeEntry.voided_at.is_(None),
            TimeEntry.disputed.is_(True),
        )
        .order_by(TimeEntry.id.desc())
        .limit(1)
    ).first()
