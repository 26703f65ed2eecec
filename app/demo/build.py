"""Make the demo company, and give it a new day when it is served on another one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.actions import evidence, jobs, office, presses, scheduling, times
from app.actions.act import Act, Done, now_by
from app.actions.putting_away import PAID_SHOWN
from app.db import Database
from app.demo.album import Album
from app.demo.books import Deed, deeds_of, set_rates
from app.demo.evening import clear_away
from app.demo.ground import ZONE, Ground, go_on_counting, known, lay
from app.demo.history import import_history
from app.demo.proof import PROVEN, Telling, proof_of
from app.demo.stories import Day, Step, Story, step, stories
from app.files.store import LocalFolder
from app.models import Company, Event, Job, Person
from app.rules.states import State

GRID_MINUTES = 5
"""The moment is taken to five minutes, so that two builds in the same minute or two are the same company."""


class NotADemo(Exception):
    """The database holds a company that is nobody's toy; nothing was changed."""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What the command line says about it. ``sign_ins``: (address, name, roles)."""

    company: str
    jobs: int
    customers: int
    sign_ins: tuple[tuple[str, str, str], ...]


async def build(
    db: Database, *, seed: int, at: datetime, files: LocalFolder | None = None
) -> DemoSummary:
    """Fill an empty database. The same seed at the same moment gives the same company, row by row.

    ``files``: where its pictures go; without, the rows speak of pictures that nobody can see. Raises ``NotADemo``
    where somebody is in the database already.
    """
    album = Album(seed, _on_grid(at))
    summary = await db.write(_build, seed, _on_grid(at), album)
    await album.hang(files)
    return summary


async def refresh(db: Database, *, at: datetime, files: LocalFolder | None = None) -> bool:
    """A new day for a demo made on an earlier one; answers whether there was anything to do.

    What the demo itself left standing is cleared off the boards, what people made or touched stays, and today's jobs
    are told anew. Raises ``NotADemo`` for any other company.
    """
    album = Album(at.toordinal(), _on_grid(at))
    is_new_day = await db.write(_refresh, _on_grid(at), album)
    await album.hang(files)
    return is_new_day


def _build(session: Session, seed: int, at: datetime, album: Album) -> DemoSummary:
    album.begin_anew()
    if session.scalar(select(func.count()).select_from(Person)) or session.get(Company, 1):
        raise NotADemo("There are people in this database already.")
    draw = Random(seed)
    ground = lay(session, at=at)
    set_rates(session)
    told = stories(Day(at))
    import_history(session, ground, at=at, draw=draw, busy=_busy(ground, told))
    go_on_counting(session)
    books = deeds_of(session, ground, at=at, draw=Random(seed))
    _tell(session, Telling(ground, album), told, draw=draw, upto=at, books=books)
    _put_away(session, at)
    return _summary(session, ground)


def _put_away(session: Session, at: datetime) -> None:
    """What was paid more than a week ago, as the sweep would have done day by day."""
    old = (Job.state == State.PAID, Job.state_since < at - PAID_SHOWN)
    session.execute(update(Job).where(*old).values(put_away=True))


def _refresh(session: Session, at: datetime, album: Album) -> bool:
    album.begin_anew()
    company = session.get(Company, 1)
    if company is None or not company.is_demo:
        raise NotADemo("This company is not a demo.")
    last = session.scalar(select(func.max(Event.recorded_at)).where(Event.kind == "created"))
    today = at.astimezone(ZONE).date()
    if last is not None and last.astimezone(ZONE).date() >= today:
        return False
    ground = known(session)
    clear_away(session, ground, at=at)
    fresh = [story for story in stories(Day(at)) if _is_of_today(story, today)]
    _tell(session, Telling(ground, album), fresh, draw=Random(today.toordinal()), upto=at)
    return True


def _is_of_today(story: Story, today: date) -> bool:
    """Whether anything of it happens after yesterday. The rest was told on an earlier day."""
    moments = [story.called, *(s.when for s in story.steps)]
    if story.plan is not None:
        moments.append(story.plan[0])
    return any(moment.astimezone(ZONE).date() >= today for moment in moments) or not story.steps


def _on_grid(at: datetime) -> datetime:
    return at.replace(minute=at.minute // GRID_MINUTES * GRID_MINUTES, second=0, microsecond=0)


def _busy(ground: Ground, told: Sequence[Story]) -> set[tuple[int, date]]:
    return {
        (ground.people[s.who].id, s.when.astimezone(ZONE).date())
        for story in told
        for s in story.steps
        if s.who in ground.people
    }


def _tell(
    session: Session,
    telling: Telling,
    told: Sequence[Story],
    *,
    draw: Random,
    upto: datetime,
    books: Sequence[Deed] = (),
) -> None:
    """Every act of every story through the real actions, in the order in which they reached us."""
    job_ids: dict[int, int] = {}
    ground = telling.ground
    acts = [
        (_act(ground, one, draw), number, one)
        for number, story in enumerate(told)
        for one in _all_steps(story, upto)
    ]
    waiting = sorted(books, key=lambda deed: (deed.at, deed.order), reverse=True)
    for act, number, one in sorted(acts, key=lambda told: (told[0].at, told[1])):
        _keep_books(session, waiting, until=act.at)
        if one.verb == "take_in":
            job_ids[number] = _take_in(session, ground, told[number], act)
        elif one.verb == "mark_suspects":
            times.mark_suspects(session, at=one.when)
        elif one.verb in PROVEN:
            PROVEN[one.verb](session, telling, act, job_ids[number], one.words)
        else:
            _ACTIONS[one.verb](session, act, job_id=job_ids[number], **_words(ground, one))
        session.flush()
    _keep_books(session, waiting, until=upto)


def _keep_books(session: Session, waiting: list[Deed], *, until: datetime) -> None:
    """What the office did up to then; ``waiting`` has the next deed last."""
    while waiting and waiting[-1].at <= until:
        deed = waiting.pop()
        deed.do(session, now_by(deed.by, deed.at))
        session.flush()


def _all_steps(story: Story, upto: datetime) -> list[Step]:
    planned = story.called + timedelta(minutes=3)
    first = [step(story.called, "dana", "take_in")]
    if story.plan is not None:
        begins, minutes = story.plan
        first.append(
            step(
                min(planned, upto),
                "dana",
                "schedule",
                starts_at=begins,
                ends_at=begins + timedelta(minutes=minutes),
                technician_ids=story.people,
            )
        )
    else:
        first += [step(planned, "dana", "assign", technician_id=who) for who in story.people]
    return [*first, *story.steps, *proof_of(story, upto)]


def _take_in(session: Session, ground: Ground, story: Story, act: Act) -> int:
    customer_id = ground.customer(story.customer) if story.customer else None
    intake = jobs.Intake(
        title=story.title,
        wall_title=story.wall_title or story.title,
        description=story.description,
        customer_id=customer_id,
        site_id=ground.sites[customer_id] if customer_id else None,
        job_type_id=ground.job_types[story.kind] if story.kind else None,
        priority=story.priority,
        reference=story.reference,
    )
    made = jobs.create_job(session, act, intake=intake).made_id
    if made is None:
        raise AssertionError("create_job answers the id of the job it made")
    return made


_ACTIONS: dict[str, Callable[..., Done]] = {
    "schedule": scheduling.schedule,
    "assign": scheduling.assign,
    "set_off": presses.set_off,
    "start": presses.start,
    "pause": presses.pause,
    "stop": presses.stop,
    "note": evidence.add_note,
    "message": evidence.send_message,
    "ask": office.ask_technician,
    "hold": office.hold,
    "cancel": office.cancel,
    "not_billable": office.not_billable,
}

_PRESSED = frozenset({"set_off", "start", "pause", "stop"})


def _act(ground: Ground, one: Step, draw: Random) -> Act:
    """Presses happen at odd seconds on a phone; everything else in the minute it was told for."""
    by = ground.people.get(one.who, times.NOBODY)
    if one.verb not in _PRESSED:
        return Act(by=by, at=one.when, occurred_at=one.when)
    pressed = one.when + timedelta(seconds=draw.randrange(5, 50))
    received = pressed + timedelta(minutes=one.lag, seconds=1)
    return Act(by=by, at=received, occurred_at=pressed, device_at=pressed)


def _words(ground: Ground, one: Step) -> dict[str, Any]:
    words = dict(one.words)
    if "technician_ids" in words:
        words["technician_ids"] = [ground.people[who].id for who in words["technician_ids"]]
    if "technician_id" in words:
        words["technician_id"] = ground.people[words["technician_id"]].id
    return words


def _summary(session: Session, ground: Ground) -> DemoSummary:
    company = session.get(Company, 1)
    people = session.scalars(select(Person).order_by(Person.id))
    return DemoSummary(
        company=company.name if company else "",
        jobs=session.scalar(select(func.count()).select_from(Job)) or 0,
        customers=len(ground.customers),
        sign_ins=tuple(
            (p.email, p.name, ", ".join(sorted(ground.people[p.email.split("@")[0]].roles)))
            for p in people
        ),
    )
