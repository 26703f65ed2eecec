"""The evidence of the demo's jobs: what each kind of job asks for, told as steps between Start and Stop."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.actions import evidence, parts, photos
from app.actions.act import Act
from app.demo.album import Album
from app.demo.ground import Ground
from app.demo.stories import Step, Story, step
from app.demo.texts import JOB_TYPES, Kind
from app.models import Job, JobType, PhotoKind, SignatureKind, Site
from app.rules.states import Outcome

SHORTEST = timedelta(minutes=12)
"""A clock that runs for less has had no time for photos yet."""


@dataclass(frozen=True, slots=True)
class _Span:
    """When somebody worked on a job: from their start to their stop, or to now."""

    who: str
    begins: datetime
    ends: datetime
    is_over: bool


def proof_of(story: Story, upto: datetime) -> list[Step]:
    """Nothing for a job that nobody has worked on; all that its kind asks for where the work is done."""
    kind = JOB_TYPES.get(story.kind or "")
    span = _span(story, upto)
    if kind is None or span is None or span.ends - span.begins < SHORTEST:
        return []
    return [*_while_working(kind, span), *(_at_the_end(kind, story, span) if span.is_over else ())]


def _span(story: Story, upto: datetime) -> _Span | None:
    starts = [one for one in story.steps if one.verb == "start"]
    stops = [one for one in story.steps if one.verb == "stop"]
    if not starts or any(one.lag for one in (*starts, *stops)):
        return None
    is_over = bool(stops) and stops[-1].words.get("outcome") is Outcome.DONE
    if stops and not is_over:
        return None
    return _Span(starts[0].who, starts[0].when, stops[-1].when if is_over else upto, is_over)


def _while_working(kind: Kind, span: _Span) -> Iterator[Step]:
    for place in range(kind.asks.get("photos_before", 0)):
        when = span.begins + timedelta(minutes=2 + place)
        yield step(when, span.who, "photo", kind="before", scene=kind.scenes[place % 2])
    for place in range(len(kind.checklist) // 2):
        when = span.begins + timedelta(minutes=4 + place)
        yield step(when, span.who, "check", place=place)


def _at_the_end(kind: Kind, story: Story, span: _Span) -> Iterator[Step]:
    if "parts" in kind.asks:
        yield from _parts(story, span)
    for place in range(len(kind.checklist) // 2, len(kind.checklist)):
        when = span.ends - timedelta(minutes=6, seconds=-10 * place)
        yield step(when, span.who, "check", place=place)
    for place in range(kind.asks.get("photos_after", 0)):
        when = span.ends - timedelta(minutes=4, seconds=-30 * place)
        yield step(when, span.who, "photo", kind="after", scene=kind.scenes[place % 2])
    if "signature" in kind.asks:
        yield step(span.ends - timedelta(minutes=1), span.who, "sign")


def _parts(story: Story, span: _Span) -> Iterator[Step]:
    when = span.ends - timedelta(minutes=8)
    if not story.parts:
        yield step(when, span.who, "no_parts")
    for number, quantity in story.parts:
        yield step(when, span.who, "part", number=number, quantity=quantity)


@dataclass(frozen=True, slots=True)
class Telling:
    """What a step needs beside its own words."""

    ground: Ground
    album: Album


Words = Mapping[str, Any]


def _photo(session: Session, telling: Telling, act: Act, job_id: int, words: Words) -> None:
    client_id, picture = telling.album.photo(words["scene"], words["kind"], at=act.at)
    kind = PhotoKind(words["kind"])
    photos.add_photo(session, act, job_id=job_id, kind=kind, client_id=client_id, picture=picture)


def _check(session: Session, telling: Telling, act: Act, job_id: int, words: Words) -> None:
    job_type = session.get_one(JobType, session.get_one(Job, job_id).job_type_id)
    place = words["place"]
    _, answer = JOB_TYPES[job_type.name].checklist[place]
    evidence.answer_item(session, act, job_id=job_id, item_id=f"c{place}", value=answer)


def _part(session: Session, telling: Telling, act: Act, job_id: int, words: Words) -> None:
    item_id = telling.ground.parts[words["number"]]
    quantity = Decimal(words["quantity"])
    parts.use_part(session, act, job_id=job_id, quantity=quantity, item_id=item_id)


def _no_parts(session: Session, telling: Telling, act: Act, job_id: int, words: Words) -> None:
    parts.none_used(session, act, job_id=job_id)


def _sign(session: Session, telling: Telling, act: Act, job_id: int, words: Words) -> None:
    site_id = session.get_one(Job, job_id).site_id
    name = session.get_one(Site, site_id).contact_name if site_id else None
    evidence.sign(
        session,
        act,
        job_id=job_id,
        kind=SignatureKind.DRAWN,
        text=name or "",
        file_key=telling.album.signature(name or "somebody", at=act.at),
    )


PROVEN: dict[str, Callable[[Session, Telling, Act, int, Words], None]] = {
    "photo": _photo,
    "check": _check,
    "part": _part,
    "no_parts": _no_parts,
    "sign": _sign,
}
"""The verbs of the steps above, each by the real action."""
