"""Several ticked cards: what can be done with them together, and why not with the others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Invoice, InvoiceJob, InvoiceKind, InvoiceState
from app.queries.board import cards_by_id
from app.queries.cards import JobCard
from app.queries.jobs import company_of
from app.queries.screens.frame import Choice
from app.rules.money import cash
from app.rules.states import REFUSALS, STATE_LOOK, Lane, Verb, why_not


@dataclass(frozen=True, slots=True)
class NotPicked:
    card: JobCard
    why: str


@dataclass(frozen=True, slots=True)
class Picked:
    """``ready`` by customer; ``drafts`` of the one customer that they may be added to."""

    ready: tuple[JobCard, ...]
    groups: tuple[tuple[JobCard, ...], ...]
    billing: tuple[JobCard, ...]
    others: tuple[NotPicked, ...]
    drafts: tuple[Choice, ...]
    currency: str

    @property
    def net(self) -> int:
        return _sum(self.ready)


def read_picked(session: Session, *, job_ids: Collection[int]) -> Picked:
    cards = cards_by_id(session, job_ids)
    ready = tuple(card for card in cards if card.lane is Lane.READY)
    billing = tuple(card for card in cards if card.lane is Lane.BILLING)
    others = tuple(
        NotPicked(card, _why(card)) for card in cards if card not in ready and card not in billing
    )
    by_customer = sorted(ready, key=lambda card: card.customer_id or 0)
    groups = tuple(tuple(own) for _, own in groupby(by_customer, key=lambda c: c.customer_id))
    payer = groups[0][0].customer_id if len(groups) == 1 else None
    return Picked(
        ready=ready,
        groups=groups,
        billing=billing,
        others=others,
        drafts=_drafts(session, payer) if payer else (),
        currency=company_of(session).currency,
    )


def _sum(cards: Sequence[JobCard]) -> int:
    return sum(card.money.amount for card in cards if card.money)


def _why(card: JobCard) -> str:
    key = why_not(Verb.SEND_TO_BILLING, card.state)
    return REFUSALS[key] if key else f"This job is {STATE_LOOK[card.state].label}."


def _drafts(session: Session, customer_id: int) -> tuple[Choice, ...]:
    rows = session.execute(
        select(Invoice.id, Invoice.net, Invoice.currency, InvoiceJob.number)
        .join(InvoiceJob, InvoiceJob.invoice_id == Invoice.id)
        .where(
            Invoice.customer_id == customer_id,
            Invoice.state == InvoiceState.DRAFT,
            Invoice.kind == InvoiceKind.INVOICE,
        )
        .order_by(Invoice.id, InvoiceJob.position)
    ).all()
    found: dict[int, Choice] = {}
    for invoice_id, net, currency, number in rows:
        if invoice_id not in found:
            label = f"The draft with job {number}, {cash(net, currency)}"
            found[invoice_id] = Choice(str(invoice_id), label)
    return tuple(found.values())
