"""Three lists of the office side: presses that wait, the moves of the day, and what a search finds."""

from sqlalchemy.orm import Session
from starlette.responses import Response

from app import pages
from app.queries.job_page import doubtful_times
from app.queries.job_parts import held_presses
from app.queries.moves import recent_moves
from app.queries.people import short_names
from app.queries.screens.boards import RecentMove
from app.queries.screens.frame import Form
from app.queries.screens.job import DoubtfulTime, HeldPress
from app.queries.search import search as find
from app.rules.access import Actor, Right, may
from app.web.door import Call, html
from app.web.forms import clean
from app.web.frame import frame_of


async def held(call: Call) -> Response:
    return await show_held(call)


async def show_held(call: Call, form: Form | None = None, *, status: int = 200) -> Response:
    presses, times = await call.db.ask(_held, call.actor)
    page = pages.render(
        "pages/held.html", frame=frame_of(call), held=presses, times=times, form=form or Form()
    )
    return html(page, status)


async def moves(call: Call) -> Response:
    return await show_moves(call)


async def show_moves(call: Call, form: Form | None = None, *, status: int = 200) -> Response:
    rows: tuple[RecentMove, ...] = await call.db.ask(
        recent_moves, at=call.at, may_bill=may(call.actor, Right.BILL)
    )
    page = pages.render("pages/moves.html", frame=frame_of(call), moves=rows, form=form or Form())
    return html(page, status)


async def search(call: Call) -> Response:
    q = clean(call.request.query_params.get("q", "")).strip()
    found = await call.db.ask(find, call.actor, q=q, at=call.at)
    return html(pages.render("pages/search.html", frame=frame_of(call), search=found))


def _held(session: Session, by: Actor) -> tuple[tuple[HeldPress, ...], tuple[DoubtfulTime, ...]]:
    presses = held_presses(session, short_names(session), may_decide=True)
    return presses, doubtful_times(session, by)
