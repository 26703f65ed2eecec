"""Invoices over the API: the same actions as behind the pages, money in minor units with its currency."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from sqlalchemy.orm import Session

from app.actions import billing, credits, invoices, moving_credit, payments
from app.actions.act import Act, Done
from app.actions.credits import CreditLine
from app.actions.letters import issue_and_send, send_invoice
from app.actions.receipts import once
from app.queries.api_invoices import (
    DraftsReply,
    InvoiceAnswer,
    InvoiceInShort,
    InvoiceReply,
    drafts_reply,
    invoice_answer,
    invoice_reply,
    invoices_page,
)
from app.queries.jobs import company_of
from app.rules.access import Right
from app.rules.refusal import BadInput
from app.web import letters
from app.web.api.endpoint import ApiCall, Endpoint, FileAnswer, Query, Reply
from app.web.api.lists import PageQuery, next_of, place_of
from app.web.commands import Body, Id, Minor, ReasonBody, Text, Version, Words
from app.web.papers import paper_of

Ids = Annotated[list[Id], msgspec.Meta(min_length=1, max_length=200)]
MailAddress = Annotated[str, msgspec.Meta(min_length=3, max_length=254)]
"""Where a letter goes."""


class NewInvoices(Body, frozen=True, kw_only=True):
    """One draft a customer; ``together`` false: one a job. ``draft_id``: onto that one, ``version`` as it was seen."""

    job_ids: Ids
    together: bool = True
    draft_id: Id | None = None
    version: Version | None = None


class IssueBody(Body, frozen=True, kw_only=True):
    """The version of the draft that was looked at."""

    version: Version


class IssueAndSendBody(IssueBody, frozen=True, kw_only=True):
    """``to``: else the customer's address. Without one nothing is issued."""

    to: MailAddress | None = None


class AmountBody(Body, frozen=True, kw_only=True):
    """Minor units."""

    amount: Minor
    currency: Annotated[str, msgspec.Meta(min_length=3, max_length=3)]


class PaymentBody(Body, frozen=True, kw_only=True):
    amount: AmountBody
    method: Annotated[str, msgspec.Meta(max_length=40)] = "transfer"
    received_on: date
    reference: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ReversePaymentBody(ReasonBody, frozen=True, kw_only=True):
    payment_id: Id


class MoveCreditBody(Body, frozen=True, kw_only=True):
    """``to_id``: an invoice of the same customer that still owes something."""

    to_id: Id


class CreditLineBody(Body, frozen=True, kw_only=True):
    """So much of one line, net, in minor units."""

    line_id: Id
    net: Minor


class CreditBody(Body, frozen=True, kw_only=True):
    """Without ``lines`` all that is left: then the work is free to be billed anew, or is ``not_billable``."""

    reason: Words
    lines: Annotated[list[CreditLineBody], msgspec.Meta(min_length=1)] | None = None
    then: Literal["ready", "not_billable"] = "ready"


class SendBody(Body, frozen=True, kw_only=True):
    """``to``: else the customer's address as it stands on the invoice."""

    to: MailAddress | None = None


class InvoicesQuery(PageQuery, frozen=True, kw_only=True):
    state: Literal["", "draft", "open", "overdue", "settled", "credit_note"] = ""
    q: Text = ""


class InvoiceList(msgspec.Struct, frozen=True):
    items: list[InvoiceInShort]
    next: str | None


async def list_them(call: ApiCall, query: InvoicesQuery) -> Reply:
    rows = await call.db.ask(
        invoices_page,
        at=call.at,
        state=query.state,
        q=query.q,
        before_id=place_of(query.after),
        limit=query.limit + 1,
    )
    return Reply(InvoiceList(*next_of(rows, query.limit, lambda row: row.id)))


async def read(call: ApiCall, query: Query) -> Reply:
    return Reply(await call.db.ask(invoice_answer, call.ids["invoice_id"]))


async def make(call: ApiCall, body: NewInvoices) -> Reply:
    def do(session: Session) -> Done:
        return billing.send_to_billing(
            session,
            call.act,
            job_ids=body.job_ids,
            together=body.together,
            draft_id=body.draft_id,
            draft_version=body.version,
        )

    done, is_replay = await call.db.write(once, call.act, call.press, do)
    reply = await call.db.ask(drafts_reply, done.made_ids, epoch=done.epoch, seq=done.seq)
    return Reply(reply, 201, is_replay)


async def send(call: ApiCall, body: SendBody) -> Reply:
    """Into the outbox; ``made_id`` is the letter's. What became of it is told by the job's history."""
    return await _letter(call, send_invoice, to=body.to)


async def issue_and_send_it(call: ApiCall, body: IssueAndSendBody) -> Reply:
    """Both or neither, in one transaction."""
    return await _letter(call, issue_and_send, version=body.version, to=body.to)


async def _letter(call: ApiCall, action: Callable[..., Done], **words: Any) -> Reply:
    invoice_id = call.ids["invoice_id"]
    sent_from = await letters.sent_from(call.db, call.settings)

    def do(session: Session) -> Done:
        return action(session, call.act, invoice_id=invoice_id, sent_from=sent_from, **words)

    done, is_replay = await call.db.write(once, call.act, call.press, do)
    call.request.app.state.postroom.ring()
    reply = await call.db.ask(
        invoice_reply, invoice_id, epoch=done.epoch, seq=done.seq, made_id=done.made_id
    )
    return Reply(reply, 200, is_replay)


def _paper(kind: Literal["pdf", "xml"]) -> Endpoint:
    async def run(call: ApiCall, query: Query) -> Reply:
        paper = await paper_of(
            call.db,
            call.request.app.state.pictures.store,
            call.ids["invoice_id"],
            kind,
            at=call.at,
            font_dir=call.request.app.state.settings.font_dir,
        )
        return Reply(FileAnswer(kind, paper.name, paper.body))

    path = f"/invoices/{{invoice_id}}.{kind}"
    return Endpoint("GET", path, (Right.SEE_MONEY,), Query, {200: FileAnswer}, run)


def verb(
    path: str, right: Right, takes: type[Body], do: Callable[[Session, Act, int, Any], Done]
) -> Endpoint:
    async def run(call: ApiCall, body: Body) -> Reply:
        invoice_id = call.ids["invoice_id"]
        done, is_replay = await call.db.write(
            once, call.act, call.press, lambda session: do(session, call.act, invoice_id, body)
        )
        reply = await call.db.ask(
            invoice_reply, invoice_id, epoch=done.epoch, seq=done.seq, made_id=done.made_id
        )
        return Reply(reply, 200, is_replay)

    whole = f"/invoices/{{invoice_id}}/{path}"
    return Endpoint("POST", whole, (right,), takes, {200: InvoiceReply}, run)


def _issue(session: Session, act: Act, invoice_id: int, body: IssueBody) -> Done:
    return invoices.issue(session, act, invoice_id=invoice_id, version=body.version)


def _payment(session: Session, act: Act, invoice_id: int, body: PaymentBody) -> Done:
    return payments.record_payment(
        session,
        act,
        invoice_id=invoice_id,
        amount=in_own_currency(session, body.amount),
        received_on=body.received_on,
        method=body.method,
        reference=body.reference,
    )


def in_own_currency(session: Session, body: AmountBody) -> int:
    """Minor units. Raises ``BadInput`` for another currency than the company's."""
    currency = company_of(session).currency
    if body.currency != currency:
        raise BadInput("currency", f"This company works in {currency}.", field="amount")
    return body.amount


def _reverse_payment(session: Session, act: Act, invoice_id: int, body: ReversePaymentBody) -> Done:
    return payments.reverse_payment(
        session, act, invoice_id=invoice_id, payment_id=body.payment_id, reason=body.reason
    )


def _move_credit(session: Session, act: Act, invoice_id: int, body: MoveCreditBody) -> Done:
    return moving_credit.move_credit(session, act, invoice_id=invoice_id, to_id=body.to_id)


def _credit(session: Session, act: Act, invoice_id: int, body: CreditBody) -> Done:
    lines = None
    if body.lines is not None:
        lines = [CreditLine(line.line_id, line.net) for line in body.lines]
    return credits.credit(
        session, act, invoice_id=invoice_id, reason=body.reason, lines=lines, then=body.then
    )


def _write_off(session: Session, act: Act, invoice_id: int, body: ReasonBody) -> Done:
    return payments.write_off(session, act, invoice_id=invoice_id, reason=body.reason)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/invoices", (Right.SEE_MONEY,), InvoicesQuery, {200: InvoiceList}, list_them),
    Endpoint("POST", "/invoices", (Right.BILL,), NewInvoices, {201: DraftsReply}, make),
    _paper("pdf"),
    _paper("xml"),
    Endpoint(
        "GET", "/invoices/{invoice_id}", (Right.SEE_MONEY,), Query, {200: InvoiceAnswer}, read
    ),
    verb("issue", Right.BILL, IssueBody, _issue),
    Endpoint(
        "POST", "/invoices/{invoice_id}/send", (Right.BILL,), SendBody, {200: InvoiceReply}, send
    ),
    Endpoint(
        "POST",
        "/invoices/{invoice_id}/issue-and-send",
        (Right.BILL,),
        IssueAndSendBody,
        {200: InvoiceReply},
        issue_and_send_it,
    ),
    verb("payments", Right.TAKE_PAYMENTS, PaymentBody, _payment),
    verb("reverse-payment", Right.TAKE_PAYMENTS, ReversePaymentBody, _reverse_payment),
    verb("move-credit", Right.TAKE_PAYMENTS, MoveCreditBody, _move_credit),
    verb("credit", Right.CREDIT, CreditBody, _credit),
    verb("write-off", Right.WRITE_OFF, ReasonBody, _write_off),
)
