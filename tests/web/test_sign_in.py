"""Signing in and out through the door: right, wrong, too often, and who may come from where."""

from datetime import datetime, timedelta

import httpx2
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Person, SignIn
from app.rules.access import Actor
from app.web import cookies
from tests.cast import ADDRESS, PASSWORD, World
from tests.databases import on_sqlite


async def sign_in(client: httpx2.AsyncClient, email: str, password: str) -> httpx2.Response:
    return await client.post("/sign-in", data={"email": email, "password": password})


async def test_the_right_password_leads_to_the_roles_first_page(client: httpx2.AsyncClient) -> None:
    answer = await sign_in(client, " Dana@brandt.test ", PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/dispatch"
    account = await client.get("/")
    assert account.headers["location"] == "/dispatch"


@pytest.mark.parametrize(
    ("email", "password"),
    [("dana@brandt.test", "a heron stands in the pond"), ("nobody@brandt.test", PASSWORD)],
    ids=["wrong password", "nobody of that name"],
)
async def test_a_wrong_word_and_an_unknown_name_look_the_same(
    client: httpx2.AsyncClient, email: str, password: str
) -> None:
    answer = await sign_in(client, email, password)
    assert answer.status_code == 401
    assert "The e-mail or the password is wrong" in answer.text
    assert f'value="{email}"' in answer.text
    assert password not in answer.text
    assert cookies.SIGN_IN not in answer.cookies


async def test_tries_are_counted_before_the_password_is_looked_at(
    client: httpx2.AsyncClient,
) -> None:
    answers = [await sign_in(client, "dana@brandt.test", "wrong") for _ in range(10)]
    assert {answer.status_code for answer in answers} == {401}
    late = await sign_in(client, "dana@brandt.test", PASSWORD)
    assert late.status_code == 429
    assert "Too many tries" in late.text


@on_sqlite
async def test_a_right_password_does_not_use_up_tries(client: httpx2.AsyncClient) -> None:
    answers = [await sign_in(client, "dana@brandt.test", PASSWORD) for _ in range(12)]
    assert {answer.status_code for answer in answers} == {303}


async def test_somebody_who_has_left_cannot_come_in(
    world: World, client: httpx2.AsyncClient
) -> None:
    await world.db.write(_retire, world.cast.dana)
    assert (await sign_in(client, "dana@brandt.test", PASSWORD)).status_code == 401


async def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        secret = client.cookies[cookies.SIGN_IN]
        answer = await client.post("/sign-out")
        assert answer.headers["location"] == "/sign-in?said=signed_out"
        client.cookies.set(cookies.SIGN_IN, secret)
        assert (await client.get("/")).headers["location"] == "/sign-in"


@on_sqlite
async def test_an_office_sign_in_ends_after_twelve_hours_without_use(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        await world.db.write(_unused_for, world.cast.olga, timedelta(hours=12))
        assert (await client.get("/")).headers["location"] == "/sign-in"


@on_sqlite
async def test_a_technicians_sign_in_lasts_and_use_is_written_down(world: World) -> None:
    async with await world.client_of(world.cast.tom) as client:
        await world.db.write(_unused_for, world.cast.tom, timedelta(hours=12))
        before = await world.db.ask(_seen_at, world.cast.tom)
        assert (await client.get("/")).headers["location"] == "/my-jobs"
        assert await world.db.ask(_seen_at, world.cast.tom) > before


@on_sqlite
@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-out", "/a\nb"]
)
async def test_signing_in_leads_nowhere_else(client: httpx2.AsyncClient, wanted: str) -> None:
    words = {"email": "dana@brandt.test", "password": PASSWORD, "next": wanted}
    answer = await client.post("/sign-in", data=words)
    assert answer.headers["location"] == "/dispatch"


@on_sqlite
async def test_a_page_that_needs_a_sign_in_comes_back_after_it(client: httpx2.AsyncClient) -> None:
    words = {"email": "dana@brandt.test", "password": PASSWORD, "next": "/jobs/41?a=1"}
    assert (await client.post("/sign-in", data=words)).headers["location"] == "/jobs/41?a=1"


# --- where forms come from


@on_sqlite
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ADDRESS + ".evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
    ids=str,
)
async def test_a_form_from_elsewhere_is_refused(world: World, headers: dict[str, str]) -> None:
    async with await world.client_of(world.cast.olga) as client:
        del client.headers["Origin"]
        answer = await client.post("/sign-out", headers=headers)
        assert answer.status_code == 403
        assert f"Open {ADDRESS} and do it there." in answer.text
        assert (await client.get("/")).headers["location"] == "/office"


@on_sqlite
@pytest.mark.parametrize("headers", [{"Origin": ADDRESS}, {"Sec-Fetch-Site": "same-origin"}])
async def test_our_own_form_is_taken(world: World, headers: dict[str, str]) -> None:
    async with await world.client_of(world.cast.olga) as client:
        del client.headers["Origin"]
        assert (await client.post("/sign-out", headers=headers)).status_code == 303


# --- headers


@on_sqlite
async def test_every_page_carries_the_headers_that_protect(client: httpx2.AsyncClient) -> None:
    headers = (await client.get("/sign-in")).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


@on_sqlite
async def test_the_cookie_cannot_be_read_by_scripts_and_stays_at_home(
    client: httpx2.AsyncClient,
) -> None:
    cookie = (await sign_in(client, "dana@brandt.test", PASSWORD)).headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    assert "path=/" in cookie.lower()


# --- what is not there


@on_sqlite
async def test_an_unknown_page_says_what_to_do_next(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/nothing-here")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert "Go to the board" in answer.text


@on_sqlite
async def test_a_program_gets_its_refusals_as_json(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/nothing-here")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@on_sqlite
async def test_the_wrong_method_says_which_is_right(client: httpx2.AsyncClient) -> None:
    answer = await client.put("/sign-in")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


@on_sqlite
async def test_a_body_that_is_too_large_is_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/sign-in", data={"email": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "too large" in answer.text


def _retire(session: Session, who: Actor) -> None:
    session.execute(update(Person).where(Person.id == who.id).values(retired_at=Person.created_at))


def _unused_for(session: Session, who: Actor, since: timedelta) -> None:
    row = session.scalars(select(SignIn).where(SignIn.person_id == who.id)).one()
    row.seen_at -= since


def _seen_at(session: Session, who: Actor) -> datetime:
    return session.scalars(select(SignIn.seen_at).where(SignIn.person_id == who.id)).one()
