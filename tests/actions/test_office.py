"""The office's and the dispatcher's verbs: hold, ask, waive, close without billing, open again."""

from typing import Any

import pytest

from app.actions import jobs, office, presses, times
from app.rules.refusal import Forbidden, NotFound
from app.rules.states import Activity, Outcome, State
from tests.actions.shop import Shop, Verb, minute

# --- hold and release


async def test_hold_keeps_the_reason_and_release_puts_the_job_where_its_facts_say(
    shop: Shop,
) -> None:
    dana = shop.cast.dana
    job_id = await shop.job(starts_at=minute(60), ends_at=minute(120))
    before = await shop.seq()
    await shop.do(office.hold, dana, job_id=job_id, reason="No permit")
    seen = await shop.see(job_id)
    assert (seen.state, seen.hold_reason) == (State.ON_HOLD, "No permit")
    await shop.do(office.release, dana, job_id=job_id)
    seen = await shop.see(job_id)
    assert (seen.state, seen.hold_reason) == (State.SCHEDULED, None)
    assert [e.kind for e in await shop.heard(after=before)] == ["hold", "release"]


async def test_hold_is_refused_while_somebody_works(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    refusal = await shop.refused(office.hold, cast.dana, job_id=job_id, reason="Parts")
    assert refusal.code == "still_working"
    assert refusal.sentence == "Tom Brandt is still working on this job. Stop the clock first."


async def test_a_paused_job_is_held_and_released_to_its_pause(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.pause, cast.tom, 10, job_id=job_id)
    await shop.do(office.hold, cast.dana, 11, job_id=job_id, reason="Parts")
    await shop.do(office.release, cast.dana, 12, job_id=job_id)
    assert await shop.state(job_id) is State.PAUSED


async def test_a_stop_while_on_hold_is_taken_and_shows_at_the_release(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.pause, cast.tom, 10, job_id=job_id)
    await shop.do(office.hold, cast.dana, 11, job_id=job_id, reason="Parts")
    await shop.do(presses.stop, cast.tom, 12, job_id=job_id, note="Done")
    assert await shop.state(job_id) is State.ON_HOLD
    await shop.do(office.release, cast.dana, 13, job_id=job_id)
    assert await shop.state(job_id) is State.READY


async def test_holding_twice_says_it_is_on_hold_already_and_why(shop: Shop) -> None:
    dana = shop.cast.dana
    job_id = await shop.job()
    await shop.do(office.hold, dana, job_id=job_id, reason="No permit")
    refusal = await shop.refused(office.hold, dana, job_id=job_id, reason="Again")
    assert (refusal.code, "No permit" in refusal.sentence) == ("already_on_hold", True)


# --- asking and answering


async def test_a_question_takes_a_ready_job_back_and_the_answer_returns_it(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    before = await shop.seq()
    await shop.do(office.ask_technician, cast.olga, 70, job_id=job_id, question="Two or six?")
    seen = await shop.see(job_id)
    assert (seen.state, seen.missing) == (State.NEEDS_DETAILS, ("question",))
    await shop.do(office.answer, cast.tom, 80, job_id=job_id, text="Six")
    assert await shop.state(job_id) is State.READY
    assert [(e.kind, e.after) for e in await shop.heard(after=before)] == [
        ("ask_technician", State.NEEDS_DETAILS),
        ("answer", State.READY),
    ]


async def test_the_oldest_question_is_answered_first_and_the_last_answer_counts(
    shop: Shop,
) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.do(office.ask_technician, cast.olga, 70, job_id=job_id, question="Two or six?")
    await shop.do(office.ask_technician, cast.olga, 71, job_id=job_id, question="Which room?")
    await shop.do(office.answer, cast.tom, 80, job_id=job_id, text="Six")
    assert await shop.state(job_id) is State.NEEDS_DETAILS
    await shop.do(office.answer, cast.tom, 81, job_id=job_id, text="The kitchen")
    assert await shop.state(job_id) is State.READY


async def test_answering_twice_finds_no_open_question(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.do(office.ask_technician, cast.olga, 70, job_id=job_id, question="Two or six?")
    await shop.do(office.answer, cast.tom, 80, job_id=job_id, text="Six")
    refusal = await shop.refused(office.answer, cast.tom, 81, job_id=job_id, text="Six")
    assert isinstance(refusal, NotFound)
    assert "answered already" in refusal.sentence


async def test_a_question_taken_back_is_wanted_no_more(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.do(office.ask_technician, cast.olga, 70, job_id=job_id, question="Two or six?")
    await shop.do(office.take_question_back, cast.olga, 71, job_id=job_id)
    assert await shop.state(job_id) is State.READY


async def test_a_question_asked_before_the_work_is_waited_for_after_it(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(office.ask_technician, cast.olga, 5, job_id=job_id, question="Serial number?")
    assert await shop.state(job_id) is State.WORKING
    await shop.do(presses.stop, cast.tom, 60, job_id=job_id, note="Done")
    assert (await shop.see(job_id)).missing == ("question",)


# --- waiving


async def test_a_waived_note_makes_the_job_ready_and_is_on_record(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom, note="")
    words: dict[str, Any] = {"job_id": job_id, "code": "work_note"}
    before = await shop.seq()
    await shop.do(office.waive, cast.olga, 70, **words, reason="Told on the phone")
    assert await shop.state(job_id) is State.READY
    (event,) = await shop.heard(after=before)
    assert event.data == {"code": "work_note", "reason": "Told on the phone"}
    refusal = await shop.refused(office.waive, cast.olga, 71, **words, reason="Again")
    assert (refusal.code, refusal.field) == ("not_missing", "code")


async def test_unwaiving_wants_it_after_all_and_twice_is_once(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom, note="")
    await shop.do(office.waive, cast.olga, 70, job_id=job_id, code="work_note", reason="Phone")
    await shop.do(office.unwaive, cast.olga, 71, job_id=job_id, code="work_note")
    assert await shop.state(job_id) is State.NEEDS_DETAILS
    again = await shop.do(office.unwaive, cast.olga, 72, job_id=job_id, code="work_note")
    assert again.seq is None


@pytest.mark.parametrize("code", ["customer", "time"])
async def test_what_a_bill_cannot_do_without_is_not_waived(shop: Shop, code: str) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom, customer_id=None)
    await shop.do(presses.set_off, cast.tom, job_id=job_id)
    await shop.do(presses.stop, cast.tom, 30, job_id=job_id)
    refusal = await shop.refused(office.waive, cast.olga, 40, job_id=job_id, code=code, reason="-")
    assert refusal.code == "not_waivable"


async def test_a_new_question_is_wanted_although_an_older_one_was_waived(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.do(office.ask_technician, cast.olga, 70, job_id=job_id, question="Two or six?")
    await shop.do(office.waive, cast.olga, 71, job_id=job_id, code="question", reason="Seen it")
    assert await shop.state(job_id) is State.READY
    await shop.do(office.ask_technician, cast.olga, 72, job_id=job_id, question="Which room?")
    assert await shop.state(job_id) is State.NEEDS_DETAILS
    await shop.do(office.answer, cast.tom, 80, job_id=job_id, text="The kitchen")
    assert await shop.state(job_id) is State.READY


async def test_a_waived_question_can_be_wanted_again(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.do(office.ask_technician, cast.olga, 70, job_id=job_id, question="Two or six?")
    await shop.do(office.waive, cast.olga, 71, job_id=job_id, code="question", reason="Seen it")
    await shop.do(office.unwaive, cast.olga, 72, job_id=job_id, code="question")
    assert await shop.state(job_id) is State.NEEDS_DETAILS


# --- closing and reopening


async def test_a_job_without_time_is_cancelled_and_reopened(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    before = await shop.seq()
    await shop.do(office.cancel, cast.dana, job_id=job_id, reason="Did it himself")
    seen = await shop.see(job_id)
    assert (seen.state, seen.closed_reason) == (State.CANCELLED, "Did it himself")
    await shop.do(office.reopen, cast.olga, job_id=job_id)
    seen = await shop.see(job_id)
    assert (seen.state, seen.closed_reason) == (State.NEW, None)
    assert [e.kind for e in await shop.heard(after=before)] == ["cancel", "reopen"]


async def test_a_job_with_time_is_not_cancelled_but_not_billable(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.pause, cast.tom, 10, job_id=job_id)
    refusal = await shop.refused(office.cancel, cast.dana, job_id=job_id, reason="Warranty")
    assert refusal.code == "time_recorded"
    assert "not billable instead" in refusal.sentence
    await shop.do(office.not_billable, cast.olga, job_id=job_id, reason="Warranty")
    assert await shop.state(job_id) is State.NOT_BILLABLE
    await shop.do(office.reopen, cast.olga, job_id=job_id)
    assert await shop.state(job_id) is State.PAUSED


@pytest.mark.parametrize("verb", [office.cancel, office.not_billable])
async def test_nothing_is_closed_while_somebody_is_on_it(shop: Shop, verb: Verb) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(presses.set_off, cast.tom, job_id=job_id)
    refusal = await shop.refused(verb, cast.olga, job_id=job_id, reason="Warranty")
    assert refusal.code == "still_working"


async def test_time_added_to_a_not_billable_job_shows_at_the_reopening(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.do(office.not_billable, cast.olga, 70, job_id=job_id, reason="Warranty")
    entry = (await shop.see(job_id)).times[0]
    await shop.do(
        times.correct_time, cast.olga, 80, entry_id=entry.id, ended_at=minute(50), reason="Left"
    )
    assert await shop.state(job_id) is State.NOT_BILLABLE
    await shop.do(office.reopen, cast.olga, 90, job_id=job_id)
    assert await shop.state(job_id) is State.READY


async def test_a_return_visit_that_nobody_wants_is_closed_as_not_billable(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.working(cast.tom)
    await shop.do(presses.stop, cast.tom, 10, job_id=job_id, outcome=Outcome.RETURN_VISIT)
    refusal = await shop.refused(office.cancel, cast.dana, 20, job_id=job_id, reason="No")
    assert refusal.code == "time_recorded"


async def test_a_follow_up_is_a_new_linked_job_told_in_both_histories(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom, title="Boiler leaks")
    before = await shop.seq()
    done = await shop.do(jobs.follow_up, cast.dana, 90, job_id=job_id)
    assert done.made_id is not None
    (card,) = await shop.cards(done.made_id)
    assert (card.title, card.state) == ("Follow-up: Boiler leaks", State.NEW)
    events = await shop.heard(after=before)
    assert [(e.seq, e.kind, e.job_id) for e in events] == [
        (before + 1, "created", done.made_id),
        (before + 1, "follow_up", job_id),
    ]


# --- rights

ONLY_OFFICE: list[tuple[Verb, dict[str, Any]]] = [
    (office.ask_technician, {"question": "Two?"}),
    (office.take_question_back, {}),
    (office.waive, {"code": "work_note", "reason": "Phone"}),
    (office.unwaive, {"code": "work_note"}),
    (office.not_billable, {"reason": "Warranty"}),
    (office.reopen, {}),
]
OFFICE_AND_DISPATCH: list[tuple[Verb, dict[str, Any]]] = [
    (office.hold, {"reason": "Parts"}),
    (office.release, {}),
    (office.cancel, {"reason": "No"}),
    (jobs.follow_up, {}),
]


@pytest.mark.parametrize(("verb", "words"), [*ONLY_OFFICE, *OFFICE_AND_DISPATCH])
async def test_technicians_have_none_of_these(
    shop: Shop, verb: Verb, words: dict[str, Any]
) -> None:
    job_id = await shop.finished(shop.cast.tom)
    assert isinstance(
        await shop.refused(verb, shop.cast.tom, 90, job_id=job_id, **words), Forbidden
    )


@pytest.mark.parametrize(("verb", "words"), ONLY_OFFICE)
async def test_dispatchers_do_not_decide_what_is_billed(
    shop: Shop, verb: Verb, words: dict[str, Any]
) -> None:
    job_id = await shop.finished(shop.cast.tom)
    assert isinstance(
        await shop.refused(verb, shop.cast.dana, 90, job_id=job_id, **words), Forbidden
    )


async def test_a_technician_answers_on_their_own_jobs_only(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom)
    await shop.do(office.ask_technician, cast.olga, 70, job_id=job_id, question="Two or six?")
    refusal = await shop.refused(office.answer, cast.ines, 80, job_id=job_id, text="Six")
    assert isinstance(refusal, NotFound)


async def test_the_last_missing_fact_moves_the_job_by_itself(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.finished(cast.tom, customer_id=None)
    assert (await shop.see(job_id)).missing == ("customer",)
    await shop.do(
        jobs.edit_job,
        cast.dana,
        90,
        job_id=job_id,
        version=None,
        changes={"customer_id": cast.customer_id},
    )
    assert await shop.state(job_id) is State.READY


async def test_recorded_time_is_no_bar_for_an_activity_that_is_not_work(shop: Shop) -> None:
    cast = shop.cast
    job_id = await shop.job(cast.tom)
    await shop.do(
        times.record_time,
        cast.olga,
        90,
        job_id=job_id,
        person_id=cast.tom.id,
        activity=Activity.TRAVEL,
        started_at=minute(0),
        ended_at=minute(20),
        reason="Nobody was there",
    )
    assert await shop.state(job_id) is State.NEW
