"""What is sent to the database, and how the database goes about it: for the benchmarks, and for tests of what a page
must not read through."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    parameters: Any


@contextmanager
def statements(connection: Connection) -> Iterator[list[Statement]]:
    """Those sent meanwhile, in their order."""
    sent: list[Statement] = []

    def note(_c: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        sent.append(Statement(sql, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


def plan(connection: Connection, one: Statement) -> list[str]:
    """The steps as the database names them, without what it thinks they cost."""
    ask = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    rows = connection.exec_driver_sql(ask + one.sql, one.parameters)
    return [str(row[-1]).strip(" ->").partition("  (")[0] for row in rows]


def scans(connection: Connection, one: Statement, tables: tuple[str, ...]) -> set[str]:
    """The steps that read one of these tables from its first row to its last."""
    heads = tuple(f"{word} {table}" for table in tables for word in ("SCAN", "Seq Scan on"))
    return {
        step
        for step in plan(connection, one)
        if any(step == head or step.startswith(f"{head} ") for head in heads)
    }
