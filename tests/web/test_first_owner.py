"""An empty board: who may set it up, once, and from where."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest_asyncio
from starlette.applications import Starlette

from tests.cast import ADDRESS, running, settings_for
from tests.databases import on_sqlite

NEAR = "http://127.0.0.1:8000"

OWNER = {
    "company": "Rohr & Draht",
    "time_zone": "Europe/Vienna",
    "currency": "chf",
    "labour_rate": "72,50",
    "tax_rate": "8.1",
    "name": "Ute Rohr",
    "email": "ute@rohr.test",
    "new_password": "nine nails in a plank",
}


@pytest_asyncio.fixture
async def empty(database_url: str, tmp_path: Path) -> AsyncIterator[Starlette]:
    """A running program that nobody has set up."""
    async with running(settings_for(database_url, tmp_path)) as app:
        yield app


def browser(app: Starlette, address: str = ADDRESS, **headers: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app),
        base_url=address,
        headers={"Origin": ADDRESS, **headers},
    )


async def test_the_printed_code_opens_an_empty_board_once(empty: Starlette) -> None:
    async with browser(empty) as client:
        code = str(empty.state.setup_code)
        page = await client.get(f"/first-owner?code={code}")
        assert f'value="{code}"' in page.text
        done = await client.post("/first-owner", data=OWNER | {"code": code})
        assert done.headers["location"] == "/office"
        assert "Rohr &amp; Draht" in (await client.get("/account")).text
        again = await client.post("/first-owner", data=OWNER | {"code": code})
        assert again.status_code == 404


@on_sqlite
async def test_without_the_code_nobody_far_away_may(empty: Starlette) -> None:
    async with browser(empty) as client:
        assert (await client.get("/first-owner")).status_code == 403
        assert (await client.post("/first-owner", data=OWNER)).status_code == 403
        page = await client.get("/sign-in")
    assert "Open the address that the server printed" in page.text
    assert 'name="password"' not in page.text


@on_sqlite
async def test_on_the_machine_itself_no_code_is_asked_for(empty: Starlette) -> None:
    async with browser(empty, NEAR) as client:
        assert "Set up your board" in (await client.get("/sign-in")).text
        assert (await client.get("/first-owner")).status_code == 200


@on_sqlite
async def test_what_a_proxy_passed_on_is_not_near(empty: Starlette) -> None:
    async with browser(empty, NEAR, **{"X-Forwarded-For": "127.0.0.1"}) as client:
        assert (await client.get("/first-owner")).status_code == 403


@on_sqlite
async def test_what_an_hour_costs_is_asked_at_once(empty: Starlette) -> None:
    async with browser(empty) as client:
        await client.post("/first-owner", data=OWNER | {"code": str(empty.state.setup_code)})
        taxes = (await client.get("/settings/taxes")).text
        assert "No hourly rate yet." not in (await client.get("/office")).text
    assert 'value="72.50"' in taxes
    assert 'value="8.1"' in taxes
    assert "in CHF" in taxes


@on_sqlite
async def test_without_a_rate_the_board_says_where_to_enter_it(empty: Starlette) -> None:
    code = {"code": str(empty.state.setup_code)}
    async with browser(empty) as client:
        answer = await client.post("/first-owner", data=OWNER | code | {"currency": "francs"})
        assert answer.status_code == 422
        await client.post("/first-owner", data=OWNER | code | {"labour_rate": ""})
        page = (await client.get("/office")).text
    assert "No hourly rate yet." in page
    assert 'href="/settings/taxes">Enter the rate' in page


@on_sqlite
async def test_every_mistake_is_shown_at_once(empty: Starlette) -> None:
    async with browser(empty) as client:
        words = {"code": str(empty.state.setup_code), "new_password": "short", "name": "Ute"}
        answer = await client.post("/first-owner", data=words)
    assert answer.status_code == 422
    assert "Say what your company is called." in answer.text
    assert "Give your e-mail address" in answer.text
    assert "Give the currency’s three letters" in answer.text
    assert "Use at least 12 characters." in answer.text
    assert 'value="Ute"' in answer.text
