"""Kinds of jobs: what each must have before it is ready, and its checklist, by one plain form."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session
from starlette.responses import Response

from app import pages
from app.actions import job_types as acts
from app.actions.act import Act, Done
from app.actions.job_types import MOST_LINES, MOST_PHOTOS, ChecklistLine
from app.actions.rates import TypePrices, set_type_prices, type_prices_of
from app.queries import billing_values, own_house
from app.queries.screens.frame import Choice, Form
from app.queries.screens.lists import JobTypeRow
from app.rules.access import Right, may
from app.rules.invoice import Tax
from app.rules.requirements import PER_JOB_TYPE
from app.web.billing_settings import TAXES, may_see_rates
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.typed import Typed, carry_out, read
from app.web.where import id_of

EMPTY_LINES = 3
"""Offered below the lines that are there; more come with each saving."""

CODES = tuple(one.code for one in PER_JOB_TYPE)
COUNTABLE = tuple(one.code for one in PER_JOB_TYPE if one.countable)


async def listed(call: Call) -> Response:
    page = pages.render(
        "pages/job_types.html",
        frame=frame_of(call),
        job_types=await call.db.ask(own_house.job_types),
        may_edit=may(call.actor, Right.EDIT_JOB_TYPES),
    )
    return html(page)


async def new(call: Call) -> Response:
    return _page(call, None, Form())


async def add(call: Call) -> Response:
    typed = await read(call)
    name, asked, lines = _words(typed)
    prices = _prices(typed) if may_see_rates(call) else None

    def add(session: Session, act: Act) -> Done:
        done = acts.add_job_type(session, act, name=name, requirements=asked, checklist=lines)
        if prices is not None and done.made_id is not None and prices != TypePrices():
            set_type_prices(session, act, job_type_id=done.made_id, prices=prices)
        return done

    done = await carry_out(call, typed, add)
    if done is None:
        return _page(call, None, typed.form, status=typed.status)
    return see(_after(typed, done.made_id, "added"))


async def shown(call: Call) -> Response:
    row, values = await call.db.ask(own_house.job_type, id_of(call, "job_type_id"))
    prices = await call.db.ask(billing_values.type_prices, row.id) if may_see_rates(call) else {}
    return _page(call, row, Form(values={**values, **prices}))


async def change(call: Call) -> Response:
    row, _ = await call.db.ask(own_house.job_type, id_of(call, "job_type_id"))
    typed = await read(call)
    name, asked, lines = _words(typed)
    prices = _prices(typed) if may_see_rates(call) else None

    def change(session: Session, act: Act) -> Done:
        done = acts.change_job_type(
            session, act, job_type_id=row.id, name=name, requirements=asked, checklist=lines
        )
        if prices is None or prices == type_prices_of(session, row.id):
            return done
        return set_type_prices(session, act, job_type_id=row.id, prices=prices)

    done = await carry_out(call, typed, change)
    if done is None:
        return _page(call, row, typed.form, status=typed.status)
    return see(_after(typed, row.id, "saved"))


def _after(typed: Typed, job_type_id: int | None, said: str) -> str:
    """ "Save and add lines" comes back to the same form."""
    goes_on = typed.is_ticked("more") and job_type_id is not None
    return f"/job-types/{job_type_id}?said={said}" if goes_on else f"/job-types?said={said}"


def _words(typed: Typed) -> tuple[str, Mapping[str, int], list[ChecklistLine]]:
    name = typed.text("name", most=120, missing="Give the kind of job a name.")
    asked = typed.several("requirements", CODES)
    counts = {
        code: typed.number(f"count_{code}", least=1, most=MOST_PHOTOS)
        if code in COUNTABLE and typed.is_there(f"count_{code}")
        else 1
        for code in asked
    }
    return name, counts, [_line(typed, place) for place in range(1, MOST_LINES + 1)]


def _line(typed: Typed, place: int) -> ChecklistLine:
    return ChecklistLine(
        text=typed.maybe(f"line_{place}", most=200) or "",
        is_required=typed.is_ticked(f"line_{place}_required"),
        wants_photo=typed.is_ticked(f"line_{place}_photo"),
        answer=typed.maybe(f"line_{place}_answer", most=20) or "yes_no",
        id=typed.maybe(f"line_{place}_id", most=40),
    )


def _prices(typed: Typed) -> TypePrices:
    category = typed.choice("own_tax", ("", *TAXES)) if typed.form.value("own_tax") else ""
    rate = typed.decimal("own_tax_rate", most=100)
    if category == "S" and not rate:
        typed.errors.setdefault("own_tax_rate", "Enter the rate in per cent, such as 7.")
    is_rated = category in ("S", "L", "M")
    tax = Tax(category, rate if is_rated and rate else Decimal(0)) if category else None
    return TypePrices(typed.decimal("labour_rate"), typed.decimal("fixed_price"), tax)


def _page(call: Call, row: JobTypeRow | None, form: Form, *, status: int = 200) -> Response:
    there = sum(bool(form.value(f"line_{place}_id")) for place in range(1, MOST_LINES + 1))
    typed = sum(bool(form.value(f"line_{place}")) for place in range(1, MOST_LINES + 1))
    page = pages.render(
        "pages/job_type.html",
        frame=frame_of(call, here="/job-types"),
        job_type=row,
        requirements=tuple(Choice(one.code, one.name) for one in PER_JOB_TYPE),
        countable=COUNTABLE,
        taxes=tuple(TAXES.items()) if may_see_rates(call) else (),
        lines=min(max(there, typed) + EMPTY_LINES, MOST_LINES),
        form=form,
    )
    return html(page, status)
