"""Customers and sites: lists and plain forms."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from app import pages
from app.actions import customers as acts
from app.actions.act import Act, Done
from app.actions.customers import CustomerWords, SiteWords
from app.actions.rates import labour_rate_of, set_labour_rate
from app.queries import billing_values, directory
from app.queries.directory import CustomerPage
from app.queries.imports import last_import
from app.queries.screens.frame import Choice, Form
from app.queries.screens.lists import SiteRow
from app.rules.access import Right, may
from app.web.billing_settings import may_see_rates
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.typed import Typed, carry_out, read


async def listed(call: Call) -> Response:
    return await show_list(call, Form())


async def show_list(call: Call, form: Form, *, status: int = 200) -> Response:
    """``form``: with the sentence of an undo that was refused."""
    q = call.request.query_params.get("q", "").strip()[:100]
    page = pages.render(
        "pages/customers.html",
        frame=frame_of(call),
        customers=await call.db.ask(directory.customers, q),
        q=q,
        may_edit=_may_edit(call),
        may_import=may(call.actor, Right.IMPORT),
        last=await call.db.ask(last_import, at=call.at),
        form=form,
    )
    return html(page, status)


async def new(call: Call) -> Response:
    return _page(call, None, Form())


async def add(call: Call) -> Response:
    typed = await read(call)
    words, rate = _customer_words(typed), _rate(call, typed)

    def add(session: Session, act: Act) -> Done:
        done = acts.add_customer(session, act, words=CustomerWords(**words))
        if rate is not None and done.made_id is not None:
            set_labour_rate(session, act, of="customer", of_id=done.made_id, rate=rate)
        return done

    done = await carry_out(call, typed, add)
    if done is None:
        return _page(call, None, typed.form, status=typed.status)
    return see(f"/customers/{done.made_id}?said=added")


async def shown(call: Call) -> Response:
    found = await call.db.ask(directory.customer, call.number("customer_id"))
    billing = await call.db.ask(billing_values.customer_billing, found.row.id)
    return _page(call, found, Form(values={**found.values, **billing}))


async def change(call: Call) -> Response:
    found = await call.db.ask(directory.customer, call.number("customer_id"))
    typed = await read(call)
    words, rate = _customer_words(typed), _rate(call, typed)
    old = await call.db.ask(labour_rate_of, "customer", found.row.id)

    def change(session: Session, act: Act) -> Done:
        done = acts.change_customer(session, act, customer_id=found.row.id, changes=words)
        if not may_see_rates(call) or rate == old:
            return done
        return set_labour_rate(session, act, of="customer", of_id=found.row.id, rate=rate)

    done = await carry_out(call, typed, change)
    if done is None:
        return _page(call, found, typed.form, status=typed.status)
    return see(f"/customers/{found.row.id}?said=saved")


async def sites_listed(call: Call) -> Response:
    page = pages.render(
        "pages/sites.html",
        frame=frame_of(call),
        sites=await call.db.ask(directory.sites),
        may_edit=_may_edit(call),
    )
    return html(page)


async def new_site(call: Call) -> Response:
    wanted = call.request.query_params.get("customer", "")
    return await _site_page(call, None, Form(values={"customer_id": wanted}))


async def add_site(call: Call) -> Response:
    typed = await read(call)
    words = _site_words(typed)
    done = await carry_out(
        call, typed, lambda session, act: acts.add_site(session, act, words=SiteWords(**words))
    )
    if done is None:
        return await _site_page(call, None, typed.form, status=typed.status)
    return see(f"/sites/{done.made_id}?said=added")


async def site_shown(call: Call) -> Response:
    row, values = await call.db.ask(directory.site, call.number("site_id"))
    return await _site_page(call, row, Form(values=values))


async def change_site(call: Call) -> Response:
    row, _ = await call.db.ask(directory.site, call.number("site_id"))
    typed = await read(call)
    words = _site_words(typed)
    done = await carry_out(
        call,
        typed,
        lambda session, act: acts.change_site(session, act, site_id=row.id, changes=words),
    )
    if done is None:
        return await _site_page(call, row, typed.form, status=typed.status)
    return see(f"/sites/{row.id}?said=saved")


def _customer_words(typed: Typed) -> Mapping[str, Any]:
    return {
        "name": typed.text("name", most=200, missing="Give the name that stands on the invoice."),
        "email": typed.email("email"),
        "phone": typed.phone("phone"),
        "address_lines": typed.lines("lines", most=600),
        "postcode": typed.maybe("postcode", most=20),
        "city": typed.maybe("city", most=120),
        "country": typed.country("country"),
        "tax_id": typed.maybe("tax_id", most=40),
        "terms_days": typed.maybe_number("terms_days", least=0, most=365),
        "reference_required": typed.is_ticked("reference_required"),
    }


def _rate(call: Call, typed: Typed) -> Decimal | None:
    return typed.decimal("labour_rate") if may_see_rates(call) else None


def _site_words(typed: Typed) -> Mapping[str, Any]:
    return {
        "customer_id": typed.id("customer_id"),
        "name": typed.maybe("name", most=200),
        "street": "\n".join(typed.lines("lines", most=200)),
        "postcode": typed.maybe("postcode", most=20),
        "city": typed.maybe("city", most=120),
        "country": typed.country("country"),
        "contact_name": typed.maybe("contact_name", most=120),
        "contact_phone": typed.phone("contact_phone"),
        "access_note": typed.long("access_note", most=2000),
    }


def _may_edit(call: Call) -> bool:
    return may(call.actor, Right.EDIT_CUSTOMERS)


def _page(call: Call, found: CustomerPage | None, form: Form, *, status: int = 200) -> Response:
    page = pages.render(
        "pages/customer.html",
        frame=frame_of(call, here="/customers"),
        customer=found.row if found else None,
        sites=found.sites if found else (),
        jobs=found.jobs if found else (),
        form=form,
        may_edit=_may_edit(call),
        sees_rates=may_see_rates(call),
    )
    return html(page, status)


async def _site_page(call: Call, row: SiteRow | None, form: Form, *, status: int = 200) -> Response:
    names = await call.db.ask(directory.customer_names)
    page = pages.render(
        "pages/site.html",
        frame=frame_of(call, here="/sites"),
        site=row,
        customers=tuple(Choice(str(customer_id), name) for customer_id, name in names),
        form=form,
        may_edit=_may_edit(call),
    )
    return html(page, status)
