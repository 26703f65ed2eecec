"""Customers from another program's list: send the file, see what would be done, put columns right, then do it."""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.responses import Response

from app import pages
from app.actions.imports import import_customers, names_here, undo_import
from app.files.pictures import Pictures
from app.papers.csv_in import MOST_BYTES, Table
from app.papers.csv_in import read as read_table
from app.papers.customers_in import FIELDS, CustomerList, guess
from app.papers.customers_in import customers as customers_of
from app.queries.screens.frame import Form
from app.rules.refusal import BadInput, Refusal
from app.web import customers
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.typed import Typed, carry_out

TOKEN = re.compile(r"[0-9a-f]{32}")

SHOWN_COMPLAINTS = 200
SHOWN_ROWS = 20

GONE = "The file is not here any more. Choose it again."


async def shown(call: Call) -> Response:
    return _page(call, Form())


async def change(call: Call) -> Response:
    """One address for three presses: a file (its preview), columns put right (the preview again), and the import."""
    async with call.request.form(max_files=1, max_fields=300) as data:
        typed = Typed(data)
        try:
            token, raw = await _file(call, typed, data.get("file"))
            table = read_table(raw)
        except Refusal as refusal:
            typed.refuse(refusal)
            return _page(call, typed.form, status=typed.status)
        columns = _columns(typed, table)
        found = customers_of(table, columns)
        if typed.form.value("do") != "import":
            return await _preview(call, token, table, found)
        done = await carry_out(
            call, typed, lambda session, act: import_customers(session, act, rows=found.rows)
        )
        if done is None:
            return await _preview(call, token, table, found, refusal=typed.refusal)
    _path(call, token).unlink(missing_ok=True)
    return see("/customers?said=imported")


async def undo(call: Call) -> Response:
    typed = Typed(await call.form())
    text = typed.form.value("event_id")
    event_id = int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else 0
    done = await carry_out(
        call, typed, lambda session, act: undo_import(session, act, event_id=event_id)
    )
    if done is None:
        return await customers.show_list(call, typed.form, status=typed.status)
    return see("/customers?said=import_undone")


async def _file(call: Call, typed: Typed, sent: object) -> tuple[str, bytes]:
    """A file that was sent now is kept beside the photos that come in, for the presses that follow."""
    if isinstance(sent, UploadFile) and sent.size:
        if sent.size > MOST_BYTES:
            raise BadInput("too_large", "This file is larger than 10 MB. Split it.", field="file")
        raw = await sent.read()
        token = secrets.token_hex(16)
        for old in _folder(call).glob(f"list-{call.actor.id}-*"):
            old.unlink(missing_ok=True)
        _path(call, token).write_bytes(raw)
        return token, raw
    token = typed.form.value("token")
    if not token:
        raise BadInput("no_file", "Choose the list first.", field="file")
    if not TOKEN.fullmatch(token) or not _path(call, token).is_file():
        raise BadInput("gone", GONE, field="file")
    return token, _path(call, token).read_bytes()


def _path(call: Call, token: str) -> Path:
    """Only its sender finds it again."""
    return _folder(call) / f"list-{call.actor.id}-{token}"


def _folder(call: Call) -> Path:
    pictures: Pictures = call.request.app.state.pictures
    return pictures.store.incoming


def _columns(typed: Typed, table: Table) -> Mapping[str, tuple[int, ...]]:
    """As guessed, until somebody has said otherwise."""
    if not typed.form.value("token"):
        return guess(table.header)
    said: dict[str, tuple[int, ...]] = {}
    for place in range(len(table.header)):
        field = typed.form.value(f"column_{place}")
        if field in FIELDS:
            said[field] = (*said.get(field, ()), place)
    return said


async def _preview(
    call: Call, token: str, table: Table, found: CustomerList, *, refusal: str | None = None
) -> Response:
    here = await call.db.ask(names_here)
    new = [row for row in found.rows if row.name.casefold() not in here]
    chosen = {place: field for field, places in found.columns.items() for place in places}
    page = pages.render(
        "pages/import_preview.html",
        frame=frame_of(call, here="/customers"),
        form=Form(refusal=refusal),
        token=token,
        table=table,
        columns=[(name, chosen.get(place, "")) for place, name in enumerate(table.header)],
        kinds=tuple(FIELDS.items()),
        samples=table.first(3),
        rows=new[:SHOWN_ROWS],
        new=len(new),
        known=len(found.rows) - len(new),
        dropped=len(table.rows) - len(found.rows),
        complaints=found.complaints[:SHOWN_COMPLAINTS],
        more=max(0, len(found.complaints) - SHOWN_COMPLAINTS),
    )
    return html(page, 409 if refusal else 200)


def _page(call: Call, form: Form, *, status: int = 200) -> Response:
    page = pages.render(
        "pages/import_customers.html", frame=frame_of(call, here="/customers"), form=form
    )
    return html(page, status)
