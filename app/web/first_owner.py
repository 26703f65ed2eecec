"""The first page of an empty board: who owns it. Open only on the machine itself, or to whoever read the set-up code
that ``serve`` printed; closed for good once somebody is there."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import available_timezones

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app import pages
from app.actions import company as company_acts
from app.actions import people as people_acts
from app.actions.act import now_by
from app.actions.rates import change_billing
from app.queries.screens.frame import Choice, Form
from app.queries.sign_ins import house
from app.rules.access import Actor, Role
from app.rules.passwords import why_weak
from app.rules.refusal import Forbidden, NotFound, Refusal
from app.web.door import Call, html
from app.web.entry import is_near, let_in
from app.web.frame import frame_of
from app.web.passwords import PasswordDesk
from app.web.typed import Typed, read


def new_code() -> str:
    """Printed once at the start, kept in memory only."""
    return secrets.token_urlsafe(12)


async def shown(call: Call) -> Response:
    await _refuse_stranger(call, call.request.query_params.get("code", ""))
    return _page(call, Form(values={"time_zone": "Europe/Berlin"}))


async def set_up(call: Call) -> Response:
    typed = await read(call)
    await _refuse_stranger(call, typed.form.value("code"))
    words = {
        "company": typed.text("company", most=200, missing="Say what your company is called."),
        "time_zone": typed.text("time_zone", most=64, missing="Choose your time zone."),
        "name": typed.text("name", most=120, missing="Say what you are called."),
        "email": typed.email("email", missing="Give your e-mail address: you sign in with it.")
        or "",
    }
    words["currency"] = typed.text(
        "currency", most=3, missing="Give the currency’s three letters, such as EUR."
    ).upper()
    prices = {
        "labour_rate": typed.decimal("labour_rate"),
        "tax_rate": typed.decimal("tax_rate", most=100),
    }
    secret = typed.secret("new_password")
    if problem := why_weak(secret, own_words=(words["name"], words["email"], words["company"])):
        typed.errors["new_password"] = problem
    if typed.errors:
        return _page(call, typed.form, status=typed.status)
    return await _do(call, typed, words, prices, secret)


async def _do(
    call: Call,
    typed: Typed,
    words: dict[str, str],
    prices: Mapping[str, Decimal | None],
    secret: str,
) -> Response:
    desk: PasswordDesk = call.request.app.state.passwords
    password_hash = await desk.hash(secret)
    try:
        person_id = await call.db.write(
            _set_up, words, prices, password_hash=password_hash, at=call.at
        )
    except Refusal as refusal:
        typed.refuse(refusal)
        return _page(call, typed.form, status=typed.status)
    call.request.app.state.setup_code = None
    return await let_in(call, person_id, "/")


def _set_up(
    session: Session,
    words: dict[str, str],
    prices: Mapping[str, Decimal | None],
    *,
    password_hash: str,
    at: datetime,
) -> int:
    company_acts.set_up(
        session,
        name=words["company"],
        time_zone=words["time_zone"],
        currency=words["currency"],
        at=at,
    )
    person_id = people_acts.first_owner(
        session, name=words["name"], email=words["email"], password_hash=password_hash, at=at
    )
    said = {name: price for name, price in prices.items() if price is not None}
    if said:
        owner = Actor(person_id, words["name"], frozenset({Role.OWNER}))
        change_billing(session, now_by(owner, at), changes=said)
    return person_id


async def _refuse_stranger(call: Call, code: str) -> None:
    if await call.db.ask_quick(house) is not None:
        raise NotFound
    if not is_near(call.request) and not _is_code(call.request, code):
        raise Forbidden(
            "Nobody has set this board up yet. Open the address that the server printed when it started."
        )


def _is_code(request: Request, code: str) -> bool:
    expected: str | None = getattr(request.app.state, "setup_code", None)
    return expected is not None and secrets.compare_digest(code.encode(), expected.encode())


def zones() -> tuple[Choice, ...]:
    """Every zone with a place's name."""
    places = (
        Choice(name, name.replace("_", " "))
        for name in sorted(available_timezones())
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/"))
    )
    return (*places, Choice("UTC", "UTC"))


def _page(call: Call, form: Form, *, status: int = 200) -> Response:
    code = form.value("code") or call.request.query_params.get("code", "")
    page = pages.render(
        "pages/first_owner.html", frame=frame_of(call), form=form, zones=zones(), code=code
    )
    return html(page, status)
