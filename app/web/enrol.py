"""The link that lets somebody in once. Looking at it uses nothing up, because mail programs look at links too."""

from starlette.responses import Response

from app import pages
from app.actions import sign_in as acts
from app.queries import directory
from app.queries.cards import Who
from app.queries.directory import OpenLink
from app.queries.people import short_name
from app.queries.screens.frame import Form
from app.rules.passwords import why_weak
from app.rules.refusal import Forbidden
from app.web import cookies
from app.web.door import Call, html, see
from app.web.entry import browser_of, home_of, keep_signed_in
from app.web.frame import frame_of
from app.web.passwords import PasswordDesk
from app.web.session import lifetimes
from app.web.typed import read


async def shown(call: Call) -> Response:
    return _page(call, await _link(call), Form())


async def use(call: Call) -> Response:
    """A technician's phone is signed in and that is all; whoever has an office role chooses a password."""
    link = await _link(call)
    typed = await read(call)
    password_hash = None
    if link.wants_password:
        secret = typed.secret("new_password")
        if problem := why_weak(secret, own_words=(link.name,)):
            typed.errors["new_password"] = problem
            return _page(call, link, typed.form, status=typed.status)
        desk: PasswordDesk = call.request.app.state.passwords
        password_hash = await desk.hash(secret)
    secret_pair, late = cookies.new_secret(), cookies.new_secret()
    actor = await call.db.write(
        acts.use_link,
        link_hash=_hash(call),
        secret_hash=secret_pair.hash,
        browser=browser_of(call),
        at=call.at,
        expires_at=call.at + lifetimes(call.settings).technician,
        password_hash=password_hash,
        late_hash=late.hash,
    )
    response = see(home_of(actor))
    keep_signed_in(response, call, secret_pair.plain)
    cookies.keep_late(response, actor.id, late.plain, call.settings)
    return response


async def _link(call: Call) -> OpenLink:
    link = await call.db.ask_quick(directory.open_link, _hash(call), at=call.at)
    if link is None:
        raise Forbidden(acts.USED_UP)
    return link


def _hash(call: Call) -> str:
    return cookies.hash_of(str(call.request.path_params["token"]))


def _page(call: Call, link: OpenLink, form: Form, *, status: int = 200) -> Response:
    person = Who(link.person_id, link.name, short_name(link.name))
    page = pages.render(
        "pages/enrol.html",
        frame=frame_of(call, person=person),
        form=form,
        token=str(call.request.path_params["token"]),
        ends_at=link.ends_at,
        wants_password=link.wants_password,
    )
    return html(page, status)
