"""Times after the fact: recorded, corrected, confirmed, voided; and clocks that somebody forgot."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.actions import evidence, office, presses, scheduling, times
from app.actions.act import Done
from app.rules.access import Actor
from app.rules.refusal import Forbidden, NotFound
from app.rules.states import Activity, Outcome, Progress, State
from tests.actions.shop import Shop, minute


async def record(
    shop: Shop, by: Actor, whose: Actor, job_id: int, start: float, end: float, *, at: float = 300
) -> Done:
    return await shop.do(times.record_time, by, at, **_words(whose, job_id, start, end))


def _words(whose: Actor, job_id: int, start: float, end: float) -> dict[str, Any]:
    return {
        "job_id": job_id,
        "person_id": whose.id,
        "activity": Activity.WORK,
        "started_at": minute(start),
        "ended_at": minute(end),
        "reason": "Nothing was pressed",
    }


# --- record


async def test_recording_work_finishes_a_job_that_nobody_pressed_on(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(evidence.add_note, cast.tom, job_id=job_id, text="Done")
    before = await shop.seq()
    done = await record(shop, cast.olga, cast.tom, job_id, 0, 60)
    seen = await shop.see(job_id)
    assert (seen.state, seen.stopped) == (State.READY, 60)
    assert seen.times[0].id == done.made_id
    assert [(e.kind, e.data["reason"]) for e in await shop.heard(after=before)] == [
        ("record_time", "Nothing was pressed")
    ]


async def test_recording_for_a_colleague_puts_them_on_the_job(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await record(shop, cast.dana, cast.ines, job_id, 0, 30)
    seen = await shop.see(job_id)
    assert seen.state is State.READY
    assert seen.progress[cast.ines.id] is Progress.STOPPED


async def test_recording_on_a_running_job_leaves_it_running(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom, since=100)
    await record(shop, cast.olga, cast.ines, job_id, 0, 30)
    assert await shop.state(job_id) is State.WORKING


async def test_recording_work_of_the_first_visit_leaves_the_planned_return_visit(
    shop: Shop,
) -> None:
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
    )
    await record(shop, cast.olga, cast.ines, job_id, 0, 45)
    seen = await shop.see(job_id)
    assert (seen.state, seen.outcomes) == (State.SCHEDULED, (Outcome.RETURN_VISIT, None))


async def test_technicians_record_their_own_time_only(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom, cast.ines)
    await record(shop, cast.tom, cast.tom, job_id, 0, 60)
    refusal = await shop.refused(
        times.record_time, cast.tom, 300, **_words(cast.ines, job_id, 0, 60)
    )
    assert isinstance(refusal, Forbidden)


async def test_nobody_records_on_a_job_that_is_not_theirs(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.ines)
    refusal = await shop.refused(
        times.record_time, cast.tom, 300, **_words(cast.tom, job_id, 0, 60)
    )
    assert isinstance(refusal, NotFound)


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [(60, 60, "order"), (60, 0, "order"), (0, 303, "future"), (-1500, 0, "too_long")],
)
async def test_impossible_times_are_refused_with_the_field(
    shop: Shop, start: float, end: float, code: str
) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    refusal = await shop.refused(
        times.record_time, cast.olga, 300, **_words(cast.tom, job_id, start, end)
    )
    assert (refusal.code, refusal.field, refusal.status) == (code, "ended_at", 422)


async def test_recorded_time_that_overlaps_is_accepted_and_flagged(shop: Shop) -> None:
    cast = shop.cast
    await shop.finished(cast.tom)
    job_id = await shop.job(cast.tom)
    await record(shop, cast.olga, cast.tom, job_id, 30, 90)
    seen = await shop.see(job_id)
    assert seen.times[0].flags == ("overlap",)
    assert "overlap" in seen.flags


async def test_a_night_in_which_the_clocks_go_back_is_an_hour_longer(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(
        times.record_time,
        cast.olga,
        job_id=job_id,
        person_id=cast.tom.id,
        activity=Activity.WORK,
        started_at=datetime.fromisoformat("2026-10-24T23:00+02:00"),
        ended_at=datetime.fromisoformat("2026-10-25T05:00+01:00"),
        reason="Burst pipe",
    )
    (card,) = await shop.cards(job_id)
    assert card.worked_seconds == 7 * 3600


# --- correct


async def test_a_correction_keeps_the_old_times_and_the_reason(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    entry = (await shop.see(job_id)).times[0]
    before = await shop.seq()
    await shop.do(
        times.correct_time,
        cast.dana,
        90,
        entry_id=entry.id,
        ended_at=minute(45),
        reason="Left at a quarter to",
    )
    assert (await shop.see(job_id)).times[0].end == 45
    (event,) = await shop.heard(after=before)
    assert event.data["old_ended_at"] == minute(60).isoformat()
    assert event.data["reason"] == "Left at a quarter to"


async def test_correcting_to_the_same_times_is_nothing_to_do(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    entry = (await shop.see(job_id)).times[0]
    words: dict[str, Any] = {"entry_id": entry.id, "ended_at": minute(45), "reason": "Left early"}
    await shop.do(times.correct_time, cast.dana, 90, **words)
    assert (await shop.do(times.correct_time, cast.dana, 91, **words)).seq is None


async def test_an_end_for_a_running_clock_stops_it_then(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(evidence.add_note, cast.tom, 10, job_id=job_id, text="Done")
    entry = (await shop.see(job_id)).times[0]
    await shop.do(
        times.correct_time,
        cast.tom,
        900,
        entry_id=entry.id,
        ended_at=minute(240),
        reason="I stopped at four",
    )
    seen = await shop.see(job_id)
    assert (seen.state, seen.stopped) == (State.READY, 240)
    assert "outcome_assumed" in seen.flags


async def test_a_correction_out_of_the_overlap_takes_the_flag_away(shop: Shop) -> None:
    cast = shop.cast
    await shop.finished(cast.tom)
    job_id = await shop.job(cast.tom)
    done = await record(shop, cast.olga, cast.tom, job_id, 30, 90)
    await shop.do(
        times.correct_time,
        cast.olga,
        310,
        entry_id=done.made_id,
        started_at=minute(60),
        reason="After the other job",
    )
    seen = await shop.see(job_id)
    assert (seen.times[0].flags, "overlap" in seen.flags) == ((), False)


async def test_technicians_correct_their_own_until_it_is_on_a_draft(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    words: dict[str, Any] = {
        "entry_id": (await shop.see(job_id)).times[0].id,
        "ended_at": minute(50),
    }
    await shop.put(job_id, State.BILLING)
    refusal = await shop.refused(times.correct_time, cast.tom, 90, **words, reason="Early")
    assert refusal.code == "too_late"
    await shop.do(times.correct_time, cast.dana, 90, **words, reason="Early")
    await shop.put(job_id, State.INVOICED)
    words["ended_at"] = minute(40)
    refusal = await shop.refused(times.correct_time, cast.dana, 95, **words, reason="Earlier")
    assert refusal.code == "too_late"
    await shop.do(times.correct_time, cast.olga, 96, **words, reason="Earlier")
    assert await shop.state(job_id) is State.INVOICED


async def test_nobody_corrects_a_colleagues_time_or_one_that_is_not_there(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom, cast.ines)
    entry = (await shop.see(job_id)).times[0]
    words: dict[str, Any] = {"started_at": minute(-5), "reason": "Earlier"}
    refusal = await shop.refused(times.correct_time, cast.ines, 30, entry_id=entry.id, **words)
    assert isinstance(refusal, Forbidden)
    refusal = await shop.refused(times.correct_time, cast.olga, 30, entry_id=9999, **words)
    assert isinstance(refusal, NotFound)
    refusal = await shop.refused(
        times.correct_time, cast.olga, 30, entry_id=entry.id, job_id=job_id + 1, **words
    )
    assert isinstance(refusal, NotFound)


# --- confirm


async def test_a_disputed_time_is_confirmed_and_the_job_is_ready_again(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.stop, cast.dana, 60, job_id=job_id, for_person=cast.tom, note="Done")
    await shop.do(presses.stop, cast.tom, 70, pressed=30, job_id=job_id)
    entry = (await shop.see(job_id)).times[0]
    await shop.do(times.confirm_time, cast.tom, 80, entry_id=entry.id)
    seen = await shop.see(job_id)
    assert (seen.state, "time_disputed" in seen.flags) == (State.READY, False)
    assert (await shop.do(times.confirm_time, cast.tom, 81, entry_id=entry.id)).seq is None


async def test_confirming_with_other_times_is_a_correction(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.stop, cast.dana, 60, job_id=job_id, for_person=cast.tom, note="Done")
    await shop.do(presses.stop, cast.tom, 70, pressed=30, job_id=job_id)
    entry = (await shop.see(job_id)).times[0]
    await shop.do(times.confirm_time, cast.olga, 80, entry_id=entry.id, ended_at=minute(30))
    seen = await shop.see(job_id)
    assert (seen.state, seen.times[0].end) == (State.READY, 30)


# --- discard


async def test_its_not_me_makes_the_entry_void_and_the_job_as_it_was(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    entry = (await shop.see(job_id)).times[0]
    await shop.do(times.discard_entry, tom, 5, entry_id=entry.id, reason="It's not me")
    seen = await shop.see(job_id)
    assert (seen.state, seen.times) == (State.NEW, ())
    assert seen.progress == {tom.id: Progress.ASSIGNED}


async def test_discarding_twice_is_discarding_once(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    entry = (await shop.see(job_id)).times[0]
    await shop.do(times.discard_entry, tom, 5, entry_id=entry.id, reason="It's not me")
    again = await shop.do(times.discard_entry, tom, 6, entry_id=entry.id, reason="It's not me")
    assert (again.job_id, again.seq) == (job_id, None)


async def test_discarding_the_only_entry_of_a_finished_job_takes_the_visit_back(
    shop: Shop,
) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    entry = (await shop.see(job_id)).times[0]
    await shop.do(times.discard_entry, cast.olga, 90, entry_id=entry.id, reason="Wrong job")
    seen = await shop.see(job_id)
    assert (seen.state, seen.outcomes, seen.stopped) == (State.NEW, (None,), None)


async def test_discarding_a_mistaken_start_on_a_ready_job_makes_it_ready_again(
    shop: Shop,
) -> None:
    tom = shop.cast.tom
    job_id = await shop.finished(tom)
    await shop.do(presses.start, tom, 90, job_id=job_id)
    entry = (await shop.see(job_id)).times[1]
    await shop.do(times.discard_entry, tom, 91, entry_id=entry.id, reason="It was a mistake")
    seen = await shop.see(job_id)
    assert (seen.state, seen.outcomes, seen.stopped) == (State.READY, (Outcome.DONE,), 60)


async def test_discarding_a_mistaken_start_after_a_pause_leaves_the_pause(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.pause, tom, 30, job_id=job_id)
    await shop.do(presses.start, tom, 40, job_id=job_id)
    entry = (await shop.see(job_id)).times[1]
    await shop.do(times.discard_entry, tom, 41, entry_id=entry.id, reason="It was a mistake")
    assert await shop.state(job_id) is State.PAUSED


async def test_discarding_an_older_entry_does_not_touch_the_running_one(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await shop.do(presses.pause, tom, 30, job_id=job_id)
    await shop.do(presses.start, tom, 40, job_id=job_id)
    entry = (await shop.see(job_id)).times[0]
    await shop.do(times.discard_entry, tom, 50, entry_id=entry.id, reason="It was a mistake")
    seen = await shop.see(job_id)
    assert (seen.state, [(t.start, t.end) for t in seen.times]) == (State.WORKING, [(40, None)])


async def test_a_colleagues_entry_is_not_mine_to_discard(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom, cast.ines)
    entry = (await shop.see(job_id)).times[0]
    refusal = await shop.refused(
        times.discard_entry, cast.ines, 5, entry_id=entry.id, reason="It's not Tom"
    )
    assert isinstance(refusal, Forbidden)


# --- forgotten clocks (the company's day ends at 17:00, an entry may take 10 hours; noon is 12:00)


async def sweep(shop: Shop, at: float) -> Done:
    return await shop.db.write(times.mark_suspects, at=minute(at))


async def test_a_clock_past_the_end_of_the_day_becomes_suspect(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    assert (await sweep(shop, 329)).seq is None
    before = await shop.seq()
    await sweep(shop, 330)
    seen = await shop.see(job_id)
    assert seen.times[0].suspect
    assert seen.state is State.WORKING
    assert "confirmed_time" in seen.missing
    (event,) = await shop.heard(after=before)
    assert (event.kind, event.job_id, event.by) == ("entry_suspect", job_id, None)
    assert (await sweep(shop, 331)).seq is None


async def test_a_suspect_clock_still_stops_and_waits_to_be_confirmed(shop: Shop) -> None:
    tom = shop.cast.tom
    job_id = await shop.working(tom)
    await sweep(shop, 400)
    await shop.do(presses.stop, tom, 420, job_id=job_id, note="Done")
    seen = await shop.see(job_id)
    assert (seen.state, seen.missing) == (State.NEEDS_DETAILS, ("confirmed_time",))
    await shop.do(times.confirm_time, tom, 421, entry_id=seen.times[0].id)
    assert await shop.state(job_id) is State.READY


async def test_two_forgotten_clocks_on_one_job_are_one_event(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom, cast.ines)
    other = await shop.job()
    await shop.do(presses.start, cast.dana, job_id=other, for_person=await shop.hire("Zoë Adam"))
    version = (await shop.see(job_id)).version
    before = await shop.seq()
    await sweep(shop, 400)
    events = await shop.heard(after=before)
    assert [(e.seq, e.job_id) for e in events] == [(before + 1, job_id), (before + 1, other)]
    assert (await shop.see(job_id)).version == version + 1
    assert all(t.suspect for t in (await shop.see(job_id)).times)


async def test_past_the_plan_and_its_margin_a_clock_is_suspect(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom, starts_at=minute(0), ends_at=minute(60))
    await shop.do(presses.start, cast.tom, job_id=job_id)
    assert (await sweep(shop, 179)).seq is None
    assert (await sweep(shop, 180)).seq is not None


async def test_a_clock_on_hold_or_stopped_is_nobodys_worry(shop: Shop) -> None:
    cast = shop.cast
    await shop.finished(cast.tom)
    held = await shop.working(cast.ines)
    await shop.do(presses.pause, cast.ines, 10, job_id=held)
    await shop.do(office.hold, cast.dana, 20, job_id=held, reason="Parts")
    assert (await sweep(shop, 3000)).seq is None


def test_noon_is_noon_in_berlin() -> None:
    assert minute(0) == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
