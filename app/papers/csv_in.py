"""A list that comes in as a file: which encoding, which separator, which column is what. Nothing is written here; the
same answer serves the preview, the dry run and the import."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.papers.cells import original
from app.rules.refusal import BadInput, TooLarge

MOST_BYTES = 10_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_LETTERS = 5_000
"""Of one cell. More is not a list of customers, and would be held in memory several times."""

SEPARATORS = ",;\t|"

SAMPLE_LINES = 30
"""Lines looked at to tell the separator."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""What some programs write first, and what then follows."""


@dataclass(frozen=True, slots=True)
class Row:
    """``line`` is the one in the file where it begins, as an editor counts."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read: ``encoding`` and ``separator`` are shown to the person, who may know better."""

    encoding: str
    separator: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def first(self, most: int = 20) -> tuple[Row, ...]:
        """For the preview."""
        return self.rows[:most]


def read(raw: bytes, *, encoding: str | None = None, separator: str | None = None) -> Table:
    """The file as a table; ``encoding`` and ``separator`` as guessed unless said. Raises ``BadInput`` or ``TooLarge``
    with a sentence."""
    if len(raw) > MOST_BYTES:
        raise TooLarge(
            "too_large", f"This file is larger than {MOST_BYTES // 1_000_000} MB. Split it."
        )
    encoding = encoding or encoding_of(raw)
    text = _decoded(raw, encoding)
    hint, text, skipped = _without_hint(text)
    separator = separator or hint or separator_of(text)
    rows = _rows(text, separator, skipped)
    if not rows:
        raise _bad("empty", "There is nothing in this file. Export the list again.")
    header, *rest = rows
    return Table(encoding, separator, tuple(_named(header.cells)), tuple(rest))


def encoding_of(raw: bytes) -> str:
    """By its mark; else UTF-8 if it can be read as that, which is hardly ever by chance; else what Windows writes."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def separator_of(text: str) -> str:
    """The one that cuts the first lines into the same number of columns most often, and into most of them."""
    sample = "\n".join(text.splitlines()[:SAMPLE_LINES])
    return max(SEPARATORS, key=lambda separator: _fit(sample, separator))


def _fit(sample: str, separator: str) -> tuple[bool, int]:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=separator) if row]
    except csv.Error:
        return False, 0
    if not widths:
        return False, 0
    # A last field may be left out; the head has all of them.
    agreeing = sum(1 for width in widths if width == widths[0])
    return widths[0] > 1 and agreeing * 2 > len(widths), agreeing * widths[0]


def _decoded(raw: bytes, encoding: str) -> str:
    if b"\x00" in raw and not encoding.startswith("utf-16"):
        raise _bad(
            "not_csv",
            "This is not a CSV file. Save the sheet as “CSV UTF-8” and send that.",
        )
    try:
        # Five bytes mean nothing in Windows-1252: they are shown as unknown instead of refusing the list.
        return raw.decode(encoding, errors="replace" if encoding == "cp1252" else "strict")
    except (UnicodeDecodeError, LookupError) as problem:
        raise _bad(
            "not_csv", f"This file cannot be read as {encoding}. Choose another encoding."
        ) from problem


def _without_hint(text: str) -> tuple[str | None, str, int]:
    """Excel's own first line, "sep=;"."""
    first, _, rest = text.partition("\n")
    plain = first.strip().strip('"').lower()
    if len(plain) == 5 and plain.startswith("sep=") and first.strip()[-1:] in SEPARATORS:
        return plain[-1], rest, 1
    if plain == "sep=":  # a tab, stripped
        return "\t", rest, 1
    return None, text, 0


def _rows(text: str, separator: str, skipped: int) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[Row] = []
    begins = 1 + skipped
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1 + skipped
            if any(cell.strip() for cell in cells):
                found.append(Row(line, _checked(cells, line)))
            if len(found) > MOST_ROWS + 1:
                raise TooLarge(
                    "too_many_rows", f"This list has more than {MOST_ROWS:,} rows. Split it."
                )
    except csv.Error as problem:
        raise _bad(
            "not_csv", f"Line {begins} cannot be read: {problem}. Mend it and send the file again."
        ) from problem
    return found


def _checked(cells: Sequence[str], line: int) -> tuple[str, ...]:
    if len(cells) > MOST_COLUMNS:
        raise _bad("too_wide", f"Line {line} has more than {MOST_COLUMNS} columns.")
    if any(len(cell) > MOST_LETTERS for cell in cells):
        raise _bad(
            "too_long",
            f"Line {line} has a field with more than {MOST_LETTERS:,} letters. "
            "A quote mark may be missing there.",
        )
    return tuple(original(cell.strip()) for cell in cells)


def _named(header: Iterable[str]) -> Iterable[str]:
    for at, name in enumerate(header, start=1):
        yield name or f"Column {at}"


def _bad(code: str, sentence: str) -> BadInput:
    return BadInput(code, sentence, field="file")
