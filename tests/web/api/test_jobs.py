"""Taking jobs in, reading and changing them, and the board, by the API."""

import pytest
from sqlalchemy.orm import Session

from app.queries.api_card import ApiCard
from app.queries.board import cards_of_view
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.api.conftest import Program, ago

CARD_FIELDS = {
    "id", "number", "title", "customer", "site", "lane", "state", "rank", "version", "priority",
    "technicians", "visit", "running", "worked_seconds", "still_needed", "stopped_at", "flags",
    "amount",
}  # fmt: skip


def test_the_card_has_the_promised_fields() -> None:
    assert set(ApiCard.__struct_fields__) == CARD_FIELDS


# --- taking in


async def test_a_title_is_enough_and_who_may_not_see_money_is_told_none(dana: Program) -> None:
    answer = await dana.post("/jobs", {"title": "Boiler out, Mühlenstraße"})
    job = answer.json()["job"]
    assert answer.status_code == 201
    assert set(job) == CARD_FIELDS - {"amount"}
    assert (job["title"], job["lane"], job["visit"]) == (
        "Boiler out, Mühlenstraße", "unscheduled", None,
    )  # fmt: skip


async def test_a_job_is_taken_in_with_its_customer_site_and_visit(
    world: World, dana: Program
) -> None:
    words = {
        "title": "Boiler out",
        "customer": {"name": "Łódź Łazienki", "address": {"lines": ["Piotrkowska 1"]}},
        "site": {"address": {"lines": ["Hinterhof", "Lange Straße 9"], "city": "Bremen"}},
        "job_type": world.cast.job_type_id,
        "priority": "urgent",
        "reference": "PO 17",
        "visit": {
            "starts_at": "2026-11-24T09:00:00+01:00",
            "ends_at": "2026-11-24T11:00:00+01:00",
            "technician_ids": [world.cast.tom.id],
        },
    }
    answer = (await dana.post("/jobs", words)).json()
    job, whole = answer["job"], (await dana.get(f"/jobs/{answer['job']['id']}")).json()
    site = (await dana.get(f"/sites/{whole['site_id']}")).json()
    assert job["customer"] == "Łódź Łazienki"
    assert job["technicians"] == [{"id": world.cast.tom.id, "name": "Tom Brandt"}]
    assert job["visit"] == {
        "starts_at": "2026-11-24T08:00:00Z",
        "ends_at": "2026-11-24T10:00:00Z",
    }
    assert (whole["job_type"], whole["reference"]) == (world.cast.job_type_id, "PO 17")
    assert site["customer_id"] == whole["customer_id"]
    assert site["address"]["lines"] == ["Hinterhof", "Lange Straße 9"]


async def test_the_same_intake_twice_is_one_job(dana: Program) -> None:
    words = {"title": "Boiler out", "customer": {"name": "Once & Sons"}}
    first = await dana.post("/jobs", words, key="intake-1")
    again = await dana.post("/jobs", words, key="intake-1")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert again.json() == first.json()
    assert len((await dana.get("/customers", q="once")).json()["items"]) == 1


async def test_a_refused_intake_leaves_no_customer_behind(dana: Program) -> None:
    words = {"title": "Boiler out", "customer": {"name": "Nowhere Ltd"}, "job_type": 4711}
    answer = await dana.post("/jobs", words)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "job_type")
    assert (await dana.get("/customers", q="nowhere")).json()["items"] == []


@on_sqlite
@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": "x", "customer": {"nam": "y"}}, "customer.nam"),
        ({"title": "x", "customer_id": 1, "customer": {"name": "y"}}, "customer"),
        ({"title": "x", "customer_id": 4711}, "customer_id"),
        ({"title": "x", "visit": {"starts_at": "2026-11-24T08:00:00Z"}}, "ends_at"),
        ({"title": "x", "visit": {"technician_ids": [4711]}}, "technician_ids"),
    ],
)
async def test_what_cannot_be_taken_in_names_the_field(
    dana: Program, words: dict[str, object], field: str
) -> None:
    answer = await dana.post("/jobs", words)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


async def test_technicians_take_no_jobs_in(tom: Program) -> None:
    assert (await tom.post("/jobs", {"title": "Boiler out"})).status_code == 403


# --- reading


async def test_the_whole_job_tells_everything_behind_the_card(
    olga: Program, tom: Program, job_id: int
) -> None:
    await tom.post(f"/jobs/{job_id}/start", {"occurred_at": ago(hours=1)})
    await tom.post(f"/jobs/{job_id}/stop", {"note": "Valve changed"})
    await tom.post(f"/jobs/{job_id}/messages", {"text": "Done here"})
    await olga.post(f"/jobs/{job_id}/ask", {"question": "Which valve?"})
    job = (await olga.get(f"/jobs/{job_id}")).json()
    (entry,) = job["entries"]
    assert (entry["activity"], entry["suspect"], entry["disputed"]) == ("work", False, False)
    assert entry["visit_id"] == job["visits"][0]["id"]
    assert [note["text"] for note in job["notes"]] == ["Valve changed"]
    assert [message["text"] for message in job["messages"]] == ["Done here"]
    assert [(one["text"], one["closed_at"]) for one in job["questions"]] == [("Which valve?", None)]
    assert [item["code"] for item in job["still_needed"]] == ["question"]
    kinds = [event["kind"] for event in job["history"]]
    assert kinds == ["created", "start", "stop", "message_sent", "ask_technician"]


async def test_a_technician_reads_no_history(tom: Program, job_id: int) -> None:
    assert "history" not in (await tom.get(f"/jobs/{job_id}")).json()


async def test_a_foreign_job_is_not_there(ines: Program, job_id: int) -> None:
    assert (await ines.get(f"/jobs/{job_id}")).status_code == 404
    assert (await ines.get("/jobs")).json()["items"] == []
    board = (await ines.get("/board")).json()
    assert [card for lane in board["lanes"] for card in lane["cards"]] == []


async def test_a_list_goes_on_where_its_page_ended(dana: Program) -> None:
    ids = [await dana.new_job(title=f"Job {n}") for n in range(5)]
    first = (await dana.get("/jobs", limit=2)).json()
    second = (await dana.get("/jobs", limit=2, after=first["next"])).json()
    third = (await dana.get("/jobs", limit=2, after=second["next"])).json()
    pages = [first, second, third]
    assert [card["id"] for page in pages for card in page["items"]] == ids[::-1]
    assert third["next"] is None


async def test_jobs_are_found_by_their_words_state_customer_and_technician(
    world: World, dana: Program, job_id: int
) -> None:
    other = await dana.new_job(title="100 % leak_age")
    searches: list[tuple[dict[str, object], list[int]]] = [
        ({"q": "boiler zoë"}, [job_id]),
        ({"q": "100 %"}, [other]),
        ({"q": "k_a"}, [other]),
        ({"q": "_______"}, []),
        ({"state": "new,cancelled"}, [other]),
        ({"customer_id": world.cast.customer_id}, [job_id]),
        ({"technician_id": world.cast.tom.id}, [job_id]),
        ({"technician_id": world.cast.ines.id}, []),
    ]
    for search, wanted in searches:
        found = (await dana.get("/jobs", **search)).json()["items"]
        assert [card["id"] for card in found] == wanted, search


@on_sqlite
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"after": "nonsense"}, "after"),
        ({"after": "é"}, "after"),
        ({"state": "finished"}, "state"),
        ({"customer": 1}, "customer"),
    ],
)
async def test_what_cannot_be_asked_names_the_field(
    dana: Program, query: dict[str, object], field: str
) -> None:
    answer = await dana.get("/jobs", **query)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


# --- changing


async def test_only_what_is_sent_is_changed(world: World, dana: Program, job_id: int) -> None:
    answer = await dana.patch(f"/jobs/{job_id}", {"title": "Boiler loud", "reference": "PO 9"})
    whole = (await dana.get(f"/jobs/{job_id}")).json()
    assert answer.json()["job"]["title"] == "Boiler loud"
    assert (whole["reference"], whole["customer_id"]) == ("PO 9", world.cast.customer_id)


async def test_a_field_that_somebody_else_changed_is_not_overwritten(
    dana: Program, olga: Program, job_id: int
) -> None:
    version = (await dana.get(f"/jobs/{job_id}")).json()["version"]
    await olga.patch(f"/jobs/{job_id}", {"title": "Boiler loud", "version": version})
    answer = await dana.patch(f"/jobs/{job_id}", {"title": "Boiler", "version": version})
    assert answer.status_code == 409
    assert answer.json()["job"]["title"] == "Boiler loud"


async def test_the_customer_that_arrives_makes_the_job_ready(
    world: World, dana: Program, tom: Program
) -> None:
    job_id = await dana.new_job(visit={"technician_ids": [world.cast.tom.id]})
    await tom.post(f"/jobs/{job_id}/start", {"occurred_at": ago(hours=1)})
    stopped = (await tom.post(f"/jobs/{job_id}/stop")).json()["job"]
    assert [item["code"] for item in stopped["still_needed"]] == ["customer"]
    answer = await dana.patch(f"/jobs/{job_id}", {"customer_id": world.cast.customer_id})
    assert answer.json()["job"]["lane"] == "ready"


# --- the board


async def test_the_board_holds_the_same_cards_as_the_pages(
    world: World, dana: Program, job_id: int
) -> None:
    await dana.new_job()
    answer = (await dana.get("/board", view="dispatch")).json()
    shown = {card["id"]: lane["key"] for lane in answer["lanes"] for card in lane["cards"]}
    pages = await world.db.ask(_lanes_of_dispatch)
    assert shown == pages
    assert [lane["count"] for lane in answer["lanes"]] == [1, 1, 0, 0, 0, 0, 0]


def _lanes_of_dispatch(session: Session) -> dict[int, str | None]:
    return {card.id: card.lane for card in cards_of_view(session, "dispatch")}


@pytest.mark.parametrize(("days", "shown"), [(0, True), (-1, True), (1, False)])
async def test_the_walls_board_holds_what_is_planned_for_today(
    dana: Program, tom: Program, days: int, shown: bool
) -> None:
    me = (await tom.get("/me")).json()["person"]["id"]
    visit = {
        "starts_at": ago(days=-days),
        "ends_at": ago(days=-days, hours=-1),
        "technician_ids": [me],
    }
    made = await dana.new_job(visit=visit)
    answer = (await dana.get("/board", view="wall")).json()
    lanes = {lane["key"]: [card["id"] for card in lane["cards"]] for lane in answer["lanes"]}
    assert list(lanes) == ["scheduled", "on_the_way", "in_progress", "needs_details", "ready"]
    assert (made in lanes["scheduled"]) is shown


async def test_the_board_is_true_at_the_seq_of_the_last_press(tom: Program, job_id: int) -> None:
    pressed = (await tom.post(f"/jobs/{job_id}/start")).json()
    board = (await tom.get("/board")).json()
    assert (board["epoch"], board["seq"]) == (pressed["epoch"], pressed["seq"])
    assert [c for lane in board["lanes"] for c in lane["cards"]] == [pressed["job"]]


async def test_the_billing_board_is_not_for_dispatchers(dana: Program, olga: Program) -> None:
    assert (await dana.get("/board", view="office")).status_code == 403
    assert (await olga.get("/board", view="office")).status_code == 200
