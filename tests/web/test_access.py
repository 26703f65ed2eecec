"""Who may follow which board, and that whoever loses the right is cut off within two seconds: on real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
import pytest_asyncio
import uvicorn
from sqlalchemy.orm import Session
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from app.db import Database
from app.main import create_app
from app.models import ApiToken
from app.queries import board
from app.realtime.link import UVICORN
from app.rules.access import Actor
from app.web.cookies import DISPLAY, SIGN_IN, hash_of
from tests.cast import ADDRESS, NOON, World, company, settings_for
from tests.databases import on_sqlite
from tests.realtime.screens import closing, until
from tests.realtime.stage import Uvicorn
from tests.web.test_displays import paired

IN_TIME_S = 2.0
"""access.md's promise for whoever loses the right to look."""


def key() -> dict[str, str]:
    return {"key": uuid4().hex}


# --- who may look at what


@on_sqlite
@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("tom", {"technician": 200, "dispatch": 403, "office": 403, "wall": 403}),
        ("dana", {"technician": 403, "dispatch": 200, "office": 403, "wall": 403}),
        ("olga", {"technician": 403, "dispatch": 200, "office": 200, "wall": 403}),
        ("owner", {"technician": 403, "dispatch": 200, "office": 200, "wall": 403}),
    ],
)
async def test_a_role_follows_its_own_boards(
    world: World, who: str, statuses: dict[str, int]
) -> None:
    async with await world.client_of(getattr(world.cast, who)) as client:
        seen = {
            view: (await client.get(f"/live/snapshot?view={view}")).status_code for view in statuses
        }
    assert seen == statuses


@on_sqlite
async def test_a_token_is_its_person_and_a_cookie_beside_it_counts_for_nothing(
    world: World,
) -> None:
    await world.db.write(_token, world.cast.tom, "rb_toms")
    async with await world.client_of(world.cast.olga) as client:
        toms = {"Authorization": "Bearer rb_toms"}
        answer = await client.get("/live/snapshot?view=office", headers=toms)
        assert answer.status_code == 403
        unknown = {"Authorization": "Bearer rb_nobodys"}
        answer = await client.get("/live/snapshot?view=office", headers=unknown)
        assert answer.status_code == 401


# --- losing the right


@dataclass(frozen=True, slots=True)
class Served:
    """The program of ``world`` behind a port."""

    world: World
    port: int

    async def cookie_of(self, who: Actor) -> str:
        return f"{SIGN_IN}={await self.world.sign_in(who)}"

    @asynccontextmanager
    async def listening(self, cookie: str, view: str) -> AsyncIterator[ClientConnection]:
        """A socket that has said hello and was welcomed."""
        async with connect(
            f"ws://127.0.0.1:{self.port}/ws/live?view={view}",
            additional_headers={"Cookie": cookie},
            origin=Origin(ADDRESS),
            proxy=None,
        ) as websocket:
            head = await self.world.db.ask(board.head)
            await websocket.send(
                msgspec.json.encode(
                    {"t": "hello", "v": 1, "epoch": head.epoch, "seq": head.seq, "build": ""}
                ).decode()
            )
            assert '"welcome"' in str(await websocket.recv())
            yield websocket


@pytest_asyncio.fixture
async def served(database_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """The program behind a real port, so that sockets are real."""
    app = create_app(settings_for(database_url, tmp_path))
    server = Uvicorn(uvicorn.Config(app, port=0, log_config=None, lifespan="on", **UVICORN))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    db: Database = app.state.db
    world = World(db, app, await db.write(company), app.state.settings)
    yield Served(world, server.servers[0].sockets[0].getsockname()[1])
    server.told.set()
    await serving


async def test_whoever_has_left_is_cut_off(served: Served) -> None:
    cast = served.world.cast
    async with (
        served.listening(await served.cookie_of(cast.tom), "technician") as toms,
        served.listening(await served.cookie_of(cast.ines), "technician") as others,
        await served.world.client_of(cast.owner) as owners,
    ):
        assert (await owners.post(f"/people/{cast.tom.id}/retire", data=key())).status_code == 303
        assert await closing(toms) == 4401
        assert others.state.name == "OPEN"


async def test_signing_out_ends_the_sockets_of_that_browser_only(served: Served) -> None:
    dana = served.world.cast.dana
    cookie, other = await served.cookie_of(dana), await served.cookie_of(dana)
    async with (
        served.listening(cookie, "dispatch") as here,
        served.listening(other, "dispatch") as there,
        served.world.client() as client,
    ):
        client.cookies.set(SIGN_IN, cookie.partition("=")[2])
        assert (await client.post("/sign-out")).status_code == 303
        assert await closing(here) == 4401
        assert there.state.name == "OPEN"


async def test_a_lowered_role_closes_the_board_that_is_no_longer_theirs(served: Served) -> None:
    cast = served.world.cast
    async with (
        served.listening(await served.cookie_of(cast.olga), "office") as board,
        await served.world.client_of(cast.owner) as owners,
    ):
        words = {"name": cast.olga.name, "email": "olga@brandt.test", "roles": ["dispatcher"]}
        answer = await owners.post(f"/people/{cast.olga.id}", data=words | key())
        assert answer.status_code == 303
        assert await closing(board) == 4403


@on_sqlite
async def test_a_removed_television_is_cut_off(served: Served) -> None:
    async with (
        served.world.client() as tv,
        await served.world.client_of(served.world.cast.dana) as danas,
    ):
        page = await paired(tv, danas)
        cookie = f"{DISPLAY}={tv.cookies[DISPLAY]}"
        async with served.listening(cookie, "wall") as wall:
            assert (await danas.post(f"{page}/remove", data=key())).status_code == 303
            assert await closing(wall) == 4401


@on_sqlite
async def test_other_options_of_a_television_make_it_ask_anew(served: Served) -> None:
    async with (
        served.world.client() as tv,
        await served.world.client_of(served.world.cast.dana) as danas,
    ):
        page = await paired(tv, danas)
        cookie = f"{DISPLAY}={tv.cookies[DISPLAY]}"
        async with served.listening(cookie, "wall") as wall:
            words = {"name": "Hall", "shows_customers": "yes"}
            assert (await danas.post(page, data=words | key())).status_code == 303
            async with asyncio.timeout(IN_TIME_S):
                assert '"reset"' in str(await wall.recv())


def _token(session: Session, who: Actor, plain: str) -> None:
    session.add(ApiToken(person_id=who.id, secret_hash=hash_of(plain), created_at=NOON))
