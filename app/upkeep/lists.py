"""Lists from the command line: customers in, invoices for bookkeeping out."""

import asyncio
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.actions.act import now_by
from app.actions.imports import import_customers, names_here
from app.actions.people import NOBODY_YET
from app.db import Database
from app.papers.csv_in import read
from app.papers.customers_in import CustomerList, customers
from app.queries.books import exported
from app.settings import Unable


@dataclass(frozen=True, slots=True)
class Report:
    """What to print."""

    lines: tuple[str, ...]


async def bring_in(db: Database, file: Path, *, at: datetime, is_dry: bool) -> Report:
    """Customers of a list; those that are here already stay as they are. Raises ``Unable`` or ``Refusal``."""
    try:
        raw = await asyncio.to_thread(file.read_bytes)
    except OSError as problem:
        raise Unable(f"{file} cannot be read: {problem.strerror}.") from None
    found = customers(read(raw))
    here = await db.ask(names_here)
    new = sum(row.name.casefold() not in here for row in found.rows)
    if new and not is_dry:
        await db.write(import_customers, now_by(NOBODY_YET, at), rows=found.rows)
    return Report(tuple(_said(found, new, is_dry=is_dry)))


def _said(found: CustomerList, new: int, *, is_dry: bool) -> Iterator[str]:
    for one in found.complaints:
        yield f"line {one.line}: {one.sentence}{' Left out.' if one.drops else ''}"
    if found.unused:
        yield f"Columns that were not used: {', '.join(found.unused)}."
    would = "would be added" if is_dry else "added"
    yield f"{new} {would}, {len(found.rows) - new} here already."


async def take_out(db: Database, args: Namespace, *, today: date) -> list[Path]:
    """The paths of the files that were written."""
    last = args.last or today
    first = args.first or last.replace(month=1, day=1)
    files = await db.ask(exported, args.program, first=first, last=last)
    await asyncio.to_thread(args.folder.mkdir, parents=True, exist_ok=True)
    made = [args.folder / one.name for one in files]
    for path, one in zip(made, files, strict=True):
        await asyncio.to_thread(path.write_bytes, one.content)
    return made
