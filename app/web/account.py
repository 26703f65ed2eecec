"""One's own account: where one is signed in, the password, the colours."""

from starlette.responses import Response

from app import pages
from app.actions import people as acts
from app.actions import sign_in
from app.queries import directory
from app.queries.screens.frame import Form
from app.rules.passwords import why_weak
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.passwords import PasswordDesk
from app.web.reauth import why_not_confirmed
from app.web.typed import carry_out, read


async def shown(call: Call) -> Response:
    return await _page(call, Form())


async def end(call: Call) -> Response:
    """Sign one other browser out."""
    sign_in_id = call.number("sign_in_id")
    await carry_out(
        call,
        await read(call),
        lambda session, act: sign_in.end(session, act, sign_in_id=sign_in_id),
    )
    return see("/account?said=ended")


async def end_others(call: Call) -> Response:
    here = _here(call)
    await carry_out(
        call, await read(call), lambda session, act: sign_in.end_others(session, act, but=here)
    )
    return see("/account?said=ended")


async def change_password(call: Call) -> Response:
    typed = await read(call)
    present, wanted = typed.secret("password"), typed.secret("new_password")
    if problem := why_weak(wanted, own_words=(call.actor.name,)):
        typed.errors["new_password"] = problem
    if not typed.errors and (problem := await why_not_confirmed(call, present)):
        typed.errors["password"] = problem
    if typed.errors:
        return await _page(call, typed.form, status=typed.status)
    desk: PasswordDesk = call.request.app.state.passwords
    password_hash, here = await desk.hash(wanted), _here(call)
    done = await carry_out(
        call,
        typed,
        lambda session, act: acts.change_own_password(
            session, act, password_hash=password_hash, sign_in_id=here
        ),
    )
    if done is None:
        return await _page(call, typed.form, status=typed.status)
    return see("/account?said=password")


def _here(call: Call) -> int | None:
    return call.visitor.sign_in_id if call.visitor else None


async def _page(call: Call, form: Form, *, status: int = 200) -> Response:
    person_id = call.actor.id
    page = pages.render(
        "pages/account.html",
        frame=frame_of(call),
        form=form,
        sessions=await call.db.ask(
            directory.sign_ins_of, person_id, current=_here(call), at=call.at
        ),
        has_password=await call.db.ask_quick(directory.has_password, person_id),
    )
    return html(page, status)
