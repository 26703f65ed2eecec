"""The price book: a list with a search, and one plain form for a part."""

from typing import Any

from starlette.responses import Response

from app import pages
from app.actions import price_book as acts
from app.actions.price_book import TAX_CATEGORIES, PartWords
from app.queries import price_book
from app.queries.jobs import company_of
from app.queries.price_book import PartPriced
from app.queries.screens.frame import Choice, Form
from app.rules import parts as rules
from app.rules.access import Right, may
from app.rules.parts import quantity_words
from app.rules.refusal import BadInput
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.typed import Typed, carry_out, read
from app.web.where import id_of

TAXES = (
    Choice("S", "Standard"),
    Choice("Z", "Zero rate"),
    Choice("E", "Exempt"),
    Choice("AE", "Reverse charge"),
    Choice("K", "Within the EU"),
    Choice("G", "Export"),
    Choice("O", "Outside the tax"),
)


async def listed(call: Call) -> Response:
    q = call.request.query_params.get("q", "").strip()[:100]
    page = pages.render(
        "pages/price_book.html",
        frame=frame_of(call),
        parts=await call.db.ask(price_book.listed, q),
        currency=await call.db.ask_quick(_currency),
        q=q,
        may_edit=may(call.actor, Right.EDIT_PRICE_BOOK),
    )
    return html(page)


async def new(call: Call) -> Response:
    return await _page(call, None, Form(values={"unit": "piece", "tax_category": "S"}))


async def add(call: Call) -> Response:
    typed = await read(call)
    words = _words(typed)
    done = await carry_out(
        call, typed, lambda session, act: acts.add_part(session, act, words=PartWords(**words))
    )
    if done is None:
        return await _page(call, None, typed.form, status=typed.status)
    return see("/price-book?said=added")


async def shown(call: Call) -> Response:
    found = await call.db.ask(price_book.item, id_of(call, "item_id"))
    return await _page(call, found, Form(values=_values(found)))


async def change(call: Call) -> Response:
    found = await call.db.ask(price_book.item, id_of(call, "item_id"))
    typed = await read(call)
    words = _words(typed)
    done = await carry_out(
        call,
        typed,
        lambda session, act: acts.change_part(session, act, item_id=found.id, changes=words),
    )
    if done is None:
        return await _page(call, found, typed.form, status=typed.status)
    return see("/price-book?said=saved")


async def retire(call: Call) -> Response:
    return await _switch(call, acts.retire_part)


async def take_back(call: Call) -> Response:
    return await _switch(call, acts.take_back_part)


async def _switch(call: Call, verb: Any) -> Response:
    number = id_of(call, "item_id")
    typed = await read(call)
    await carry_out(call, typed, lambda session, act: verb(session, act, item_id=number))
    return see(f"/price-book/{number}?said=saved")


def _words(typed: Typed) -> dict[str, Any]:
    return {
        "number": typed.maybe("number", most=60),
        "description": typed.text("description", most=300, missing="Say what the part is called."),
        "unit": typed.text("unit", most=20, missing="Say what one of it is: piece, m, kg."),
        "unit_price": _decimal(typed, "unit_price", rules.unit_price),
        "tax_category": (typed.several("tax_category", TAX_CATEGORIES) or ("S",))[0],
        "tax_rate": _decimal(typed, "tax_rate", rules.rate),
    }


def _decimal(typed: Typed, name: str, read_as: Any) -> Any:
    """An empty rate is nought; an empty price is not a price."""
    text = typed.maybe(name, most=24)
    try:
        return read_as("0" if text is None and name == "tax_rate" else text or "")
    except BadInput as refusal:
        typed.errors.setdefault(name, refusal.sentence)
        return None


def _values(part: PartPriced) -> dict[str, str]:
    return {
        "number": part.number or "",
        "description": part.description,
        "unit": part.unit,
        "unit_price": quantity_words(part.unit_price),
        "tax_category": part.tax_category,
        "tax_rate": quantity_words(part.tax_rate),
    }


def _currency(session: Any) -> str:
    return company_of(session).currency


async def _page(call: Call, part: PartPriced | None, form: Form, *, status: int = 200) -> Response:
    page = pages.render(
        "pages/price_book_item.html",
        frame=frame_of(call, here="/price-book"),
        part=part,
        currency=await call.db.ask_quick(_currency),
        taxes=TAXES,
        form=form,
    )
    return html(page, status)
