"""The technician's buttons: on my way, start, pause, stop, undo stop."""

import pytest

from app.actions import evidence, office, presses, scheduling, times
from app.rules.refusal import Forbidden, NotFound
from app.rules.states import Activity, Outcome, Progress, State
from tests.actions.shop import Shop, Verb, minute

# --- set off and start


async def test_setting_off_opens_travel(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    await shop.do(presses.set_off, tom, 5, job_id=job_id)
    seen = await shop.see(job_id)
    assert seen.state is State.TRAVELLING
    assert [(t.activity, t.start, t.end) for t in seen.times] == [(Activity.TRAVEL, 5, None)]


async def test_starting_ends_the_travel_and_opens_work_at_that_moment(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    await shop.do(presses.set_off, tom, 5, job_id=job_id)
    await shop.do(presses.start, tom, 20, job_id=job_id)
    seen = await shop.see(job_id)
    assert seen.state is State.WORKING
    assert [(t.activity, t.start, t.end) for t in seen.times] == [
        (Activity.TRAVEL, 5, 20),
        (Activity.WORK, 20, None),
    ]


@pytest.mark.parametrize("verb", [presses.set_off, presses.start])
async def test_beginning_twice_is_beginning_once(shop: Shop, verb: Verb) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    await shop.do(verb, tom, 5, job_id=job_id)
    before = await shop.seq()
    again = await shop.do(verb, tom, 9, job_id=job_id)
    assert (again.job_id, again.seq) == (job_id, None)
    assert await shop.seq() == before
    assert len((await shop.see(job_id)).times) == 1


async def test_setting_off_while_working_there_is_nothing_to_do(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    assert (await shop.do(presses.set_off, tom, 9, job_id=job_id)).seq is None
    assert await shop.state(job_id) is State.WORKING


async def test_a_job_assigned_without_a_time_may_be_started(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    assert await shop.state(job_id) is State.NEW
    await shop.do(presses.start, tom, job_id=job_id)
    assert await shop.state(job_id) is State.WORKING


async def test_the_board_hears_a_start_once_with_who_is_on_it(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    before = await shop.seq()
    done = await shop.do(presses.start, tom, job_id=job_id)
    (event,) = await shop.heard(after=before)
    assert done.seq == event.seq == before + 1
    assert (event.kind, event.job_id, event.by) == ("start", job_id, tom.id)
    assert (event.before, event.after) == (State.NEW, State.WORKING)
    assert event.people_before == event.people_after == (tom.id,)


async def test_another_technicians_job_is_not_there(shop: Shop) -> None:
    job_id = await shop.job(shop.cast.tom)
    refusal = await shop.refused(presses.start, shop.cast.ines, job_id=job_id)
    assert isinstance(refusal, NotFound)


async def test_a_dispatcher_has_no_start_of_their_own(shop: Shop) -> None:
    job_id = await shop.job(shop.cast.tom)
    refusal = await shop.refused(presses.start, shop.cast.dana, job_id=job_id)
    assert isinstance(refusal, Forbidden)
    assert "Name the technician" in refusal.sentence


async def test_a_technician_does_not_press_for_another(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom, cast.ines)
    refusal = await shop.refused(presses.start, cast.tom, job_id=job_id, for_person=cast.ines)
    assert isinstance(refusal, Forbidden)


async def test_the_office_starts_for_a_technician_and_the_history_says_so(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    before = await shop.seq()
    await shop.do(presses.start, cast.olga, job_id=job_id, for_person=cast.tom)
    (event,) = await shop.heard(after=before)
    assert (event.by, event.for_person) == (cast.olga.id, cast.tom.id)
    assert (await shop.see(job_id)).progress == {cast.tom.id: Progress.WORKING}


async def test_pressing_for_somebody_puts_them_on_the_job(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(presses.start, cast.dana, job_id=job_id, for_person=cast.ines)
    assert (await shop.see(job_id)).progress == {
        cast.tom.id: Progress.ASSIGNED,
        cast.ines.id: Progress.WORKING,
    }


async def test_a_job_on_hold_says_why_it_does_not_start(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(office.hold, cast.dana, job_id=job_id, reason="Waiting for the permit")
    refusal = await shop.refused(presses.start, cast.tom, job_id=job_id)
    assert refusal.code == "on_hold"
    assert "Waiting for the permit" in refusal.sentence


# --- one clock a person


async def test_another_job_running_asks_before_it_is_paused(shop: Shop) -> None:
    tom = shop.cast.tom
    await shop.working(tom, title="Boiler leaks")
    other = await shop.job(tom, title="Sockets")
    refusal = await shop.refused(presses.start, tom, 10, job_id=other)
    assert refusal.code == "other_job_running"
    assert refusal.sentence == "You are on job 1001, Boiler leaks. Pause it and start this one?"


async def test_pausing_the_other_one_gives_both_cards_one_seq(shop: Shop) -> None:
    tom = shop.cast.tom
    first = await shop.working(tom)
    second = await shop.job(tom)
    before = await shop.seq()
    await shop.do(presses.start, tom, 10, job_id=second, pause_other=True)
    assert (await shop.see(first)).times[0].end == 10
    assert await shop.state(first) is State.PAUSED
    assert await shop.state(second) is State.WORKING
    events = await shop.heard(after=before)
    assert [(e.seq, e.kind, e.job_id) for e in events] == [
        (before + 1, "start", second),
        (before + 1, "pause", first),
    ]


async def test_a_late_start_implies_the_pause_and_is_flagged(shop: Shop) -> None:
    tom = shop.cast.tom
    first = await shop.working(tom)
    second = await shop.job(tom)
    await shop.do(presses.start, tom, 90, pressed=10, job_id=second)
    assert (await shop.see(first)).times[0].end == 10
    assert (await shop.see(second)).times[0].start == 10
    assert "paused_other" in (await shop.see(second)).flags


async def test_a_late_press_that_overlaps_other_time_is_flagged(shop: Shop) -> None:
    cast = shop.cast
    first = await shop.finished(cast.tom)
    second = await shop.job(cast.tom)
    await shop.do(presses.start, cast.tom, 300, pressed=30, job_id=second)
    await shop.do(presses.stop, cast.tom, 301, pressed=90, job_id=second)
    assert "overlap" in (await shop.see(second)).flags
    assert (await shop.see(second)).times[0].flags == ("overlap",)
    assert (await shop.see(first)).times[0].end == 60


async def test_one_job_after_the_other_does_not_overlap(shop: Shop) -> None:
    tom = shop.cast.tom
    await shop.finished(tom)
    second = await shop.job(tom)
    await shop.do(presses.start, tom, 60, job_id=second)
    await shop.do(presses.stop, tom, 90, job_id=second)
    assert "overlap" not in (await shop.see(second)).flags


# --- pause


async def test_pausing_stops_the_clock_and_keeps_the_reason(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    before = await shop.seq()
    await shop.do(presses.pause, tom, 30, job_id=job_id, reason="Parts")
    seen = await shop.see(job_id)
    assert (seen.state, seen.times[0].end) == (State.PAUSED, 30)
    assert [e.data["reason"] for e in await shop.heard(after=before)] == ["Parts"]


async def test_pausing_twice_is_pausing_once(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.pause, tom, 30, job_id=job_id)
    assert (await shop.do(presses.pause, tom, 40, job_id=job_id)).seq is None
    assert (await shop.see(job_id)).times[0].end == 30


async def test_a_pause_while_somebody_else_works_leaves_the_job_working(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom, cast.ines)
    await shop.do(presses.pause, cast.tom, 30, job_id=job_id)
    assert await shop.state(job_id) is State.WORKING


async def test_nobody_pauses_what_they_have_not_started(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom, cast.ines)
    assert (await shop.refused(presses.pause, cast.tom, job_id=job_id)).code == "not_started"
    await shop.do(presses.start, cast.ines, job_id=job_id)
    assert (await shop.refused(presses.pause, cast.tom, job_id=job_id)).code == "not_started"


async def test_starting_again_after_a_pause_is_a_new_entry(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.pause, tom, 30, job_id=job_id)
    await shop.do(presses.start, tom, 45, job_id=job_id)
    assert [(t.start, t.end) for t in (await shop.see(job_id)).times] == [(0, 30), (45, None)]


# --- stop


async def test_stop_with_everything_there_makes_the_job_ready(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.stop, tom, 60, job_id=job_id, outcome=Outcome.DONE, note="Valve replaced")
    seen = await shop.see(job_id)
    assert (seen.state, seen.missing, seen.stopped) == (State.READY, (), 60)


async def test_stop_never_fails_for_missing_facts(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom, customer_id=None)
    await shop.do(presses.stop, tom, 60, job_id=job_id, outcome=Outcome.DONE)
    seen = await shop.see(job_id)
    assert (seen.state, seen.missing) == (State.NEEDS_DETAILS, ("customer", "work_note"))


async def test_one_of_two_stopped_leaves_the_job_going_on(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom, cast.ines)
    before = await shop.seq()
    await shop.do(presses.stop, cast.tom, 30, job_id=job_id, outcome=Outcome.DONE)
    assert await shop.state(job_id) is State.WORKING
    assert [e.data["still_on_it"] for e in await shop.heard(after=before)] == [1]
    await shop.do(presses.stop, cast.ines, 40, job_id=job_id, outcome=Outcome.DONE, note="Done")
    assert await shop.state(job_id) is State.READY


async def test_a_colleague_who_only_travels_or_pauses_is_still_on_it(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.set_off, cast.dana, 5, job_id=job_id, for_person=cast.ines)
    await shop.do(presses.stop, cast.tom, 30, job_id=job_id)
    assert await shop.state(job_id) is State.TRAVELLING
    await shop.do(presses.pause, cast.ines, 31, job_id=job_id)
    assert await shop.state(job_id) is State.PAUSED


async def test_a_colleague_who_never_started_is_not_waited_for(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom, cast.ines)
    await shop.do(presses.start, cast.tom, job_id=job_id)
    await shop.do(presses.stop, cast.tom, 30, job_id=job_id, outcome=Outcome.DONE, note="Done")
    assert await shop.state(job_id) is State.READY


async def test_the_last_ones_outcome_counts(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom, cast.ines)
    await shop.do(presses.stop, cast.tom, 30, job_id=job_id, outcome=Outcome.RETURN_VISIT)
    await shop.do(presses.stop, cast.ines, 40, job_id=job_id, outcome=Outcome.DONE, note="Done")
    seen = await shop.see(job_id)
    assert (seen.state, seen.outcomes) == (State.READY, (Outcome.DONE,))


async def test_a_stop_without_an_outcome_is_taken_as_done_and_flagged(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.stop, tom, 30, job_id=job_id)
    seen = await shop.see(job_id)
    assert (seen.outcomes, seen.flags) == ((Outcome.DONE,), ("outcome_assumed",))


async def test_stop_ends_a_pause_and_a_journey_too(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.pause, tom, 30, job_id=job_id)
    await shop.do(presses.stop, tom, 50, job_id=job_id, note="Done")
    assert [(t.start, t.end) for t in (await shop.see(job_id)).times] == [(0, 30)]
    other = await shop.job(tom)
    await shop.do(presses.set_off, tom, 60, job_id=other)
    await shop.do(presses.stop, tom, 70, job_id=other, note="Nobody there")
    assert (await shop.see(other)).missing == ("time",)


async def test_stopping_before_any_start_offers_to_record_the_time(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    refusal = await shop.refused(presses.stop, tom, job_id=job_id)
    assert refusal.code == "not_started"
    assert "record the time" in refusal.sentence


async def test_stopping_twice_gives_the_same_result_once(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.stop, tom, 60, job_id=job_id)
    before = await shop.seq()
    again = await shop.do(presses.stop, tom, 63, job_id=job_id)
    assert (again.job_id, again.seq) == (job_id, None)
    assert await shop.seq() == before
    assert (await shop.see(job_id)).times[0].end == 60


async def test_a_phone_that_stopped_at_another_time_than_the_dispatcher_disputes(
    shop: Shop,
) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(evidence.add_note, cast.tom, 5, job_id=job_id, text="Done")
    await shop.do(presses.stop, cast.dana, 60, job_id=job_id, for_person=cast.tom)
    assert await shop.state(job_id) is State.READY
    before = await shop.seq()
    await shop.do(presses.stop, cast.tom, 70, pressed=30, job_id=job_id)
    seen = await shop.see(job_id)
    assert (seen.state, seen.missing) == (State.NEEDS_DETAILS, ("confirmed_time",))
    assert seen.times[0].end == 60
    assert "time_disputed" in seen.flags
    (event,) = await shop.heard(after=before)
    assert event.data["proposed"] == minute(30).isoformat()


async def test_a_dispute_is_raised_once(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.stop, cast.dana, 60, job_id=job_id, for_person=cast.tom)
    await shop.do(presses.stop, cast.tom, 70, pressed=30, job_id=job_id)
    assert (await shop.do(presses.stop, cast.tom, 71, pressed=31, job_id=job_id)).seq is None


async def test_two_stops_within_a_minute_are_two_taps(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.stop, cast.dana, 60, job_id=job_id, for_person=cast.tom)
    await shop.do(presses.stop, cast.tom, 60.5, job_id=job_id)
    assert not (await shop.see(job_id)).times[0].disputed


async def test_a_clock_that_runs_backwards_ends_the_entry_where_it_began(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom, since=30)
    await shop.do(presses.stop, tom, 60, pressed=20, job_id=job_id)
    assert [(t.start, t.end) for t in (await shop.see(job_id)).times] == [(30, 30)]


async def test_others_may_stop_the_clock_of_somebody_who_has_left(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.retire(cast.tom)
    await shop.do(presses.stop, cast.olga, 60, job_id=job_id, for_person=cast.tom)
    assert (await shop.see(job_id)).times[0].end == 60


async def test_nobody_starts_for_somebody_who_has_left(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.retire(cast.tom)
    refusal = await shop.refused(presses.start, cast.olga, job_id=job_id, for_person=cast.tom)
    assert (refusal.code, refusal.field) == ("unknown_person", "for_person_id")


# --- return visits


async def test_a_return_visit_makes_the_job_new_again_and_marked(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(
        presses.stop, tom, 60, job_id=job_id, outcome=Outcome.RETURN_VISIT, reason="Pump to order"
    )
    seen = await shop.see(job_id)
    assert (seen.state, seen.flags) == (State.NEW, ("return_visit",))
    assert seen.outcomes == (Outcome.RETURN_VISIT, None)


async def test_the_return_visit_is_worked_and_finishes_the_job(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.stop, cast.tom, 60, job_id=job_id, outcome=Outcome.RETURN_VISIT)
    await shop.do(
        scheduling.schedule,
        cast.dana,
        70,
        job_id=job_id,
        starts_at=minute(1440),
        ends_at=minute(1500),
        technician_ids=[cast.ines.id],
    )
    assert await shop.state(job_id) is State.SCHEDULED
    await shop.do(presses.start, cast.ines, 1440, job_id=job_id)
    await shop.do(presses.stop, cast.ines, 1500, job_id=job_id, outcome=Outcome.DONE, note="Done")
    seen = await shop.see(job_id)
    assert (seen.state, seen.flags) == (State.READY, ())
    assert seen.outcomes == (Outcome.RETURN_VISIT, Outcome.DONE)


async def test_the_same_technician_may_begin_the_return_visit_unplanned(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.stop, tom, 60, job_id=job_id, outcome=Outcome.RETURN_VISIT)
    await shop.do(presses.start, tom, 120, job_id=job_id)
    assert await shop.state(job_id) is State.WORKING


# --- resume


async def test_starting_a_ready_job_resumes_it_with_a_new_entry(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom)
    assert await shop.state(job_id) is State.READY
    await shop.do(presses.start, tom, 90, job_id=job_id)
    seen = await shop.see(job_id)
    assert (seen.state, seen.stopped) == (State.WORKING, None)
    assert [(t.start, t.end) for t in seen.times] == [(0, 60), (90, None)]
    await shop.do(presses.stop, tom, 100, job_id=job_id, outcome=Outcome.DONE)
    assert (await shop.see(job_id)).stopped == 100


# --- undo stop


async def test_undoing_a_stop_leaves_one_unbroken_entry(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom)
    await shop.do(presses.undo_stop, tom, 75, job_id=job_id)
    seen = await shop.see(job_id)
    assert (seen.state, seen.stopped, seen.outcomes) == (State.WORKING, None, (None,))
    assert [(t.start, t.end) for t in seen.times] == [(0, None)]
    await shop.do(presses.stop, tom, 80, job_id=job_id, outcome=Outcome.DONE)
    assert [(t.start, t.end) for t in (await shop.see(job_id)).times] == [(0, 80)]


async def test_undoing_twice_is_undoing_once(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom)
    await shop.do(presses.undo_stop, tom, 75, job_id=job_id)
    assert (await shop.do(presses.undo_stop, tom, 76, job_id=job_id)).seq is None


async def test_undoing_a_stop_from_a_pause_is_the_pause_as_it_was(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.pause, tom, 30, job_id=job_id)
    await shop.do(presses.stop, tom, 50, job_id=job_id)
    await shop.do(presses.undo_stop, tom, 55, job_id=job_id)
    seen = await shop.see(job_id)
    assert (seen.state, seen.times[0].end) == (State.PAUSED, 30)
    (card,) = await shop.cards(job_id)
    assert card.paused_at == minute(30)


async def test_there_is_no_stop_to_undo_before_one(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.job(tom)
    assert (await shop.refused(presses.undo_stop, tom, job_id=job_id)).code == "not_stopped"


async def test_a_stop_is_not_undone_after_work_elsewhere(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom)
    await shop.working(tom, since=70)
    refusal = await shop.refused(presses.undo_stop, tom, 80, job_id=job_id)
    assert refusal.code == "worked_since"


async def test_a_stop_is_not_undone_over_time_recorded_since_on_the_same_job(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.do(
        times.record_time,
        cast.olga,
        200,
        job_id=job_id,
        person_id=cast.tom.id,
        activity=Activity.WORK,
        started_at=minute(100),
        ended_at=minute(130),
        reason="Went back for the tools",
    )
    refusal = await shop.refused(presses.undo_stop, cast.tom, 210, job_id=job_id)
    assert refusal.code == "worked_since"


async def test_a_stop_is_not_undone_on_a_draft_or_after_a_new_plan(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.put(job_id, State.BILLING)
    assert (await shop.refused(presses.undo_stop, cast.tom, 70, job_id=job_id)).code == "billing"
    other = await shop.working(cast.ines)
    await shop.do(presses.stop, cast.ines, 30, job_id=other, outcome=Outcome.RETURN_VISIT)
    await shop.do(scheduling.assign, cast.dana, 40, job_id=other, technician_id=cast.tom.id)
    refusal = await shop.refused(presses.undo_stop, cast.ines, 50, job_id=other)
    assert refusal.code == "planned_since"


async def test_undoing_a_return_visit_takes_the_empty_visit_back(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.stop, tom, 60, job_id=job_id, outcome=Outcome.RETURN_VISIT)
    await shop.do(presses.undo_stop, tom, 65, job_id=job_id)
    seen = await shop.see(job_id)
    assert (seen.state, seen.outcomes, seen.flags) == (State.WORKING, (None,), ())


async def test_one_of_two_undoes_their_own_stop_only(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom, cast.ines)
    await shop.do(presses.stop, cast.tom, 30, job_id=job_id)
    await shop.do(presses.stop, cast.ines, 40, job_id=job_id)
    await shop.do(presses.undo_stop, cast.tom, 45, job_id=job_id)
    assert (await shop.see(job_id)).progress == {
        cast.tom.id: Progress.WORKING,
        cast.ines.id: Progress.STOPPED,
    }
