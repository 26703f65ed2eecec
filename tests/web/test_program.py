"""The program around its pages: static files, health, figures, and what happens when something breaks."""

from pathlib import Path

import httpx2
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from app.db import Database
from app.pages import BUILD
from app.rules.passwords import why_weak
from app.web.health import readyz
from app.web.logs import safe_path
from tests.cast import ADDRESS, World, running, settings_for
from tests.databases import on_sqlite


@on_sqlite
async def test_a_static_file_of_this_build_is_kept_for_ever(client: httpx2.AsyncClient) -> None:
    ours = await client.get(f"/static/{BUILD}/css/tokens.css")
    assert "immutable" in ours.headers["cache-control"]
    older = await client.get("/static/000000000000/css/tokens.css")
    assert older.text == ours.text
    assert older.headers["cache-control"] == "no-cache"


@on_sqlite
@pytest.mark.parametrize("path", ["css/none.css", "%2e%2e/pages.py", "..%2fpages.py", "css"])
async def test_nothing_but_static_files_is_served(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(f"/static/{BUILD}/{path}")).status_code == 404


async def test_it_says_when_it_can_serve(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/healthz")).text == "ok\n"
    assert (await client.get("/readyz")).status_code == 200


@on_sqlite
async def test_a_database_without_its_migrations_is_not_ready(
    empty_database_url: str, tmp_path: Path
) -> None:
    app = Starlette()
    settings = settings_for(empty_database_url, tmp_path)
    app.state.db = Database(settings.url)
    answer = await readyz(Request({"type": "http", "app": app}))
    assert answer.status_code == 503
    await app.state.db.close()


@on_sqlite
async def test_figures_are_off_unless_asked_for(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 404


@on_sqlite
@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("10.0.0.9", 404)])
async def test_figures_are_for_this_machine_only(
    database_url: str, tmp_path: Path, address: str, status: int
) -> None:
    settings = msgspec.structs.replace(settings_for(database_url, tmp_path), metrics=True)
    async with running(settings) as app:
        transport = httpx2.ASGITransport(app=app, client=(address, 1))
        async with httpx2.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            answer = await client.get("/metrics")
    assert answer.status_code == status
    assert ("readyboard_commits_total" in answer.text) is (status == 200)


@on_sqlite
async def test_what_breaks_is_said_with_a_reference(world: World) -> None:
    async def breaks(_request: Request) -> None:
        raise ZeroDivisionError

    world.app.router.routes.append(Route("/breaks", breaks))
    async with world.client() as client:
        answer = await client.get("/breaks")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "ZeroDivisionError" not in answer.text


@on_sqlite
@pytest.mark.parametrize(("development", "status"), [(True, 200), (False, 404)])
async def test_patterns_are_shown_in_development_only(
    database_url: str, tmp_path: Path, development: bool, status: int
) -> None:
    settings = msgspec.structs.replace(
        settings_for(database_url, tmp_path), development=development
    )
    async with running(settings) as app:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            assert (await client.get("/patterns")).status_code == status


def test_an_enrolment_link_does_not_reach_the_log() -> None:
    assert safe_path("/enrol/secret") == "/enrol/…"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "Use at least 12 characters."),
        ("x" * 201, "Use at most 200 characters."),
        ("Password1234", "Too many people use this one."),
        ("aaaaaaaaaaaabb", "Too many people use this one."),
        ("otto@brandt.test", "Your own name or address"),
    ],
)
def test_a_weak_password_is_refused_with_the_better_way(password: str, sentence: str) -> None:
    said = why_weak(password, own_words=("Otto Brandt", "otto@brandt.test"))
    assert said is not None
    assert said.startswith(sentence)


def test_a_sentence_is_a_good_password() -> None:
    assert why_weak("a heron stands in the river") is None
