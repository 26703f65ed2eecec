"""The money page and the list behind each of its figures."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session
from starlette.responses import Response

from app import pages
from app.queries.board import Head, head
from app.queries.money_screen import money_list, money_screen
from app.rules.refusal import NotFound
from app.web import where
from app.web.door import Call, html
from app.web.frame import frame_of

T = TypeVar("T")


async def shown(call: Call) -> Response:
    at_seq, screen = await call.db.ask(_with_head, money_screen, at=call.at)
    live = where.live(call, at_seq, "office")
    page = pages.render("pages/money.html", frame=frame_of(call), live=live, screen=screen)
    return html(page)


async def listed(call: Call) -> Response:
    age = call.request.query_params.get("age")
    if age is not None and not (age.isdecimal() and len(age) < 3):
        raise NotFound
    at_seq, found = await call.db.ask(
        _with_head,
        money_list,
        call.request.path_params["key"],
        int(age) if age is not None else None,
        at=call.at,
    )
    live = where.live(call, at_seq, "office")
    page = pages.render(
        "pages/money_list.html", frame=frame_of(call, here="/money"), live=live, list=found
    )
    return html(page)


def _with_head(
    session: Session, ask: Callable[..., T], *asked: object, at: datetime
) -> tuple[Head, T]:
    """The answer, and the place in the history that it is of: from one snapshot."""
    return head(session), ask(session, *asked, at=at)
