"""What the company's invoices say and cost: the owner's form (company, account, numbers, logo) and the office's (taxes,
rates, rounding, travel)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from app import pages
from app.actions import rates as acts
from app.actions.act import now_by
from app.files.pictures import Pictures
from app.queries import billing_values, own_house
from app.queries.screens.frame import Form
from app.queries.terms import waiting_for_a_price
from app.rules.access import Right, may
from app.rules.lawful import CATEGORIES
from app.rules.pricing import Direction, Scope, Travel
from app.rules.refusal import NotFound, Refusal
from app.web.door import Call, html, see
from app.web.first_owner import zones
from app.web.frame import frame_of
from app.web.reauth import confirmed
from app.web.typed import Typed, carry_out, read
from app.web.uploads import receive

TAXES = {
    "S": "Standard or reduced rate",
    "Z": "Zero rate",
    "E": "Exempt from tax",
    "AE": "Reverse charge: the customer owes the tax",
    "K": "To a company in another EU country",
    "G": "Export outside the EU",
    "O": "Outside the scope of tax",
    "L": "Canary Islands (IGIC)",
    "M": "Ceuta and Melilla (IPSI)",
}
"""EN 16931's categories (UNCL 5305) in words."""

ROUNDING_UNITS = {"1": "1 minute", "5": "5 minutes", "6": "6 minutes", "10": "10 minutes"} | {
    "15": "15 minutes", "30": "30 minutes", "60": "1 hour",
}  # fmt: skip
DIRECTIONS = {Direction.UP: "Up", Direction.NEAREST: "To the nearest"}
SCOPES = {
    Scope.PERSON_VISIT: "Each person on each visit",
    Scope.VISIT: "All people of a visit together",
    Scope.PERSON: "Each person over the whole job",
    Scope.JOB: "The whole job together",
}
TRAVELS = {
    Travel.NONE: "Is not charged",
    Travel.CALL_OUT: "A call-out fee for each visit",
    Travel.HOURLY: "By the hour",
}

IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
PREFIX = re.compile(r"[A-Za-z0-9/_.-]{0,12}")


async def on_invoices_shown(call: Call) -> Response:
    return await company_page(call)


async def change_on_invoices(call: Call) -> Response:
    typed = await read(call)
    changes = _company_words(typed)
    if not typed.errors and (asked := await confirmed(call, typed)):
        return asked
    done = await carry_out(
        call, typed, lambda session, act: acts.change_billing(session, act, changes=changes)
    )
    if done is None:
        return await company_page(call, paper=typed.form, status=typed.status)
    return see("/settings/company?said=saved")


async def company_page(
    call: Call, *, form: Form | None = None, paper: Form | None = None, status: int = 200
) -> Response:
    """Both forms of the company, each as typed or as it is now."""
    page = pages.render(
        "pages/company.html",
        frame=frame_of(call, here="/settings/company"),
        form=form or Form(values=await call.db.ask(own_house.company_values)),
        paper=paper or Form(values=await call.db.ask(billing_values.on_invoices)),
        has_logo=await call.db.ask_quick(billing_values.logo_key) is not None,
        zones=zones(),
    )
    return html(page, status)


async def change_logo(call: Call) -> Response:
    """A picture, drawn anew like every upload. Without one, the logo is taken away."""
    pictures: Pictures = call.request.app.state.pictures
    old = await call.db.ask_quick(billing_values.logo_key)
    try:
        sent = await receive(call.request, pictures)
        try:
            key = await pictures.take_logo(sent[0].upload, at=call.at)
        finally:
            for one in sent:
                one.upload.path.unlink(missing_ok=True)
    except Refusal as refusal:
        paper = Form(
            values=await call.db.ask(billing_values.on_invoices),
            errors={"file": refusal.sentence},
        )
        return await company_page(call, paper=paper, status=refusal.status)
    act = now_by(call.actor, call.at)
    try:
        await call.db.write(acts.change_billing, act, changes={"logo_key": key})
    except BaseException:
        await pictures.store.remove(key)
        raise
    # The old one stays for the invoices that carry it; the search for orphans takes it when none does.
    return see("/settings/company?said=saved" if old != key else "/settings/company")


async def remove_logo(call: Call) -> Response:
    await call.form()
    await call.db.write(
        acts.change_billing, now_by(call.actor, call.at), changes={"logo_key": None}
    )
    return see("/settings/company?said=saved")


async def logo(call: Call) -> Response:
    key = await call.db.ask_quick(billing_values.logo_key)
    if key is None:
        return Response(status_code=204)
    pictures: Pictures = call.request.app.state.pictures
    try:
        data = await pictures.store.read(key)
    except FileNotFoundError:
        raise NotFound from None
    return Response(data, media_type="image/png", headers={"Cache-Control": "no-store"})


async def taxes_shown(call: Call) -> Response:
    return await _taxes_page(call, Form(values=await call.db.ask(billing_values.taxes_and_prices)))


async def change_taxes(call: Call) -> Response:
    typed = await read(call)
    changes = _price_words(typed)
    done = await carry_out(
        call, typed, lambda session, act: acts.change_billing(session, act, changes=changes)
    )
    if done is None:
        return await _taxes_page(call, typed.form, status=typed.status)
    return see("/settings/taxes?said=saved")


async def price_waiting(call: Call) -> Response:
    """Jobs that wait for a price are judged with the rates of now, because somebody says so."""
    typed = await read(call)
    if await carry_out(call, typed, acts.price_waiting) is None:
        form = Form(
            values=await call.db.ask(billing_values.taxes_and_prices), refusal=typed.refusal
        )
        return await _taxes_page(call, form, status=typed.status)
    return see("/settings/taxes?said=priced_waiting")


async def _taxes_page(call: Call, form: Form, *, status: int = 200) -> Response:
    units = dict(ROUNDING_UNITS)
    if (own := form.value("rounding_unit")) and own not in units:
        units[own] = f"{own} minutes"
    page = pages.render(
        "pages/taxes.html",
        frame=frame_of(call),
        form=form,
        currency=await call.db.ask_quick(billing_values.currency),
        waiting=len(await call.db.ask(waiting_for_a_price)),
        taxes=tuple(TAXES.items()),
        units=tuple(units.items()),
        directions=tuple((str(one), say) for one, say in DIRECTIONS.items()),
        scopes=tuple((str(one), say) for one, say in SCOPES.items()),
        travels=tuple((str(one), say) for one, say in TRAVELS.items()),
    )
    return html(page, status)


def _company_words(typed: Typed) -> Mapping[str, Any]:
    return {
        "address_lines": typed.lines("lines", most=600),
        "postcode": typed.maybe("postcode", most=20),
        "city": typed.maybe("city", most=120),
        "country": typed.country("country"),
        "tax_id": typed.maybe("tax_id", most=40),
        "register": typed.maybe("register", most=200),
        "phone": typed.phone("company_phone"),
        "email": typed.email("company_email"),
        "website": typed.maybe("website", most=200),
        "iban": _iban(typed),
        "bic": _shaped(typed, "bic", BIC, "A BIC has 8 or 11 letters and digits. Check it."),
        "terms_days": typed.maybe_number("terms_days", least=0, most=365),
        "terms": typed.long("terms", most=2000) or "",
        "invoice_prefix": _prefix(typed, "invoice_prefix"),
        "credit_prefix": _prefix(typed, "credit_prefix"),
    }


def _iban(typed: Typed) -> str | None:
    """With its check digits (ISO 7064): a slip here sends the customers' money elsewhere."""
    found = _shaped(typed, "iban", IBAN, "An IBAN begins with a country, like DE02. Check it.")
    if found is None:
        return None
    turned = "".join(str(int(letter, 36)) for letter in found[4:] + found[:4])
    if int(turned) % 97 != 1:
        typed.errors["iban"] = "The check digits of this IBAN do not fit. Check it once more."
        return None
    return found


def _shaped(typed: Typed, name: str, shape: re.Pattern[str], wrong: str) -> str | None:
    found = (typed.maybe(name, most=60) or "").replace(" ", "").upper()
    if found and not shape.fullmatch(found):
        typed.errors[name] = wrong
        return None
    return found or None


def _prefix(typed: Typed, name: str) -> str:
    found = typed.maybe(name, most=12) or ""
    if not PREFIX.fullmatch(found):
        typed.errors[name] = "Use letters, digits, / _ . and - in front of the numbers."
    return found


def _price_words(typed: Typed) -> Mapping[str, Any]:
    category = typed.choice("tax_category", CATEGORIES & TAXES.keys())
    rate = typed.decimal("tax_rate", most=100)
    if category not in ("S", "L", "M"):
        rate = Decimal(0)
    travel = Travel(typed.choice("travel", [str(one) for one in Travel]))
    fee = typed.decimal("call_out_fee")
    if travel is Travel.CALL_OUT and fee is None:
        typed.errors.setdefault("call_out_fee", "Say what a call-out costs, or choose otherwise.")
    return {
        "tax_category": category,
        "tax_rate": rate,
        "exempt_reason": typed.long("exempt_reason", most=1000),
        "labour_rate": typed.decimal("labour_rate"),
        "rounding_unit": typed.number("rounding_unit", least=1, most=480),
        "rounding_direction": Direction(
            typed.choice("rounding_direction", [str(one) for one in Direction])
        ),
        "rounding_grace": typed.number("rounding_grace", least=0, most=240),
        "rounding_minimum": typed.number("rounding_minimum", least=0, most=1440),
        "rounding_scope": Scope(typed.choice("rounding_scope", [str(one) for one in Scope])),
        "travel": travel,
        "travel_rate": typed.decimal("travel_rate"),
        "call_out_fee": fee,
    }


def may_see_rates(call: Call) -> bool:
    return may(call.actor, Right.SET_RATES)
