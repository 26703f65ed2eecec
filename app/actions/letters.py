"""Letters to customers: an issued invoice goes into the outbox with the act that sends it, and leaves it when the mail
server has it. Nothing here talks to a mail server."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done, now_by
from app.actions.billing import hold_of, refuse_draft, refuse_stranger
from app.actions.history import before, record
from app.actions.invoices import issue
from app.actions.times import NOBODY
from app.mail import Attachment, Letter, Sender, message_id, wire_address
from app.models import Invoice, InvoiceFile, InvoiceKind, Mail, MailState
from app.queries.jobs import company_of
from app.rules.access import Right
from app.rules.dates import short_date
from app.rules.money import plain
from app.rules.refusal import BadInput, NotFound, Refusal

LONGEST_WHY = 400


def send_invoice(
    session: Session, act: Act, *, invoice_id: int, sent_from: str, to: str | None = None
) -> Done:
    """Put a letter with this invoice into the outbox. ``to``: else the address that is frozen on it. ``sent_from``: the
    company's address, whose domain names the letter. ``made_id`` is the letter's."""
    refuse_stranger(act, Right.BILL)
    invoice, jobs = hold_of(session, invoice_id)
    refuse_draft(invoice)
    address = to or invoice.buyer.get("email") or ""
    if not address:
        raise BadInput(
            "no_address",
            f"{invoice.buyer['name']} has no e-mail address. Give one, or enter it on the customer’s page.",
            field="to",
        )
    try:
        wire_address(address)
    except BadInput as wrong:
        raise BadInput(wrong.code, wrong.sentence, field="to") from None
    letter = Mail(
        invoice_id=invoice.id,
        message_id=message_id(secrets.token_hex(16), Sender("", sent_from)),
        to=address,
        subject=_subject(session, invoice),
        text=_text(session, invoice),
        state=MailState.WAITING,
        next_try_at=act.at,
        by_id=act.by.id or None,
        created_at=act.at,
    )
    session.add(letter)
    session.flush()
    data = {"invoice_id": invoice.id, "number": invoice.number, "to": address}
    done = record(session, act, *(before(job).then("invoice_mailed", **data) for job in jobs))
    return replace(done, made_id=letter.id)


def issue_and_send(
    session: Session,
    act: Act,
    *,
    invoice_id: int,
    version: int,
    sent_from: str,
    to: str | None = None,
) -> Done:
    """Both or neither: where there is no address nothing is issued. ``made_id`` is the letter's."""
    issue(session, act, invoice_id=invoice_id, version=version)
    return send_invoice(session, act, invoice_id=invoice_id, sent_from=sent_from, to=to)


def try_again(session: Session, act: Act, *, mail_id: int) -> Done:
    """A letter that was given up goes once more, at once. The same mail: whoever has it already sees no second one."""
    refuse_stranger(act, Right.BILL)
    row = session.get(Mail, mail_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.state is MailState.SENT:
        raise Refusal("sent", f"This letter was sent to {row.to} already.")
    row.state, row.next_try_at, row.tries = MailState.WAITING, act.at, 0
    return Done(made_id=row.id)


def _subject(session: Session, invoice: Invoice) -> str:
    return f"{_kind(invoice)} {invoice.number} from {company_of(session).name}"[:300]


def _kind(invoice: Invoice) -> str:
    return "Credit note" if invoice.kind is InvoiceKind.CREDIT_NOTE else "Invoice"


def _text(session: Session, invoice: Invoice) -> str:
    amount = f"{plain(invoice.total, invoice.currency)} {invoice.currency}"
    until = f", payable by {short_date(invoice.due_on)}" if invoice.due_on else ""
    on = f" of {short_date(invoice.issued_on)}" if invoice.issued_on else ""
    return (
        "Good day,\n\n"
        f"please find attached our {_kind(invoice).lower()} {invoice.number}{on}: {amount}{until}.\n\n"
        "Kind regards\n"
        f"{company_of(session).name}\n"
    )


# --- the way out


def take_due(session: Session, *, at: datetime, most: int, lease: timedelta) -> list[Letter]:
    """Letters whose time has come and whose PDF is printed, out of the hands of everybody else for ``lease``."""
    rows = session.execute(
        select(Mail, Invoice.number, InvoiceFile.body)
        .join(Invoice, Invoice.id == Mail.invoice_id)
        .join(InvoiceFile, InvoiceFile.invoice_id == Invoice.id)
        .where(Mail.state == MailState.WAITING, Mail.next_try_at <= at, InvoiceFile.kind == "pdf")
        .order_by(Mail.next_try_at, Mail.id)
        .limit(most)
        .with_for_update(of=Mail, skip_locked=True)
    ).all()
    letters = []
    for mail, number, body in rows:
        mail.next_try_at = at + lease
        letters.append(
            Letter(
                id=mail.id,
                message_id=mail.message_id,
                to=mail.to,
                subject=mail.subject,
                text=mail.text,
                written_at=mail.created_at,
                attachments=(Attachment(f"{number}.pdf", "application/pdf", bytes(body)),),
                tries=mail.tries,
            )
        )
    return letters


def note_sent(session: Session, *, mail_id: int, at: datetime) -> None:
    mail = session.get_one(Mail, mail_id)
    mail.state, mail.sent_at, mail.last_error = MailState.SENT, at, None
    _tell(session, mail, "mail_sent", at)


def note_later(session: Session, *, mail_id: int, again_at: datetime, why: str) -> None:
    mail = session.get_one(Mail, mail_id)
    mail.tries, mail.next_try_at, mail.last_error = mail.tries + 1, again_at, why[:LONGEST_WHY]


def note_failed(session: Session, *, mail_id: int, at: datetime, why: str) -> None:
    """Given up: the jobs' histories say so, and the list of letters shows it until a person acts."""
    mail = session.get_one(Mail, mail_id)
    mail.state, mail.tries = MailState.FAILED, mail.tries + 1
    mail.last_error = why[:LONGEST_WHY]
    _tell(session, mail, "mail_failed", at, reason=mail.last_error)


def _tell(session: Session, mail: Mail, kind: str, at: datetime, **more: str) -> None:
    """On every job of the invoice, so that the pages about it follow."""
    if mail.invoice_id is None:
        return
    mail_id = mail.id
    session.flush()
    invoice, jobs = hold_of(session, mail.invoice_id)
    data = {"number": invoice.number, "to": mail.to, "mail_id": mail_id, **more}
    record(session, now_by(NOBODY, at), *(before(job).then(kind, **data) for job in jobs))


def any_due(session: Session, *, at: datetime) -> bool:
    """Cheap enough to be asked every few seconds."""
    has_pdf = exists().where(InvoiceFile.invoice_id == Mail.invoice_id, InvoiceFile.kind == "pdf")
    query = select(Mail.id).where(Mail.state == MailState.WAITING, Mail.next_try_at <= at, has_pdf)
    return session.scalars(query.limit(1)).first() is not None
