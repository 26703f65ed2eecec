"""A whole live side on a real socket: database, feed, hub, uvicorn on a free port. Its screens are in ``screens.py``.

Who knocks says so in the bearer token or the cookie ``who``: ``office``, ``prices`` (the office with a field right),
``tom`` (a technician), ``tv`` (a display), ``dana`` (may not see the office board). Everything else is nobody.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from datetime import time as time_of_day
from decimal import Decimal
from typing import Any

import uvicorn
from sqlalchemy import update
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from app.actions import jobs, presses, scheduling
from app.actions.act import Act, Done, now_by
from app.actions.history import Happening, record
from app.db import Database
from app.models import BillingSettings, Company, Person, PersonRole
from app.models import Live as LiveRow
from app.queries.cards import JobCard
from app.realtime.audiences import Audience, Listener
from app.realtime.link import UVICORN
from app.realtime.live import Live
from app.realtime.routes import routes
from app.rules.access import Actor, Role
from app.settings import Settings
from tests.realtime.screens import Screen, browser, until

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DANA = Actor(1, "Dana Dispatch", frozenset({Role.DISPATCHER}))
TOM = Actor(2, "Tom Brandt", frozenset({Role.TECHNICIAN}))
INES = Actor(3, "Ines Vogel", frozenset({Role.TECHNICIAN}))

ORIGIN = "http://board.example"


class Clock:
    """The hub's clock: real time, and as much more as a test says."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


def render(audience: Audience, card: JobCard) -> Any:
    """A fragment as the templates would draw it, with one field that needs a right."""
    if audience.view == "json":
        return {"id": card.id, "state": str(card.state), "title": card.title}
    price = "<b>price</b>" if "prices" in audience.rights else ""
    return f'<article id="{card.key}" data-v="{card.version}">{card.title} {card.state}{price}</article>'


class Doorman:
    """Who is behind a request, as the web's sign-in would say; tests change ``known`` under open sockets."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.known: dict[str, Callable[[str], Listener]] = {
            "office": lambda view: Listener(Audience(view), person_id=9, session_id=1),
            "prices": lambda view: Listener(
                Audience(view, rights=frozenset({"prices"})), person_id=8, session_id=2
            ),
            "tom": lambda view: Listener(
                Audience(view, person_id=TOM.id), person_id=TOM.id, session_id=3
            ),
            "dana": lambda view: Listener(
                Audience(view) if view != "office" else None, person_id=DANA.id, session_id=4
            ),
            "tv": lambda view: Listener(Audience(view, variant="7"), display_id=7),
            "program": lambda view: Listener(Audience(view), person_id=9, token_id=5),
        }
        self.asked = 0
        self.is_away = False

    async def __call__(self, request: HTTPConnection, view: str | None) -> Listener | None:
        self.asked += 1
        authorization = request.headers.get("authorization", "")
        name = authorization.removeprefix("Bearer ") or request.cookies.get("who", "")
        known = self.known.get(name)
        await self.may_answer.wait()
        if self.is_away:
            raise OSError("the database is away")
        if known is None:
            return None
        return known(view) if view else replace(known("json"), audience=None)


class Uvicorn(uvicorn.Server):
    """Leaves the signals to pytest, and ends when told instead of looking ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told = asyncio.Event()

    async def main_loop(self) -> None:
        await self.told.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class House:
    """The running thing."""

    db: Database
    live: Live
    doorman: Doorman
    clock: Clock
    drawn: list[tuple[str, str]]
    """(audience, card) for each card that was rendered."""
    app: Starlette
    weight: int = 0
    """Bytes by which each fragment is fatter."""
    drawing_takes_s: float = 0.0
    """For each card."""
    broken: set[str] = field(default_factory=set)
    """Audiences for which no card can be rendered."""
    server: Uvicorn | None = None
    port: int = 0
    _serving: asyncio.Task[None] | None = None

    async def open(self, **options: Any) -> None:
        config = uvicorn.Config(
            self.app, port=0, log_config=None, lifespan="on", timeout_graceful_shutdown=3,
            **{**UVICORN, **options},
        )  # fmt: skip
        self.server = Uvicorn(config)
        self._serving = asyncio.create_task(self.server.serve())
        while not self.server.started:
            assert not self._serving.done(), "the server did not start"
            await asyncio.sleep(0.005)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    async def close(self) -> None:
        """As SIGTERM does."""
        if self.server is not None and self._serving is not None:
            self.server.told.set()
            await self._serving
            self.server = None

    # What happens in the company

    def act(self, actor: Actor) -> Act:
        return now_by(actor, NOON)

    async def new_job(self, title: str = "Boiler", *, technicians: tuple[int, ...] = ()) -> Done:
        return await self.db.write(
            jobs.create_job,
            self.act(DANA),
            intake=jobs.Intake(
                title,
                starts_at=NOON if technicians else None,
                ends_at=NOON.replace(hour=14) if technicians else None,
                technician_ids=technicians,
            ),
        )

    async def edit(self, job_id: int, title: str) -> Done:
        return await self.db.write(
            jobs.edit_job, self.act(DANA), job_id=job_id, version=None, changes={"title": title}
        )

    async def edit_often(self, job_id: int, times: int) -> int:
        """Each change is a delta of its own, because the next waits until it is published; the last seq."""
        for number in range(times):
            await self.published((await self.edit(job_id, f"Boiler {number}")).seq)
        return self.live.hub.published

    async def new_jobs(self, count: int) -> int:
        """The last seq, published."""
        for number in range(count):
            await self.published((await self.new_job(f"Job {number}")).seq)
        return self.live.hub.published

    async def start(self, job_id: int) -> Done:
        return await self.db.write(presses.start, self.act(TOM), job_id=job_id)

    async def stop(self, job_id: int) -> Done:
        return await self.db.write(presses.stop, self.act(TOM), job_id=job_id)

    async def unassign(self, job_id: int, person_id: int) -> Done:
        return await self.db.write(
            scheduling.unassign, self.act(DANA), job_id=job_id, technician_id=person_id
        )

    async def record(self, happening: Happening) -> Done:
        """Something that is about no job."""
        return await self.db.write(record, self.act(DANA), happening)

    async def pass_time(self, *steps: float) -> None:
        """The clock goes on by each of these seconds, the feed looks, and then the watch."""
        for seconds in steps:
            self.clock.ahead += seconds
            self.live.wake()
            await until(lambda: self.live.feed.is_fresh)
            self.live.watch.tick(self.clock(), may_beat=True)

    async def set_counter(self, **values: Any) -> None:
        """What a restore or the keeping of fewer events does to the counter."""
        await self.db.write(_set_counter, values)

    async def peers(self, count: int) -> None:
        """Wait until the hub knows of so many connections."""
        await until(lambda: sum(1 for _ in self.live.hub.peers()) == count)

    # Who looks on

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @asynccontextmanager
    async def socket(
        self, view: str = "dispatch", *, who: str = "office", origin: str | None = ORIGIN,
        token: str = "", **options: Any,
    ) -> AsyncIterator[ClientConnection]:  # fmt: skip
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if who:
            headers["Cookie"] = f"who={who}"
        async with connect(
            f"ws://127.0.0.1:{self.port}/ws/live?view={view}", additional_headers=headers,
            origin=Origin(origin) if origin else None, compression=None, ping_interval=None, proxy=None,
            **options,
        ) as websocket:  # fmt: skip
            yield websocket

    @asynccontextmanager
    async def slow_screen(self, view: str = "dispatch", **options: Any) -> AsyncIterator["Screen"]:
        """A screen behind a thin line: its machine takes a few KB ahead of what it reads."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", self.port))
        sock.setblocking(False)
        async with self.screen(
            view, sock=sock, max_queue=1, close_timeout=0.1, **options
        ) as screen:
            yield screen

    @asynccontextmanager
    async def screen(
        self, view: str = "dispatch", *, who: str = "office", **options: Any
    ) -> AsyncIterator["Screen"]:
        """A screen that has loaded its page and said hello."""
        async with self.socket(view, who=who, **options) as websocket:
            screen = Screen(self, websocket, view=view, who=who or options["token"])
            await screen.load()
            await screen.hello()
            await screen.until("welcome")
            yield screen

    async def snapshot(self, view: str, *, who: str = "office") -> dict[str, Any]:
        async with browser(who) as client:
            answer = await client.get(self.url(f"/live/snapshot?view={view}"))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def published(self, seq: int | None) -> None:
        """Wait until the feed has told everybody about ``seq``."""
        await until(lambda: self.live.hub.published >= (seq or 0))


async def _slow(_request: Request) -> Response:
    await asyncio.sleep(0.5)
    return Response("done")


def _set_counter(session: Session, values: dict[str, Any]) -> None:
    session.execute(update(LiveRow).where(LiveRow.id == 1).values(**values))


def _people(session: Session) -> None:
    session.add(
        Company(
            id=1, name="Brandt & Söhne", currency="EUR", time_zone="Europe/Berlin", day_starts=time_of_day(7),
            day_ends=time_of_day(17), longest_entry_hours=14, may_pick_up=True, created_at=NOON,
        )
    )  # fmt: skip
    session.add(BillingSettings(id=1, labour_rate=Decimal(60), tax_rate=Decimal(19)))
    for actor in (DANA, TOM, INES):
        session.add(
            Person(
                id=actor.id, name=actor.name, email=f"{actor.id}@example.com", created_at=NOON,
                roles=[PersonRole(role=role) for role in actor.roles],
            )
        )  # fmt: skip


@asynccontextmanager
async def running_house(
    database_url: str, *, settings: Settings | None = None, **options: Any
) -> AsyncIterator[House]:
    """``options`` go to uvicorn; ``ws="websockets-sansio"`` takes away our link."""
    db = Database(database_url)
    await db.write(_people)
    doorman, clock = Doorman(), Clock()
    settings = settings or Settings(base_url=ORIGIN)

    def noted_render(audience: Audience, card: JobCard) -> Any:
        house.drawn.append((audience.key, card.key))
        if audience.key in house.broken:
            raise RuntimeError("this card cannot be rendered")
        time.sleep(house.drawing_takes_s)
        drawn = render(audience, card)
        return drawn if audience.view == "json" else drawn + "x" * house.weight

    live = Live(db, noted_render, doorman, build="b1", settings=settings, clock=clock)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        db.on_commit = live.wake
        await live.start()
        try:
            yield
        finally:
            await live.stop()

    app = Starlette(routes=[*routes(live), Route("/slow", _slow)], lifespan=lifespan)
    house = House(db, live, doorman, clock, [], app)
    try:
        await house.open(**options)
        yield house
    finally:
        await house.close()
        await db.close()
