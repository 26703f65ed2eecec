"""A job type that demands everything, and each piece of evidence as one call, for tests of actions."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import evidence, job_types, parts, photos
from app.actions.act import Done
from app.actions.job_types import ChecklistLine
from app.actions.photos import Picture
from app.models import JobType, PhotoKind, SignatureKind
from app.rules.access import Actor
from tests.actions.shop import Shop

EVERYTHING = {
    "work_note": 1,
    "photos_before": 1,
    "photos_after": 1,
    "checklist": 1,
    "signature": 1,
    "parts": 1,
}

_numbers = count(1)


async def demanding_type(shop: Shop) -> int:
    """Six requirements of its own; the checklist has one line that is needed and one that is not."""
    done = await shop.do(
        job_types.add_job_type,
        shop.cast.olga,
        -200,
        name="Everything",
        requirements=EVERYTHING,
        checklist=[ChecklistLine("Gas cock closed?"), ChecklistLine("Swept?", is_required=False)],
    )
    assert done.made_id is not None
    return done.made_id


async def item_of(shop: Shop, job_type_id: int, place: int = 0) -> str:
    def read(session: Session) -> str:
        row = session.scalars(select(JobType).where(JobType.id == job_type_id)).one()
        return str(row.checklist[place]["id"])

    return await shop.db.ask(read)


def picture(taken_at: datetime | None = None) -> Picture:
    number = f"{next(_numbers):032x}"
    keys = f"photos/2026-11/{number}.jpg", f"thumbs/2026-11/{number}.jpg"
    return Picture(*keys, "0" * 64, 1600, 1200, 300_000, taken_at)


async def photo(
    shop: Shop, who: Actor, job_id: int, kind: PhotoKind, client_id: str, at: float = 70
) -> Done:
    return await shop.do(
        photos.add_photo, who, at, job_id=job_id, kind=kind, client_id=client_id, picture=picture()
    )


Bring = Callable[[], Awaitable[Done]]


async def all_of_it(shop: Shop, who: Actor, job_id: int, job_type_id: int) -> dict[str, Bring]:
    """By the code that each piece meets."""
    item_id = await item_of(shop, job_type_id)
    return {
        "work_note": lambda: shop.do(evidence.add_note, who, 70, job_id=job_id, text="Done"),
        "photos_before": lambda: photo(shop, who, job_id, PhotoKind.BEFORE, "b"),
        "photos_after": lambda: photo(shop, who, job_id, PhotoKind.AFTER, "a"),
        "checklist": lambda: shop.do(
            evidence.answer_item, who, 70, job_id=job_id, item_id=item_id, value="Yes"
        ),
        "signature": lambda: shop.do(
            evidence.sign, who, 70, job_id=job_id, kind=SignatureKind.TYPED, text="M. Hofmann"
        ),
        "parts": lambda: shop.do(
            parts.use_part,
            who,
            70,
            job_id=job_id,
            quantity=Decimal(1),
            description="Seal",
            price=parts.Price(Decimal("1.25")),
        ),
    }
