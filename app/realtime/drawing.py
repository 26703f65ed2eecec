"""From cards to ops: which cards an audience gets, drawn once for all its listeners."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, ParamSpec, TypeVar

from app.queries.cards import JobCard
from app.realtime.audiences import Audience
from app.realtime.link import Packet
from app.realtime.messages import Del, Delta, Op, Put, write
from app.realtime.news import News

Render = Callable[[Audience, JobCard], Any]
"""Handed in by ``main``: the fragment (a str) for views, the API's job card for ``json``. Called in any thread."""

MAX_DELTA_BYTES = 256 * 1024
"""A larger delta is slower than the snapshot, which is compressed and shared."""


INLINE_CARDS = 24
"""Cards drawn on the loop itself (about 0.2 ms each); more go to a thread, so that nobody waits for them."""

P = ParamSpec("P")
T = TypeVar("T")


async def aside(cards: int, draw: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call ``draw``, in a thread if it draws many ``cards``."""
    if cards <= INLINE_CARDS:
        return draw(*args, **kwargs)
    return await asyncio.to_thread(draw, *args, **kwargs)


def put(audience: Audience, card: JobCard, render: Render) -> Put:
    drawn = render(audience, card)
    lane = str(card.lane)
    if audience.view == "json":
        return Put(card.key, card.version, lane, card.rank, data=drawn)
    return Put(card.key, card.version, lane, card.rank, html=drawn)


def ops(audience: Audience, news: News, render: Render) -> list[Op]:
    """The last state of every card that changed, as far as this audience may know of it."""
    people: dict[int, set[int]] = {}
    for change in news.changes:
        if change.job_id is not None:
            people.setdefault(change.job_id, set()).update(
                change.people_before, change.people_after
            )
    found: list[Op] = []
    for job_id, touched in people.items():
        card = news.cards.get(job_id)
        if card is not None and audience.holds(card):
            found.append(put(audience, card, render))
        elif audience.may_have_held(touched):
            found.append(Del(f"job-{job_id}"))
    beside = (card for job_id, card in news.cards.items() if job_id not in people)
    return found + [put(audience, card, render) for card in beside if audience.holds(card)]


def delta(prev: int, seq: int, found: Iterable[Op]) -> Packet | None:
    """One message for everyone; None if it is larger than a reset is worth."""
    packet = Packet.of(write(Delta(prev, seq, list(found))))
    return packet if len(packet.text) <= MAX_DELTA_BYTES else None
