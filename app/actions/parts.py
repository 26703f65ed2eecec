"""Parts used: from the price book or in one's own words, or none at all. The price is frozen at use."""

from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import before, record
from app.actions.settling import settle
from app.models import Job, PartUsed, PriceBookItem
from app.queries.facts import standing
from app.queries.jobs import job_for
from app.rules.access import Right
from app.rules.refusal import BadInput, NotFound, Refusal


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs in major units, with its tax: category (S, Z, E, …) and rate in per cent."""

    unit_price: Decimal
    tax_category: str = "S"
    tax_rate: Decimal = Decimal(0)


def use_part(
    session: Session,
    act: Act,
    *,
    job_id: int,
    quantity: Decimal,
    item_id: int | None = None,
    description: str = "",
    unit: str = "",
    price: Price | None = None,
) -> Done:
    """One more part. From the price book its words and price are taken as they are now; in own words the price may
    be missing, and the office is asked for it."""
    job = job_for(session, act.by, Right.WRITE_FACTS, job_id, at=act.at, lock=True)
    was = before(job)
    item = _item(session, item_id)
    if item is None and not description.strip():
        raise BadInput(
            "no_part", "Choose a part from the list, or say what it was.", field="description"
        )
    part = PartUsed(
        job_id=job.id,
        person_id=act.person_id,
        text=item.description if item else description.strip(),
        at=act.occurred_at,
        item_id=item_id,
        none_used=False,
        quantity=quantity,
        unit=unit or (item.unit if item else "piece"),
        **_frozen(item, price),
    )
    session.add(part)
    _no_longer_none(session, act, job)
    settle(session, job, at=act.at)
    done = record(
        session, act, was.then("part_used", text=part.text, quantity=str(quantity), unit=part.unit)
    )
    return replace(done, made_id=part.id)


def none_used(session: Session, act: Act, *, job_id: int) -> Done:
    """ "No parts used": said once. Refused while parts are listed."""
    job = job_for(session, act.by, Right.WRITE_FACTS, job_id, at=act.at, lock=True)
    listed = standing(session, PartUsed, job.id)
    if any(part.none_used for part in listed):
        return Done(job_id=job.id)
    if listed:
        raise Refusal("parts_listed", "Parts are listed on this job. Withdraw them first.")
    was = before(job)
    said = PartUsed(
        job_id=job.id,
        person_id=act.person_id,
        text="No parts used",
        at=act.occurred_at,
        none_used=True,
        quantity=Decimal(0),
        unit="",
    )
    session.add(said)
    settle(session, job, at=act.at)
    done = record(session, act, was.then("no_parts_used"))
    return replace(done, made_id=said.id)


def price_part(session: Session, act: Act, *, job_id: int, part_id: int, price: Price) -> Done:
    """The office enters the price that was not known, or mends it before the job is billed."""
    job = job_for(session, act.by, Right.SET_PRICES, job_id, at=act.at, lock=True)
    part = session.get(PartUsed, part_id)
    if part is None or part.job_id != job.id or part.none_used or part.withdrawn_at is not None:
        raise NotFound
    was = before(job)
    old = None if part.unit_price is None else str(part.unit_price)
    part.unit_price, part.tax_category, part.tax_rate = (
        price.unit_price,
        price.tax_category,
        price.tax_rate,
    )
    settle(session, job, at=act.at)
    return record(
        session, act, was.then("part_priced", text=part.text, old=old, new=str(price.unit_price))
    )


def _item(session: Session, item_id: int | None) -> PriceBookItem | None:
    if item_id is None:
        return None
    item = session.get(PriceBookItem, item_id)
    if item is None or item.retired_at is not None:
        raise BadInput(
            "unknown_part", "There is no such part. Choose one from the list.", field="item_id"
        )
    return item


def _frozen(item: PriceBookItem | None, price: Price | None) -> dict[str, object]:
    if price is not None:
        return {
            "unit_price": price.unit_price,
            "tax_category": price.tax_category,
            "tax_rate": price.tax_rate,
        }
    if item is not None:
        return {
            "unit_price": item.unit_price,
            "tax_category": item.tax_category,
            "tax_rate": item.tax_rate,
        }
    return {"unit_price": None, "tax_category": None, "tax_rate": None}


def _no_longer_none(session: Session, act: Act, job: Job) -> None:
    for said in standing(session, PartUsed, job.id):
        if said.none_used:
            said.withdrawn_at, said.withdrawn_by = act.at, act.by.id
            said.withdraw_reason = "A part was listed"
