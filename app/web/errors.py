"""How a refusal, or something broken, is answered: a page with the next step for people, JSON for programs."""

from http import HTTPStatus
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ExceptionHandler

from app import pages
from app.queries.screens.frame import Trouble
from app.rules.refusal import Malformed, NotFound, Refusal, SignInNeeded, TooLarge
from app.web import clock
from app.web.door import html
from app.web.frame import frame_for
from app.web.logs import safe_path

log = structlog.get_logger(__name__)

TITLES = {
    400: "This could not be read",
    401: "Sign in first",
    403: "Not allowed",
    404: "Nothing here",
    405: "Nothing here",
    409: "This was not done",
    413: "Too large",
    422: "This was not done",
    429: "Please wait",
    500: "Something broke here",
    503: "Please wait",
}

TOO_LARGE = "This is too large to be sent at once."

RETRY_AFTER_S = {429: 60, 503: 5}


def answer(request: Request, refusal: Refusal) -> Response:
    """The refusal as whoever asked can use it."""
    if for_program(request):
        return as_json(refusal)
    if isinstance(refusal, SignInNeeded) and request.method in ("GET", "HEAD"):
        return to_sign_in(request)
    return page(request, refusal.status, refusal.sentence)


def for_program(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/live/"))


def as_json(refusal: Refusal) -> Response:
    """The API's error shape (docs/api.md)."""
    error = {"code": refusal.code, "message": refusal.sentence, "field": refusal.field}
    return JSONResponse({"error": error}, refusal.status, headers=_retry_after(refusal.status))


def to_sign_in(request: Request) -> Response:
    """Sign in, and come back to where you were going."""
    here = request.url.path
    if request.url.query:
        here = f"{here}?{request.url.query}"
    return RedirectResponse(
        "/sign-in" if here == "/" else f"/sign-in?next={quote(here, safe='/')}", status_code=303
    )


def page(request: Request, status: int, say: str, *, ref: str | None = None) -> Response:
    label, href = _next_step(request, status)
    title = TITLES.get(status, "This was not done")
    trouble = Trouble(status, title, say, next_label=label, next_href=href, ref=ref)
    frame = frame_for(request, request.app.state.settings, at=clock.now())
    response = html(pages.render("pages/error.html", frame=frame, trouble=trouble), status)
    response.headers.update(_retry_after(status))
    return response


def _next_step(request: Request, status: int) -> tuple[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return "Sign in", "/sign-in"
    if request.url.path.startswith("/wall"):
        return "Try again", "/wall"
    return "Go to the board", "/"


def _retry_after(status: int) -> dict[str, str]:
    return {"Retry-After": str(RETRY_AFTER_S[status])} if status in RETRY_AFTER_S else {}


async def refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Refusal)  # noqa: S101 -- registered for refusals only
    return answer(request, problem)


async def unroutable(request: Request, problem: Exception) -> Response:
    """What the framework refuses: no such page, no such method, a body too large or not readable."""
    assert isinstance(problem, HTTPException)  # noqa: S101 -- registered for these only
    response = answer(request, _as_refusal(problem))
    if problem.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.status_code = problem.status_code
        response.headers.update(problem.headers or {})
    return response


def _as_refusal(problem: HTTPException) -> Refusal:
    match problem.status_code:
        case 413:
            return TooLarge("too_large", TOO_LARGE)
        case 404:
            return NotFound()
        case 405:
            return NotFound("This address does not take that kind of request.")
    return Malformed("malformed", "This request could not be read. Go back and send it again.")


async def broken(request: Request, problem: Exception) -> Response:
    """Our own fault: logged with a reference that the page also shows."""
    ref = getattr(request.state, "ref", None)
    log.error("broken", path=safe_path(request.url.path), ref=ref, exc_info=problem)
    say = "It is our fault, not yours. What you sent may not have been done: look, then try again."
    if for_program(request):
        error = {"code": "broken", "message": f"Something broke here (ref {ref}).", "field": None}
        return JSONResponse({"error": error}, 500)
    return page(request, 500, say, ref=ref)


HANDLERS: dict[type[Exception], ExceptionHandler] = {
    Refusal: refused,
    HTTPException: unroutable,
    Exception: broken,
}
