"""Notes and messages, and their withdrawal."""

from typing import Any

from app.actions import evidence
from app.models import NoteKind
from app.rules.refusal import Forbidden, NotFound
from app.rules.states import State
from tests.actions.shop import Shop


async def test_the_note_that_was_missing_makes_the_job_ready(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom, note="")
    assert await shop.state(job_id) is State.NEEDS_DETAILS
    before = await shop.seq()
    done = await shop.do(evidence.add_note, tom, 90, job_id=job_id, text="Valve replaced")
    assert done.made_id is not None
    (event,) = await shop.heard(after=before)
    assert (event.kind, event.before, event.after) == (
        "note_added",
        State.NEEDS_DETAILS,
        State.READY,
    )


async def test_an_internal_note_does_not_count(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom, note="")
    await shop.do(
        evidence.add_note, cast.olga, 90, job_id=job_id, text="Rang twice", kind=NoteKind.INTERNAL
    )
    assert await shop.state(job_id) is State.NEEDS_DETAILS


async def test_a_withdrawn_note_moves_the_job_back_and_twice_is_once(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom, note="")
    done = await shop.do(evidence.add_note, tom, 90, job_id=job_id, text="Valve replaced")
    words: dict[str, Any] = {
        "job_id": job_id,
        "fact": "notes",
        "fact_id": done.made_id,
        "reason": "Wrong job",
    }
    await shop.do(evidence.withdraw, tom, 91, **words)
    assert await shop.state(job_id) is State.NEEDS_DETAILS
    assert (await shop.do(evidence.withdraw, tom, 92, **words)).seq is None


async def test_a_withdrawal_needs_a_reason(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    done = await shop.do(evidence.add_note, tom, 5, job_id=job_id, text="Valve replaced")
    refusal = await shop.refused(
        evidence.withdraw, tom, job_id=job_id, fact="notes", fact_id=done.made_id, reason="  "
    )
    assert (refusal.code, refusal.field) == ("no_reason", "reason")


async def test_technicians_withdraw_their_own_words_the_office_everybodys(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom, cast.ines)
    done = await shop.do(evidence.send_message, cast.tom, 5, job_id=job_id, text="On my way")
    words: dict[str, Any] = {
        "job_id": job_id,
        "fact": "messages",
        "fact_id": done.made_id,
        "reason": "Not mine",
    }
    assert isinstance(await shop.refused(evidence.withdraw, cast.ines, 6, **words), Forbidden)
    await shop.do(evidence.withdraw, cast.olga, 7, **words)


async def test_a_note_of_another_job_is_not_there(shop: Shop) -> None:
    cast = shop.cast
    first, second = await shop.job(cast.tom), await shop.job(cast.tom)
    done = await shop.do(evidence.add_note, cast.tom, 5, job_id=first, text="Valve replaced")
    refusal = await shop.refused(
        evidence.withdraw,
        cast.tom,
        job_id=second,
        fact="notes",
        fact_id=done.made_id,
        reason="Wrong",
    )
    assert isinstance(refusal, NotFound)


async def test_strangers_write_nothing_on_a_job(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    words: dict[str, Any] = {"job_id": job_id, "text": "Hello"}
    assert isinstance(await shop.refused(evidence.add_note, cast.ines, **words), NotFound)
    assert isinstance(await shop.refused(evidence.send_message, cast.ines, **words), NotFound)


async def test_a_message_is_one_event_and_changes_no_state(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    before = await shop.seq()
    done = await shop.do(evidence.send_message, cast.olga, 70, job_id=job_id, text="Well done")
    (event,) = await shop.heard(after=before)
    assert (event.kind, event.seq, event.after) == ("message_sent", done.seq, State.READY)


async def test_facts_still_arrive_on_a_closed_job(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom)
    await shop.put(job_id, State.INVOICED)
    await shop.do(evidence.add_note, tom, 90, job_id=job_id, text="Key is back at the bakery")
    assert await shop.state(job_id) is State.INVOICED


async def test_a_note_with_a_stop_is_the_technicians_even_if_the_office_presses(
    shop: Shop,
) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    before = await shop.seq()
    await shop.do(
        evidence.add_note, cast.olga, job_id=job_id, text="Told by Tom", for_person=cast.tom
    )
    (event,) = await shop.heard(after=before)
    assert (event.by, event.for_person) == (cast.olga.id, cast.tom.id)
