"""The price book by the API."""

from typing import Annotated, Any

import msgspec
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.price_book import (
    PartWords,
    add_part,
    change_part,
    retire_part,
    take_back_part,
)
from app.queries.api_price_book import (
    PriceBookAnswer,
    currency_of,
    price_book_answer,
    price_book_page,
)
from app.rules import parts as rules
from app.rules.access import Right
from app.rules.refusal import BadInput
from app.web.api.bodies import NewPart, PartChanges
from app.web.api.endpoint import ApiCall, Endpoint, Query, Reply
from app.web.api.lists import PageQuery, next_of, place_of
from app.web.api.making import made, sent
from app.web.commands import MoneyBody, TaxBody


class PriceBookQuery(PageQuery, frozen=True, kw_only=True):
    q: Annotated[str, msgspec.Meta(max_length=200)] = ""


class PriceBookList(msgspec.Struct, frozen=True):
    items: list[PriceBookAnswer]
    next: str | None


async def list_parts(call: ApiCall, query: PriceBookQuery) -> Reply:
    rows = await call.db.ask(
        price_book_page,
        words=query.q,
        after_id=place_of(query.after) or 0,
        limit=query.limit + 1,
    )
    return Reply(PriceBookList(*next_of(rows, query.limit, lambda row: row.id)))


async def read_part(call: ApiCall, query: Query) -> Reply:
    return Reply(await call.db.ask(price_book_answer, call.ids["item_id"]))


async def create_part(call: ApiCall, body: NewPart) -> Reply:
    words = PartWords(**await _columns(call, sent(body)))
    return await made(
        call,
        lambda session, act: add_part(session, act, words=words),
        lambda made_id: call.db.ask(price_book_answer, made_id),
    )


async def edit_part(call: ApiCall, body: PartChanges) -> Reply:
    item_id = call.ids["item_id"]
    changes = await _columns(call, sent(body))
    retired = changes.pop("retired", None)
    await call.db.write(_change, call.act, item_id=item_id, changes=changes, retired=retired)
    return Reply(await call.db.ask(price_book_answer, item_id))


def _change(
    session: Session, act: Act, *, item_id: int, changes: dict[str, Any], retired: bool | None
) -> Done:
    done = change_part(session, act, item_id=item_id, changes=changes)
    if retired is None:
        return done
    return (retire_part if retired else take_back_part)(session, act, item_id=item_id)


async def _columns(call: ApiCall, values: dict[str, Any]) -> dict[str, Any]:
    """Price and tax by the names of the columns."""
    price: MoneyBody | None = values.pop("unit_price", None)
    tax: TaxBody | None = values.pop("tax", None)
    if price is not None:
        currency = await call.db.ask_quick(currency_of)
        if price.currency != currency:
            raise BadInput("currency", f"This company works in {currency}.", field="unit_price")
        values["unit_price"] = rules.unit_price(price.amount)
    if tax is not None:
        values |= {"tax_category": tax.category, "tax_rate": rules.rate(tax.rate)}
    return values


_READ, _EDIT = (Right.READ_PRICE_BOOK,), (Right.EDIT_PRICE_BOOK,)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/price-book", _READ, PriceBookQuery, {200: PriceBookList}, list_parts),
    Endpoint("POST", "/price-book", _EDIT, NewPart, {201: PriceBookAnswer}, create_part),
    Endpoint("GET", "/price-book/{item_id}", _READ, Query, {200: PriceBookAnswer}, read_part),
    Endpoint(
        "PATCH", "/price-book/{item_id}", _EDIT, PartChanges, {200: PriceBookAnswer}, edit_part
    ),
)
