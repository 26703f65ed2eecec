"""Asking for the password again, before people and screens are changed from a browser that somebody left open."""

from starlette.responses import Response

from app import pages
from app.actions import sign_in as acts
from app.queries.directory import password_hash_of
from app.queries.screens.frame import Form
from app.rules.refusal import TooMany
from app.web.door import Call, html
from app.web.frame import frame_of
from app.web.passwords import PasswordDesk
from app.web.session import FRESHLY_CONFIRMED
from app.web.typed import Typed

FIELD = "your_password"

WRONG = "This is not your password. Type it again."


async def confirmed(call: Call, typed: Typed) -> Response | None:
    """None: go on. Otherwise the page that asks for the password and then sends the same form again."""
    if is_fresh(call):
        return None
    given = typed.secret(FIELD)
    problem = await why_not_confirmed(call, given) if given else None
    if given and problem is None:
        return None
    return _ask(call, typed, problem)


def is_fresh(call: Call) -> bool:
    return call.visitor is not None and call.at - call.visitor.confirmed_at <= FRESHLY_CONFIRMED


async def why_not_confirmed(call: Call, given: str) -> str | None:
    """Check the person's own password and write down that it was given. The sentence, where it is not right."""
    subject = f"confirm:{call.actor.id}"
    try:
        await call.db.write(acts.count_try, subject, at=call.at, most=call.settings.sign_in_tries)
        desk: PasswordDesk = call.request.app.state.passwords
        known = await call.db.ask_quick(password_hash_of, call.actor.id)
        if not await desk.is_right(given, known):
            return WRONG
    except TooMany as refusal:
        return refusal.sentence
    if call.visitor is not None:
        await call.db.write(acts.confirm, call.visitor.sign_in_id, at=call.at, forgive=(subject,))
    return None


def _ask(call: Call, typed: Typed, problem: str | None) -> Response:
    form = Form(errors={FIELD: problem} if problem else {})
    page = pages.render(
        "pages/confirm.html",
        frame=frame_of(call),
        form=form,
        action=call.request.url.path,
        hidden=typed.again(but=FIELD),
    )
    return html(page, 401)
