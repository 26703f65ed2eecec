"""Invoices over the API: from a ready job to a paid one, with refusals that programs can use."""

import msgspec

from app.main import LiveDoor
from app.realtime.audiences import MONEY, Audience
from app.rules.states import State
from tests.cast import World
from tests.web.api.conftest import ProgramOf
from tests.web.money import ready_job
from tests.web.work import card, now, state


async def test_from_ready_to_paid(world: World, program_of: ProgramOf) -> None:
    job_id, other = await ready_job(world), await ready_job(world, payer="Somebody else")
    olga = await program_of(world.cast.olga)
    board = (await olga.get("/board", view="office")).json()
    ready = next(lane for lane in board["lanes"] if lane["key"] == "ready")
    assert ready["total"]["amount"] == sum(card["amount"]["amount"] for card in ready["cards"])
    made = await olga.post("/invoices", {"job_ids": [job_id, other]})
    assert made.status_code == 201
    first, second = made.json()["invoices"]
    assert (first["number"], first["state"], first["job_ids"]) == (None, "draft", [job_id])
    assert first["net"] == sum(line["net"] for line in first["lines"])
    assert first["total"] == first["net"] + first["tax"]
    back = await olga.post(f"/invoices/{second['id']}/take-back", {"job_ids": [other]})
    assert back.json()["invoice"] is None
    line = {"description": "Ladder", "unit_price": "25", "tax": {"category": "S", "rate": "19"}}
    added = (await olga.post(f"/invoices/{first['id']}/lines", line)).json()["invoice"]
    assert added["net"] == first["net"] + 2500
    old = await olga.post(f"/invoices/{first['id']}/issue", {"version": first["version"]})
    assert (old.status_code, old.json()["error"]["code"]) == (409, "changed")
    body = {"version": added["version"]}
    issued = await olga.post(f"/invoices/{first['id']}/issue", body, key="once")
    again = await olga.post(f"/invoices/{first['id']}/issue", body, key="once")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["invoice"]["number"] == issued.json()["invoice"]["number"] is not None
    payment = {
        "amount": {"amount": added["total"], "currency": "EUR"},
        "received_on": now().date().isoformat(),
    }
    paid = (await olga.post(f"/invoices/{first['id']}/payments", payment)).json()["invoice"]
    assert (paid["settled"], paid["balance"]) == ("paid", 0)
    assert [await state(world, one) for one in (job_id, other)] == [State.PAID, State.READY]
    (listed,) = (await olga.get("/invoices", state="settled")).json()["items"]
    assert listed["id"] == first["id"]
    credited = await olga.post(f"/invoices/{first['id']}/credit", {"reason": "Wrong"})
    assert credited.json()["invoice"]["state"] == "credited"
    wrong = payment | {"amount": {"amount": 1, "currency": "USD"}}
    refused = await olga.post(f"/invoices/{first['id']}/payments", wrong)
    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "amount")


async def test_a_job_goes_on_the_draft_that_was_looked_at(
    world: World, program_of: ProgramOf
) -> None:
    first, waiting = await ready_job(world), await ready_job(world)
    olga = await program_of(world.cast.olga)
    (draft,) = (await olga.post("/invoices", {"job_ids": [first]})).json()["invoices"]
    body = {"job_ids": [waiting], "draft_id": draft["id"]}
    old = await olga.post("/invoices", body | {"version": draft["version"] - 1})
    assert (old.status_code, old.json()["error"]["code"]) == (409, "changed")
    added = await olga.post("/invoices", body | {"version": draft["version"]})
    assert added.json()["invoices"][0]["job_ids"] == [first, waiting]


async def test_only_who_may_see_money_is_told_amounts(world: World, program_of: ProgramOf) -> None:
    job_id = await ready_job(world)
    for who, sees in ((world.cast.olga, True), (world.cast.dana, False), (world.cast.tom, False)):
        program = await program_of(who)
        for path in (f"/jobs/{job_id}", "/board", "/jobs"):
            text = (await program.get(path)).text
            assert ('"amount":' in text) is sees, path
        assert (await program.get("/invoices")).status_code == (200 if sees else 403)


async def test_live_cards_carry_what_the_board_carries_and_no_more(
    world: World, program_of: ProgramOf
) -> None:
    await ready_job(world)
    for who in (world.cast.olga, world.cast.dana, world.cast.tom):
        program = await program_of(who)
        board = (await program.get("/board")).json()
        cards = [card for lane in board["lanes"] for card in lane["cards"]]
        live = (await program.client.get("/live/snapshot?view=json")).json()
        assert cards == [put["data"] for put in live["cards"]] != []
        assert all(("amount" in card) is (who == world.cast.olga) for card in cards)


async def test_a_live_change_tells_the_amount_to_those_alone_who_may_see_it(world: World) -> None:
    seen = await card(world, await ready_job(world))
    door = LiveDoor(world.db, world.settings)
    told = door.render(Audience("json", rights=frozenset({MONEY})), seen)
    untold = door.render(Audience("json"), seen)
    assert seen.money is not None
    assert told.amount.amount == seen.money.amount > 0
    assert untold.amount is msgspec.UNSET


async def test_papers_over_the_api(world: World, program_of: ProgramOf) -> None:
    job_id = await ready_job(world)
    olga = await program_of(world.cast.olga)
    (draft,) = (await olga.post("/invoices", {"job_ids": [job_id]})).json()["invoices"]
    answer = await olga.get(f"/invoices/{draft['id']}.pdf")
    if answer.status_code == 409:
        assert answer.json()["error"]["code"] == "no_printer"
        return
    assert answer.content.startswith(b"%PDF")
    assert (await olga.get("/invoices/999.pdf")).status_code == 404
