"""Who costs what: the company's billing settings, and the rates of customers, people, job types and single jobs.

Changed settings move no job; drafts are written anew, since nobody has been sent them yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.billing import lock_jobs, refuse_stranger
from app.actions.drafts import lock_invoice, redraw
from app.actions.history import Happening, before, record
from app.actions.settling import settle
from app.models import BillingSettings, Customer, InvoiceJob, JobType, Person
from app.queries.jobs import job_for
from app.queries.terms import settings_of, waiting_for_a_price
from app.rules.access import Right
from app.rules.invoice import Tax
from app.rules.lawful import CATEGORIES
from app.rules.parts import MOST, PLACES
from app.rules.refusal import BadInput, NotFound
from app.rules.states import CLOSED, State

RATE_FIELDS = frozenset(
    {
        "labour_rate", "tax_category", "tax_rate", "exempt_reason", "rounding_unit",
        "rounding_direction", "rounding_grace", "rounding_minimum", "rounding_scope", "travel",
        "travel_rate", "call_out_fee",
    }
)  # fmt: skip
"""What the office may change; the rest of the billing settings is the owner's."""

_MINUTES = {"rounding_unit": (1, 480), "rounding_grace": (0, 240), "rounding_minimum": (0, 1440)}


@dataclass(frozen=True, slots=True)
class TypePrices:
    """Of a job type; each None where it says nothing."""

    labour_rate: Decimal | None = None
    fixed_price: Decimal | None = None
    tax: Tax | None = None


def change_billing(session: Session, act: Act, *, changes: Mapping[str, Any]) -> Done:
    """``changes`` by the columns of ``BillingSettings``; what is not in it stays."""
    known = set(BillingSettings.__table__.columns.keys()) - {"id"}
    if unknown := changes.keys() - known:
        raise ValueError(f"expected some of {sorted(known)}, got {sorted(unknown)}")
    for right, is_meant in (
        (Right.SET_RATES, bool(changes.keys() & RATE_FIELDS)),
        (Right.EDIT_COMPANY, bool(changes.keys() - RATE_FIELDS)),
    ):
        if is_meant:
            refuse_stranger(act, right)
    _refuse_wrong(changes)
    row = settings_of(session)
    for name, value in changes.items():
        setattr(row, name, list(value) if name == "address_lines" else value)
    session.add(row)
    session.flush()
    return _redraw_all(session, act, Happening("billing_changed", data={"fields": sorted(changes)}))


def labour_rate_of(
    session: Session, of: Literal["customer", "person"], of_id: int
) -> Decimal | None:
    kind = Customer if of == "customer" else Person
    return session.scalar(select(kind.labour_rate).where(kind.id == of_id))


def set_labour_rate(
    session: Session,
    act: Act,
    *,
    of: Literal["customer", "person"],
    of_id: int,
    rate: Decimal | None,
) -> Done:
    """Per hour in major units; None: no own rate. Counts for jobs that become ready from now on."""
    refuse_stranger(act, Right.SET_RATES)
    _refuse_amount(rate, field="labour_rate")
    row: Customer | Person | None = (
        session.get(Customer, of_id, with_for_update=True)
        if of == "customer"
        else session.get(Person, of_id, with_for_update=True)
    )
    if row is None:
        raise NotFound
    row.labour_rate = rate
    data = {f"{of}_id": of_id, "rate": None if rate is None else str(rate)}
    return record(session, act, Happening("rate_changed", data=data))


def type_prices_of(session: Session, job_type_id: int) -> TypePrices:
    row = session.get(JobType, job_type_id)
    if row is None:
        raise NotFound
    tax = Tax(row.tax_category, row.tax_rate or Decimal(0)) if row.tax_category else None
    return TypePrices(row.labour_rate, row.fixed_price, tax)


def set_type_prices(session: Session, act: Act, *, job_type_id: int, prices: TypePrices) -> Done:
    refuse_stranger(act, Right.SET_RATES)
    _refuse_amount(prices.labour_rate, field="labour_rate")
    _refuse_amount(prices.fixed_price, field="fixed_price")
    if prices.tax is not None:
        _refuse_tax(prices.tax.category, prices.tax.rate)
    row = session.get(JobType, job_type_id, with_for_update=True)
    if row is None:
        raise NotFound
    row.labour_rate, row.fixed_price = prices.labour_rate, prices.fixed_price
    row.tax_category = prices.tax.category if prices.tax else None
    row.tax_rate = prices.tax.rate if prices.tax else None
    return record(session, act, Happening("rate_changed", data={"job_type_id": job_type_id}))


def price_labour(session: Session, act: Act, *, job_id: int, rate: Decimal | None) -> Done:
    """An hour of this job costs so much, over every other rate; None: what the settings say now. The answer to "Price
    for Labour", and a way to have a job judged anew after its rates were entered elsewhere."""
    job = job_for(session, act.by, Right.SET_PRICES, job_id, at=act.at, lock=True)
    _refuse_amount(rate, field="labour_rate")
    if job.state in CLOSED:
        raise BadInput("closed", "This job has been invoiced or closed. Its prices stay.")
    was = before(job)
    job.labour_rate, job.rates = rate, None
    settle(session, job, at=act.at)
    return record(session, act, was.then("labour_priced", rate=None if rate is None else str(rate)))


def price_waiting(session: Session, act: Act) -> Done:
    """Judge the jobs anew that wait for a price, with the rates of now. Saved rates move nothing by themselves."""
    refuse_stranger(act, Right.SET_RATES)
    waiting = waiting_for_a_price(session)
    if not waiting:
        raise BadInput("nothing_waits", "No job waits for a price any more.")
    told = []
    for job in lock_jobs(session, waiting):
        if job.state is not State.NEEDS_DETAILS:
            continue
        was = before(job)
        settle(session, job, at=act.at)
        told.append(was.then("labour_priced", rate=None))
    return record(session, act, *told)


def _redraw_all(session: Session, act: Act, happening: Happening) -> Done:
    """Every draft with the settings of now; jobs first, then the drafts, as everybody locks."""
    on_drafts = session.execute(
        select(InvoiceJob.job_id, InvoiceJob.invoice_id).where(InvoiceJob.is_draft)
    ).all()
    if not on_drafts:
        return record(session, act, happening)
    jobs = {job.id: job for job in lock_jobs(session, [job_id for job_id, _ in on_drafts])}
    told = {job_id: before(job) for job_id, job in jobs.items()}
    changed: list[int] = []
    for invoice_id in sorted({invoice_id for _, invoice_id in on_drafts}):
        theirs = [jobs[job_id] for job_id, on in on_drafts if on == invoice_id]
        if redraw(session, lock_invoice(session, invoice_id), theirs):
            changed += [job.id for job in theirs]
    return record(
        session,
        act,
        happening,
        *(told[job_id].then("draft_changed", because="billing_changed") for job_id in changed),
    )


def _refuse_wrong(changes: Mapping[str, Any]) -> None:
    for name in ("labour_rate", "travel_rate", "call_out_fee"):
        _refuse_amount(changes.get(name), field=name)
    for name, (least, most) in _MINUTES.items():
        if name in changes and not least <= changes[name] <= most:
            raise BadInput("out_of_range", f"Enter {least} to {most} minutes.", field=name)
    days = changes.get("terms_days")
    if days is not None and not 0 <= days <= 365:
        raise BadInput("out_of_range", "Enter 0 to 365 days.", field="terms_days")
    if changes.get("tax_rate") is not None or "tax_category" in changes:
        _refuse_tax(changes.get("tax_category", "S"), changes.get("tax_rate") or Decimal(0))


def _refuse_tax(category: str, rate: Decimal) -> None:
    if category not in CATEGORIES or not (rate.is_finite() and 0 <= rate <= 100):
        raise BadInput("unknown_tax", "Choose a tax from the list, from 0 to 100 %.", field="tax")


def _refuse_amount(amount: Decimal | None, *, field: str) -> None:
    if amount is None:
        return
    exponent = amount.as_tuple().exponent
    is_fine = amount.is_finite() and 0 <= amount <= MOST
    if not is_fine or (isinstance(exponent, int) and exponent < -PLACES):
        raise BadInput(
            "out_of_range", "Enter an amount from 0 up, with at most four decimals.", field=field
        )
