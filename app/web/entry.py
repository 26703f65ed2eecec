"""The way in and out: the first page of a role, sign-in, sign-out, colours."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from app import pages
from app.actions import sign_in as acts
from app.actions.act import now_by
from app.queries.people import by_email
from app.queries.screens.frame import Form
from app.rules.access import Actor, Role
from app.rules.refusal import SignInNeeded, TooMany
from app.web import cookies
from app.web.cookies import SIGN_IN, THEME
from app.web.door import Call, html, see
from app.web.frame import THEMES, frame_of
from app.web.passwords import PasswordDesk
from app.web.session import lifetimes

HOMES = (
    (Role.OWNER, "/office"),
    (Role.OFFICE, "/office"),
    (Role.DISPATCHER, "/dispatch"),
    (Role.TECHNICIAN, "/my-jobs"),
)
"""Where a role begins its day; somebody with several begins where the widest view is."""

WRONG = "The e-mail or the password is wrong. Look at both again, or ask the owner for a link."


async def home(call: Call) -> Response:
    return see(home_of(call.actor))


def home_of(actor: Actor) -> str:
    return next((path for role, path in HOMES if role in actor.roles), "/account")


async def sign_in_page(call: Call) -> Response:
    wanted = safe_next(call.request.query_params.get("next"))
    if call.visitor is not None:
        return see(wanted)
    return await _page(call, Form(), wanted)


async def sign_in(call: Call) -> Response:
    """Count the try, then check, then let in. Slow work comes after the count, so that a flood costs nothing."""
    typed = await call.form()
    email = str(typed.get("email", "")).strip().lower()[:254]
    password = str(typed.get("password", ""))[:1000]
    wanted = safe_next(str(typed.get("next", "")))
    subjects = (f"name:{email}", f"address:{address_of(call)}")
    try:
        person_id = await _checked(call, email, password, subjects)
    except (SignInNeeded, TooMany) as refusal:
        form = Form(values={"email": email}, refusal=refusal.sentence)
        return await _page(call, form, wanted, status=refusal.status)
    return await let_in(call, person_id, wanted, forgive=subjects)


async def _checked(call: Call, email: str, password: str, subjects: tuple[str, ...]) -> int:
    await call.db.write(acts.count_try, *subjects, at=call.at, most=call.settings.sign_in_tries)
    person = await call.db.ask_quick(by_email, email)
    desk: PasswordDesk = call.request.app.state.passwords
    is_right = await desk.is_right(password, person.password_hash if person else None)
    if person is None or not is_right:
        raise SignInNeeded(WRONG)
    return person.id


async def let_in(
    call: Call, person_id: int, wanted: str, *, forgive: tuple[str, ...] = ()
) -> Response:
    secret, late = cookies.new_secret(), cookies.new_secret()
    actor = await call.db.write(
        acts.begin,
        person_id=person_id,
        secret_hash=secret.hash,
        browser=browser_of(call),
        at=call.at,
        # Shortened at once by the roles where they say so; see ``sign_ins.signed_in``.
        expires_at=call.at + lifetimes(call.settings).technician,
        forgive=forgive,
        late_hash=late.hash,
    )
    response = see(wanted if wanted != "/" else home_of(actor))
    keep_signed_in(response, call, secret.plain)
    cookies.keep_late(response, actor.id, late.plain, call.settings)
    return response


def keep_signed_in(response: Response, call: Call, plain: str) -> None:
    """The cookie outlives every sign-in; when it ends is decided here, not in the browser."""
    cookies.keep(response, SIGN_IN, plain, call.settings, lasts=timedelta(days=400))


async def sign_out(call: Call) -> Response:
    response = see("/sign-in?said=signed_out")
    cookies.forget(response, SIGN_IN, call.settings)
    if call.visitor is not None:
        act = now_by(call.actor, call.at)
        await call.db.write(acts.end, act, sign_in_id=call.visitor.sign_in_id)
    return response


async def choose_theme(call: Call) -> Response:
    """Light, dark, high contrast, or whatever the device says."""
    wanted = str((await call.form()).get("theme", ""))
    response = see(back_to(call))
    if wanted in THEMES:
        # Readable by scripts on purpose: it says nothing about anybody.
        response.set_cookie(THEME, wanted, max_age=400 * 86400, samesite="lax", path="/")
    else:
        response.delete_cookie(THEME, path="/", samesite="lax")
    return response


def back_to(call: Call) -> str:
    """The page of ours that a form stood on."""
    came_from = call.request.headers.get("referer", "")
    ours = call.settings.address
    return safe_next(came_from.removeprefix(ours)) if came_from.startswith(f"{ours}/") else "/"


def safe_next(wanted: str | None) -> str:
    """A path of ours, or the front page: a link that signs in must not lead elsewhere."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\", "/sign-")):
        return "/"
    return "/" if any(ord(letter) < 33 or letter == "\\" for letter in wanted) else wanted[:2000]


def address_of(call: Call) -> str:
    return call.request.client.host if call.request.client else "unknown"


def browser_of(call: Call) -> str:
    """What the browser calls itself, for the list of sign-ins."""
    return call.request.headers.get("user-agent", "")[:200]


async def _page(call: Call, form: Form, wanted: str, *, status: int = 200) -> Response:
    page = pages.render(
        "pages/sign_in.html", frame=frame_of(call), form=form, next=wanted, setup=_setup(call)
    )
    return html(page, status)


def _setup(call: Call) -> str | None:
    """Whether nobody is there yet, and whether whoever asks sits at the machine itself."""
    if call.request.state.house is not None:
        return None
    return "here" if is_near(call.request) else "away"


def is_near(request: Request) -> bool:
    """Asked on the machine itself. Behind a proxy everything seems to come from here, so the name that was asked for
    must be this machine's too, and nobody may have passed the request on."""
    passed_on = {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers.keys())
    client = request.client.host if request.client else ""
    return client in LOOPBACK and (request.url.hostname or "") in LOOPBACK and not passed_on


LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
