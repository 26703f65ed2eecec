"""The sweep: every address of the program, asked by everybody there is, answers as the matrix of rights says.

Nothing is written down a second time: addresses come from the routes, rights from where the calls are declared, scopes
from ``rules.access``. Only what an address needs to be asked sensibly stands here, in ``WORDS``.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute, Route

from app.actions import evidence, office, presses
from app.actions.act import Act
from app.actions.billing import send_to_billing
from app.actions.jobs import Intake, create_job
from app.db import Database
from app.main import create_app
from app.models import (
    ApiToken,
    ChecklistAnswer,
    Display,
    DisplayState,
    HeldPress,
    HeldState,
    Job,
    JobType,
    Mail,
    MailState,
    Message,
    Note,
    PartUsed,
    Photo,
    PhotoKind,
    PriceBookItem,
    Signature,
    SignatureKind,
    SignIn,
    TimeEntry,
)
from app.rules.access import MATRIX, Actor, Right, Role, Scope
from app.rules.states import State
from app.web.api.endpoint import Resource
from app.web.cookies import DISPLAY, SIGN_IN, hash_of
from app.web.door import Public
from app.web.form_commands import KINDS
from app.web.routes import PAGES
from tests.cast import ADDRESS, Cast, company, running, settings_for

# The same answer for everybody, or none at all.
FOR_EVERYBODY = {
    "/static/{build}/{path:path}", "/healthz", "/readyz", "/metrics", "/sw.js", "/api/{rest:path}",
}  # fmt: skip

# The live side asks for rights by view: below, and tests/realtime/test_rights.py.
LIVE = {"/ws/live", "/live/snapshot", "/live/head"}

# Forms send as a field what stands in the paths of the API.
FORM_IDS = {kind.name: kind.ids for kind in KINDS}

PRESSES = {"set-off", "start", "pause", "stop", "undo-stop"}

ROLES = (Role.TECHNICIAN, Role.DISPATCHER, Role.OFFICE, Role.OWNER)
STRANGERS = ("nobody", "a television")
JOBS = ("own", "foreign", "missing")

MISSING = 999_999

# Words in paths that are no ids.
LISTS = {"key": "ready", "name": "xero", "program": "xero"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One method of one address, with any of these rights."""

    method: str
    path: str
    rights: tuple[Right, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def name(self) -> str:
        """What is done to the job: ``start``, ``entries/{entry_id:int}/confirm``."""
        return self.path.partition("{job_id:int}/")[2]


def _asks() -> Iterator[Ask]:
    """Every call that asks for a right."""
    for page in PAGES:
        if isinstance(page.right, Public):
            continue
        rights: tuple[Right, ...] = (page.right,)
        if page.path.rpartition("/")[2] in PRESSES and page.post is not None:
            # Who presses for whom is told apart by the action; the door asks for reading alone.
            rights = (Right.PRESS, Right.PRESS_FOR)
        if page.get is not None:
            yield Ask("GET", page.path, (page.right,))
        if page.post is not None:
            yield Ask("POST", page.path, rights)
    for route in _routes():
        if isinstance(route, Route) and isinstance(route.endpoint, Resource):
            for method, endpoint in route.endpoint.endpoints.items():
                yield Ask(method, route.path, endpoint.rights)


def _routes() -> list[BaseRoute]:
    """Of a program that is only looked at and never run."""
    settings = settings_for("sqlite+aiosqlite:////nowhere/at/all", Path("/nowhere"))
    return list(create_app(settings).routes)


ASKS = list(_asks())
ABOUT_JOBS = [ask for ask in ASKS if "{job_id:int}" in ask.path]
OTHERS = [ask for ask in ASKS if "{job_id:int}" not in ask.path]

# --- what the addresses need to be asked sensibly

REASON = {"reason": "Because"}
TIMES = {"started_at": "2026-11-20T07:00:00Z", "ended_at": "2026-11-20T08:00:00Z"}

# By the last words of the path; ``{…}`` stands for an id of the scene.
WORDS: dict[str, dict[str, Any]] = {
    "schedule": {},
    "assign": {"technician_id": "{person_id}"},
    "unassign": {"technician_id": "{person_id}"},
    "record-time": {"person_id": "{person_id}", **TIMES, **REASON},
    "corrections": {"entry_id": "{entry_id}", **REASON},
    "correct-time": {"entry_id": "{entry_id}", **REASON},
    "discard": REASON,
    "discard-entry": REASON,
    "withdraw": REASON,
    "withdraw-note": REASON,
    "withdraw-message": REASON,
    "notes": {"text": "Hello"},
    "note": {"text": "Hello"},
    "messages": {"text": "Hello"},
    "message": {"text": "Hello"},
    "part": {"none_used": True},
    "parts": {"none_used": True},
    "price": {"unit_price": {"amount": "1.5", "currency": "EUR"}},
    "price-part": {"amount": "1.5"},
    "labour-price": {"hourly_rate": {"amount": "72", "currency": "EUR"}},
    "price-labour": {"amount": "72"},
    "checklist": {"item_id": "c1", "value": "Yes"},
    "signature": {"absent_reason": "Nobody at home"},
    "give-up": {"client_id": "x1", **REASON},
    "give-up-photo": {"client_id": "x1", **REASON},
    "withdraw-photo": REASON,
    "withdraw-part": REASON,
    "withdraw-answer": REASON,
    "withdraw-signature": REASON,
    "ask": {"question": "Which?"},
    "answer": {"text": "That"},
    "waive": {"code": "question", **REASON},
    "hold": REASON,
    "cancel": REASON,
    "not-billable": REASON,
    "dismiss": REASON,
    "dismiss-held": REASON,
    "move": {"lane": "on_hold", "version": 1, **REASON},
    "undo-move": {"version": 1},
    "jobs": {"title": "Boiler"},
    "customers": {"name": "Somebody"},
    "sites": {"address": {"lines": ["Weg 1"]}},
    "job-types": {"name": "Something"},
    "invoices": {"job_ids": [1]},
    "issue": {"version": 999},
    "issue-and-send": {"version": 999},
    "add-jobs": {"version": 999},
    "take-back": {"job_ids": [1]},
    "lines": {"description": "X", "unit_price": "1", "tax": {"category": "S", "rate": "19"}},
    "move-credit": {"to_id": 1},
    "payments": {"amount": {"amount": 1, "currency": "EUR"}, "received_on": "2026-11-20"},
    "credit": REASON,
    "send": {"to": "zoe@cafe.test"},
    "write-off": REASON,
    "credit-difference": REASON,
    "dismiss-difference": REASON,
    "price-book": {
        "description": "Seal",
        "unit": "piece",
        "unit_price": {"amount": "1", "currency": "EUR"},
    },
    "people": {"name": "Somebody", "email": "some@body.test", "roles": ["office"]},
}


# --- the company that is asked about


@dataclass(frozen=True, slots=True)
class Scene:
    """``ids``: what stands for the names in paths, by whether the job is Tom's own or foreign to him."""

    cast: Cast
    ids: dict[str, dict[str, int]]

    def actor(self, role: Role) -> Actor:
        cast = self.cast
        return dict(zip(ROLES, (cast.tom, cast.dana, cast.olga, cast.owner), strict=True))[role]


def _set(session: Session) -> Scene:
    """Two finished jobs, Tom's and Inês's, each with everything that a job can have; everybody signed in."""
    cast = company(session)
    session.get_one(JobType, cast.job_type_id).checklist = [
        {"id": "c1", "text": "Swept?", "required": True, "photo": False}
    ]
    item = PriceBookItem(
        description="Seal", unit="piece", unit_price=Decimal(1), tax_category="S",
        tax_rate=Decimal(19), search_text="seal", created_at=_now(),
    )  # fmt: skip
    session.add(item)
    session.flush()
    own, foreign = _job(session, cast, cast.tom), _job(session, cast, cast.ines)
    for who in (cast.tom, cast.dana, cast.olga, cast.owner):
        _let_in(session, who)
    for place in range(len(ROLES)):  # One for each to remove.
        session.add(_television(place))
    drafts = [_draft(session, cast) for _ in ROLES]  # One for each to discard.
    shared = {
        "invoice_id": drafts[0],
        "customer_id": cast.customer_id,
        "site_id": cast.site_id,
        "job_type_id": cast.job_type_id,
        "person_id": cast.tom.id,
        "mail_id": _letter(session),
        "item_id": item.id,
    }
    missing = own | {"job_id": MISSING}
    jobs = zip(JOBS, (own, foreign, missing), strict=True)
    return Scene(cast, {name: shared | ids for name, ids in jobs})


def _job(session: Session, cast: Cast, who: Actor) -> dict[str, int]:
    def act(by: Actor, hours: int) -> Act:
        at = _now() - timedelta(hours=hours)
        return Act(by=by, at=at, occurred_at=at)

    intake = Intake(
        title="Boiler",
        customer_id=cast.customer_id,
        site_id=cast.site_id,
        job_type_id=cast.job_type_id,
        technician_ids=[who.id],
    )
    job_id = create_job(session, act(cast.dana, 4), intake=intake).made_id
    assert job_id is not None
    presses.start(session, act(who, 3), job_id=job_id)
    presses.stop(session, act(who, 2), job_id=job_id)
    evidence.add_note(session, act(who, 2), job_id=job_id, text="Done")
    evidence.send_message(session, act(who, 2), job_id=job_id, text="Done")
    for _ in ROLES:  # One for each to answer.
        office.ask_technician(session, act(cast.olga, 1), job_id=job_id, question="Which?")
    held = [_held(job_id, who, place) for place in range(len(ROLES))]  # One for each to decide.
    session.add_all(held)
    session.flush()
    note = session.scalars(select(Note.id).where(Note.job_id == job_id)).one()
    facts = [*_proof(session, job_id, who), note]
    facts += session.scalars(select(Message.id).where(Message.job_id == job_id))
    assert set(facts) == {note}  # One name, fact_id, stands for all of them in the paths.
    entry = session.scalars(select(TimeEntry.id).where(TimeEntry.job_id == job_id)).one()
    return {
        "job_id": job_id,
        "entry_id": entry,
        "fact_id": note,
        "photo_id": note,
        "signature_id": note,
        "held_id": held[0].id,
    }


def _proof(session: Session, job_id: int, who: Actor) -> list[int]:
    """A photo, a part, an answer and a signature."""
    full, thumb, ink = _files(job_id)
    by: dict[str, Any] = {"job_id": job_id, "person_id": who.id, "at": _now()}
    photo = Photo(
        **by, text="", kind=PhotoKind.AFTER, client_id="x0", file_key=full,
        thumb_key=thumb, sha256="", width=1, height=1, size_bytes=1,
    )  # fmt: skip
    part = PartUsed(**by, text="Seal", quantity=Decimal(1), unit="piece")
    answer = ChecklistAnswer(**by, text="Yes", item_id="c1", item_text="Swept?")
    signature = Signature(**by, text="", kind=SignatureKind.DRAWN, file_key=ink)
    rows = [photo, part, answer, signature]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def _files(job_id: int) -> tuple[str, str, str]:
    """Where the photo, its thumbnail and the signature of a job lie."""
    name = f"2026-11/{job_id:032x}"
    return f"photos/{name}.jpg", f"thumbs/{name}.jpg", f"signatures/{name}.png"


def _put_files(folder: Path, job_id: int) -> None:
    for key in (*_files(job_id), *(_held_file(job_id, place) for place in range(len(ROLES)))):
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(b"a picture")


def _draft(session: Session, cast: Cast) -> int:
    """A draft with a job of its own."""
    now = Act(by=cast.dana, at=_now(), occurred_at=_now())
    done = create_job(session, now, intake=Intake(title="Pump", customer_id=cast.customer_id))
    job = session.get_one(Job, done.made_id)
    job.state, job.missing = State.READY, []
    session.flush()
    at = _now()
    done = send_to_billing(session, Act(by=cast.olga, at=at, occurred_at=at), job_ids=[job.id])
    assert done.made_id is not None
    return done.made_id


def _held_file(job_id: int, place: int) -> str:
    return f"signatures/2026-11/{job_id * 100 + place:032x}.png"


def _held(job_id: int, who: Actor, place: int) -> HeldPress:
    return HeldPress(
        job_id=job_id,
        person_id=who.id,
        verb="signature",
        body={"text": "", "file_key": _held_file(job_id, place)},
        occurred_at=_now(),
        received_at=_now(),
        why="Late",
        state=HeldState.WAITING,
    )


def _let_in(session: Session, who: Actor) -> None:
    """By a token and by a cookie; the secret of both is their name."""
    session.add(ApiToken(person_id=who.id, secret_hash=hash_of(who.name), created_at=_now()))
    session.add(
        SignIn(
            person_id=who.id, secret_hash=hash_of(who.name), browser="Firefox", created_at=_now(),
            seen_at=_now(), confirmed_at=_now(), expires_at=_now() + timedelta(days=1),
        )
    )  # fmt: skip


def _letter(session: Session) -> int:
    row = Mail(
        message_id="<1@brandt.test>", to="zoe@cafe.test", subject="Invoice", text="", created_at=_now(),
        state=MailState.FAILED, next_try_at=_now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _television(place: int) -> Display:
    return Display(
        state=DisplayState.PAIRED,
        name="Hall",
        secret_hash=hash_of(f"television-{place}"),
        word="heron",
        created_at=_now(),
        seen_at=_now(),
    )


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- the program under test asks the real clock too


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def prepared(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Scene]:
    """The scene in a database file, to be copied."""
    path = tmp_path_factory.mktemp("rights") / "scene.db"
    shutil.copyfile(sqlite_template, path)
    db = Database(f"sqlite+aiosqlite:///{path}")
    scene = await db.write(_set)
    await db.close()
    return path, scene


@dataclass(frozen=True, slots=True)
class Stage:
    """The program over a scene of its own, and one client for everybody."""

    scene: Scene
    client: httpx2.AsyncClient

    async def cell(self, ask: Ask, who: str | Role, job: str) -> str:
        """How this one fares with this address about that job, in a word."""
        ids = self._ids(who, job)
        path = ask.path.replace(":int}", "}").format_map(ids | LISTS)
        sent: dict[str, Any] = {"json": self._words(ask, who, job)}
        if ask.method == "GET":
            # A dialog is asked about one entry, note or press of the job.
            sent = {"params": ids} if "{job_id:int}/" in ask.path and not ask.is_api else {}
        elif not ask.is_api:
            sent = {"data": sent["json"] | {"key": f"key-{next(_keys)}"}}
        headers = self._headers(ask, who)
        answer = await self.client.request(ask.method, path, headers=headers, **sent)
        if ask.method == "GET" and answer.has_redirect_location:
            answer = await self.client.get(answer.headers["location"], headers=headers)
        return _in_a_word(answer)

    def _ids(self, who: str | Role, job: str) -> dict[str, int]:
        """What can be ended or decided once only is there for each role apart."""
        ids = self.scene.ids[job]
        if not isinstance(who, Role):
            return ids | {"sign_in_id": MISSING, "display_id": MISSING}
        place = ROLES.index(who)
        return ids | {
            "sign_in_id": place + 1,
            "display_id": place + 1,
            "held_id": ids["held_id"] + place,
            "invoice_id": ids["invoice_id"] + place,
        }

    def _words(self, ask: Ask, who: str | Role, job: str) -> dict[str, Any]:
        ids = self._ids(who, job)
        last = ask.path.rpartition("/")[2]
        words = {
            name: ids[word[1:-1]] if isinstance(word, str) and word.startswith("{") else word
            for name, word in WORDS.get(last, {}).items()
        }
        if last == "record-time" and job == "foreign":
            words["person_id"] = self.scene.cast.ines.id
        if last in PRESSES and who in (Role.DISPATCHER, Role.OFFICE, Role.OWNER):
            words["for_person_id"] = self.scene.cast.tom.id
        in_form = () if ask.is_api else FORM_IDS.get(last, ())
        return words | {name: ids[name] for name in in_form}

    def _headers(self, ask: Ask, who: str | Role) -> dict[str, str]:
        headers = {"Idempotency-Key": f"key-{next(_keys)}", "Origin": ADDRESS}
        match who:
            case Role():
                name = self.scene.actor(who).name.encode().decode("latin-1")
                return headers | (
                    {"Authorization": f"Bearer {name}"}
                    if ask.is_api
                    else {"Cookie": f"{SIGN_IN}={name}"}
                )
            case "a television":
                return headers | {"Cookie": f"{DISPLAY}=television-0"}
        return headers


_keys = count(1)


@pytest_asyncio.fixture
async def stage(prepared: tuple[Path, Scene], tmp_path: Path) -> AsyncIterator[Stage]:
    path, scene = prepared
    shutil.copyfile(path, tmp_path / "scene.db")
    for job in ("own", "foreign"):
        _put_files(tmp_path / "files", scene.ids[job]["job_id"])
    settings = settings_for(f"sqlite+aiosqlite:///{tmp_path / 'scene.db'}", tmp_path)
    async with running(settings) as app:
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            yield Stage(scene, client)


def _in_a_word(answer: httpx2.Response) -> str:
    places = (answer.url.path, answer.headers.get("location", ""))
    if answer.status_code == 401 or any(place.startswith("/sign-in") for place in places):
        return "sign in"
    words = {403: "not allowed", 404: "not there"}
    if answer.status_code >= 500:
        return f"broken: {answer.text[:200]}"
    return words.get(answer.status_code, "comes in")


def _as_the_matrix_says(ask: Ask, who: str | Role, job: str) -> str:
    if not isinstance(who, Role):
        return "sign in"
    scope = max(MATRIX[right, who] for right in ask.rights)
    if scope is Scope.NONE:
        return "not allowed"
    if job == "missing" or (job == "foreign" and scope is Scope.OWN):
        return "not there"
    return "comes in"


# --- the sweep


def test_every_route_says_who_may() -> None:
    declared = {page.path for page in PAGES} | FOR_EVERYBODY | LIVE
    undeclared = {
        getattr(route, "path", route)
        for route in _routes()
        if not isinstance(getattr(route, "endpoint", None), Resource)
        and getattr(route, "path", None) not in declared
    }
    assert undeclared == set()


def test_every_call_of_the_api_asks_for_a_right() -> None:
    assert [ask for ask in ASKS if not ask.rights] == []


@pytest.mark.parametrize("ask", ABOUT_JOBS, ids=str)
async def test_what_is_done_to_a_job_follows_the_matrix(ask: Ask, stage: Stage) -> None:
    cells = [(who, job) for who in (*STRANGERS, *ROLES) for job in JOBS]
    seen = {(who, job): await stage.cell(ask, who, job) for who, job in cells}
    assert seen == {(who, job): _as_the_matrix_says(ask, who, job) for who, job in cells}


@pytest.mark.parametrize("ask", OTHERS, ids=str)
async def test_everything_else_follows_the_matrix(ask: Ask, stage: Stage) -> None:
    seen = {who: await stage.cell(ask, who, "own") for who in (*STRANGERS, *ROLES)}
    assert seen == {who: _as_the_matrix_says(ask, who, "own") for who in seen}


VIEWS = {
    "office": Right.SEE_BILLING,
    "dispatch": Right.SEE_DISPATCH,
    "json": Right.READ_JOBS,
    "technician": Right.PRESS,
}


@pytest.mark.parametrize("view", VIEWS)
async def test_live_boards_follow_the_matrix(view: str, stage: Stage) -> None:
    ask = Ask("GET", f"/live/snapshot?view={view}", (VIEWS[view],))
    seen = {who: await stage.cell(ask, who, "own") for who in ("nobody", *ROLES)}
    assert seen == {who: _as_the_matrix_says(ask, who, "own") for who in seen}


async def test_a_television_gets_the_wall_and_nothing_else(stage: Stage) -> None:
    views = ("wall", *VIEWS)
    asks = [Ask("GET", f"/live/snapshot?view={view}", ()) for view in views]
    seen = [await stage.cell(ask, "a television", "own") for ask in asks]
    assert seen == ["comes in", "sign in", "sign in", "sign in", "sign in"]
