"""Jobs with something to bill, for the tests of the billing pages."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.models import Customer
from app.rules.states import State
from tests.cast import World
from tests.web.work import job_for, now, pressed, state


async def ready_job(world: World, *, payer: str = "", title: str = "Boiler") -> int:
    """Two hours of Tom's work, ready to invoice; ``payer``: another customer, by name."""
    customer_id = world.cast.customer_id
    if payer:
        customer_id = await world.db.write(_customer, name=payer)
    job_id = await job_for(world, world.cast.tom, title=title, customer_id=customer_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop", ago=timedelta(hours=2))
    assert await state(world, job_id) is State.READY
    return job_id


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
