"""Years of work in seconds: the rows of one true, paid invoice, copied by the database itself with other days."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from app.models import (
    Assignment,
    Base,
    Event,
    Invoice,
    InvoiceJob,
    InvoiceLine,
    Job,
    LineSource,
    Note,
    Payment,
    TimeEntry,
    Visit,
)

APART = 1_000_000
"""A copy's id: the original's times this, and its place."""

NUMBERS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
"""

DAYS = "(CASE WHEN i <= :recent THEN i % 84 ELSE 84 + (i * 7) % 3650 END)"
"""How long ago a copy was issued: so many in the last twelve weeks, the others over ten years before."""

IS_OPEN = "(i <= :recent AND i % 10 < 3)"


@dataclass(frozen=True, slots=True)
class History:
    """What is copied, and the day of the first copy. ``recent``: copies of the last twelve weeks, three in ten open."""

    job_id: int
    invoice_id: int
    on: date
    recent: int


def grow(session: Session, history: History, size: int) -> None:
    """``size`` more invoices, each with its job, its events, its PDF, its letter and its payment."""
    _Copies(session, history, size).make()


async def tidy_up(url: str) -> None:
    """What a PostgreSQL server does by itself after a while: it counts, and sees which rows everybody sees."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()


class _Copies:
    def __init__(self, session: Session, history: History, size: int) -> None:
        self._session = session
        self._is_sqlite = session.get_bind().dialect.name == "sqlite"
        self._history = history
        self._values = {"count": size, "recent": min(size, history.recent)}

    def make(self) -> None:
        job, invoice = self._history.job_id, self._history.invoice_id
        of_job, of_invoice = f"job_id = {job}", f"invoice_id = {invoice}"
        lines = f"(SELECT id FROM invoice_line WHERE {of_invoice})"  # noqa: S608 -- ids of ours
        is_shown = {"state": f"CASE WHEN {IS_OPEN} THEN 'invoiced' ELSE 'paid' END"}
        self._copy(Job, f"id = {job}", number="10000000 + i", put_away="true", **is_shown)
        self._copy(Visit, of_job)
        self._copy(Assignment, f"visit_id IN (SELECT id FROM visit WHERE {of_job})")  # noqa: S608
        for kind in (TimeEntry, Note, Event):
            self._copy(kind, of_job)
        self._copy_invoices(invoice)
        self._copy(InvoiceJob, of_invoice)
        self._copy(InvoiceLine, of_invoice)
        self._copy(LineSource, f"line_id IN {lines}")
        self._session.execute(
            text("UPDATE invoice SET state = 'issued', number = 'O-' || id WHERE id > :apart"),
            {"apart": APART},
        )
        paid = self._day(f"{DAYS} - {self._payment_days()}")
        self._copy(Payment, f"{of_invoice} AND NOT {IS_OPEN}", received_on=paid)
        self._session.execute(
            text(
                "INSERT INTO invoice_file (invoice_id, kind, sha256, body, made_at) "
                "SELECT id, 'pdf', 'x', :body, created_at FROM invoice WHERE id > :apart"
            ),
            {"body": b"%PDF", "apart": APART},
        )
        self._session.execute(
            text(
                'INSERT INTO mail (invoice_id, message_id, "to", subject, text, state, tries, '
                "next_try_at, created_at) SELECT id, 'o-' || id, 'a@example.com', number, '', "
                "'sent', 1, issued_at, issued_at FROM invoice WHERE id > :apart"
            ),
            {"apart": APART},
        )

    def _copy_invoices(self, invoice_id: int) -> None:
        """As drafts: lines cannot be put on an issued one."""
        self._copy(
            Invoice,
            f"id = {invoice_id}",
            state="'draft'",
            number="NULL",
            issued_on=self._day(DAYS),
            due_on=self._day(f"{DAYS} - 14"),
            balance=f"CASE WHEN {IS_OPEN} THEN total ELSE 0 END",
            settled_on=f"CASE WHEN {IS_OPEN} THEN NULL "
            f"ELSE {self._day(f'{DAYS} - {self._payment_days()}')} END",
        )

    def _payment_days(self) -> str:
        return f"(CASE WHEN {DAYS} < 10 THEN {DAYS} ELSE 10 END)"

    def _copy(self, kind: type[Base], where: str, **changes: str) -> None:
        table = kind.metadata.tables[kind.__tablename__]
        names = [column.name for column in table.columns]
        values = [changes.get(name) or self._value(table, name) for name in names]
        listed = ", ".join(f'"{name}"' for name in names)
        self._session.execute(
            text(
                f"INSERT INTO {table.name} ({listed}) {NUMBERS} "  # noqa: S608
                f"SELECT {', '.join(values)} FROM {table.name}, n WHERE {where}"
            ),
            self._values if ":" in where + "".join(values) else {"count": self._values["count"]},
        )

    def _value(self, table: Table, name: str) -> str:
        """Ids of what is copied lead to the copies; moments are moved."""
        column = f'{table.name}."{name}"'
        if name in ("id", "job_id", "visit_id", "invoice_id", "line_id", "source_id"):
            return f"{column} * {APART} + i"
        if name in ("recorded_at", "occurred_at", "issued_at", "stopped_at", "state_since"):
            return self._moved(column)
        return column

    def _day(self, ago: str) -> str:
        on = self._history.on.isoformat()
        if self._is_sqlite:
            return f"date('{on}', (-({ago})) || ' days')"
        return f"(DATE '{on}' - ({ago})::integer)"

    def _moved(self, column: str) -> str:
        if self._is_sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {column}, (-{DAYS}) || ' days')"
        return f"({column} - {DAYS} * INTERVAL '1 day')"
