"""Taking a job in by one call: with the customer and the site made on the way, in the same transaction."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.customers import add_customer, add_site
from app.actions.jobs import Intake, create_job
from app.models import Company
from app.rules.refusal import BadInput
from app.web.api.bodies import NewJob, NewVisit
from app.web.api.customers import customer_words, site_words


def take_in(session: Session, act: Act, body: NewJob) -> Done:
    """Everything or nothing. Raises ``BadInput`` where something is both named by its id and made anew."""
    _refuse_both(body)
    # The number of the job is taken under this lock, and the counter of the live side after it. What is made on the
    # way already takes the counter, so without this line two intakes could wait for each other.
    session.execute(select(Company.id).with_for_update())
    customer_id = _customer(session, act, body)
    site_id = _site(session, act, body, customer_id)
    return create_job(session, act, intake=_intake(body, customer_id, site_id))


def _intake(body: NewJob, customer_id: int | None, site_id: int | None) -> Intake:
    visit = body.visit or NewVisit()
    return Intake(
        title=body.title,
        description=body.description,
        wall_title=body.wall_title,
        customer_id=customer_id,
        site_id=site_id,
        job_type_id=body.job_type,
        priority=body.priority,
        reference=body.reference,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        technician_ids=tuple(dict.fromkeys(visit.technician_ids)),
    )


def _refuse_both(body: NewJob) -> None:
    sentence = "Name it by its id, or make a new one: not both."
    if body.customer_id is not None and body.customer is not None:
        raise BadInput("both", sentence, field="customer")
    if body.site_id is not None and body.site is not None:
        raise BadInput("both", sentence, field="site")


def _customer(session: Session, act: Act, body: NewJob) -> int | None:
    if body.customer is None:
        return body.customer_id
    return add_customer(session, act, words=customer_words(body.customer)).made_id


def _site(session: Session, act: Act, body: NewJob, customer_id: int | None) -> int | None:
    if body.site is None:
        return body.site_id
    words = site_words(body.site)
    if words.customer_id is None:
        words = replace(words, customer_id=customer_id)
    return add_site(session, act, words=words).made_id
