"""The office's page of one job."""

from starlette.responses import Response

from app import pages
from app.queries.job_page import read_job
from app.queries.screens.frame import Form, NavLink
from app.rules.access import Right, Scope, may, scope_of
from app.rules.states import VIEW_LANES
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.where import id_of, live


async def job_page(call: Call) -> Response:
    """A technician's own page of the same job is the form on their phone."""
    job_id = id_of(call)
    if scope_of(call.actor, Right.READ_JOBS) is Scope.OWN:
        return see(f"/my-jobs/{job_id}")
    return await show(call, job_id)


async def show(call: Call, job_id: int, form: Form | None = None, *, status: int = 200) -> Response:
    """``form``: what was typed into a note or message that was not taken."""
    shown = await call.db.ask(read_job, call.actor, job_id=job_id, at=call.at)
    card = shown.page.card
    # The office's board holds the last lanes only; it is the way back for those who came from there.
    is_office = may(call.actor, Right.SEE_BILLING) and card.lane in VIEW_LANES["office"]
    up = NavLink("Billing", "/office") if is_office else NavLink("Dispatch", "/dispatch")
    return html(
        pages.render(
            "pages/job.html",
            frame=frame_of(call, here=up.href),
            live=live(call, shown.head, "dispatch", key=card.key),
            job=shown.page,
            form=form or Form(),
            up=up,
        ),
        status,
    )
