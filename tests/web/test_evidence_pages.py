"""Evidence through plain forms, on the phone and on the office's page: everything works without a script."""

import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import presses, price_book
from app.actions.act import Act, now_by
from app.actions.job_types import ChecklistLine, add_job_type
from app.actions.price_book import PartWords
from app.models import JobType, PartUsed, Signature, TimeEntry
from app.rules.access import Actor
from app.rules.parts import unit_price
from app.rules.states import State
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.work import card, job_for, now, post, pressed, state

PIPE = PartWords("Copper pipe 15 mm", "m", unit_price("6.125"), number="P-201")


async def page_of(client: httpx2.AsyncClient, job_id: int) -> str:
    answer = await client.get(f"/my-jobs/{job_id}")
    assert answer.status_code == 200
    return answer.text


async def with_checklist(world: World, who: Actor) -> tuple[int, str]:
    """A job whose type asks one question, and the id of that line."""

    def make(session: Session) -> int:
        act = now_by(world.cast.olga, now())
        lines = [ChecklistLine("Gas cock closed?")]
        done = add_job_type(session, act, name="Gas", requirements=["checklist"], checklist=lines)
        assert done.made_id is not None
        return done.made_id

    job_type_id = await world.db.write(make)
    job_id = await job_for(world, who, job_type_id=job_type_id)
    return job_id, await world.db.ask(lambda s: s.get_one(JobType, job_type_id).checklist[0]["id"])


async def in_the_price_book(world: World) -> int:
    act = now_by(world.cast.olga, now())
    done = await world.db.write(price_book.add_part, act, words=PIPE)
    assert done.made_id is not None
    return done.made_id


# --- the phone


async def test_a_part_is_found_without_its_price_and_used_with_it(world: World) -> None:
    tom = world.cast.tom
    item_id = await in_the_price_book(world)
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        found = await client.get(f"/jobs/{job_id}/part?q=copper&next=/my-jobs/{job_id}")
        assert "Copper pipe 15 mm" in found.text
        assert "6.125" not in found.text
        words: dict[str, Any] = {
            "item_id": item_id,
            "quantity": "2,5",
            "next": f"/my-jobs/{job_id}",
        }
        answer = await post(client, f"/jobs/{job_id}/part", **words)
        assert answer.headers["location"].startswith(f"/my-jobs/{job_id}")
        page = await page_of(client, job_id)
    assert "2.5</b> m Copper pipe 15 mm" in page
    assert "6.125" not in page


@on_sqlite
async def test_a_part_in_own_words_keeps_what_was_typed_when_it_is_refused(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        words: dict[str, Any] = {"description": "Odd seal", "quantity": "two", "unit": "piece"}
        answer = await post(client, f"/jobs/{job_id}/part", **words)
        assert answer.status_code == 422
        assert "Enter a number from 0 up, for example 2.5." in answer.text
        assert 'value="Odd seal"' in answer.text
        words["quantity"] = "2"
        assert (await post(client, f"/jobs/{job_id}/part", **words)).status_code == 303
    assert [n.code for n in (await card(world, job_id)).needed if n.code == "prices"] == ["prices"]


@on_sqlite
async def test_no_parts_used_is_one_button_that_goes_away(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        assert 'name="none_used"' in await page_of(client, job_id)
        await post(client, f"/jobs/{job_id}/part", none_used="true")
        page = await page_of(client, job_id)
    assert "No parts used" in page
    assert 'name="none_used"' not in page


async def test_a_checklist_is_answered_by_two_buttons(world: World) -> None:
    tom = world.cast.tom
    job_id, item_id = await with_checklist(world, tom)
    await pressed(world, tom, job_id, "start", "stop")
    assert await state(world, job_id) is State.NEEDS_DETAILS
    async with await world.client_of(tom) as client:
        page = await page_of(client, job_id)
        assert 'href="#checks-h"' in page
        await post(client, f"/jobs/{job_id}/checklist", item_id=item_id, value="Yes")
        page = await page_of(client, job_id)
    assert re.search(r'value="Yes" aria-pressed="true"', page)
    assert "Gas cock closed?" not in [n.ask for n in (await card(world, job_id)).needed]


async def test_a_typed_name_counts_with_the_tick_and_not_without(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        answer = await post(client, f"/jobs/{job_id}/signature", typed_name="M. Hofmann")
        assert answer.status_code == 422
        assert "Tick “I agree” under the name." in answer.text
        assert 'value="M. Hofmann"' in answer.text
        words: dict[str, Any] = {"typed_name": "M. Hofmann", "agrees": "true"}
        assert (await post(client, f"/jobs/{job_id}/signature", **words)).status_code == 303
        page = await page_of(client, job_id)
    assert "M. Hofmann agreed" in page
    assert (
        "<rb-signature" not in page
    )  # Signed already; whoever wants to sign anew withdraws first.


@on_sqlite
async def test_an_absent_customer_needs_a_reason(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        answer = await post(client, f"/jobs/{job_id}/signature", absent_reason="")
        assert answer.status_code == 422
        await post(client, f"/jobs/{job_id}/signature", absent_reason="Key was in the box")
        assert "Customer absent: Key was in the box" in await page_of(client, job_id)


async def test_withdrawn_evidence_stays_struck_through(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        await post(client, f"/jobs/{job_id}/part", description="Wrong seal", quantity="1")
        part_id = await world.db.ask(_only_part)
        asked = await client.get(f"/jobs/{job_id}/withdraw-part?fact={part_id}")
        assert "Wrong seal" in asked.text
        words: dict[str, Any] = {"fact_id": part_id, "reason": "It was another job"}
        answer = await post(client, f"/jobs/{job_id}/withdraw-part", **words)
        assert answer.status_code == 303
        page = await page_of(client, job_id)
    assert re.search(r"<s>.*Wrong seal</s>", page)
    assert "withdrawn: It was another job (Tom Brandt)" in page


def _only_part(session: Session) -> int:
    return session.scalars(select(PartUsed.id)).one()


@on_sqlite
async def test_a_colleague_cannot_withdraw_what_tom_wrote(world: World) -> None:
    cast = world.cast
    job_id = await job_for(world, cast.tom, cast.ines)
    async with await world.client_of(cast.tom) as client:
        await post(client, f"/jobs/{job_id}/part", description="Seal", quantity="1")
    part_id = await world.db.ask(_only_part)
    async with await world.client_of(cast.ines) as client:
        assert f"withdraw-part?fact={part_id}" not in await page_of(client, job_id)
        words: dict[str, Any] = {"fact_id": part_id, "reason": "Mine"}
        answer = await post(client, f"/jobs/{job_id}/withdraw-part", **words)
    assert answer.status_code == 403


# --- before the last tap


@on_sqlite
async def test_the_last_one_sees_what_the_office_gets_and_stops_from_there(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom, job_type_id=world.cast.job_type_id)
    await pressed(world, tom, job_id, "start")
    async with await world.client_of(tom) as client:
        page = await page_of(client, job_id)
        assert '<a class="button stop" href="#last">' in page
        last = page[page.index('id="last"') : page.index('<main id="main">')]
        assert "This is what the office gets" in last
        assert f'action="/jobs/{job_id}/stop"' in last
        assert "A note on the work done" in last
        assert (await post(client, f"/jobs/{job_id}/stop", outcome="done")).status_code == 303
        page = await page_of(client, job_id)
    assert "This is what the office gets" not in page
    assert await state(world, job_id) is State.NEEDS_DETAILS


@on_sqlite
async def test_whoever_is_not_the_last_stops_at_once(world: World) -> None:
    cast = world.cast
    job_id = await job_for(world, cast.tom, cast.ines)
    await pressed(world, cast.tom, job_id, "start")
    await pressed(world, cast.ines, job_id, "start")
    async with await world.client_of(cast.tom) as client:
        page = await page_of(client, job_id)
    assert 'href="#last"' not in page
    assert f'action="/jobs/{job_id}/stop"' in page


@on_sqlite
async def test_a_return_visit_carries_its_parts_to_the_next_one(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    await pressed(world, tom, job_id, "start")
    async with await world.client_of(tom) as client:
        words: dict[str, Any] = {
            "outcome": "return_visit",
            "reason": "Pump",
            "parts_to_order": "Wilo Stratos",
        }
        assert (await post(client, f"/jobs/{job_id}/stop", **words)).status_code == 303
        await world.db.write(presses.start, Act(by=tom, at=now(), occurred_at=now()), job_id=job_id)
        assert "<b>To bring:</b> Wilo Stratos" in await page_of(client, job_id)
    async with await world.client_of(world.cast.dana) as client:
        assert "To order: Wilo Stratos" in (await client.get(f"/jobs/{job_id}")).text


# --- the office


@on_sqlite
@pytest.mark.parametrize(("who", "sees"), [("olga", True), ("owner", True), ("dana", False)])
async def test_only_those_who_set_prices_see_them(world: World, who: str, sees: bool) -> None:
    tom = world.cast.tom
    item_id = await in_the_price_book(world)
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        await post(client, f"/jobs/{job_id}/part", item_id=item_id, quantity="2")
    async with await world.client_of(getattr(world.cast, who)) as client:
        page = (await client.get(f"/jobs/{job_id}")).text
    assert "Copper pipe 15 mm" in page
    assert ("6.1250 €" in page) is sees


async def test_the_office_enters_the_price_that_was_missing(world: World) -> None:
    tom = world.cast.tom
    job_id = await job_for(world, tom)
    async with await world.client_of(tom) as client:
        await post(client, f"/jobs/{job_id}/part", description="Odd seal", quantity="1")
    part_id = await world.db.ask(_only_part)
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(f"/jobs/{job_id}")).text
        assert "Price for “Odd seal”" in page
        assert f"/jobs/{job_id}/price-part?part={part_id}" in page
        refused = await post(client, f"/jobs/{job_id}/price-part", fact_id=part_id, amount="a lot")
        assert refused.status_code == 422
        words: dict[str, Any] = {"fact_id": part_id, "amount": "1,25", "tax_rate": "19"}
        assert (await post(client, f"/jobs/{job_id}/price-part", **words)).status_code == 303
        page = (await client.get(f"/jobs/{job_id}")).text
    assert "1.25 €" in page
    assert "Price for “Odd seal”" not in page


async def test_the_office_decides_about_two_stops_in_one_tap(world: World) -> None:
    cast = world.cast
    job_id = await job_for(world, cast.tom)
    await pressed(world, cast.tom, job_id, "start")
    await world.db.write(_stop_twice, cast.tom, cast.dana, job_id)
    entry_id = await world.db.ask(_only_entry)
    async with await world.client_of(cast.olga) as client:
        page = (await client.get("/held")).text
        assert "Times in doubt" in page
        assert len(re.findall(r"Use \d\d:\d\d", page)) == 1
        words: dict[str, Any] = {"entry_id": entry_id, "next": "/held"}
        answer = await post(client, f"/jobs/{job_id}/use-other-time", **words)
        assert answer.headers["location"].startswith("/held")
        assert "Times in doubt" not in (await client.get("/held")).text


def _stop_twice(session: Session, tom: Actor, dana: Actor, job_id: int) -> None:
    at = now()
    by_dana = Act(by=dana, at=at, occurred_at=at, for_person_id=tom.id)
    presses.stop(session, by_dana, job_id=job_id)
    by_tom = Act(by=tom, at=at, occurred_at=at - timedelta(minutes=30))
    presses.stop(session, by_tom, job_id=job_id)


def _only_entry(session: Session) -> int:
    return session.scalars(select(TimeEntry.id)).one()


async def test_the_office_answers_a_line_of_the_checklist(world: World) -> None:
    job_id, item_id = await with_checklist(world, world.cast.tom)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(f"/jobs/{job_id}")).text
        assert f'href="/jobs/{job_id}/checklist?item={item_id}"' in page
        dialog = (await client.get(f"/jobs/{job_id}/checklist?item={item_id}")).text
        assert "Gas cock closed?" in dialog
        refused = await post(client, f"/jobs/{job_id}/checklist", item_id=item_id)
        assert refused.status_code == 422
        assert "Gas cock closed?" in refused.text
        done = await post(client, f"/jobs/{job_id}/checklist", item_id=item_id, value="No")
        assert done.headers["location"] == f"/jobs/{job_id}"
        gone = await client.get(f"/jobs/{job_id}/checklist?item=other")
        again = (await client.get(f"/jobs/{job_id}/checklist")).text
    assert gone.status_code == 404
    assert "Olga Petrova answered “No”" in again
    assert "checklist" not in [need.code for need in (await card(world, job_id)).needed]


async def test_the_office_enters_what_the_customer_said(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.olga) as client:
        assert f"/jobs/{job_id}/signature" in (await client.get(f"/jobs/{job_id}")).text
        page = await client.get(f"/jobs/{job_id}/signature")
        assert page.status_code == 200
        unticked = await post(client, f"/jobs/{job_id}/signature", typed_name="Zoë Adler")
        assert unticked.status_code == 422
        assert "Tick “I agree” under the name." in unticked.text
        assert 'value="Zoë Adler"' in unticked.text
        words = {"typed_name": "Zoë Adler", "agrees": "true"}
        done = await post(client, f"/jobs/{job_id}/signature", **words)
        assert done.headers["location"] == f"/jobs/{job_id}"
        page = await client.get(f"/jobs/{job_id}")
        assert "Zoë Adler agreed" in page.text
        assert f"/jobs/{job_id}/signature" not in page.text
    (signed,) = await world.db.ask(lambda s: list(s.scalars(select(Signature))))
    assert signed.person_id == world.cast.olga.id


@on_sqlite
async def test_the_office_enters_that_nobody_was_there_only_with_a_reason(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.olga) as client:
        empty = await post(client, f"/jobs/{job_id}/signature", absent_reason=" ")
        assert empty.status_code == 422
        assert "Say why nobody could sign." in empty.text
        await post(client, f"/jobs/{job_id}/signature", absent_reason="On holiday")
        page = (await client.get(f"/jobs/{job_id}")).text
    assert "Customer absent: On holiday" in page


@on_sqlite
async def test_the_dispatcher_may_write_down_what_the_customer_said(world: World) -> None:
    job_id = await job_for(world, world.cast.tom)
    async with await world.client_of(world.cast.dana) as client:
        await post(client, f"/jobs/{job_id}/signature", absent_reason="Told us by phone")
    row = await world.db.ask(lambda s: s.scalars(select(Signature.text)).one())
    assert row == "Told us by phone"


# --- settings


async def test_a_job_type_asks_for_so_many_photos_and_keeps_its_checklist(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        words: dict[str, Any] = {
            "name": "Boiler service",
            "requirements": ["photos_after", "checklist"],
            "count_photos_after": "3",
            "line_1": "Gas cock closed?",
            "line_1_required": "yes",
            "line_2": "CO in ppm",
            "line_2_answer": "value",
            "line_2_photo": "yes",
            "more": "yes",
        }
        made = await post(client, "/job-types", **words)
        where = made.headers["location"].partition("?")[0]
        page = (await client.get(where)).text
        assert 'value="3"' in page
        assert 'value="CO in ppm"' in page
        listed = (await client.get("/job-types")).text
        assert "3 photos after the work, checklist" in listed
        first, second = re.findall(r'name="line_[12]_id" value="(\w+)"', page)
        words |= {"line_1": "", "line_1_id": first, "line_2_id": second, "line_2": "CO, in ppm"}
        assert (await post(client, where, **words)).status_code == 303
        page = (await client.get(where)).text
    assert f'name="line_1_id" value="{second}"' in page
    assert "Gas cock closed?" not in re.findall(r'value="([^"]*)"', page)


@on_sqlite
@pytest.mark.parametrize("count", ["0", "21", "many"])
async def test_a_senseless_number_of_photos_is_refused(world: World, count: str) -> None:
    async with await world.client_of(world.cast.olga) as client:
        words: dict[str, Any] = {
            "name": "X",
            "requirements": "photos_after",
            "count_photos_after": count,
        }
        answer = await post(client, "/job-types", **words)
    assert answer.status_code == 422
    assert "Use a whole number from 1 to 20." in answer.text


async def test_a_part_of_the_price_book_is_added_changed_found_and_retired(world: World) -> None:
    words: dict[str, Any] = {
        "description": "Copper pipe 15 mm",
        "number": "P-201",
        "unit": "m",
        "unit_price": "6,1250",
        "tax_category": "S",
        "tax_rate": "19",
    }
    async with await world.client_of(world.cast.olga) as client:
        assert (await post(client, "/price-book", **words)).status_code == 303
        assert (await post(client, "/price-book", **words)).status_code == 422  # Number taken.
        page = (await client.get("/price-book?q=pipe")).text
        assert "6.1250 €" in page
        (where,) = set(re.findall(r'href="(/price-book/\d+)"', page))
        changed = await post(client, where, **{**words, "unit_price": "7"})
        assert changed.status_code == 303
        assert "7.00 €" in (await client.get("/price-book")).text
        assert (await post(client, f"{where}/retire")).status_code == 303
        assert "This part is retired" in (await client.get(where)).text
        assert (await post(client, f"{where}/return")).status_code == 303
        bad = await post(client, where, **{**words, "unit_price": "cheap", "unit": ""})
    assert bad.status_code == 422
    assert "Enter a number from 0 up, for example 2.5." in bad.text
    assert "Say what one of it is" in bad.text


@on_sqlite
@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("tom", (403, 403)),
        ("dana", (200, 403)),
        ("olga", (200, 200)),
        ("owner", (200, 200)),
    ],
)
async def test_the_price_book_opens_for_its_roles(
    world: World, who: str, answers: tuple[int, int]
) -> None:
    async with await world.client_of(getattr(world.cast, who)) as client:
        seen = [(await client.get(path)).status_code for path in ("/price-book", "/price-book/new")]
    assert tuple(seen) == answers


@on_sqlite
async def test_a_customer_who_wants_an_order_number_keeps_the_job_waiting(world: World) -> None:
    cast = world.cast
    where = f"/customers/{cast.customer_id}"
    async with await world.client_of(cast.olga) as client:
        page = (await client.get(where)).text
        assert "Wants an order number on every invoice" in page
        await post(client, where, name="Café Zoë GmbH", reference_required="yes")
        assert re.search(
            r'name="reference_required" value="yes" checked', (await client.get(where)).text
        )
    job_id = await job_for(world, cast.tom, customer_id=cast.customer_id)
    await pressed(world, cast.tom, job_id, "start", "stop")
    assert "reference" in {needed.code for needed in (await card(world, job_id)).needed}
