"""What the journeys about billing share: a company that may issue invoices, ready jobs, cards in their lanes."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from playwright.async_api import Locator, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Database
from app.models import Customer
from app.queries.terms import settings_of
from app.settings import Settings
from tests.caller import Caller
from tests.demo_folder import DemoFolder
from tests.program import Program


@asynccontextmanager
async def served_lawfully(
    demo: DemoFolder, folder: Path, **environment: str
) -> AsyncIterator[Program]:
    """The demo company, running in ``folder``, with a rate and everything that an invoice must say."""
    shutil.copytree(demo.path, folder)
    db = Database(Settings(data_dir=folder).url)
    await db.write(_lawful)
    await db.close()
    program = Program(folder, environment=environment)
    await program.start()
    try:
        yield program
    finally:
        await program.close()


def _lawful(session: Session) -> None:
    row = settings_of(session)
    row.address_lines, row.postcode, row.city, row.country = ["Kai 1"], "23552", "Lübeck", "DE"
    row.tax_id, row.iban = "DE123456789", "DE02120300000000202051"
    row.tax_rate, row.labour_rate = Decimal(19), Decimal(72)
    session.add(row)
    for customer in session.scalars(select(Customer)):
        customer.address_lines, customer.city, customer.country = ["Weg 2"], "Lübeck", "DE"


async def ready_job(caller: Caller, title: str, *, customer: int) -> int:
    """An hour of Inês's work, ready to invoice. ``customer``: by its place in the list."""
    payers = (await caller.get("olga", "/api/v1/customers"))["items"]
    words = {"title": title, "customer_id": payers[customer]["id"]}
    job = int((await caller.do("olga", "/api/v1/jobs", **words))["job"]["id"])
    await caller.press("olga", job, "assign", technician_id=caller.demo.ids["ines"])
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    await caller.press("ines", job, "start", occurred_at=hour_ago.isoformat())
    await caller.press("ines", job, "stop", outcome="done")
    state = (await caller.job(job))["state"]
    assert state == "ready", (await caller.job(job))["still_needed"]
    return job


def lane(page: Page, name: str) -> Locator:
    return page.locator(f'section[data-lane="{name}"]')


def card(page: Page, job: int, name: str) -> Locator:
    return lane(page, name).locator(f"#job-{job}")
