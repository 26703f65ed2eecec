"""Moving a card on a board, undoing it, and what the second of two people is told."""

from typing import Any

import pytest

from app.actions import moves, office, presses, scheduling
from app.rules.refusal import Changed, Forbidden, NotFound
from app.rules.states import Lane, Progress, State
from tests.actions.shop import Shop, minute


async def version(shop: Shop, job_id: int) -> int:
    return (await shop.see(job_id)).version


async def test_to_on_hold_wants_a_reason_and_holds(shop: Shop) -> None:
    dana = shop.cast.dana
    job_id = await shop.job()
    words: dict[str, Any] = {
        "job_id": job_id,
        "lane": Lane.ON_HOLD,
        "version": await version(shop, job_id),
    }
    refusal = await shop.refused(moves.move, dana, **words)
    assert (refusal.code, refusal.field) == ("needs_reason", "reason")
    await shop.do(moves.move, dana, **words, reason="No permit")
    assert await shop.state(job_id) is State.ON_HOLD


async def test_from_ready_to_needs_details_asks_the_technician(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    words: dict[str, Any] = {
        "job_id": job_id,
        "lane": Lane.NEEDS_DETAILS,
        "version": await version(shop, job_id),
    }
    assert (await shop.refused(moves.move, cast.olga, 70, **words)).code == "needs_question"
    assert isinstance(await shop.refused(moves.move, cast.dana, 70, **words, reason="?"), Forbidden)
    await shop.do(moves.move, cast.olga, 70, **words, reason="Two or six?")
    assert await shop.state(job_id) is State.NEEDS_DETAILS


async def test_to_scheduled_wants_a_plan_first(shop: Shop) -> None:
    job_id = await shop.job()
    refusal = await shop.refused(
        moves.move,
        shop.cast.dana,
        job_id=job_id,
        lane=Lane.SCHEDULED,
        version=await version(shop, job_id),
    )
    assert refusal.code == "needs_plan"


@pytest.mark.parametrize(
    ("lane", "says"),
    [
        (Lane.IN_PROGRESS, "presses Start"),
        (Lane.READY, "by itself"),
        (Lane.BILLING, "ready to invoice"),
    ],
)
async def test_a_lane_nobody_moves_into_says_how_cards_get_there(
    shop: Shop, lane: Lane, says: str
) -> None:
    job_id = await shop.job()
    refusal = await shop.refused(
        moves.move, shop.cast.dana, job_id=job_id, lane=lane, version=await version(shop, job_id)
    )
    assert refusal.code == "no_such_move"
    assert says in refusal.sentence


async def test_the_second_of_two_is_told_who_moved_it_where_and_when(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job()
    seen = await version(shop, job_id)
    await shop.do(office.hold, cast.dana, 10, job_id=job_id, reason="No permit")
    words: dict[str, Any] = {"job_id": job_id, "lane": Lane.SCHEDULED, "version": seen}
    refusal = await shop.refused(moves.move, cast.olga, 10.2, **words)
    assert isinstance(refusal, Changed)
    assert refusal.sentence == "Dana Weiss moved this to On hold 12 s ago."
    mine = await shop.refused(moves.move, cast.dana, 10.2, **words)
    assert mine.sentence.startswith("You moved this")


async def test_what_the_person_could_not_see_is_no_conflict(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job()
    seen = await version(shop, job_id)
    await shop.do(scheduling.assign, cast.dana, job_id=job_id, technician_id=cast.tom.id)
    await shop.do(
        moves.move, cast.dana, job_id=job_id, lane=Lane.ON_HOLD, version=seen, reason="Parts"
    )
    assert await shop.state(job_id) is State.ON_HOLD


async def test_a_hold_is_undone_and_its_undoing_too(shop: Shop) -> None:
    dana = shop.cast.dana
    job_id = await shop.job()
    await shop.do(office.hold, dana, job_id=job_id, reason="No permit")
    await shop.do(moves.undo_move, dana, job_id=job_id, version=await version(shop, job_id))
    assert await shop.state(job_id) is State.NEW
    await shop.do(moves.undo_move, dana, job_id=job_id, version=await version(shop, job_id))
    seen = await shop.see(job_id)
    assert (seen.state, seen.hold_reason) == (State.ON_HOLD, "No permit")


async def test_a_plan_is_undone_with_its_people(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(
        scheduling.schedule,
        cast.dana,
        job_id=job_id,
        starts_at=minute(60),
        ends_at=minute(120),
        technician_ids=[cast.ines.id],
    )
    await shop.do(moves.undo_move, cast.dana, job_id=job_id, version=await version(shop, job_id))
    seen = await shop.see(job_id)
    assert (seen.state, seen.progress) == (State.NEW, {cast.tom.id: Progress.ASSIGNED})


async def test_an_older_plan_is_not_undone_over_a_newer_one(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job()
    words: dict[str, Any] = {"job_id": job_id, "starts_at": minute(60), "ends_at": minute(120)}
    await shop.do(scheduling.schedule, cast.dana, **words)
    first = await version(shop, job_id)
    await shop.do(scheduling.schedule, cast.olga, **{**words, "ends_at": minute(180)})
    refusal = await shop.refused(moves.undo_move, cast.dana, job_id=job_id, version=first)
    assert isinstance(refusal, Changed)


async def test_an_unscheduled_job_is_planned_again_by_the_undo(shop: Shop) -> None:
    dana = shop.cast.dana
    job_id = await shop.job(starts_at=minute(60), ends_at=minute(120))
    await shop.do(scheduling.unschedule, dana, job_id=job_id)
    await shop.do(moves.undo_move, dana, job_id=job_id, version=await version(shop, job_id))
    (card,) = await shop.cards(job_id)
    assert (card.state, card.planned_start) == (State.SCHEDULED, minute(60))


@pytest.mark.parametrize("state", [State.CANCELLED, State.NOT_BILLABLE])
async def test_closing_is_undone_by_the_office(shop: Shop, state: State) -> None:
    olga = shop.cast.olga
    verb = {State.CANCELLED: office.cancel, State.NOT_BILLABLE: office.not_billable}[state]
    job_id = await shop.job()
    await shop.do(verb, olga, job_id=job_id, reason="No")
    await shop.do(moves.undo_move, olga, job_id=job_id, version=await version(shop, job_id))
    assert await shop.state(job_id) is State.NEW


async def test_a_question_and_a_waiver_are_undone(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom, note="")
    await shop.do(office.waive, cast.olga, 70, job_id=job_id, code="work_note", reason="Phone")
    await shop.do(office.ask_technician, cast.olga, 71, job_id=job_id, question="Two or six?")
    await shop.do(
        moves.undo_move, cast.olga, 72, job_id=job_id, version=await version(shop, job_id)
    )
    assert await shop.state(job_id) is State.READY
    waived = await version(shop, job_id) - 2
    refusal = await shop.refused(moves.undo_move, cast.olga, 73, job_id=job_id, version=waived)
    assert isinstance(refusal, Changed)


async def test_a_press_is_not_undone_from_the_board(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    words: dict[str, Any] = {"job_id": job_id, "version": await version(shop, job_id)}
    assert (await shop.refused(moves.undo_move, cast.dana, **words)).code == "no_undo"
    words["version"] = 999
    assert isinstance(await shop.refused(moves.undo_move, cast.dana, **words), NotFound)


async def test_undoing_after_somebody_moved_it_says_who(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(office.hold, cast.dana, job_id=job_id, reason="No permit")
    held = await version(shop, job_id)
    await shop.do(office.release, cast.olga, 5, job_id=job_id)
    await shop.do(presses.start, cast.tom, 6, job_id=job_id)
    refusal = await shop.refused(moves.undo_move, cast.dana, 7, job_id=job_id, version=held)
    assert refusal.sentence == "Tom Brandt moved this to Working 1 min ago."


# --- order within a lane


async def test_a_card_is_placed_between_its_neighbours_and_heard(shop: Shop) -> None:
    dana = shop.cast.dana
    first, second, third = await shop.job(), await shop.job(), await shop.job()
    before = await shop.seq()
    await shop.do(
        moves.move,
        dana,
        job_id=third,
        lane=Lane.UNSCHEDULED,
        version=1,
        after=first,
        before_job=second,
    )
    order = [card.id for card in await shop.cards(first, second, third)]
    assert order == [first, third, second]
    assert [e.kind for e in await shop.heard(after=before)] == ["placed"]


async def test_placing_at_either_end(shop: Shop) -> None:
    dana = shop.cast.dana
    first, second, third = await shop.job(), await shop.job(), await shop.job()
    words: dict[str, Any] = {"lane": Lane.UNSCHEDULED, "version": 1}
    await shop.do(moves.move, dana, job_id=third, before_job=first, **words)
    await shop.do(moves.move, dana, job_id=first, after=second, **words)
    assert [c.id for c in await shop.cards(first, second, third)] == [third, second, first]


async def test_a_lane_without_room_is_spaced_out_again(shop: Shop) -> None:
    dana = shop.cast.dana
    job_ids = [await shop.job() for _ in range(3)]
    first, second, third = job_ids
    words: dict[str, Any] = {"lane": Lane.UNSCHEDULED, "version": 1}
    await shop.do(moves.move, dana, job_id=second, after=first, before_job=third, **words)
    await shop.do(moves.move, dana, job_id=third, after=first, before_job=second, **words)
    assert [c.id for c in await shop.cards(*job_ids)] == [first, third, second]


async def test_lanes_that_follow_the_plan_are_not_ordered_by_hand(shop: Shop) -> None:
    dana = shop.cast.dana
    job_id = await shop.job(starts_at=minute(60), ends_at=minute(120))
    refusal = await shop.refused(
        moves.move, dana, job_id=job_id, lane=Lane.SCHEDULED, version=1, after=job_id
    )
    assert refusal.code == "ordered"


async def test_technicians_move_no_cards(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    words: dict[str, Any] = {"job_id": job_id, "version": 1}
    refusal = await shop.refused(moves.move, tom, **words, lane=Lane.ON_HOLD, reason="No")
    assert isinstance(refusal, Forbidden)
    assert isinstance(await shop.refused(moves.undo_move, tom, **words), Forbidden)
