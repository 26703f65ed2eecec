"""The pages about people: who is there, adding and changing them, their link, and letting them go."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from app import pages
from app.actions import people as acts
from app.actions import sign_in
from app.actions.act import Act, Done, now_by
from app.actions.rates import labour_rate_of, set_labour_rate
from app.queries import billing_values, directory
from app.queries.screens.frame import Form
from app.queries.screens.lists import EnrolmentLink, PersonRow
from app.rules.access import Right, Role, may
from app.rules.passwords import why_weak
from app.web import cookies
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.passwords import PasswordDesk
from app.web.qr import qr_svg
from app.web.reauth import confirmed
from app.web.typed import Typed, carry_out, read

ROLES = tuple(str(role) for role in Role)


async def listed(call: Call) -> Response:
    found = await call.db.ask(directory.people)
    page = pages.render(
        "pages/people.html",
        frame=frame_of(call),
        people=found,
        may_edit=may(call.actor, Right.EDIT_PEOPLE),
    )
    return html(page)


async def new(call: Call) -> Response:
    return _page(call, None, Form(values={"roles": ("technician",)}))


async def add(call: Call) -> Response:
    typed = await read(call)
    words, rate = _words(typed), typed.decimal("labour_rate")
    secret = _new_password(typed)
    if not typed.errors and (asked := await confirmed(call, typed)):
        return asked
    password_hash = await _hashed(call, typed, secret)

    def add(session: Session, act: Act) -> Done:
        done = acts.add_person(session, act, password_hash=password_hash, **words)
        if rate is not None and done.made_id is not None:
            set_labour_rate(session, act, of="person", of_id=done.made_id, rate=rate)
        return done

    done = await carry_out(call, typed, add)
    if done is None:
        return _page(call, None, typed.form, status=typed.status)
    return see(f"/people/{done.made_id}?said=added")


async def shown(call: Call) -> Response:
    row = await call.db.ask(directory.person, call.number("person_id"))
    rate = await call.db.ask(billing_values.person_rate, row.id)
    return _page(call, row, Form(values={**_values(row), **rate}))


async def change(call: Call) -> Response:
    person_id = call.number("person_id")
    row = await call.db.ask(directory.person, person_id)
    typed = await read(call)
    words, rate = _words(typed), typed.decimal("labour_rate")
    secret = _new_password(typed)
    if not typed.errors and (asked := await confirmed(call, typed)):
        return asked
    password_hash = await _hashed(call, typed, secret)
    old = await call.db.ask(labour_rate_of, "person", person_id)

    def change(session: Session, act: Act) -> Done:
        done = acts.change_person(
            session, act, person_id=person_id, password_hash=password_hash, **words
        )
        if rate == old:
            return done
        return set_labour_rate(session, act, of="person", of_id=person_id, rate=rate)

    done = await carry_out(call, typed, change)
    if done is None:
        return _page(call, row, typed.form, status=typed.status)
    return see(f"/people/{person_id}?said=saved")


async def make_link(call: Call) -> Response:
    """The secret is shown in the answer to the press and nowhere else, so there is nothing to go and look at."""
    row = await call.db.ask(directory.person, call.number("person_id"))
    typed = await read(call)
    if asked := await confirmed(call, typed):
        return asked
    secret = cookies.new_secret()
    act = now_by(call.actor, call.at)
    until = await call.db.write(sign_in.make_link, act, person_id=row.id, secret_hash=secret.hash)
    url = f"{call.settings.address}/enrol/{secret.plain}"
    link = EnrolmentLink(url, qr_svg(url), until)
    rate = await call.db.ask(billing_values.person_rate, row.id)
    return _page(call, row, Form(values={**_values(row), **rate}), link=link)


async def retire(call: Call) -> Response:
    return await _press(call, acts.retire, "retired")


async def take_back(call: Call) -> Response:
    return await _press(call, acts.take_back, "returned")


async def _press(call: Call, act_on: Callable[..., Done], said: str) -> Response:
    person_id = call.number("person_id")
    row = await call.db.ask(directory.person, person_id)
    typed = await read(call)
    if asked := await confirmed(call, typed):
        return asked
    done = await carry_out(
        call, typed, lambda session, act: act_on(session, act, person_id=person_id)
    )
    if done is None:
        rate = await call.db.ask(billing_values.person_rate, row.id)
        form = Form({**_values(row), **rate}, errors=typed.errors, refusal=typed.refusal)
        return _page(call, row, form, status=typed.status)
    return see(f"/people/{person_id}?said={said}")


def _words(typed: Typed) -> dict[str, Any]:
    return {
        "name": typed.text("name", most=120, missing="Say what they are called."),
        "email": typed.email("email", missing="Give an e-mail address: it is their name here.")
        or "",
        "phone": typed.phone("phone"),
        "roles": tuple(Role(role) for role in typed.several("roles", ROLES)),
    }


def _new_password(typed: Typed) -> str:
    """A password for them, if one was typed."""
    secret = typed.secret("password")
    if secret:
        own = (typed.form.value("name"), typed.form.value("email"))
        if problem := why_weak(secret, own_words=own):
            typed.errors["password"] = problem
    return secret


async def _hashed(call: Call, typed: Typed, secret: str) -> str | None:
    if typed.errors or not secret:
        return None
    desk: PasswordDesk = call.request.app.state.passwords
    return await desk.hash(secret)


def _values(row: PersonRow) -> Mapping[str, str | tuple[str, ...]]:
    return {
        "name": row.name,
        "email": row.email or "",
        "phone": row.phone or "",
        "roles": row.roles,
    }


def _page(
    call: Call,
    row: PersonRow | None,
    form: Form,
    *,
    link: EnrolmentLink | None = None,
    status: int = 200,
) -> Response:
    page = pages.render(
        "pages/person.html",
        frame=frame_of(call, here="/people"),
        person=row,
        form=form,
        link=link,
        may_retire=row is not None and row.id != call.actor.id,
    )
    return html(page, status)
