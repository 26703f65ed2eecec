"""Customers, sites, job types and the company by plain forms; what changes on a card is told to every board."""

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from app.actions.act import now_by
from app.actions.jobs import Intake, create_job
from app.models import Job
from app.queries.board import Change, changed, head
from tests.cast import NOON, Cast, World
from tests.databases import on_sqlite


def key() -> dict[str, str]:
    return {"key": uuid4().hex}


COMPANY = {
    "name": "Brandt & Daughters",
    "time_zone": "Europe/Berlin",
    "day_starts": "07:30",
    "day_ends": "16:30",
    "longest_entry_hours": "9",
    "may_pick_up": "yes",
}

# --- customers


async def test_a_customer_is_added_once_however_often_it_is_sent(world: World) -> None:
    words = {"name": "Ålesund Rør AS", "lines": "Kongens gate 1\r\n2. etg", "country": "no"} | key()
    async with await world.client_of(world.cast.dana) as client:
        first = await client.post("/customers", data=words)
        again = await client.post("/customers", data=words)
        assert first.status_code == 303
        assert again.headers["location"] == first.headers["location"]
        page = await client.get(first.headers["location"])
    assert "Ålesund Rør AS" in page.text
    assert "Kongens gate 1\n2. etg" in page.text
    assert 'value="NO"' in page.text
    assert "Added." in page.text


@on_sqlite
async def test_every_mistake_is_shown_at_once_and_nothing_typed_is_lost(world: World) -> None:
    words = {"name": " ", "email": "mail", "phone": "ring!", "country": "Norway", "city": "B" * 121}
    async with await world.client_of(world.cast.dana) as client:
        answer = await client.post("/customers", data=words | key())
    assert answer.status_code == 422
    assert "Give the name that stands on the invoice." in answer.text
    assert "This is not an e-mail address." in answer.text
    assert "Use digits, spaces and +" in answer.text
    assert "Use the two letters of the country" in answer.text
    assert "Use at most 120 characters; these are 121." in answer.text
    assert 'value="ring!"' in answer.text


@on_sqlite
async def test_a_form_without_its_key_is_refused(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        answer = await client.post("/customers", data={"name": "Kunde"})
    assert answer.status_code == 400
    assert "carries no key" in answer.text


async def test_a_customers_new_name_is_told_to_every_board(world: World) -> None:
    job_id = await world.db.write(_job, world.cast)
    before = await world.db.ask(head)
    page = f"/customers/{world.cast.customer_id}"
    async with await world.client_of(world.cast.olga) as client:
        answer = await client.post(page, data={"name": "Konditorei Blum"} | key())
        assert answer.headers["location"] == f"{page}?said=saved"
    (change,) = await world.db.ask(_changes, before.seq)
    assert (change.kind, change.job_id) == ("customer_renamed", job_id)
    assert "konditorei blum" in await world.db.ask(_search_text, job_id)


@on_sqlite
async def test_a_technician_sees_no_list_of_customers(world: World) -> None:
    async with await world.client_of(world.cast.tom) as client:
        assert (await client.get("/customers")).status_code == 403
        answer = await client.post("/customers", data={"name": "Kunde"} | key())
    assert answer.status_code == 403


@on_sqlite
@pytest.mark.parametrize("number", ["999", "99999999999999"])
async def test_a_customer_that_is_not_there_is_not_found(world: World, number: str) -> None:
    async with await world.client_of(world.cast.dana) as client:
        assert (await client.get(f"/customers/{number}")).status_code == 404


@on_sqlite
async def test_markup_in_a_name_is_shown_as_it_was_typed(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        words = {"name": "<script>alert(1)</script> {{ 7 * 7 }}"}
        added = await client.post("/customers", data=words | key())
        page = await client.get(added.headers["location"])
    assert "<script>alert" not in page.text
    assert "{{ 7 * 7 }}" in page.text


# --- sites


async def test_a_site_needs_to_be_somewhere(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        nowhere = await client.post("/sites", data={"customer_id": "", "lines": ""} | key())
        assert nowhere.status_code == 422
        assert "Say where it is" in nowhere.text
        stranger = await client.post("/sites", data={"customer_id": "99", "lines": "A 1"} | key())
        assert "There is no such customer." in stranger.text
        words = {"customer_id": str(world.cast.customer_id), "lines": "Am Wall 3", "city": "Bremen"}
        added = await client.post("/sites", data=words | key())
        assert "Am Wall 3" in (await client.get(added.headers["location"])).text


# --- job types


async def test_a_job_type_asks_for_what_is_ticked(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        words = {"name": "Boiler service", "requirements": ["work_note"]}
        assert (await client.post("/job-types", data=words | key())).status_code == 303
        assert "work note" in (await client.get("/job-types")).text
        taken = await client.post("/job-types", data=words | key())
        assert taken.status_code == 422
        assert "There is a job type of this name already." in taken.text
        odd = await client.post("/job-types", data={"name": "X", "requirements": "time"} | key())
        assert odd.status_code == 422


@on_sqlite
async def test_a_dispatcher_reads_job_types_only(world: World) -> None:
    async with await world.client_of(world.cast.dana) as client:
        assert (await client.get("/job-types")).status_code == 200
        assert (await client.post("/job-types", data={"name": "X"} | key())).status_code == 403


# --- company


async def test_the_owner_changes_the_company(world: World) -> None:
    async with await world.client_of(world.cast.owner) as client:
        assert (await client.post("/settings/company", data=COMPANY | key())).status_code == 303
        page = await client.get("/settings/company")
    assert "Brandt &amp; Daughters" in page.text
    assert 'value="07:30"' in page.text


@on_sqlite
async def test_another_zone_draws_every_board_anew(world: World) -> None:
    before = await world.db.ask(head)
    async with await world.client_of(world.cast.owner) as client:
        words = COMPANY | {"time_zone": "America/Lima"}
        assert (await client.post("/settings/company", data=words | key())).status_code == 303
    (change,) = await world.db.ask(_changes, before.seq)
    assert change.redraws_all


@on_sqlite
async def test_a_working_day_must_end_after_it_begins(world: World) -> None:
    wrong = {"day_ends": "06:00", "time_zone": "Europe/Berlin"}
    async with await world.client_of(world.cast.owner) as client:
        answer = await client.post("/settings/company", data=COMPANY | wrong | key())
        assert "The working day must end after it begins." in answer.text
        odd = {"time_zone": "Mars/Olympus", "longest_entry_hours": "x", "day_starts": "dawn"}
        answer = await client.post("/settings/company", data=COMPANY | odd | key())
    assert answer.status_code == 422
    assert "Use a whole number from 1 to 24." in answer.text
    assert "Use a time of day, such as 07:30." in answer.text


PAGES = """
/settings /people /people/new /customers /customers/new /sites /sites/new /job-types /job-types/new
/settings/company /settings/displays /account
"""


@on_sqlite
@pytest.mark.parametrize("path", PAGES.split())
async def test_every_page_of_the_settings_opens(world: World, path: str) -> None:
    async with await world.client_of(world.cast.owner) as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    assert "<h1>" in answer.text


def _job(session: Session, cast: Cast) -> int:
    intake = Intake(title="No heat", customer_id=cast.customer_id)
    job_id = create_job(session, now_by(cast.dana, NOON), intake=intake).job_id
    assert job_id is not None
    return job_id


def _changes(session: Session, after: int) -> list[Change]:
    return changed(session, after=after, upto=after + 100, limit=100)


def _search_text(session: Session, job_id: int) -> str:
    return session.get_one(Job, job_id).search_text
