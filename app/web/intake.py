"""Taking a job in by one line: the title is enough; customer, place, time and people may come with it or later."""

from typing import Annotated

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.actions.act import Act, Done, now_by
from app.actions.customers import CustomerWords, SiteWords, add_customer, add_site
from app.actions.jobs import Intake, create_job
from app.actions.receipts import once
from app.models import Company
from app.rules.refusal import BadInput, Forbidden, Malformed, Refusal, SignInNeeded
from app.rules.states import Priority
from app.web import boards
from app.web.commands import Body, Id, Moment, Text, Title
from app.web.door import Call, press_of, see
from app.web.forms import body_of, typed
from app.web.frame import frame_of
from app.web.where import is_board, path_of_ours

Name = Annotated[str, msgspec.Meta(max_length=200)]


class IntakeForm(Body, frozen=True, kw_only=True):
    """``customer_name`` and ``address`` make a new customer or site on the way."""

    title: Title
    description: Text = ""
    customer_id: Id | None = None
    customer_name: Name = ""
    site_id: Id | None = None
    address: Name = ""
    job_type_id: Id | None = None
    technician_id: Id | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    priority: Priority = Priority.NORMAL
    reference: Annotated[str, msgspec.Meta(max_length=120)] | None = None


async def take_in(call: Call) -> Response:
    """A refusal shows the board again with everything that was typed."""
    sent = typed(await call.form())
    try:
        body = body_of(IntakeForm, sent, frame_of(call).zone, without=frozenset())
        press = press_of(call.request, msgspec.to_builtins(body), sent.text("key"))
        act = now_by(call.actor, call.at)
        done, _ = await call.db.write(
            once, act, press, lambda session: _take_in(session, act, body)
        )
    except (SignInNeeded, Forbidden, Malformed):
        raise
    except Refusal as refusal:
        return await boards.show_dispatch(call, sent.form(refusal), status=refusal.status)
    headers = {"X-Readyboard-Seq": str(done.seq)} if done.seq is not None else {}
    wanted = path_of_ours(sent.text("next")) or "/dispatch"
    if is_board(wanted) and "x-readyboard-script" in call.request.headers:
        return Response(status_code=204, headers=headers)
    response = see(f"{wanted}{'&' if '?' in wanted else '?'}said=job_added")
    response.headers.update(headers)
    return response


def _take_in(session: Session, act: Act, body: IntakeForm) -> Done:
    """Everything or nothing, in one transaction."""
    _refuse_both(body)
    # The job's number is taken under this lock and the live counter after it. What is made on the way takes the
    # counter already, so without this line two intakes could wait for each other.
    session.execute(select(Company.id).with_for_update())
    customer_id, site_id = body.customer_id, body.site_id
    if body.customer_name.strip():
        words = CustomerWords(name=body.customer_name.strip())
        customer_id = add_customer(session, act, words=words).made_id
    if body.address.strip():
        place = SiteWords(street=body.address.strip(), customer_id=customer_id)
        site_id = add_site(session, act, words=place).made_id
    intake = Intake(
        title=body.title.strip(),
        description=body.description,
        customer_id=customer_id,
        site_id=site_id,
        job_type_id=body.job_type_id,
        priority=body.priority,
        reference=body.reference,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        technician_ids=(body.technician_id,) if body.technician_id else (),
    )
    return create_job(session, act, intake=intake)


def _refuse_both(body: IntakeForm) -> None:
    if body.customer_id is not None and body.customer_name.strip():
        sentence = "Choose a customer or write a new one, not both."
        raise BadInput("both", sentence, field="customer_name")
    if body.site_id is not None and body.address.strip():
        sentence = "Choose a site or write a new address, not both."
        raise BadInput("both", sentence, field="address")
