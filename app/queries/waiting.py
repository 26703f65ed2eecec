"""How long money takes: from the stop to the invoice with its causes, and from the invoice to the payment.

Read from the events, so the figures tell what happened and not what the settings say now.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Event, Invoice, InvoiceJob, InvoiceKind, InvoiceState
from app.queries.first_time_fix import FirstTimeFix, first_time_fix
from app.queries.terms import house_of
from app.rules.ageing import DAY, Spread, spread
from app.rules.numbering import day_of
from app.rules.requirements import BY_CODE
from app.rules.states import State

WEEKS = 12
"""Weeks of the plot, and how far back is read: long enough to see a trend, short enough to still be about today."""

RECENT_DAYS = 30
"""What "now" means: a mean over a week jumps too much for a firm with five invoices a week."""


@dataclass(frozen=True, slots=True)
class Week:
    """``first``: its Monday."""

    first: date
    to_invoice: Spread | None
    to_pay: Spread | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Where the time between stop and invoice went. ``days``: the sum over the jobs that waited for it, ``by_job`` how
    long one of them did; items missing at the same time each count it, so the items of Needs details may add up to more
    than its whole."""

    key: str
    label: str
    days: float
    by_job: Spread


@dataclass(frozen=True, slots=True)
class Waiting:
    """All but ``weeks`` is about the last ``RECENT_DAYS``."""

    weeks: tuple[Week, ...]
    to_invoice: Spread | None
    to_pay: Spread | None
    causes: tuple[Cause, ...]
    first_time: FirstTimeFix
    """Of the jobs that were finished then, not of those that were invoiced."""


def waiting(session: Session, *, at: datetime) -> Waiting:
    zone = house_of(session).zone
    today = day_of(at, zone)
    recent = today - timedelta(days=RECENT_DAYS)
    mondays = [_monday(today) - timedelta(weeks=n) for n in range(WEEKS - 1, -1, -1)]
    billed, paid = _billed(session, since=mondays[0]), _paid(session, since=mondays[0])
    to_invoice = _by_week((on, days) for on, days, _ in billed)
    to_pay = _by_week(paid)
    return Waiting(
        weeks=tuple(
            Week(monday, spread(to_invoice[monday]), spread(to_pay[monday])) for monday in mondays
        ),
        to_invoice=spread(days for on, days, _ in billed if on > recent),
        to_pay=spread(days for on, days in paid if on > recent),
        causes=_causes(session, [job_id for on, _, job_id in billed if on > recent]),
        first_time=first_time_fix(session, since=at - timedelta(days=RECENT_DAYS), until=at),
    )


def _by_week(durations: Iterable[tuple[date, float]]) -> defaultdict[date, list[float]]:
    weeks: defaultdict[date, list[float]] = defaultdict(list)
    for on, days in durations:
        weeks[_monday(on)].append(days)
    return weeks


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _billed(session: Session, *, since: date) -> list[tuple[date, float, int]]:
    """Day of issue, days since the stop, job: once for each job of an invoice (not of supplements)."""
    rows = session.execute(
        select(Invoice.issued_on, Invoice.issued_at, InvoiceJob.stopped_at, InvoiceJob.job_id)
        .join(InvoiceJob, InvoiceJob.invoice_id == Invoice.id)
        .where(
            Invoice.kind == InvoiceKind.INVOICE,
            Invoice.state != InvoiceState.DRAFT,
            Invoice.issued_on >= since,
        )
    )
    return [
        (on, max((issued_at - stopped_at) / DAY, 0.0), job_id)
        for on, issued_at, stopped_at, job_id in rows
        if on is not None and issued_at is not None and stopped_at is not None
    ]


def _paid(session: Session, *, since: date) -> list[tuple[date, float]]:
    """Day of settlement and days since the issue; credited invoices were not paid."""
    rows = session.execute(
        select(Invoice.settled_on, Invoice.issued_on).where(
            Invoice.kind != InvoiceKind.CREDIT_NOTE,
            # Not "= issued": drafts are not settled, and SQLite would look through all that were ever issued.
            Invoice.state != InvoiceState.CREDITED,
            Invoice.settled_on >= since,
        )
    )
    return [
        (settled, float((settled - issued).days))
        for settled, issued in rows
        if settled is not None and issued is not None
    ]


def _causes(session: Session, job_ids: Sequence[int]) -> tuple[Cause, ...]:
    waits: defaultdict[str, defaultdict[int, timedelta]] = defaultdict(_no_time)
    for job_id, key, spent in _spells(session, job_ids):
        waits[key][job_id] += spent
    causes = [_cause(key, list(by_job.values())) for key, by_job in waits.items()]
    return tuple(sorted(causes, key=lambda cause: (-cause.days, cause.key)))


def _no_time() -> defaultdict[int, timedelta]:
    return defaultdict(timedelta)


def _cause(key: str, waits: Sequence[timedelta]) -> Cause:
    """``waits``: one a job, however often it came back; at least one."""
    days = [spent / DAY for spent in waits]
    by_job = spread(days)
    assert by_job is not None  # noqa: S101 -- of nothing there is no cause
    return Cause(key, _label(key), sum(days), by_job)


def _label(key: str) -> str:
    """``needs_details:photos_after`` is the requirement's own name."""
    state, _, code = key.partition(":")
    if code:
        return f"Needs details: {BY_CODE[code].name if code in BY_CODE else code}"
    return {"ready": "Ready to invoice", "billing": "Billing"}.get(state, "Needs details")


CHUNK = 10_000
"""Jobs asked for at once: SQLite takes 32 766 values in one statement."""


def _spells(session: Session, job_ids: Sequence[int]) -> Iterable[tuple[int, str, timedelta]]:
    """Each stretch that a job spent in Needs details (once per missing item), in Ready or in Billing."""
    wanted = sorted(set(job_ids))
    for start in range(0, len(wanted), CHUNK):
        rows = session.execute(
            select(Event.job_id, Event.recorded_at, Event.state_after, Event.data)
            .where(Event.job_id.in_(wanted[start : start + CHUNK]))
            .order_by(Event.job_id, Event.id)
        )
        before: tuple[int | None, datetime, State | None, dict[str, Any]] | None = None
        for row in rows:
            if before is not None and before[0] == row[0] and row[0] is not None:
                for key in _keys(before[2], before[3]):
                    yield row[0], key, row[1] - before[1]
            before = (row[0], row[1], row[2], row[3])


def _keys(state: State | None, data: dict[str, Any]) -> list[str]:
    if state in (State.READY, State.BILLING):
        return [str(state)]
    if state is State.NEEDS_DETAILS:
        return [f"needs_details:{code}" for code in data.get("missing", ())] or ["needs_details"]
    return []
