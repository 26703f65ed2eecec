"""The two boards of the office side: dispatch, with its line for new jobs, and billing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.responses import Response

from app import pages
from app.queries.board_pages import OfficeShown, read_dispatch, read_office
from app.queries.cards import JobCard
from app.queries.screens.boards import day_filters
from app.queries.screens.frame import Choice, Form
from app.rules.dates import waited
from app.rules.money import exponent
from app.rules.moves import moves_from
from app.rules.states import VIEW_LANES, Lane
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.where import live


async def dispatch(call: Call) -> Response:
    return await show_dispatch(call)


async def to_dispatch(call: Call) -> Response:
    """The list of jobs is the board: for those who reload after a job was not taken in."""
    return see("/dispatch")


async def show_dispatch(call: Call, form: Form | None = None, *, status: int = 200) -> Response:
    """``form``: the intake as it was typed, if it could not be taken."""
    frame = frame_of(call, here="/dispatch")
    filters = day_filters(call.at.astimezone(frame.zone).date())
    wanted = call.request.query_params.get("when", "")
    shown = await call.db.ask(read_dispatch, at=call.at)
    return html(
        pages.render(
            "pages/dispatch.html",
            frame=frame,
            live=live(call, shown.head, "dispatch"),
            cards=shown.cards,
            filters=filters,
            when=wanted if wanted in {one.when for one in filters} else "today",
            form=form or Form(),
            customers=shown.customers,
            sites=shown.sites,
            job_types=shown.job_types,
            technicians=shown.technicians,
            tasks=shown.tasks,
            moves=moves_from(VIEW_LANES["dispatch"]),
        ),
        status,
    )


@dataclass(frozen=True, slots=True)
class OfficeFilter:
    """Which cards of the billing board are shown: those of one customer, of one technician, finished more than
    ``older`` days ago, or all. The browser applies the same rule (filter.js)."""

    customer: str
    technician: str
    older: str
    at: datetime

    def shows(self, card: JobCard, zone: ZoneInfo) -> bool:
        is_customers = self.customer in ("", str(card.customer_id))
        return (
            is_customers
            and (not self.technician or self.technician in {str(w.id) for w in card.technicians})
            and (not self.older or self._is_older(card))
        )

    def _is_older(self, card: JobCard) -> bool:
        finished = card.stopped_at or card.state_since
        is_running = card.lane is Lane.IN_PROGRESS
        return not is_running and self.at - finished > timedelta(days=int(self.older))

    def count(self, cards: Iterable[JobCard], zone: ZoneInfo) -> int:
        return sum(self.shows(card, zone) for card in cards)

    def sum(self, cards: Iterable[JobCard], zone: ZoneInfo) -> int:
        """In minor units."""
        return sum(card.money.amount for card in cards if card.money and self.shows(card, zone))


AGES = (Choice("3", "Older than 3 days"), Choice("7", "Older than 7 days"))
"""Since the work was finished."""


@dataclass(frozen=True, slots=True)
class DraftHead:
    """What stands above the jobs of one draft: how many they are, and what the draft comes to, net."""

    invoice_id: int
    jobs: int
    net: int


def draft_heads(
    cards: Iterable[JobCard], shown: OfficeFilter, zone: ZoneInfo
) -> dict[str, DraftHead]:
    """By the key of the first card of each draft that is shown. A hidden card's amount counts: it is on the draft."""
    drafts: defaultdict[int, list[JobCard]] = defaultdict(list)
    for card in cards:
        if card.money and card.money.invoice_id:
            drafts[card.money.invoice_id].append(card)
    heads = {}
    for invoice_id, jobs in drafts.items():
        first = next((card for card in jobs if shown.shows(card, zone)), None)
        if first is not None:
            nets = [card.money.amount for card in jobs if card.money]
            rest = jobs[0].money.draft_rest if jobs[0].money else 0
            heads[first.key] = DraftHead(invoice_id, len(jobs), sum(nets) + rest)
    return heads


async def office(call: Call) -> Response:
    shown = await call.db.ask(read_office)
    query = call.request.query_params
    known = {choice.value for choice in shown.customers}, {c.value for c in shown.technicians}
    customer, technician = query.get("customer", ""), query.get("technician", "")
    older = query.get("older", "")
    chosen = OfficeFilter(
        customer if customer in known[0] else "",
        technician if technician in known[1] else "",
        older if older in {age.value for age in AGES} else "",
        call.at,
    )
    frame = frame_of(call)
    return html(
        pages.render(
            "pages/office.html",
            frame=frame,
            live=live(call, shown.head, "office"),
            cards=shown.cards,
            held=shown.held,
            customers=shown.customers,
            technicians=shown.technicians,
            chosen=chosen,
            ages=AGES,
            heads=draft_heads(shown.cards[Lane.BILLING], chosen, frame.zone),
            oldest=_oldest(shown, call),
            currency=shown.currency,
            says_no_rate=shown.says_no_rate,
            places=exponent(shown.currency),
            moves=moves_from(VIEW_LANES["office"]),
        )
    )


def _oldest(shown: OfficeShown, call: Call) -> str | None:
    """How long the job that was finished first has been waiting to be invoiced."""
    ready = shown.cards[Lane.READY]
    if not ready:
        return None
    return waited(min(card.stopped_at or card.state_since for card in ready), call.at)
