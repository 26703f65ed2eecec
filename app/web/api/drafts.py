"""What programs do to a draft before it is issued: its jobs, lines, discount and photos. The pages' own actions."""

from datetime import date
from typing import Annotated

import msgspec
from sqlalchemy.orm import Session

from app.actions import billing, draft_lines
from app.actions.act import Act, Done
from app.actions.draft_lines import LineWords
from app.rules import parts
from app.rules.access import Right
from app.rules.invoice import Tax
from app.rules.refusal import BadInput
from app.web.api.invoices import AmountBody, Ids, in_own_currency, verb
from app.web.commands import Body, Id, TaxBody, Text, Words

Number = Annotated[str, msgspec.Meta(max_length=24)]


class TakeBackBody(Body, frozen=True, kw_only=True):
    job_ids: Ids


class LineBody(Body, frozen=True, kw_only=True):
    """A line made by hand, or with ``line_id`` other words, quantity or price for that one. ``unit_price`` is a decimal
    in major units."""

    line_id: Id | None = None
    description: Words
    quantity: Number = "1"
    unit: Annotated[str, msgspec.Meta(max_length=20)] = ""
    unit_price: Number
    tax: TaxBody
    job_id: Id | None = None
    supplied_on: date | None = None


class ResetLineBody(Body, frozen=True, kw_only=True):
    line_id: Id


class DiscountBody(Body, frozen=True, kw_only=True):
    """``per_cent`` (a decimal) or ``amount``; neither takes the discount away."""

    reason: Text = ""
    per_cent: Annotated[str, msgspec.Meta(max_length=8)] | None = None
    amount: AmountBody | None = None


class PhotosBody(Body, frozen=True, kw_only=True):
    """Exactly these are on the document, in the order of the jobs and of time; an empty list: none."""

    photo_ids: Annotated[list[Id], msgspec.Meta(max_length=200)]


def _take_back(session: Session, act: Act, invoice_id: int, body: TakeBackBody) -> Done:
    invoice, jobs = billing.hold_of(session, invoice_id)
    billing.refuse_issued(invoice)
    if set(body.job_ids) - {job.id for job in jobs}:
        raise BadInput("unknown_job", "This job is not on the draft.", field="job_ids")
    return billing.take_back(session, act, job_ids=body.job_ids)


def _discard(session: Session, act: Act, invoice_id: int, body: Body) -> Done:
    return billing.discard_draft(session, act, invoice_id=invoice_id)


def _refresh(session: Session, act: Act, invoice_id: int, body: Body) -> Done:
    return draft_lines.refresh_draft(session, act, invoice_id=invoice_id)


def _line(session: Session, act: Act, invoice_id: int, body: LineBody) -> Done:
    words = LineWords(
        description=body.description,
        quantity=parts.quantity(body.quantity),
        unit=body.unit,
        unit_price=parts.unit_price(body.unit_price),
        tax=Tax(body.tax.category, parts.rate(body.tax.rate)),
        job_id=body.job_id,
        supplied_on=body.supplied_on,
    )
    if body.line_id is None:
        return draft_lines.add_line(session, act, invoice_id=invoice_id, words=words)
    return draft_lines.edit_line(
        session, act, invoice_id=invoice_id, line_id=body.line_id, words=words
    )


def _reset_line(session: Session, act: Act, invoice_id: int, body: ResetLineBody) -> Done:
    return draft_lines.reset_line(session, act, invoice_id=invoice_id, line_id=body.line_id)


def _discount(session: Session, act: Act, invoice_id: int, body: DiscountBody) -> Done:
    if body.per_cent is not None and body.amount is not None:
        raise BadInput("one_of_two", "Give per cent or an amount, not both.", field="amount")
    return draft_lines.set_discount(
        session,
        act,
        invoice_id=invoice_id,
        reason=body.reason,
        per_cent=parts.rate(body.per_cent) if body.per_cent is not None else None,
        amount=in_own_currency(session, body.amount) if body.amount else None,
    )


def _photos(session: Session, act: Act, invoice_id: int, body: PhotosBody) -> Done:
    ids = set(body.photo_ids)
    return draft_lines.choose_photos(session, act, invoice_id=invoice_id, photo_ids=ids)


ENDPOINTS = (
    verb("take-back", Right.BILL, TakeBackBody, _take_back),
    verb("discard", Right.BILL, Body, _discard),
    verb("refresh", Right.BILL, Body, _refresh),
    verb("lines", Right.BILL, LineBody, _line),
    verb("reset-line", Right.BILL, ResetLineBody, _reset_line),
    verb("discount", Right.BILL, DiscountBody, _discount),
    verb("photos", Right.BILL, PhotosBody, _photos),
)
