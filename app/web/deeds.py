"""What people do on the page of an invoice: one row a form, with its right and the action behind it.

Amounts are typed in major units ("412.50"); the actions take whole minor ones.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.actions import (
    billing,
    credits,
    differences,
    draft_lines,
    invoices,
    letters,
    moves,
    moving_credit,
    payments,
)
from app.actions.act import Act, Done
from app.actions.credits import CreditLine
from app.actions.draft_lines import LineWords
from app.actions.moves import Seen
from app.queries.terms import house_of
from app.rules import parts
from app.rules.access import Right
from app.rules.invoice import Tax
from app.rules.money import amount_of
from app.rules.refusal import BadInput
from app.web.door import HIGHEST_ID
from app.web.forms import Typed

Run = Callable[[Session, Act, int, Typed], Done]


@dataclass(frozen=True, slots=True)
class Deed:
    """``path`` below /invoices/{invoice_id}. ``lands``: where it leads where that is not the invoice itself."""

    path: str
    right: Right
    run: Run
    said: str
    lands: str = ""


def _issue(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    return invoices.issue(
        session, act, invoice_id=invoice_id, version=number(sent.text("version"), "version")
    )


def issuing_and_sending(sent_from: str) -> Deed:
    """To the address that the draft showed: the customer's. No row of the table, because a letter needs a sender."""

    def run(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
        return letters.issue_and_send(
            session,
            act,
            invoice_id=invoice_id,
            version=number(sent.text("version"), "version"),
            sent_from=sent_from,
        )

    return Deed("issue-and-send", Right.BILL, run, "issued_and_sent")


def _discard(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    return billing.discard_draft(session, act, invoice_id=invoice_id)


def _take_back(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    return billing.take_back(session, act, job_ids=[number(sent.text("job_id"), "job_id")])


def _add_jobs(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    """A field ``job_41`` for each that is ticked, with its card as it was seen: "17:28450"."""
    return moves.bill_all(
        session,
        act,
        seen=[
            seen_card(f"{name.removeprefix('job_')}:{sent.text(name)}")
            for name in sent.values
            if name.startswith("job_")
        ],
        draft_id=invoice_id,
        draft_version=number(sent.text("version"), "version"),
    )


def seen_card(text: str) -> Seen:
    """ "41:17:28450": the job, its version and its amount; the amount may be missing."""
    job_id, _, rest = text.partition(":")
    version, _, amount = rest.partition(":")
    is_amount = amount.removeprefix("-").isdecimal() and len(amount) <= 16
    return Seen(number(job_id, "seen"), number(version, "seen"), int(amount) if is_amount else None)


def _refresh(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    return draft_lines.refresh_draft(session, act, invoice_id=invoice_id)


def _line(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    """With ``line_id`` another wording or price of that line, without it a new one."""
    words = _line_words(sent)
    if line_id := sent.text("line_id"):
        return draft_lines.edit_line(
            session, act, invoice_id=invoice_id, line_id=number(line_id, "line_id"), words=words
        )
    return draft_lines.add_line(session, act, invoice_id=invoice_id, words=words)


def _reset(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    line_id = number(sent.text("line_id"), "line_id")
    return draft_lines.reset_line(session, act, invoice_id=invoice_id, line_id=line_id)


def _photos(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    """A field ``photo_12`` for each that is ticked."""
    ids = {
        number(name.removeprefix("photo_"), "photos")
        for name in sent.values
        if name.startswith("photo_")
    }
    return draft_lines.choose_photos(session, act, invoice_id=invoice_id, photo_ids=ids)


def _discount(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    per_cent = sent.text("per_cent")
    return draft_lines.set_discount(
        session,
        act,
        invoice_id=invoice_id,
        reason=sent.text("reason"),
        per_cent=parts.rate(per_cent, field="per_cent") if per_cent else None,
    )


def _payment(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    return payments.record_payment(
        session,
        act,
        invoice_id=invoice_id,
        amount=amount_of(sent.text("amount"), house_of(session).currency, least=1),
        received_on=_day(sent.text("received_on"), "received_on"),
        method=sent.text("method", "transfer")[:40],
        reference=sent.text("reference")[:200],
    )


def _reverse(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    return payments.reverse_payment(
        session,
        act,
        invoice_id=invoice_id,
        payment_id=number(sent.text("payment_id"), "payment_id"),
        reason=sent.text("reason"),
    )


def _move_credit(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    to_id = number(sent.text("to_id"), "to_id")
    return moving_credit.move_credit(session, act, invoice_id=invoice_id, to_id=to_id)


def _write_off(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    return payments.write_off(session, act, invoice_id=invoice_id, reason=sent.text("reason"))


def _credit(session: Session, act: Act, invoice_id: int, sent: Typed) -> Done:
    """``how``: "all", which frees the work; "close", all and not billable; "part", the amounts beside the lines."""
    how, lines = sent.text("how", "all"), _credit_lines(sent, house_of(session).currency)
    if how == "part" and not lines:
        raise BadInput("nothing", "Enter an amount beside at least one line.")
    if how != "part" and lines:
        raise BadInput(
            "both", "Amounts stand beside lines. Choose “Only these amounts, net”, or empty them."
        )
    return credits.credit(
        session,
        act,
        invoice_id=invoice_id,
        reason=sent.text("reason"),
        lines=lines or None,
        then="not_billable" if how == "close" else "ready",
    )


def _credit_lines(sent: Typed, currency: str) -> list[CreditLine]:
    return [
        CreditLine(
            number(name.removeprefix("net_"), name),
            amount_of(text, currency, field=name, least=1),
        )
        for name, text in sent.values.items()
        if name.startswith("net_") and isinstance(text, str) and text
    ]


def _line_words(sent: Typed) -> LineWords:
    category, _, rate = sent.text("tax").partition(":")
    job_id, day = sent.text("job_id"), sent.text("supplied_on")
    return LineWords(
        description=sent.text("description")[:1000],
        quantity=parts.quantity(sent.text("quantity")),
        unit=sent.text("unit")[:20],
        unit_price=parts.unit_price(sent.text("unit_price")),
        tax=Tax(category, parts.rate(rate) if rate else Decimal(0)),
        job_id=number(job_id, "job_id") if job_id else None,
        supplied_on=_day(day, "supplied_on") if day else None,
    )


def number(text: str, field: str) -> int:
    """An id or a version as a form sends it."""
    if not text.isascii() or not text.isdecimal() or len(text) > 10 or int(text) > HIGHEST_ID:
        raise BadInput("bad_value", "This cannot be taken. Load the page again.", field=field)
    return int(text)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("bad_value", "Enter a day.", field=field) from None


DEEDS: tuple[Deed, ...] = (
    Deed("issue", Right.BILL, _issue, "issued"),
    Deed("discard", Right.BILL, _discard, "discarded", lands="/office"),
    Deed("take-back", Right.BILL, _take_back, "taken_back"),
    Deed("add-jobs", Right.BILL, _add_jobs, "jobs_added"),
    Deed("refresh", Right.BILL, _refresh, "saved"),
    Deed("lines", Right.BILL, _line, "line"),
    Deed("reset-line", Right.BILL, _reset, "line"),
    Deed("photos", Right.BILL, _photos, "photos"),
    Deed("discount", Right.BILL, _discount, "saved"),
    Deed("payments", Right.TAKE_PAYMENTS, _payment, "payment"),
    Deed("reverse-payment", Right.TAKE_PAYMENTS, _reverse, "reversed"),
    Deed("move-credit", Right.TAKE_PAYMENTS, _move_credit, "credit_moved"),
    Deed("write-off", Right.WRITE_OFF, _write_off, "written_off"),
    Deed("credit", Right.CREDIT, _credit, "credited"),
)


def _supplement(session: Session, act: Act, job_id: int, sent: Typed) -> Done:
    return differences.supplement(session, act, job_id=job_id)


def _credit_difference(session: Session, act: Act, job_id: int, sent: Typed) -> Done:
    return differences.credit_difference(session, act, job_id=job_id, reason=sent.text("reason"))


def _dismiss(session: Session, act: Act, job_id: int, sent: Typed) -> Done:
    return differences.dismiss_difference(session, act, job_id=job_id, reason=sent.text("reason"))


ANSWERS: tuple[Deed, ...] = (
    Deed("supplement", Right.BILL, _supplement, "supplement", lands="made"),
    Deed("credit-difference", Right.CREDIT, _credit_difference, "credited"),
    Deed("dismiss-difference", Right.BILL, _dismiss, "dismissed"),
)
"""The three answers to a job that changed after its invoice, below /jobs/{job_id}."""
