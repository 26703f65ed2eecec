"""The board and the caller: what a program reads first."""

from typing import Literal

from app.queries.api_answers import BoardAnswer
from app.queries.api_jobs import board
from app.queries.api_me import MeAnswer, me
from app.rules.access import Right, may
from app.rules.refusal import Forbidden
from app.web.api.endpoint import ApiCall, Endpoint, Query, Reply

VIEW_RIGHT = {
    "json": Right.READ_JOBS,
    "dispatch": Right.SEE_DISPATCH,
    "office": Right.SEE_BILLING,
    "wall": Right.SEE_DISPATCH,
}
"""Which right each view asks for; without a view the board is the one that ``view=json`` carries."""


class BoardQuery(Query, frozen=True, kw_only=True):
    view: Literal["json", "dispatch", "office", "wall"] = "json"


async def read_board(call: ApiCall, query: BoardQuery) -> Reply:
    if not may(call.actor, VIEW_RIGHT[query.view]):
        raise Forbidden
    return Reply(await call.db.ask(board, call.actor, view=query.view, at=call.at))


async def read_me(call: ApiCall, query: Query) -> Reply:
    return Reply(await call.db.ask(me, call.actor))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/me", (Right.OWN_ACCOUNT,), Query, {200: MeAnswer}, read_me),
    Endpoint("GET", "/board", (Right.READ_JOBS,), BoardQuery, {200: BoardAnswer}, read_board),
)
