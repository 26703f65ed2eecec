"""Short words for tests about money: jobs on drafts, issued invoices, what the rows say."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions import billing, invoices, payments
from app.actions.act import Done
from app.models import Invoice, InvoiceJob, InvoiceLine, Job, LineSource, Payment
from app.queries.drafts import lines_on
from app.queries.invoices import InvoiceRow, invoice_row
from tests.actions.shop import Shop, minute


async def drafted(shop: Shop, *job_ids: int, **words: Any) -> int:
    """These jobs on a draft; answers its id."""
    done = await shop.do(
        billing.send_to_billing, shop.cast.olga, 100, job_ids=list(job_ids), **words
    )
    assert done.made_id is not None
    return done.made_id


async def issued(shop: Shop, *job_ids: int) -> int:
    """These jobs on an issued invoice; answers its id."""
    draft_id = await drafted(shop, *job_ids)
    await issue(shop, draft_id)
    return draft_id


async def issue(shop: Shop, draft_id: int, *, at: float = 110) -> Done:
    version = (await seen(shop, draft_id)).version
    return await shop.do(invoices.issue, shop.cast.olga, at, invoice_id=draft_id, version=version)


async def pay(shop: Shop, invoice_id: int, amount: int, *, at: float = 120) -> Done:
    return await shop.do(
        payments.record_payment,
        shop.cast.olga,
        at,
        invoice_id=invoice_id,
        amount=amount,
        received_on=minute(at).date(),
    )


async def seen(shop: Shop, invoice_id: int) -> InvoiceRow:
    return await shop.db.ask(invoice_row, invoice_id)


async def nets(shop: Shop, invoice_id: int) -> list[int]:
    return await shop.db.ask(_nets, invoice_id)


def _nets(session: Session, invoice_id: int) -> list[int]:
    return [line.net for line in lines_on(session, invoice_id)]


async def count(shop: Shop, kind: type[Any]) -> int:
    return await shop.db.ask(_count, kind)


def _count(session: Session, kind: type[Any]) -> int:
    return int(session.scalar(select(func.count()).select_from(kind)) or 0)


async def job_row(shop: Shop, job_id: int) -> tuple[int | None, int | None]:
    """The job's difference, and the one that was dismissed."""
    return await shop.db.ask(_differences, job_id)


def _differences(session: Session, job_id: int) -> tuple[int | None, int | None]:
    job = session.get(Job, job_id)
    assert job is not None
    return job.difference, job.difference_dismissed


async def audit(shop: Shop) -> None:
    """What must hold whatever happened: every sum is the sum of its rows, and nothing is billed twice."""
    await shop.db.ask(audit_rows)


def audit_rows(session: Session) -> None:
    for invoice in session.scalars(select(Invoice)):
        lines = lines_on(session, invoice.id)
        assert sum(line.net for line in lines) == invoice.line_sum
        assert sum(g["base"] for g in invoice.tax_groups) == invoice.net
        assert sum(g["tax_amount"] for g in invoice.tax_groups) == invoice.tax
        assert invoice.net + invoice.tax == invoice.total
        places = session.scalars(select(InvoiceJob).where(InvoiceJob.invoice_id == invoice.id))
        shares = [place.share for place in places]
        assert invoice.state == "draft" or sum(shares) == invoice.total
        if invoice.state != "draft" and invoice.kind != "credit_note":
            _audit_balance(session, invoice)
    live = session.execute(
        select(LineSource.kind, LineSource.source_id)
        .join(InvoiceLine, InvoiceLine.id == LineSource.line_id)
        .where(LineSource.is_live)
    ).all()
    assert len(live) == len({tuple(row) for row in live})


def _audit_balance(session: Session, invoice: Invoice) -> None:
    paid = session.scalars(
        select(Payment.amount).where(
            Payment.invoice_id == invoice.id, Payment.reversed_at.is_(None)
        )
    )
    credits = session.scalars(
        select(Invoice.total).where(
            Invoice.refers_to_id == invoice.id, Invoice.kind == "credit_note"
        )
    )
    assert invoice.balance == invoice.total - sum(paid) - sum(credits)
