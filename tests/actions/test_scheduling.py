"""Planning: when the next visit is and who goes."""

from typing import Any

import pytest

from app.actions import office, presses, scheduling
from app.rules.refusal import Forbidden, NotFound
from app.rules.states import Outcome, Progress, State
from tests.actions.shop import Shop, Verb, minute


def window(start: float, end: float) -> dict[str, Any]:
    return {"starts_at": minute(start), "ends_at": minute(end)}


# --- schedule


async def test_a_planned_job_stands_in_scheduled_with_its_technicians(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job()
    before = await shop.seq()
    done = await shop.do(
        scheduling.schedule,
        cast.dana,
        job_id=job_id,
        **window(60, 120),
        technician_ids=[cast.tom.id],
    )
    (card,) = await shop.cards(job_id)
    assert (card.state, card.planned_start) == (State.SCHEDULED, minute(60))
    assert [who.id for who in card.technicians] == [cast.tom.id]
    (event,) = await shop.heard(after=before)
    assert (event.kind, event.seq) == ("schedule", done.seq)
    assert (event.people_before, event.people_after) == ((), (cast.tom.id,))


async def test_a_time_without_a_person_is_scheduled_and_a_person_without_a_time_new(
    shop: Shop,
) -> None:
    cast = shop.cast
    timed, manned = await shop.job(), await shop.job(cast.tom)
    await shop.do(scheduling.schedule, cast.dana, job_id=timed, **window(60, 120))
    assert await shop.state(timed) is State.SCHEDULED
    assert await shop.state(manned) is State.NEW


async def test_the_technicians_named_are_exactly_those_sent(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(
        scheduling.schedule,
        cast.dana,
        job_id=job_id,
        **window(60, 120),
        technician_ids=[cast.ines.id],
    )
    assert (await shop.see(job_id)).progress == {cast.ines.id: Progress.ASSIGNED}


async def test_the_order_of_scheduled_follows_the_plan(shop: Shop) -> None:
    dana = shop.cast.dana
    late, early = await shop.job(), await shop.job()
    await shop.do(scheduling.schedule, dana, job_id=late, **window(120, 180))
    await shop.do(scheduling.schedule, dana, job_id=early, **window(60, 90))
    cards = await shop.cards(late, early)
    assert [card.id for card in cards] == [early, late]
    await shop.do(scheduling.schedule, dana, job_id=early, **window(240, 300))
    assert [card.id for card in await shop.cards(late, early)] == [late, early]


async def test_on_a_running_job_a_plan_adds_a_visit_and_moves_nothing(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(
        scheduling.schedule,
        cast.dana,
        5,
        job_id=job_id,
        **window(1440, 1500),
        technician_ids=[cast.ines.id],
    )
    seen = await shop.see(job_id)
    assert (seen.state, seen.outcomes) == (State.WORKING, (None, None))
    await shop.do(presses.stop, cast.tom, 60, job_id=job_id, outcome=Outcome.DONE, note="Done")
    assert await shop.state(job_id) is State.SCHEDULED


async def test_planning_the_added_visit_again_does_not_add_a_third(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(scheduling.schedule, cast.dana, 5, job_id=job_id, **window(1440, 1500))
    await shop.do(scheduling.schedule, cast.dana, 6, job_id=job_id, **window(2880, 2940))
    assert (await shop.see(job_id)).outcomes == (None, None)


async def test_taking_the_added_visit_back_lets_the_job_become_ready(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(scheduling.schedule, cast.dana, 5, job_id=job_id, **window(1440, 1500))
    await shop.do(scheduling.schedule, cast.dana, 6, job_id=job_id, starts_at=None, ends_at=None)
    assert (await shop.see(job_id)).outcomes == (None,)
    await shop.do(presses.stop, cast.tom, 60, job_id=job_id, outcome=Outcome.DONE, note="Done")
    assert await shop.state(job_id) is State.READY


async def test_planned_times_survive_the_change_of_the_clocks(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job()
    await shop.do(
        scheduling.schedule,
        cast.dana,
        job_id=job_id,
        starts_at=minute(0),
        ends_at=minute(60),
        time_zone="America/New_York",
    )
    (card,) = await shop.cards(job_id)
    assert (card.time_zone, card.planned_start) == ("America/New_York", minute(0))


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        ({"starts_at": minute(60), "ends_at": None}, "half_window", "ends_at"),
        ({"starts_at": minute(60), "ends_at": minute(60)}, "order", "ends_at"),
        ({**window(0, 60), "technician_ids": [999]}, "unknown_person", "technician_ids"),
        ({**window(0, 60), "technician_ids": [3]}, "no_technician", "technician_ids"),
        ({**window(0, 60), "time_zone": "Mars/Olympus"}, "unknown_zone", "time_zone"),
        ({**window(0, 60), "time_zone": "../../passwd"}, "unknown_zone", "time_zone"),
    ],
)
async def test_a_plan_that_cannot_be_names_the_field(
    shop: Shop, words: dict[str, Any], code: str, field: str
) -> None:
    job_id = await shop.job()
    refusal = await shop.refused(scheduling.schedule, shop.cast.dana, job_id=job_id, **words)
    assert (refusal.code, refusal.field, refusal.status) == (code, field, 422)


async def test_nobody_is_taken_off_while_their_clock_runs_or_rests(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    words: dict[str, Any] = {"job_id": job_id, "technician_id": cast.tom.id}
    refusal = await shop.refused(scheduling.unassign, cast.dana, 5, **words)
    assert refusal.code == "still_working"
    assert refusal.sentence.startswith("Tom Brandt is still on this job.")
    await shop.do(presses.pause, cast.tom, 10, job_id=job_id)
    assert (await shop.refused(scheduling.unassign, cast.dana, 15, **words)).code == "still_working"


# --- unschedule


async def test_unscheduling_takes_the_time_and_keeps_the_people(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom, **window(60, 120))
    await shop.do(scheduling.unschedule, cast.dana, job_id=job_id)
    seen = await shop.see(job_id)
    assert (seen.state, seen.progress) == (State.NEW, {cast.tom.id: Progress.ASSIGNED})
    refusal = await shop.refused(scheduling.unschedule, cast.dana, job_id=job_id)
    assert refusal.code == "nothing_planned"


# --- assign, unassign


async def test_assigning_twice_is_assigning_once(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job()
    words: dict[str, Any] = {"job_id": job_id, "technician_id": cast.tom.id}
    before = await shop.seq()
    await shop.do(scheduling.assign, cast.dana, **words)
    assert (await shop.do(scheduling.assign, cast.dana, **words)).seq is None
    (event,) = await shop.heard(after=before)
    assert event.people_after == (cast.tom.id,)


async def test_unassigning_twice_is_unassigning_once_and_the_board_hears_who_left(
    shop: Shop,
) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    words: dict[str, Any] = {"job_id": job_id, "technician_id": cast.tom.id}
    before = await shop.seq()
    await shop.do(scheduling.unassign, cast.dana, **words)
    assert (await shop.do(scheduling.unassign, cast.dana, **words)).seq is None
    (event,) = await shop.heard(after=before)
    assert (event.people_before, event.people_after) == ((cast.tom.id,), ())


async def test_who_was_taken_off_can_be_sent_again(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    words: dict[str, Any] = {"job_id": job_id, "technician_id": cast.tom.id}
    await shop.do(scheduling.unassign, cast.dana, **words)
    await shop.do(scheduling.assign, cast.dana, **words)
    assert (await shop.see(job_id)).progress == {cast.tom.id: Progress.ASSIGNED}


async def test_a_running_job_gets_one_more_technician(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(scheduling.assign, cast.dana, job_id=job_id, technician_id=cast.ines.id)
    assert (await shop.see(job_id)).progress[cast.ines.id] is Progress.ASSIGNED


async def test_a_visit_of_another_job_is_not_there(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job()
    refusal = await shop.refused(
        scheduling.assign, cast.dana, job_id=job_id, technician_id=cast.tom.id, visit_id=999
    )
    assert isinstance(refusal, NotFound)


async def test_a_job_on_hold_takes_no_plan_and_says_why(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job()
    await shop.do(office.hold, cast.dana, job_id=job_id, reason="No permit")
    refusal = await shop.refused(scheduling.schedule, cast.dana, job_id=job_id, **window(0, 60))
    assert (refusal.code, "No permit" in refusal.sentence) == ("on_hold", True)


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (scheduling.schedule, window(0, 60)),
        (scheduling.unschedule, {}),
        (scheduling.assign, {"technician_id": 1}),
        (scheduling.unassign, {"technician_id": 1}),
    ],
)
async def test_technicians_do_not_plan(shop: Shop, verb: Verb, words: dict[str, Any]) -> None:
    job_id = await shop.job(shop.cast.tom)
    refusal = await shop.refused(verb, shop.cast.tom, job_id=job_id, **words)
    assert isinstance(refusal, Forbidden)


async def test_a_job_that_is_not_there_is_not_found(shop: Shop) -> None:
    refusal = await shop.refused(scheduling.unschedule, shop.cast.dana, job_id=999)
    assert isinstance(refusal, NotFound)
