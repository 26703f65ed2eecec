"""On what terms a job is billed: what the owner, the customer, the job type and the people say, or what was kept when
the job first reached ready."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import BillingSettings, Customer, Job, JobType, Person
from app.queries.jobs import company_of
from app.rules.invoice import Tax
from app.rules.pricing import Direction, Rates, Rounding, Scope, Terms, Travel
from app.rules.states import State

NO_TAX_YET = Tax("S", Decimal(0))
"""Standard rate at 0 per cent is no lawful tax, so it says that nobody has decided; ``issue`` asks for it."""


@dataclass(frozen=True, slots=True)
class House:
    """The company's side of every price."""

    currency: str
    zone: ZoneInfo
    tax: Tax
    labour_rate: Decimal | None
    rounding: Rounding
    travel: Travel
    travel_rate: Decimal | None
    call_out_fee: Decimal | None


def settings_of(session: Session) -> BillingSettings:
    """The owner's settings; the defaults where nothing was saved yet. Not attached then: actions add it."""
    row = session.get(BillingSettings, 1)
    return row if row is not None else BillingSettings(id=1, **_DEFAULTS)


_DEFAULTS: dict[str, Any] = {
    "address_lines": [],
    "terms_days": 14,
    "terms": "",
    "invoice_prefix": "",
    "credit_prefix": "CN",
    "tax_category": "S",
    "rounding_unit": Rounding().unit,
    "rounding_direction": Rounding().direction,
    "rounding_grace": Rounding().grace,
    "rounding_minimum": Rounding().minimum,
    "rounding_scope": Rounding().scope,
    "travel": Travel.NONE,
}


def house_of(session: Session) -> House:
    company, row = company_of(session), settings_of(session)
    return House(
        currency=company.currency,
        zone=ZoneInfo(company.time_zone),
        tax=tax_said(row.tax_category, row.tax_rate) or NO_TAX_YET,
        labour_rate=row.labour_rate,
        rounding=Rounding(
            row.rounding_unit,
            row.rounding_direction,
            row.rounding_grace,
            row.rounding_minimum,
            row.rounding_scope,
        ),
        travel=row.travel,
        travel_rate=row.travel_rate,
        call_out_fee=row.call_out_fee,
    )


def waiting_for_a_price(session: Session) -> tuple[int, ...]:
    """Jobs in needs details that lack a price, by id."""
    rows = session.execute(select(Job.id, Job.missing).where(Job.state == State.NEEDS_DETAILS))
    return tuple(sorted(key for key, missing in rows if "prices" in {m["code"] for m in missing}))


def says_no_rate(session: Session) -> bool:
    """Nobody has said what an hour costs: not the company, and no job type, customer or person of their own."""
    if settings_of(session).labour_rate is not None:
        return False
    return not any(
        session.scalar(select(kind.id).where(kind.labour_rate.is_not(None)).limit(1))
        for kind in (JobType, Customer, Person)
    )


def tax_said(category: str | None, rate: Decimal | None) -> Tax | None:
    """None where nobody said: no category, or the standard rate without a rate."""
    if category is None or (category == "S" and not rate):
        return None
    return Tax(category, rate or Decimal(0))


def terms_of_jobs(
    session: Session, jobs: Sequence[Job], house: House, people: Mapping[int, Decimal]
) -> dict[int, Terms]:
    """Frozen where the job has been ready; tax is what the settings say now, until the invoice is issued."""
    kinds = _by_id(session, JobType, (job.job_type_id for job in jobs))
    payers = _by_id(session, Customer, (job.customer_id for job in jobs))
    return {
        job.id: _terms(
            job,
            house,
            people,
            kinds.get(job.job_type_id or 0),
            payers.get(job.customer_id or 0),
        )
        for job in jobs
    }


def _terms(
    job: Job,
    house: House,
    people: Mapping[int, Decimal],
    kind: JobType | None,
    payer: Customer | None,
) -> Terms:
    tax = (tax_said(kind.tax_category, kind.tax_rate) if kind else None) or house.tax
    if job.rates is not None:
        return thawed(job.rates, tax=tax, currency=house.currency, people=people)
    return Terms(
        currency=house.currency,
        tax=tax,
        rates=Rates(
            of_job=job.labour_rate,
            of_customer=payer.labour_rate if payer else None,
            of_people=people,
            of_job_type=kind.labour_rate if kind else None,
            of_company=house.labour_rate,
        ),
        rounding=house.rounding,
        travel=house.travel,
        travel_rate=house.travel_rate,
        call_out_fee=house.call_out_fee,
        fixed_price=kind.fixed_price if kind else None,
    )


def frozen(session: Session, job: Job) -> dict[str, Any]:
    """The job's terms as they are now, to be kept on it."""
    rows = session.execute(
        select(Person.id, Person.labour_rate).where(Person.labour_rate.is_not(None))
    )
    kept = {person_id: rate for person_id, rate in rows if rate is not None}
    terms = terms_of_jobs(session, [job], house_of(session), kept)[job.id]
    return {
        "customer_id": job.customer_id,
        "job_type_id": job.job_type_id,
        "rates": {
            "of_job": _words(terms.rates.of_job),
            "of_customer": _words(terms.rates.of_customer),
            "of_people": {str(who): str(rate) for who, rate in terms.rates.of_people.items()},
            "of_job_type": _words(terms.rates.of_job_type),
            "of_company": _words(terms.rates.of_company),
        },
        "rounding": {
            "unit": terms.rounding.unit,
            "direction": terms.rounding.direction,
            "grace": terms.rounding.grace,
            "minimum": terms.rounding.minimum,
            "scope": terms.rounding.scope,
        },
        "travel": terms.travel,
        "travel_rate": _words(terms.travel_rate),
        "call_out_fee": _words(terms.call_out_fee),
        "fixed_price": _words(terms.fixed_price),
    }


def thawed(
    kept: Mapping[str, Any], *, tax: Tax, currency: str, people: Mapping[int, Decimal]
) -> Terms:
    """The terms that were kept. Somebody who came to the job later has the rate of now."""
    rates, rounding = kept["rates"], kept["rounding"]
    of_people = {int(who): Decimal(rate) for who, rate in rates["of_people"].items()}
    return Terms(
        currency=currency,
        tax=tax,
        rates=Rates(
            of_job=_decimal(rates["of_job"]),
            of_customer=_decimal(rates["of_customer"]),
            of_people={**people, **of_people},
            of_job_type=_decimal(rates["of_job_type"]),
            of_company=_decimal(rates["of_company"]),
        ),
        rounding=Rounding(
            rounding["unit"],
            Direction(rounding["direction"]),
            rounding["grace"],
            rounding["minimum"],
            Scope(rounding["scope"]),
        ),
        travel=Travel(kept["travel"]),
        travel_rate=_decimal(kept["travel_rate"]),
        call_out_fee=_decimal(kept["call_out_fee"]),
        fixed_price=_decimal(kept["fixed_price"]),
    )


def _words(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")


def _decimal(words: str | None) -> Decimal | None:
    return None if words is None else Decimal(words)


def _by_id(session: Session, kind: type[Any], ids: Iterable[int | None]) -> dict[int, Any]:
    """One or two are taken from the session, where a press has them already; more come by one query."""
    wanted = {one for one in ids if one is not None}
    if len(wanted) <= 2:
        found = [session.get(kind, one) for one in wanted]
        return {row.id: row for row in found if row is not None}
    return {row.id: row for row in session.scalars(select(kind).where(kind.id.in_(wanted)))}
