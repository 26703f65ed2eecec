"""Customers and sites by the API."""

from typing import Annotated, Any

import msgspec

from app.actions.customers import (
    CustomerWords,
    SiteWords,
    add_customer,
    add_site,
    change_customer,
    change_site,
)
from app.queries.api_lists import (
    CustomerAnswer,
    SiteAnswer,
    customer_answer,
    customers_page,
    site_answer,
    sites_page,
)
from app.rules.access import Right
from app.web.api.bodies import Address, CustomerChanges, NewCustomer, NewSite, SiteChanges
from app.web.api.endpoint import ApiCall, Endpoint, Query, Reply
from app.web.api.lists import PageQuery, next_of, place_of
from app.web.api.making import made, sent
from app.web.commands import Id


class CustomersQuery(PageQuery, frozen=True, kw_only=True):
    """``q``: words that must all be in the name."""

    q: Annotated[str, msgspec.Meta(max_length=200)] = ""


class CustomerList(msgspec.Struct, frozen=True):
    items: list[CustomerAnswer]
    next: str | None


class SitesQuery(PageQuery, frozen=True, kw_only=True):
    customer_id: Id | None = None


class SiteList(msgspec.Struct, frozen=True):
    items: list[SiteAnswer]
    next: str | None


async def list_customers(call: ApiCall, query: CustomersQuery) -> Reply:
    rows = await call.db.ask(
        customers_page,
        call.actor,
        words=query.q,
        after_id=place_of(query.after) or 0,
        limit=query.limit + 1,
        at=call.at,
    )
    return Reply(CustomerList(*next_of(rows, query.limit, lambda row: row.id)))


async def read_customer(call: ApiCall, query: Query) -> Reply:
    return Reply(await _customer(call, call.ids["customer_id"]))


async def create_customer(call: ApiCall, body: NewCustomer) -> Reply:
    words = customer_words(body)
    return await made(
        call,
        lambda session, act: add_customer(session, act, words=words),
        lambda made_id: _customer(call, made_id),
    )


async def edit_customer(call: ApiCall, body: CustomerChanges) -> Reply:
    customer_id = call.ids["customer_id"]
    changes = _columns(sent(body), lines="address_lines")
    await call.db.write(change_customer, call.act, customer_id=customer_id, changes=changes)
    return Reply(await _customer(call, customer_id))


async def list_sites(call: ApiCall, query: SitesQuery) -> Reply:
    rows = await call.db.ask(
        sites_page,
        call.actor,
        customer_id=query.customer_id,
        after_id=place_of(query.after) or 0,
        limit=query.limit + 1,
        at=call.at,
    )
    return Reply(SiteList(*next_of(rows, query.limit, lambda row: row.id)))


async def read_site(call: ApiCall, query: Query) -> Reply:
    return Reply(await _site(call, call.ids["site_id"]))


async def create_site(call: ApiCall, body: NewSite) -> Reply:
    words = site_words(body)
    return await made(
        call,
        lambda session, act: add_site(session, act, words=words),
        lambda made_id: _site(call, made_id),
    )


async def edit_site(call: ApiCall, body: SiteChanges) -> Reply:
    site_id = call.ids["site_id"]
    changes = _columns(sent(body), lines="street")
    await call.db.write(change_site, call.act, site_id=site_id, changes=changes)
    return Reply(await _site(call, site_id))


async def _customer(call: ApiCall, customer_id: int) -> CustomerAnswer:
    return await call.db.ask(customer_answer, call.actor, customer_id, at=call.at)


async def _site(call: ApiCall, site_id: int) -> SiteAnswer:
    return await call.db.ask(site_answer, call.actor, site_id, at=call.at)


def customer_words(body: NewCustomer) -> CustomerWords:
    return CustomerWords(**_columns(sent(body), lines="address_lines"))


def site_words(body: NewSite) -> SiteWords:
    return SiteWords(**_columns(sent(body), lines="street"))


def _columns(values: dict[str, Any], *, lines: str) -> dict[str, Any]:
    """The address by the names of the columns; a site's lines are one text."""
    if "address" not in values:
        return values
    address = values.pop("address") or Address()
    text = "\n".join(address.lines)
    return {
        **values,
        lines: text if lines == "street" else tuple(address.lines),
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
    }


_READ, _EDIT = (Right.READ_CUSTOMERS,), (Right.EDIT_CUSTOMERS,)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/customers", _READ, CustomersQuery, {200: CustomerList}, list_customers),
    Endpoint("POST", "/customers", _EDIT, NewCustomer, {201: CustomerAnswer}, create_customer),
    Endpoint("GET", "/customers/{customer_id}", _READ, Query, {200: CustomerAnswer}, read_customer),
    Endpoint(
        "PATCH",
        "/customers/{customer_id}",
        _EDIT,
        CustomerChanges,
        {200: CustomerAnswer},
        edit_customer,
    ),
    Endpoint("GET", "/sites", _READ, SitesQuery, {200: SiteList}, list_sites),
    Endpoint("POST", "/sites", _EDIT, NewSite, {201: SiteAnswer}, create_site),
    Endpoint("GET", "/sites/{site_id}", _READ, Query, {200: SiteAnswer}, read_site),
    Endpoint("PATCH", "/sites/{site_id}", _EDIT, SiteChanges, {200: SiteAnswer}, edit_site),
)
