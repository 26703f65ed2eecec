"""Wall displays in the settings: connecting one by its code, changing what it may show, disconnecting it."""

import re

from starlette.responses import Response

from app import pages
from app.actions import displays as acts
from app.actions import sign_in
from app.queries import own_house
from app.queries.screens.frame import Form, WallOptions
from app.queries.screens.lists import DisplayRow
from app.rules.refusal import TooMany
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.reauth import confirmed, is_fresh, why_not_confirmed
from app.web.typed import Typed, carry_out, read

HERE = "/settings/displays"

MOST_CODES = 20
"""Codes that one person may try in a quarter of an hour."""


async def listed(call: Call) -> Response:
    return await _list(call, Form())


async def find(call: Call) -> Response:
    """The code that was typed, on to the page that shows the word."""
    typed = await read(call)
    code = clean_code(typed.text("code", most=40, missing="Type the code that the screen shows."))
    if not typed.errors and await _word(call, typed, code) is not None:
        return see(f"{HERE}/pair?code={code}")
    return await _list(call, typed.form, status=typed.status)


async def pair_page(call: Call) -> Response:
    """Also where the square on the television leads."""
    typed = Typed(await call.form())
    code = clean_code(call.request.query_params.get("code", ""))
    word = await _word(call, typed, code)
    if word is None:
        return await _list(call, typed.form, status=typed.status)
    return _pair_page(call, code, word, Form())


async def pair(call: Call) -> Response:
    typed = await read(call)
    code = clean_code(typed.text("code", most=40, missing=acts.NO_SUCH_CODE))
    name = typed.text("name", most=80, missing="Give the screen a name, such as Workshop.")
    word = await _word(call, typed, code)
    if word is None:
        return await _list(call, typed.form, status=typed.status)
    await _confirm(call, typed)
    done = await carry_out(
        call,
        typed,
        lambda session, act: acts.pair(
            session, act, code=code, name=name, options=options_in(typed)
        ),
    )
    if done is None:
        return _pair_page(call, code, word, typed.form, status=typed.status)
    return see(f"{HERE}?said=paired")


async def shown(call: Call) -> Response:
    row = await call.db.ask(own_house.display, call.number("display_id"), at=call.at)
    return _page(call, row, Form(values=_values(row)))


async def change(call: Call) -> Response:
    row = await call.db.ask(own_house.display, call.number("display_id"), at=call.at)
    typed = await read(call)
    name = typed.text("name", most=80, missing="Give the screen a name, such as Workshop.")
    if not typed.errors and (asked := await confirmed(call, typed)):
        return asked
    done = await carry_out(
        call,
        typed,
        lambda session, act: acts.change_display(
            session, act, display_id=row.id, name=name, options=options_in(typed)
        ),
    )
    if done is None:
        return _page(call, row, typed.form, status=typed.status)
    return see(f"{HERE}?said=saved")


async def remove(call: Call) -> Response:
    display_id = call.number("display_id")
    typed = await read(call)
    if asked := await confirmed(call, typed):
        return asked
    await carry_out(
        call, typed, lambda session, act: acts.remove(session, act, display_id=display_id)
    )
    return see(f"{HERE}?said=removed")


def clean_code(typed: str) -> str:
    """As people type it: small letters, spaces, a dash in the middle."""
    return re.sub(r"[^A-Z0-9]", "", typed.upper())[:8]


def options_in(typed: Typed) -> WallOptions:
    return WallOptions(typed.is_ticked("shows_customers"), typed.is_ticked("shows_titles"))


async def _confirm(call: Call, typed: Typed) -> None:
    """This form has its own field for the password; it is always asked for where one has been some time ago."""
    given = typed.secret("password")
    if is_fresh(call) and not given:
        return
    if problem := await why_not_confirmed(call, given):
        typed.errors["password"] = problem


async def _word(call: Call, typed: Typed, code: str) -> str | None:
    """The word of the television that shows this code. Tries are counted, so that codes cannot be guessed."""
    subject = f"pair:{call.actor.id}"
    try:
        await call.db.write(sign_in.count_try, subject, at=call.at, most=MOST_CODES)
    except TooMany as refusal:
        typed.refuse(refusal)
        return None
    found = await call.db.ask_quick(own_house.waiting_display, code, at=call.at)
    if found is None:
        typed.errors["code"] = acts.NO_SUCH_CODE
        return None
    return found[1]


def _values(row: DisplayRow) -> dict[str, str]:
    return {
        "name": row.name,
        "shows_customers": "yes" if row.options.shows_customers else "",
        "shows_titles": "yes" if row.options.shows_titles else "",
    }


async def _list(call: Call, form: Form, *, status: int = 200) -> Response:
    found = await call.db.ask(own_house.displays, at=call.at)
    page = pages.render(
        "pages/displays.html", frame=frame_of(call, here=HERE), displays=found, form=form
    )
    return html(page, status)


def _pair_page(call: Call, code: str, word: str, form: Form, *, status: int = 200) -> Response:
    frame = frame_of(call, here=HERE)
    page = pages.render("pages/display_pair.html", frame=frame, code=code, word=word, form=form)
    return html(page, status)


def _page(call: Call, row: DisplayRow, form: Form, *, status: int = 200) -> Response:
    frame = frame_of(call, here=HERE)
    return html(pages.render("pages/display.html", frame=frame, display=row, form=form), status)
