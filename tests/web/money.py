"""Jobs with something to bill, for the tests of the billing pages."""

from datetime import timedelta

import httpx2
from sqlalchemy.orm import Session

from app.models import Customer
from app.queries.invoices import InvoiceRow, invoice_row
from app.rules.states import State
from tests.cast import World
from tests.web.work import card, job_for, now, post, pressed, state


async def ready_job(world: World, *, payer: str = "", title: str = "Boiler") -> int:
    """Two hours of Tom's work, ready to invoice; ``payer``: another customer, by name."""
    customer_id = world.cast.customer_id
    if payer:
        customer_id = await world.db.write(_customer, name=payer)
    job_id = await job_for(world, world.cast.tom, title=title, customer_id=customer_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop", ago=timedelta(hours=2))
    assert await state(world, job_id) is State.READY
    return job_id


async def draft_of(client: httpx2.AsyncClient, world: World, job_id: int) -> int:
    shown = await card(world, job_id)
    answer = await post(client, "/office/bill", seen=f"{job_id}:{shown.version}")
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].split("/")[2].split("?")[0])


async def issue(client: httpx2.AsyncClient, world: World, draft: int) -> None:
    version = (await row_of(world, draft)).version
    answer = await post(client, f"/invoices/{draft}/issue", version=str(version))
    assert answer.status_code == 303, answer.text


async def issued(client: httpx2.AsyncClient, world: World, job_id: int) -> int:
    draft = await draft_of(client, world, job_id)
    await issue(client, world, draft)
    return draft


async def row_of(world: World, invoice_id: int) -> InvoiceRow:
    return await world.db.ask(invoice_row, invoice_id)


def _customer(session: Session, *, name: str) -> int:
    row = Customer(
        name=name,
        address_lines=["Weg 1"],
        postcode="23552",
        city="Lübeck",
        country="DE",
        tax_id="DE123456788",
        created_at=now(),
    )
    session.add(row)
    session.flush()
    return row.id
