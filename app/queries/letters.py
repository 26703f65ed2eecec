"""What became of the letters: for the page of an invoice, and the list of all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Invoice, Mail, MailState
from app.queries.jobs import company_of
from app.queries.terms import settings_of
from app.rules.refusal import NotFound, Refusal

LONGEST_LIST = 200

SAID = {
    MailState.WAITING: ("Waiting", "clock", "idle"),
    MailState.SENT: ("Sent", "tick", "done"),
    MailState.FAILED: ("Not sent", "warn", "bad"),
}
"""Word, shape and tone."""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """``why``: the mail server's last answer, where it did not take it."""

    id: int
    invoice_id: int | None
    number: str | None
    to: str
    subject: str
    state: MailState
    tries: int
    at: datetime
    again_at: datetime
    why: str | None

    @property
    def say(self) -> str:
        return SAID[self.state][0]

    @property
    def mark(self) -> str:
        return SAID[self.state][1]

    @property
    def tone(self) -> str:
        return SAID[self.state][2]


def letters(session: Session, *, invoice_id: int | None = None) -> tuple[LetterRow, ...]:
    """Newest first; those that were given up above all."""
    query = (
        select(Mail, Invoice.number)
        .outerjoin(Invoice, Invoice.id == Mail.invoice_id)
        .order_by(Mail.state != MailState.FAILED, Mail.id.desc())
        .limit(LONGEST_LIST)
    )
    if invoice_id is not None:
        query = query.where(Mail.invoice_id == invoice_id)
    return tuple(
        LetterRow(
            id=mail.id,
            invoice_id=mail.invoice_id,
            number=number,
            to=mail.to,
            subject=mail.subject,
            state=mail.state,
            tries=mail.tries,
            at=mail.sent_at or mail.created_at,
            again_at=mail.next_try_at,
            why=mail.last_error,
        )
        for mail, number in session.execute(query)
    )


@dataclass(frozen=True, slots=True)
class Addressed:
    """An issued invoice and where it would go."""

    invoice_id: int
    number: str
    customer: str
    email: str
    before: tuple[LetterRow, ...]


def addressed(session: Session, invoice_id: int) -> Addressed:
    """Raises ``NotFound``, and ``Refusal`` for a draft: nobody sends one."""
    invoice = session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFound
    if invoice.number is None:
        raise Refusal("draft", "This is a draft. Issue it first, then send it.")
    buyer = invoice.buyer
    return Addressed(
        invoice.id,
        invoice.number,
        str(buyer.get("name") or ""),
        str(buyer.get("email") or ""),
        letters(session, invoice_id=invoice_id),
    )


def sender(session: Session) -> tuple[str, str]:
    """The company's name and its address, empty where nobody has entered one."""
    return company_of(session).name, settings_of(session).email or ""
