"""Photos, parts, checklist and signature: each counts once, says who, and can be taken back."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import evidence, job_types, parts, photos, presses, price_book, times
from app.actions.job_types import ChecklistLine
from app.actions.photos import Announced
from app.actions.price_book import PartWords
from app.actions.scheduling import schedule
from app.models import (
    ChecklistAnswer,
    Correction,
    JobType,
    PartUsed,
    Photo,
    PhotoKind,
    Signature,
    SignatureKind,
    Visit,
)
from app.queries.first_time_fix import first_time_fix
from app.queries.price_book import listed, offered
from app.rules.refusal import BadInput, Forbidden, NotFound
from app.rules.states import Outcome, State
from tests.actions.proof import demanding_type, item_of, photo, picture
from tests.actions.shop import Shop, minute

VESSEL = PartWords("Expansion vessel 18 l", "piece", Decimal("78.50"), number="H-101")


# --- photos


async def test_the_same_photo_twice_is_one(shop: Shop) -> None:
    job_id = await shop.working(shop.cast.tom)
    first = await photo(shop, shop.cast.tom, job_id, PhotoKind.AFTER, "x1")
    again = await photo(shop, shop.cast.tom, job_id, PhotoKind.AFTER, "x1")
    assert (again.made_id, again.seq) == (first.made_id, None)


async def test_announced_photos_are_missing_until_they_are_here(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(evidence.add_note, tom, 5, job_id=job_id, text="Done")
    coming = [Announced("x1", PhotoKind.AFTER), Announced("x2", PhotoKind.AFTER)]
    await shop.do(presses.stop, tom, 60, job_id=job_id, outcome=Outcome.DONE, pending=coming)
    (card,) = await shop.cards(job_id)
    assert [needed.ask for needed in card.needed] == ["2 photos coming from Tom’s phone"]
    await photo(shop, tom, job_id, PhotoKind.AFTER, "x1")
    (card,) = await shop.cards(job_id)
    assert [needed.ask for needed in card.needed] == ["1 photo coming from Tom’s phone"]
    await shop.do(photos.give_up, tom, 80, job_id=job_id, client_id="x2", reason="Phone broke")
    assert await shop.state(job_id) is State.READY


async def test_a_photo_that_came_before_its_stop_is_not_waited_for(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await photo(shop, tom, job_id, PhotoKind.AFTER, "x1", at=10)
    coming = [Announced("x1", PhotoKind.AFTER)]
    await shop.do(presses.stop, tom, 60, job_id=job_id, outcome=Outcome.DONE, pending=coming)
    assert "pending" not in (await shop.see(job_id)).missing


# --- parts


async def test_a_part_of_the_price_book_keeps_its_price_of_that_day(shop: Shop) -> None:
    job_id = await shop.working(shop.cast.tom)
    item = await shop.do(price_book.add_part, shop.cast.olga, words=VESSEL)
    words: dict[str, Any] = {"job_id": job_id, "quantity": Decimal(2), "item_id": item.made_id}
    await shop.do(parts.use_part, shop.cast.tom, 5, **words)
    changes = {"unit_price": Decimal(99)}
    await shop.do(price_book.change_part, shop.cast.olga, item_id=item.made_id, changes=changes)
    (part,) = await shop.db.ask(_parts, job_id)
    assert part == ("Expansion vessel 18 l", Decimal(2), Decimal("78.50"))


def _parts(session: Session, job_id: int) -> list[tuple[str, Decimal, Decimal | None]]:
    rows = session.scalars(select(PartUsed).where(PartUsed.job_id == job_id))
    return [(row.text, row.quantity, row.unit_price) for row in rows if row.withdrawn_at is None]


async def test_a_part_without_a_price_waits_for_the_office(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom)
    used = await shop.do(
        parts.use_part, tom, 70, job_id=job_id, quantity=Decimal(1), description="Wilo Stratos"
    )
    (card,) = await shop.cards(job_id)
    assert [n.ask for n in card.needed] == ["Price for “Wilo Stratos”"]
    price = parts.Price(Decimal(289), "S", Decimal(19))
    words: dict[str, Any] = {"job_id": job_id, "part_id": used.made_id, "price": price}
    assert isinstance(await shop.refused(parts.price_part, shop.cast.dana, 80, **words), Forbidden)
    await shop.do(parts.price_part, shop.cast.olga, 81, **words)
    assert await shop.state(job_id) is State.READY


async def test_no_parts_used_is_said_once_and_a_part_takes_it_back(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(parts.none_used, tom, 5, job_id=job_id)
    assert (await shop.do(parts.none_used, tom, 6, job_id=job_id)).seq is None
    words: dict[str, Any] = {"job_id": job_id, "quantity": Decimal(1), "description": "Seal"}
    await shop.do(parts.use_part, tom, 7, **words)
    refusal = await shop.refused(parts.none_used, tom, 8, job_id=job_id)
    assert refusal.code == "parts_listed"
    assert [part[0] for part in await shop.db.ask(_parts, job_id)] == ["Seal"]


async def test_a_retired_part_is_offered_to_nobody(shop: Shop) -> None:
    job_id = await shop.working(shop.cast.tom)
    item = await shop.do(price_book.add_part, shop.cast.olga, words=VESSEL)
    assert [p.number for p in await shop.db.ask(offered, "VESSEL 18")] == ["H-101"]
    await shop.do(price_book.retire_part, shop.cast.olga, item_id=item.made_id)
    assert (await shop.do(price_book.retire_part, shop.cast.olga, item_id=item.made_id)).seq is None
    assert await shop.db.ask(offered, "vessel") == ()
    assert [p.retired for p in await shop.db.ask(listed)] == [True]
    words: dict[str, Any] = {"job_id": job_id, "quantity": Decimal(1), "item_id": item.made_id}
    assert (await shop.refused(parts.use_part, shop.cast.tom, **words)).code == "unknown_part"
    await shop.do(price_book.take_back_part, shop.cast.olga, item_id=item.made_id)
    assert len(await shop.db.ask(offered, "h-101")) == 1


async def test_a_part_is_found_by_its_words_and_not_by_wildcards(shop: Shop) -> None:
    await shop.do(price_book.add_part, shop.cast.olga, words=VESSEL)
    assert await shop.db.ask(offered, "%") == ()
    assert await shop.db.ask(offered, "") == ()
    assert len(await shop.db.ask(offered, "18 expansion")) == 1


async def test_the_price_book_belongs_to_the_office(shop: Shop) -> None:
    refusal = await shop.refused(price_book.add_part, shop.cast.dana, words=VESSEL)
    assert isinstance(refusal, Forbidden)
    item = await shop.do(price_book.add_part, shop.cast.olga, words=VESSEL)
    refusal = await shop.refused(price_book.add_part, shop.cast.olga, words=VESSEL)
    assert (refusal.code, refusal.field) == ("number_taken", "number")
    missing: dict[str, Any] = {"item_id": (item.made_id or 0) + 1, "changes": {"unit": "m"}}
    refusal = await shop.refused(price_book.change_part, shop.cast.olga, **missing)
    assert isinstance(refusal, NotFound)


async def test_the_same_words_again_change_nothing(shop: Shop) -> None:
    item = await shop.do(price_book.add_part, shop.cast.olga, words=VESSEL)
    words: dict[str, Any] = {
        "item_id": item.made_id,
        "changes": {"unit_price": Decimal("78.50"), "unit": "piece"},
    }
    assert (await shop.do(price_book.change_part, shop.cast.olga, **words)).seq is None


# --- checklist and signature


async def test_a_newer_answer_takes_the_place_of_the_older(shop: Shop) -> None:
    tom, job_type_id = shop.cast.tom, await demanding_type(shop)
    job_id = await shop.working(tom, job_type_id=job_type_id)
    item_id = await item_of(shop, job_type_id)
    words: dict[str, Any] = {"job_id": job_id, "item_id": item_id}
    await shop.do(evidence.answer_item, tom, 5, value="No", **words)
    await shop.do(evidence.answer_item, tom, 6, value="Yes", **words)
    assert (await shop.do(evidence.answer_item, tom, 7, value="Yes", **words)).seq is None
    assert await shop.db.ask(_standing, ChecklistAnswer, job_id) == ["Yes"]
    await shop.do(evidence.answer_item, tom, 8, value="", **words)
    assert await shop.db.ask(_standing, ChecklistAnswer, job_id) == []
    assert "checklist" in (await shop.see(job_id)).missing


def _standing(session: Session, kind: type[ChecklistAnswer | Signature], job_id: int) -> list[str]:
    rows = session.scalars(select(kind).where(kind.job_id == job_id).order_by(kind.id))
    return [row.text for row in rows if row.withdrawn_at is None]


async def test_an_answer_to_a_line_that_is_gone_is_refused(shop: Shop) -> None:
    job_id = await shop.working(shop.cast.tom)
    words: dict[str, Any] = {"job_id": job_id, "item_id": "c1", "value": "Yes"}
    assert (await shop.refused(evidence.answer_item, shop.cast.tom, **words)).code == "unknown_item"


async def test_a_line_that_wants_a_photo_is_open_without_one(shop: Shop) -> None:
    tom = shop.cast.tom
    made = await shop.do(
        job_types.add_job_type,
        shop.cast.olga,
        name="Gauge",
        requirements={"checklist": 1},
        checklist=[ChecklistLine("Gauge", wants_photo=True, answer="value")],
    )
    job_id = await shop.working(tom, job_type_id=made.made_id)
    item_id = await item_of(shop, made.made_id or 0)
    await shop.do(evidence.answer_item, tom, 5, job_id=job_id, item_id=item_id, value="1.6 bar")
    assert "checklist" in (await shop.see(job_id)).missing
    shown: dict[str, Any] = {"kind": PhotoKind.DURING, "client_id": "g", "picture": picture()}
    await shop.do(photos.add_photo, tom, 6, job_id=job_id, item_id=item_id, **shown)
    assert "checklist" not in (await shop.see(job_id)).missing


async def test_a_line_keeps_its_answers_when_its_words_change(shop: Shop) -> None:
    tom, job_type_id = shop.cast.tom, await demanding_type(shop)
    job_id = await shop.working(tom, job_type_id=job_type_id)
    item_id = await item_of(shop, job_type_id)
    await shop.do(evidence.answer_item, tom, 5, job_id=job_id, item_id=item_id, value="Yes")
    lines = [ChecklistLine("New first line"), ChecklistLine("Gas cock shut?", id=item_id)]
    words: dict[str, Any] = {"job_type_id": job_type_id, "checklist": lines}
    await shop.do(job_types.change_job_type, shop.cast.olga, 6, **words)
    ids = await shop.db.ask(_item_ids, job_type_id)
    assert ids[1] == item_id
    assert ids[0] != item_id


def _item_ids(session: Session, job_type_id: int) -> list[str]:
    return [line["id"] for line in session.get_one(JobType, job_type_id).checklist]


@pytest.mark.parametrize("count", [0, 21])
async def test_nobody_can_ask_for_no_photo_or_for_too_many(shop: Shop, count: int) -> None:
    words: dict[str, Any] = {"name": "X", "requirements": {"photos_after": count}}
    refusal = await shop.refused(job_types.add_job_type, shop.cast.olga, **words)
    assert (refusal.code, refusal.field) == ("out_of_range", "count_photos_after")


@pytest.mark.parametrize(
    ("kind", "field"),
    [(SignatureKind.TYPED, "typed_name"), (SignatureKind.ABSENT, "absent_reason")],
)
async def test_a_signature_without_words_is_none(
    shop: Shop, kind: SignatureKind, field: str
) -> None:
    job_id = await shop.working(shop.cast.tom)
    words: dict[str, Any] = {"job_id": job_id, "kind": kind, "text": " "}
    refusal = await shop.refused(evidence.sign, shop.cast.tom, **words)
    assert isinstance(refusal, BadInput)
    assert refusal.field == field


async def test_a_new_signature_takes_the_place_of_the_old(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    absent: dict[str, Any] = {
        "job_id": job_id,
        "kind": SignatureKind.ABSENT,
        "text": "Nobody at home",
    }
    await shop.do(evidence.sign, tom, 5, **absent)
    typed: dict[str, Any] = {"job_id": job_id, "kind": SignatureKind.TYPED, "text": "M. Hofmann"}
    await shop.do(evidence.sign, tom, 6, **typed)
    assert await shop.db.ask(_standing, Signature, job_id) == ["M. Hofmann"]


# --- odd times, two stops, visits


async def test_a_stop_flags_a_time_that_is_twice_the_plan(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    plan: dict[str, Any] = {"job_id": job_id, "starts_at": minute(0), "ends_at": minute(30)}
    await shop.do(schedule, shop.cast.dana, -60, **plan)
    await shop.do(presses.start, tom, 0, job_id=job_id)
    await shop.do(presses.stop, tom, 61, job_id=job_id, outcome=Outcome.DONE)
    (entry,) = (await shop.see(job_id)).times
    assert entry.flags == ("twice_the_plan",)
    words: dict[str, Any] = {"job_id": job_id, "entry_id": entry.id}
    await shop.do(times.confirm_time, tom, 70, **words)
    (entry,) = (await shop.see(job_id)).times
    assert entry.flags == ("kept",)


async def test_a_stop_that_is_undone_leaves_no_flag(shop: Shop) -> None:
    job_id = await shop.working(shop.cast.tom)
    await shop.do(presses.stop, shop.cast.tom, 0.5, job_id=job_id)
    assert (await shop.see(job_id)).times[0].flags == ("no_minutes",)
    await shop.do(presses.undo_stop, shop.cast.tom, 1, job_id=job_id)
    assert (await shop.see(job_id)).times[0].flags == ()


async def _disputed(shop: Shop) -> tuple[int, int]:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.stop, cast.dana, 120, job_id=job_id, for_person=cast.tom)
    await shop.do(presses.stop, cast.tom, 180, pressed=90, job_id=job_id)
    return job_id, (await shop.see(job_id)).times[0].id


async def test_the_other_stop_is_taken_in_one_tap_and_twice_is_once(shop: Shop) -> None:
    job_id, entry_id = await _disputed(shop)
    words: dict[str, Any] = {"job_id": job_id, "entry_id": entry_id}
    await shop.do(times.use_other_time, shop.cast.olga, 200, **words)
    (entry,) = (await shop.see(job_id)).times
    assert (entry.end, entry.disputed) == (90, False)
    assert (await shop.do(times.use_other_time, shop.cast.olga, 201, **words)).seq is None
    reasons = await shop.db.ask(_reasons, entry_id)
    assert reasons[-1] == "The phone’s own stop is right"


def _reasons(session: Session, entry_id: int) -> list[str]:
    query = select(Correction.reason).where(Correction.entry_id == entry_id)
    return list(session.scalars(query.order_by(Correction.id)))


async def test_a_technician_decides_about_their_own_stop_only(shop: Shop) -> None:
    job_id, entry_id = await _disputed(shop)
    words: dict[str, Any] = {"job_id": job_id, "entry_id": entry_id}
    assert (await shop.refused(times.use_other_time, shop.cast.ines, 200, **words)).status == 404
    await shop.do(times.use_other_time, shop.cast.tom, 201, **words)


async def test_a_return_visit_says_what_to_bring_and_is_counted(shop: Shop) -> None:
    tom = shop.cast.tom
    at_once = await shop.finished(tom)
    job_id = await shop.working(tom, since=100)
    back: dict[str, Any] = {
        "outcome": Outcome.RETURN_VISIT,
        "reason": "Pump",
        "parts_to_order": "Wilo Stratos ",
    }
    await shop.do(presses.stop, tom, 130, job_id=job_id, **back)
    assert await shop.state(job_id) is State.NEW
    assert await shop.db.ask(_to_order, job_id) == ["Wilo Stratos", None]
    await shop.do(presses.start, tom, 200, job_id=job_id)
    await shop.do(presses.stop, tom, 260, job_id=job_id, outcome=Outcome.DONE)
    found = await shop.db.ask(first_time_fix, since=minute(0), until=minute(300))
    assert (found.jobs, found.at_first, found.by_visits) == (2, 1, {1: 1, 2: 1})
    assert found.per_cent == 50
    assert await shop.state(at_once) is State.READY


def _to_order(session: Session, job_id: int) -> list[str | None]:
    rows = session.scalars(select(Visit).where(Visit.job_id == job_id).order_by(Visit.sequence))
    return [visit.parts_to_order for visit in rows]


async def test_nothing_is_forgotten_of_what_was_withdrawn(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    done = await photo(shop, tom, job_id, PhotoKind.AFTER, "x1")
    words: dict[str, Any] = {
        "job_id": job_id,
        "fact": "photos",
        "fact_id": done.made_id,
        "reason": "Blurred",
    }
    await shop.do(evidence.withdraw, shop.cast.olga, 80, **words)
    row = await shop.db.ask(lambda session: session.get_one(Photo, done.made_id).withdraw_reason)
    assert row == "Blurred"
