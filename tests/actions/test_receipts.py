"""The same press again gives the first answer and changes nothing; a refusal leaves no receipt."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import evidence, presses
from app.actions.act import Act, Done, now_by
from app.actions.receipts import Press, fingerprint, once
from app.models import Receipt
from app.rules.access import Actor
from app.rules.refusal import BadInput, Refusal
from app.rules.states import State
from tests.actions.shop import Shop, minute


async def press(
    shop: Shop, who: Actor, key: str, job_id: int, *, at: float = 0, body: str = "start"
) -> tuple[Done, bool]:
    """Start, as it comes through a door: with a key and a fingerprint."""
    act = now_by(who, minute(at))
    return await shop.db.write(_once, act, key, job_id, body)


def _once(session: Session, act: Act, key: str, job_id: int, body: str) -> tuple[Done, bool]:
    sent = Press(key, fingerprint("POST", f"/jobs/{job_id}/start", {"body": body}))
    return once(session, act, sent, lambda s: presses.start(s, act, job_id=job_id))


async def receipts(shop: Shop) -> int:
    return await shop.db.ask(_count)


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Receipt)) or 0


async def test_the_same_press_again_gives_the_first_answer(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    first, was_replay = await press(shop, tom, "k1", job_id)
    before = await shop.seq()
    again, is_replay = await press(shop, tom, "k1", job_id, at=60 * 24 * 30)
    assert (again, was_replay, is_replay) == (first, False, True)
    assert first.seq == before == await shop.seq()


async def test_the_answer_stands_even_after_the_job_has_moved_on(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    first, _ = await press(shop, tom, "k1", job_id)
    await shop.do(presses.stop, tom, 60, job_id=job_id)
    assert (await press(shop, tom, "k1", job_id, at=90)) == (first, True)
    assert await shop.state(job_id) is State.NEEDS_DETAILS


async def test_the_same_key_for_something_else_is_refused(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    await press(shop, tom, "k1", job_id)
    with pytest.raises(BadInput) as caught:
        await press(shop, tom, "k1", job_id, body="something else")
    assert (caught.value.code, caught.value.status) == ("key_reused", 422)


async def test_two_people_may_use_the_same_key(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom, cast.ines)
    await press(shop, cast.tom, "k1", job_id)
    _, is_replay = await press(shop, cast.ines, "k1", job_id)
    assert not is_replay


async def test_a_refusal_leaves_no_receipt_so_the_press_may_be_tried_again(shop: Shop) -> None:
    tom = shop.cast.tom
    await shop.working(tom)
    job_id = await shop.job(tom)
    with pytest.raises(Refusal):
        await press(shop, tom, "k1", job_id)
    assert await receipts(shop) == 0


async def test_nothing_to_do_leaves_a_receipt(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    done, _ = await press(shop, tom, "k1", job_id)
    assert done.seq is None
    assert await receipts(shop) == 1
    assert await press(shop, tom, "k1", job_id) == (done, True)


async def test_a_held_press_leaves_a_receipt_with_what_was_held(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom)
    await shop.put(job_id, State.INVOICED)
    done, _ = await press(shop, tom, "k1", job_id)
    assert done.held_id is not None
    assert await press(shop, tom, "k1", job_id) == (done, True)


def test_the_sending_is_left_out_of_the_fingerprint_and_the_act_is_not() -> None:
    body = {"occurred_at": "2026-11-24T11:00:00Z", "elapsed_ms": 12, "key": "k1"}
    same = fingerprint("POST", "/jobs/1/stop", {**body, "elapsed_ms": 900_000})
    other = fingerprint("POST", "/jobs/1/stop", {**body, "occurred_at": "2026-11-24T11:01:00Z"})
    assert fingerprint("POST", "/jobs/1/stop", body) == same != other


def test_path_and_method_belong_to_the_fingerprint_and_the_order_of_fields_does_not() -> None:
    first = fingerprint("POST", "/jobs/1/stop", {"a": 1, "b": 2})
    assert first == fingerprint("POST", "/jobs/1/stop", {"b": 2, "a": 1})
    assert first != fingerprint("POST", "/jobs/2/stop", {"a": 1, "b": 2})
    assert first != fingerprint("PUT", "/jobs/1/stop", {"a": 1, "b": 2})


async def test_the_note_is_written_once_however_often_it_is_sent(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    act = now_by(tom, minute(0))
    sent = Press("k1", fingerprint("POST", "/notes", {"text": "Done"}))

    def note(session: Session) -> tuple[Done, bool]:
        return once(
            session, act, sent, lambda s: evidence.add_note(s, act, job_id=job_id, text="Done")
        )

    first, _ = await shop.db.write(note)
    again, _ = await shop.db.write(note)
    assert again == replace(first)
    assert len(await shop.heard()) == 2
