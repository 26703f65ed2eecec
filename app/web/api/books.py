"""Lists in and out: invoices for bookkeeping programs as CSV, customers from another program's list."""

import asyncio
import hashlib
from datetime import date
from typing import Annotated, Literal

import msgspec
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from app.actions.act import Done
from app.actions.imports import import_customers, names_here
from app.actions.receipts import once
from app.papers.csv_in import MOST_BYTES
from app.papers.csv_in import read as read_table
from app.papers.csv_out import Books, File
from app.papers.customers_in import CustomerList, customers
from app.queries.books import PROGRAMS, exported
from app.queries.terms import house_of
from app.rules.access import Right
from app.rules.numbering import day_of
from app.rules.refusal import BadInput, NotFound, Refusal
from app.web.api.endpoint import ApiCall, Endpoint, FileAnswer, Query, Reply
from app.web.api.reading import taken
from app.web.commands import Body
from app.web.door import press_of


class ExportQuery(Query, frozen=True, kw_only=True):
    """By day of issue, both ends included; else this year until today. ``file``: of a program that takes several."""

    first: date | None = None
    last: date | None = None
    file: Annotated[str, msgspec.Meta(max_length=60)] = ""
    dates: Literal["dmy", "mdy", "ymd"] = "dmy"
    item: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "Services"
    account_code: Annotated[str, msgspec.Meta(min_length=1, max_length=20)] = "200"


class ImportForm(Body, frozen=True, kw_only=True):
    """The fields beside ``file``. ``dry_run`` says what would be done, and does nothing."""

    kind: Literal["customers"]
    dry_run: bool = False


class ImportedLine(msgspec.Struct, frozen=True):
    """What is wrong in a line of the file. ``left_out``: the whole line; otherwise this field only."""

    line: int
    field: str
    message: str
    left_out: bool


class ImportAnswer(msgspec.Struct, frozen=True):
    """``added``: or, in a dry run, what would be. ``known`` are here already and stay as they are."""

    dry_run: bool
    added: int
    known: int
    lines: list[ImportedLine]
    unused_columns: list[str]


async def export(call: ApiCall, query: ExportQuery) -> Reply:
    program = str(call.request.path_params["program"])
    if program not in PROGRAMS:
        raise NotFound
    files = await call.db.ask(_exported, program, query, call)
    if not files:
        raise Refusal("nothing", "Nothing was issued in this time. Choose a longer one.")
    name = query.file or files[0].name
    found = next((one for one in files if one.name in (name, f"{name}.csv")), None)
    if found is None:
        names = ", ".join(one.name for one in files)
        raise BadInput("unknown_file", f"There is no such file. There are: {names}.", field="file")
    return Reply(FileAnswer("csv", found.name.removesuffix(".csv"), found.content))


def _exported(
    session: Session, program: str, query: ExportQuery, call: ApiCall
) -> tuple[File, ...]:
    last = query.last or day_of(call.at, house_of(session).zone)
    books = Books(dates=query.dates, item=query.item, account_code=query.account_code)
    first = query.first or last.replace(month=1, day=1)
    return exported(session, program, first=first, last=last, books=books)


async def bring_in(call: ApiCall, body: None) -> Reply:
    async with call.request.form(max_files=1, max_fields=20) as data:
        fields = {name: value for name, value in data.items() if isinstance(value, str)}
        form = taken(fields, ImportForm, from_text=True)
        sent = data.get("file")
        if not isinstance(sent, UploadFile) or not sent.size:
            raise BadInput("no_file", "Send the list as the form's “file”.", field="file")
        if sent.size > MOST_BYTES:
            raise BadInput("too_large", "This file is larger than 10 MB. Split it.", field="file")
        raw = await sent.read()
    digest = hashlib.sha256(raw).hexdigest()
    press = press_of(call.request, fields | {"file": digest}, None)
    found = await asyncio.to_thread(lambda: customers(read_table(raw)))
    here = await call.db.ask(names_here)
    new = sum(row.name.casefold() not in here for row in found.rows)
    if form.dry_run:
        return Reply(_report(found, new, is_dry=True))

    def do(session: Session) -> Done:
        return import_customers(session, call.act, rows=found.rows)

    _, is_replay = await call.db.write(once, call.act, press, do)
    return Reply(_report(found, new, is_dry=False), 200, is_replay)


def _report(found: CustomerList, new: int, *, is_dry: bool) -> ImportAnswer:
    return ImportAnswer(
        dry_run=is_dry,
        added=new,
        known=len(found.rows) - new,
        lines=[
            ImportedLine(one.line, one.field, one.sentence, one.drops) for one in found.complaints
        ],
        unused_columns=list(found.unused),
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/exports/{program}.csv",
        (Right.EXPORT_BOOKS,),
        ExportQuery,
        {200: FileAnswer},
        export,
    ),
    Endpoint("POST", "/imports", (Right.IMPORT,), ImportForm, {200: ImportAnswer}, bring_in, True),
)
