"""From ready to billing and back: drafts that write themselves, and nothing billed twice."""

from dataclasses import replace
from decimal import Decimal

from app.actions import (
    billing,
    draft_lines,
    evidence,
    jobs,
    office,
    parts,
    presses,
    rates,
    times,
)
from app.actions.customers import CustomerWords, add_customer
from app.actions.draft_lines import LineWords
from app.actions.parts import Price
from app.models import Invoice
from app.queries.amounts import amounts_of
from app.rules.invoice import Tax
from app.rules.states import Activity, State
from tests.actions.books import audit, count, drafted, nets, seen
from tests.actions.shop import Shop, minute

VAT = Tax("S", Decimal(19))
TRIP = LineWords("Parking", Decimal(1), "piece", Decimal("4.50"), VAT)


async def customer(shop: Shop, name: str = "Bäckerei Öztürk") -> int:
    words = CustomerWords(name, address_lines=("Königstraße 2",), city="Bremen", country="DE")
    done = await shop.do(add_customer, shop.cast.olga, words=words)
    assert done.made_id is not None
    return done.made_id


async def test_a_ready_job_goes_on_a_draft_of_what_was_pressed(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    draft = await seen(shop, await drafted(shop, job_id))
    assert await shop.state(job_id) is State.BILLING
    assert [(line.description, line.net) for line in draft.lines] == [("Labour: Tom Brandt", 6000)]
    assert (draft.totals.net, draft.totals.tax, draft.totals.total) == (6000, 1140, 7140)
    assert (draft.number, draft.version) == (None, 1)


async def test_a_job_without_all_its_details_is_not_billed(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom, note="")
    refusal = await shop.refused(billing.send_to_billing, shop.cast.olga, job_ids=[job_id])
    assert refusal.code == "still_needed"


async def test_jobs_of_one_customer_share_a_draft_and_others_have_their_own(shop: Shop) -> None:
    mine = [await shop.finished(shop.cast.tom), await shop.finished(shop.cast.ines)]
    other = await shop.finished(shop.cast.tom, customer_id=await customer(shop), site_id=None)
    done = await shop.do(billing.send_to_billing, shop.cast.olga, 100, job_ids=[*mine, other])
    drafts = [await seen(shop, made) for made in done.made_ids]
    assert [[job.id for job in draft.jobs] for draft in drafts] == [mine, [other]]
    await audit(shop)


async def test_by_choice_each_job_has_its_own_draft(shop: Shop) -> None:
    mine = [await shop.finished(shop.cast.tom), await shop.finished(shop.cast.ines)]
    done = await shop.do(billing.send_to_billing, shop.cast.olga, 100, job_ids=mine, together=False)
    assert len(done.made_ids) == 2


async def test_a_further_job_joins_a_draft_of_its_customer_and_of_nobody_else(shop: Shop) -> None:
    draft_id = await drafted(shop, await shop.finished(shop.cast.tom))
    more = await shop.finished(shop.cast.ines)
    assert await drafted(shop, more, draft_id=draft_id) == draft_id
    assert await nets(shop, draft_id) == [6000, 6000]
    other = await shop.finished(shop.cast.tom, customer_id=await customer(shop), site_id=None)
    refusal = await shop.refused(
        billing.send_to_billing, shop.cast.olga, job_ids=[other], draft_id=draft_id
    )
    assert refusal.code == "other_customer"


async def test_taken_back_its_lines_go_and_an_empty_draft_is_discarded(shop: Shop) -> None:
    first, second = await shop.finished(shop.cast.tom), await shop.finished(shop.cast.ines)
    draft_id = await drafted(shop, first, second)
    await shop.do(billing.take_back, shop.cast.olga, 105, job_ids=[first])
    assert await shop.state(first) is State.READY
    assert await nets(shop, draft_id) == [6000]
    await shop.do(billing.take_back, shop.cast.olga, 106, job_ids=[second])
    assert await count(shop, Invoice) == 0
    assert await nets(shop, await drafted(shop, first, second)) == [6000, 6000]


async def test_all_or_none_is_billed(shop: Shop) -> None:
    ready, missing = (
        await shop.finished(shop.cast.tom),
        await shop.finished(shop.cast.ines, note=""),
    )
    refusal = await shop.refused(billing.send_to_billing, shop.cast.olga, job_ids=[ready, missing])
    assert refusal.sentence.startswith("Job ")
    assert await shop.state(ready) is State.READY


async def test_the_office_bills_and_a_dispatcher_does_not(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    refusal = await shop.refused(billing.send_to_billing, shop.cast.dana, job_ids=[job_id])
    assert refusal.status == 403


async def test_facts_that_arrive_while_billing_change_the_draft(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    draft_id = await drafted(shop, job_id)
    price = Price(Decimal("12.50"), "S", Decimal(19))
    await shop.do(
        parts.use_part,
        shop.cast.tom,
        105,
        job_id=job_id,
        quantity=Decimal(2),
        description="Valve",
        price=price,
    )
    draft = await seen(shop, draft_id)
    assert ([line.net for line in draft.lines], draft.version) == ([6000, 2500], 2)
    assert await shop.state(job_id) is State.BILLING
    await audit(shop)


async def test_a_note_changes_no_draft(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    draft_id = await drafted(shop, job_id)
    await shop.do(evidence.add_note, shop.cast.tom, 105, job_id=job_id, text="Also cleaned")
    assert (await seen(shop, draft_id)).version == 1


async def test_a_line_changed_by_hand_is_kept_and_flagged_when_its_facts_change(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    draft_id = await drafted(shop, job_id)
    line = (await seen(shop, draft_id)).lines[0]
    words = LineWords("Labour, agreed", Decimal(1), "piece", Decimal(50), VAT)
    await shop.do(
        draft_lines.edit_line,
        shop.cast.olga,
        101,
        invoice_id=draft_id,
        line_id=line.id,
        words=words,
    )
    entry = (await shop.see(job_id)).times[0]
    await shop.do(
        times.correct_time,
        shop.cast.olga,
        102,
        entry_id=entry.id,
        ended_at=minute(120 - 30),
        reason="Longer",
    )
    kept = (await seen(shop, draft_id)).lines[0]
    assert (kept.description, kept.net, kept.computed_net) == ("Labour, agreed", 5000, 9000)
    assert (kept.is_edited, kept.needs_look) == (True, True)
    await shop.do(draft_lines.reset_line, shop.cast.olga, 103, invoice_id=draft_id, line_id=line.id)
    assert await nets(shop, draft_id) == [9000]
    await audit(shop)


async def test_a_line_by_hand_and_a_discount(shop: Shop) -> None:
    draft_id = await drafted(shop, await shop.finished(shop.cast.tom))
    await shop.do(draft_lines.add_line, shop.cast.olga, 101, invoice_id=draft_id, words=TRIP)
    await shop.do(
        draft_lines.set_discount,
        shop.cast.olga,
        102,
        invoice_id=draft_id,
        reason="Loyalty",
        per_cent=Decimal(10),
    )
    sums = (await seen(shop, draft_id)).totals
    assert (sums.lines, sums.allowances, sums.net, sums.tax) == (6450, 645, 5805, 1103)
    await audit(shop)


async def test_hostile_lines_are_refused(shop: Shop) -> None:
    draft_id = await drafted(shop, await shop.finished(shop.cast.tom))
    hostile = [
        replace(TRIP, unit_price=Decimal(-1)),
        replace(TRIP, unit_price=Decimal("NaN")),
        replace(TRIP, quantity=Decimal("1e30")),
        replace(TRIP, quantity=Decimal("0.00001")),
        replace(TRIP, tax=Tax("S", Decimal(101))),
        replace(TRIP, description=" "),
    ]
    codes = {
        (
            await shop.refused(
                draft_lines.add_line, shop.cast.olga, invoice_id=draft_id, words=words
            )
        ).status
        for words in hostile
    }
    assert codes == {422}


async def test_the_rate_is_frozen_when_a_job_becomes_ready_and_not_before(shop: Shop) -> None:
    ready, running = await shop.finished(shop.cast.tom), await shop.working(shop.cast.ines)
    await shop.do(rates.change_billing, shop.cast.olga, 70, changes={"labour_rate": Decimal(90)})
    await shop.do(presses.stop, shop.cast.ines, 75, job_id=running, note="Done")
    assert await nets(shop, await drafted(shop, ready)) == [6000]
    assert await nets(shop, await drafted(shop, running)) == [11250]


async def test_a_job_that_leaves_ready_thaws_its_rate(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    await shop.do(office.ask_technician, shop.cast.olga, 65, job_id=job_id, question="Two?")
    await shop.do(rates.change_billing, shop.cast.olga, 70, changes={"labour_rate": Decimal(90)})
    await shop.do(office.answer, shop.cast.tom, 75, job_id=job_id, text="Two")
    assert await nets(shop, await drafted(shop, job_id)) == [9000]


async def test_the_customers_rate_counts_for_the_customer_it_is_changed_to(shop: Shop) -> None:
    other = await customer(shop)
    await shop.do(
        rates.set_labour_rate, shop.cast.olga, of="customer", of_id=other, rate=Decimal(80)
    )
    job_id = await shop.finished(shop.cast.tom)
    changes = {"customer_id": other}
    version = (await shop.see(job_id)).version
    await shop.do(
        jobs.edit_job, shop.cast.olga, 70, job_id=job_id, changes=changes, version=version
    )
    assert await nets(shop, await drafted(shop, job_id)) == [8000]


async def test_labour_without_a_rate_is_asked_for_and_answered(shop: Shop) -> None:
    await shop.do(rates.change_billing, shop.cast.olga, -5, changes={"labour_rate": None})
    job_id = await shop.finished(shop.cast.tom)
    assert (await shop.see(job_id)).missing == ("prices",)
    await shop.do(rates.price_labour, shop.cast.olga, 70, job_id=job_id, rate=Decimal("72.50"))
    assert await shop.state(job_id) is State.READY
    assert await nets(shop, await drafted(shop, job_id)) == [7250]


async def test_suspect_time_is_not_billed_until_confirmed(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    draft_id = await drafted(shop, job_id)
    await shop.do(
        times.record_time,
        shop.cast.olga,
        105,
        job_id=job_id,
        person_id=shop.cast.ines.id,
        activity=Activity.WORK,
        started_at=minute(0),
        ended_at=minute(30),
        reason="Helped",
    )
    assert await nets(shop, draft_id) == [6000, 3000]


async def test_the_amount_so_far_grows_with_presses_and_not_with_the_clock(shop: Shop) -> None:
    job_id = await shop.working(shop.cast.tom)
    assert (await amount(shop, job_id)) == 0
    await shop.do(presses.pause, shop.cast.tom, 45, job_id=job_id)
    assert (await amount(shop, job_id)) == 4500


async def amount(shop: Shop, job_id: int) -> int:
    return (await shop.db.ask(amounts_of, [job_id]))[job_id].net


async def test_a_changed_setting_writes_the_drafts_anew(shop: Shop) -> None:
    draft_id = await drafted(shop, await shop.finished(shop.cast.tom))
    await shop.do(rates.change_billing, shop.cast.olga, 105, changes={"tax_rate": Decimal(7)})
    draft = await seen(shop, draft_id)
    assert (draft.totals.tax, draft.version) == (420, 2)


async def test_every_clerk_hears_of_every_move(shop: Shop) -> None:
    job_id = await shop.finished(shop.cast.tom)
    before = await shop.seq()
    await drafted(shop, job_id)
    await shop.do(billing.take_back, shop.cast.olga, 105, job_ids=[job_id])
    told = await shop.heard(after=before)
    assert [(e.kind, e.before, e.after) for e in told] == [
        ("send_to_billing", State.READY, State.BILLING),
        ("take_back", State.BILLING, State.READY),
    ]
