"""Who may call: tokens, cookies for reading only, and addresses that are not there."""

import pysqlite3
import pytest
from sqlalchemy.orm import Session

from app.actions.act import now_by
from app.actions.people import retire
from tests.cast import NOON, World
from tests.databases import on_sqlite
from tests.web.api.conftest import Program, client_with


async def test_a_token_acts_as_its_person(tom: Program, world: World) -> None:
    me = (await tom.get("/me")).json()
    assert me["person"] == {
        "id": world.cast.tom.id,
        "name": "Tom Brandt",
        "email": "tom@brandt.test",
        "roles": ["technician"],
    }
    assert (me["company"]["name"], me["company"]["currency"]) == ("Brandt Heating", "EUR")


@pytest.mark.parametrize("token", ["", "rb_wrong", "ü"])
async def test_an_unknown_token_is_401(world: World, token: str) -> None:
    async with client_with(world, "x") as client:
        header = {b"Authorization": f"Bearer {token}".encode()}
        answer = await client.get("/api/v1/me", headers=header)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_token_of_somebody_who_left_opens_nothing(world: World, tom: Program) -> None:
    await world.db.write(retire, now_by(world.cast.owner, NOON), person_id=world.cast.tom.id)
    assert (await tom.get("/me")).status_code == 401


async def test_a_browser_may_read_with_its_cookie(world: World) -> None:
    async with await world.client_of(world.cast.dana) as browser:
        answer = await browser.get("/api/v1/me")
    assert answer.json()["person"]["name"] == "Dana Weiss"


async def test_a_browser_may_not_write_with_its_cookie(world: World) -> None:
    async with await world.client_of(world.cast.dana) as browser:
        answer = await browser.post(
            "/api/v1/jobs", json={"title": "Boiler"}, headers={"Idempotency-Key": "1"}
        )
    assert answer.status_code == 401


async def test_a_foreign_page_may_not_write_at_all(world: World) -> None:
    async with await world.client_of(world.cast.dana) as browser:
        answer = await browser.post(
            "/api/v1/jobs",
            json={"title": "Boiler"},
            headers={"Idempotency-Key": "1", "Origin": "https://evil.test"},
        )
    assert answer.status_code == 401


async def test_nobody_at_all_is_asked_to_sign_in(world: World) -> None:
    async with world.client() as browser:
        answer = await browser.post("/api/v1/jobs", json={}, headers={"Origin": "null"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign_in")


async def test_an_address_that_is_not_there_is_answered_in_json(tom: Program) -> None:
    answer = await tom.get("/unicorns")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_a_method_that_is_not_taken_says_which_are(tom: Program) -> None:
    answer = await tom.client.delete("/api/v1/jobs")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


async def test_answers_are_kept_by_nobody_on_the_way(tom: Program) -> None:
    assert (await tom.get("/me")).headers["cache-control"] == "no-store"


@on_sqlite
async def test_a_busy_database_says_when_to_try_again(
    world: World, tom: Program, job_id: int
) -> None:
    # The driver waits for five seconds before it gives up; the test does not.
    await world.db.write(_give_up_at_once)
    path = world.settings.url.split("///", 1)[1]
    other = pysqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        answer = await tom.post(f"/jobs/{job_id}/start", key="press-1")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "busy")
        assert answer.headers["retry-after"] == "1"
        other.execute("ROLLBACK")
        assert (await tom.post(f"/jobs/{job_id}/start", key="press-1")).status_code == 200
    finally:
        other.close()


def _give_up_at_once(session: Session) -> None:
    session.connection().exec_driver_sql("PRAGMA busy_timeout=1")
