"""Cells of a CSV file, out and in: nothing that we write is run as a formula by a spreadsheet, and what we wrote comes
back as it was."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

Cell = str | Decimal | int | date | None

_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r\n]")
"""How a formula begins in some spreadsheet, wide forms and blanks before it included; a tab or a line break at the
start is cut off by others, and what follows is the formula."""


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    encoding: str = "utf-8",
    separator: str = ",",
) -> bytes:
    """A whole file. ``encoding``: "utf-8" for programs, "utf-8-sig" for people who open it in Excel."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow([neutral(name) for name in header])
    writer.writerows([_said(cell) for cell in row] for row in rows)
    return out.getvalue().encode(encoding, errors="replace")


def neutral(text: str) -> str:
    """Text that stays text in every spreadsheet: what could be a formula gets a quote mark in front."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if _FORMULA.match(plain) else plain


def original(text: str) -> str:
    """What ``neutral`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _said(cell: Cell) -> str:
    """Numbers are ours and may begin with a minus; text is anybody's."""
    match cell:
        case None:
            return ""
        case str():
            return neutral(cell)
        case Decimal():
            return format(cell, "f")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
