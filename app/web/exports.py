"""Invoices for bookkeeping: choose program and time, take the files."""

from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from starlette.responses import Response

from app import pages
from app.papers.csv_out import Books, File
from app.queries.books import PROGRAMS, exported
from app.queries.screens.frame import Form
from app.rules.refusal import BadInput, NotFound, Refusal
from app.web.door import Call, html
from app.web.frame import frame_of

Order = Literal["dmy", "mdy", "ymd"]

ORDERS: dict[str, Order] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}
"""How the program writes dates."""


async def shown(call: Call) -> Response:
    """The form; with an answer to it, the files of that choice."""
    values, today = dict(call.request.query_params), _today(call)
    values.setdefault(
        "first", (today.replace(day=1) - timedelta(days=1)).replace(day=1).isoformat()
    )
    values.setdefault("last", today.isoformat())
    files: tuple[File, ...] = ()
    errors: dict[str, str] = {}
    if "program" in values:
        try:
            files = await _made(call)
        except BadInput as refusal:
            errors = {refusal.field or "program": refusal.sentence}
    page = pages.render(
        "pages/exports.html",
        frame=frame_of(call, here="/money"),
        form=Form(values=values, errors=errors),
        files=files,
        asked="program" in values and not errors,
        programs=tuple((key, label) for key, (label, _) in PROGRAMS.items()),
        query=call.request.url.query,
    )
    return html(page, 422 if errors else 200)


async def file(call: Call) -> Response:
    """``/exports/xero-invoices.csv?program=…&first=…&last=…``; by its program's word alone, the first of its files."""
    wanted = str(call.request.path_params["name"])
    program = call.request.query_params.get("program") or wanted
    files = await _made(call, program)
    if not files:
        raise Refusal("nothing", "Nothing was issued in this time. Choose a longer one.")
    found = next(
        (one for one in files if one.name == f"{wanted}.csv"),
        files[0] if files and wanted == program else None,
    )
    if found is None:
        raise NotFound
    return Response(
        found.content,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{found.name}"',
            "Cache-Control": "no-store",
        },
    )


async def _made(call: Call, program: str | None = None) -> tuple[File, ...]:
    query = call.request.query_params
    program = program or query.get("program", "")
    if program not in PROGRAMS:
        raise BadInput("unknown_program", "Choose a program from the list.", field="program")
    last = _day(query.get("last"), "last", _today(call))
    first = _day(query.get("first"), "first", last.replace(month=1, day=1))
    order = ORDERS.get(query.get("dates", "dmy"))
    if order is None:
        raise BadInput("unknown_order", "Choose an order of dates from the list.", field="dates")
    books = Books(
        dates=order,
        item=query.get("item", "").strip()[:100] or "Services",
        account_code=query.get("account_code", "").strip()[:20] or "200",
    )
    return await call.db.ask(exported, program, first=first, last=last, books=books)


def _day(text: str | None, field: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise BadInput("not_a_day", "Enter a day, such as 2026-11-24.", field=field) from None


def _today(call: Call) -> date:
    zone: ZoneInfo = frame_of(call).zone
    return call.at.astimezone(zone).date()
