"""Presses that came too late: kept, shown to the office, applied or dismissed by a person, never lost."""

import pytest

from app.actions import deciding, office, presses, scheduling
from app.rules.refusal import Forbidden, NotFound
from app.rules.states import Outcome, Progress, State
from tests.actions.shop import Shop

CLOSED = [State.BILLING, State.INVOICED, State.PAID, State.NOT_BILLABLE, State.CANCELLED]


@pytest.mark.parametrize("state", CLOSED)
async def test_a_press_that_meets_a_closed_job_is_held(shop: Shop, state: State) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom)
    await shop.put(job_id, state)
    before = await shop.seq()
    done = await shop.do(presses.start, tom, 90, pressed=70, job_id=job_id)
    assert done.held_id is not None
    seen = await shop.see(job_id)
    assert (seen.state, len(seen.times)) == (state, 1)
    (event,) = await shop.heard(after=before)
    assert (event.kind, event.data["verb"]) == ("press_held", "start")
    assert event.data["why"].startswith("The job is closed already")


async def test_a_press_on_a_job_that_is_not_theirs_any_more_is_held(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(scheduling.unassign, cast.dana, 5, job_id=job_id, technician_id=cast.tom.id)
    done = await shop.do(presses.start, cast.tom, 10, job_id=job_id)
    assert done.held_id is not None
    assert await shop.state(job_id) is State.NEW


async def test_a_late_press_from_when_it_was_theirs_is_applied(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(scheduling.unassign, cast.dana, 5, job_id=job_id, technician_id=cast.tom.id)
    done = await shop.do(presses.start, cast.tom, 10, pressed=-10, job_id=job_id)
    assert done.held_id is None
    assert (await shop.see(job_id)).progress == {cast.tom.id: Progress.WORKING}


async def test_a_late_start_that_meets_a_hold_is_held_and_not_lost(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(office.hold, cast.dana, 5, job_id=job_id, reason="No permit")
    done = await shop.do(presses.start, cast.tom, 60, pressed=6, job_id=job_id)
    assert done.held_id is not None
    assert await shop.state(job_id) is State.ON_HOLD


async def test_a_held_press_is_applied_at_its_own_time_for_its_technician(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    held = await _held_stop(shop, job_id)
    await shop.do(office.reopen, cast.olga, 95, job_id=job_id)
    before = await shop.seq()
    await shop.do(deciding.apply_held, cast.olga, 100, held_id=held)
    seen = await shop.see(job_id)
    assert (seen.state, seen.progress) == (State.READY, {cast.tom.id: Progress.STOPPED})
    assert seen.stopped == 40
    (event,) = await shop.heard(after=before)
    assert (event.kind, event.by, event.for_person) == ("stop", cast.olga.id, cast.tom.id)


async def _held_stop(shop: Shop, job_id: int) -> int:
    """Tom paused, the office closed the job, his phone's stop of minute 40 comes at 90."""
    cast = shop.cast
    await shop.do(presses.pause, cast.tom, 30, job_id=job_id)
    await shop.do(office.not_billable, cast.olga, 60, job_id=job_id, reason="Warranty")
    done = await shop.do(
        presses.stop,
        cast.tom,
        90,
        pressed=40,
        job_id=job_id,
        outcome=Outcome.DONE,
        note="Valve replaced",
    )
    assert done.held_id is not None
    return done.held_id


async def test_a_held_press_is_not_applied_while_the_job_is_closed(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    held = await _held_stop(shop, job_id)
    refusal = await shop.refused(deciding.apply_held, cast.olga, 100, held_id=held)
    assert refusal.code == "shut"


async def test_a_held_press_is_dismissed_with_a_reason(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    held = await _held_stop(shop, job_id)
    before = await shop.seq()
    await shop.do(deciding.dismiss_held, cast.dana, 100, held_id=held, reason="Pressed twice")
    (event,) = await shop.heard(after=before)
    assert (event.kind, event.data["reason"]) == ("held_dismissed", "Pressed twice")


async def test_a_held_press_is_decided_once(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    held = await _held_stop(shop, job_id)
    await shop.do(deciding.dismiss_held, cast.dana, 100, held_id=held, reason="Pressed twice")
    refusal = await shop.refused(deciding.apply_held, cast.olga, 101, held_id=held)
    assert refusal.code == "decided"


async def test_applying_what_has_happened_meanwhile_is_heard_all_the_same(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    held = await _held_stop(shop, job_id)
    await shop.do(office.reopen, cast.olga, 95, job_id=job_id)
    await shop.do(presses.stop, cast.olga, 96, job_id=job_id, for_person=cast.tom)
    before = await shop.seq()
    await shop.do(deciding.apply_held, cast.olga, 100, held_id=held)
    assert [e.kind for e in await shop.heard(after=before)] == ["held_applied"]


async def test_technicians_decide_nothing_and_strangers_see_nothing(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    held = await _held_stop(shop, job_id)
    refusal = await shop.refused(deciding.apply_held, cast.tom, 100, held_id=held)
    assert isinstance(refusal, NotFound)
    refusal = await shop.refused(deciding.apply_held, cast.olga, 100, held_id=held + 1)
    assert isinstance(refusal, NotFound)


async def test_a_press_for_somebody_is_refused_and_not_held(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.put(job_id, State.INVOICED)
    refusal = await shop.refused(presses.start, cast.olga, 90, job_id=job_id, for_person=cast.tom)
    assert (refusal.code, refusal.status) == ("closed", 409)
    refusal = await shop.refused(presses.start, cast.ines, 90, job_id=job_id, for_person=cast.tom)
    assert isinstance(refusal, Forbidden)


async def test_the_held_press_of_somebody_who_has_left_can_be_applied(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    held = await _held_stop(shop, job_id)
    await shop.retire(cast.tom)
    await shop.do(office.reopen, cast.olga, 95, job_id=job_id)
    await shop.do(deciding.apply_held, cast.olga, 100, held_id=held)
    assert (await shop.see(job_id)).stopped == 40


async def test_whoever_pressed_takes_a_held_press_back_once(shop: Shop) -> None:
    cast = shop.cast
    held = await _held_stop(shop, await shop.working(cast.tom))
    before = await shop.seq()
    await shop.do(deciding.drop_held, cast.tom, 100, held_id=held)
    again = await shop.do(deciding.drop_held, cast.tom, 101, held_id=held)
    assert again.seq is None
    (event,) = await shop.heard(after=before)
    assert (event.kind, event.data["verb"]) == ("held_dropped", "stop")
    refusal = await shop.refused(deciding.apply_held, cast.olga, 102, held_id=held)
    assert refusal.code == "decided"


async def test_nobody_takes_back_what_another_pressed(shop: Shop) -> None:
    cast = shop.cast
    held = await _held_stop(shop, await shop.working(cast.tom))
    for other in (cast.ines, cast.olga):
        with pytest.raises(NotFound):
            await shop.do(deciding.drop_held, other, 100, held_id=held)


async def test_what_the_office_has_decided_is_not_taken_back(shop: Shop) -> None:
    cast = shop.cast
    held = await _held_stop(shop, await shop.working(cast.tom))
    await shop.do(deciding.dismiss_held, cast.dana, 100, held_id=held, reason="Pressed twice")
    refusal = await shop.refused(deciding.drop_held, cast.tom, 101, held_id=held)
    assert refusal.code == "decided"
