"""The money page for programs: its figures, and the list behind each."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from app.queries.api_money import (
    MoneyItem,
    MoneyListAnswer,
    MoneyPageAnswer,
    money_answer,
    money_items,
)
from app.rules.access import Right
from app.web.api.endpoint import ApiCall, Endpoint, Query, Reply
from app.web.api.lists import PageQuery, next_of, place_of


class ItemsQuery(PageQuery, frozen=True, kw_only=True):
    """``of``: a bucket, or several together. ``age``: the row of the ages, from 0; of "finished" and "owed" only."""

    of: Literal[
        "in_progress", "needs_details", "ready", "billing", "not_due", "overdue", "paid",
        "earned", "finished", "owed",
    ]  # fmt: skip
    age: Annotated[int, msgspec.Meta(ge=0, le=20)] | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    """What a list of no table is leafed through by: the place of an item."""

    place: int
    item: MoneyItem


async def read(call: ApiCall, query: Query) -> Reply:
    return Reply(await call.db.ask(money_answer, at=call.at))


async def read_items(call: ApiCall, query: ItemsQuery) -> Reply:
    whole = await call.db.ask(money_items, query.of, query.age, at=call.at)
    first = place_of(query.after) or 0
    placed = [_Placed(place, item) for place, item in enumerate(whole.items, start=1)]
    page, after = next_of(
        placed[first : first + query.limit + 1], query.limit, lambda one: one.place
    )
    items = [one.item for one in page]
    return Reply(msgspec.structs.replace(whole, items=items, next=after))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/money", (Right.SEE_MONEY,), Query, {200: MoneyPageAnswer}, read),
    Endpoint(
        "GET", "/money/items", (Right.SEE_MONEY,), ItemsQuery, {200: MoneyListAnswer}, read_items
    ),
)
