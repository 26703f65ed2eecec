"""The technician's phone: the list of their jobs and the form of one."""

from starlette.responses import Response

from app import pages
from app.queries.screens.frame import Form
from app.queries.technician import read_job_form, read_my_jobs
from app.web.door import Call, html
from app.web.frame import frame_of
from app.web.where import id_of, live


async def my_jobs(call: Call) -> Response:
    shown = await call.db.ask(read_my_jobs, call.actor, at=call.at)
    return html(
        pages.render(
            "pages/my_jobs.html",
            frame=frame_of(call),
            live=live(call, shown.head, "technician"),
            jobs=shown.jobs,
        )
    )


async def job_form(call: Call) -> Response:
    return await show(call, id_of(call))


async def show(call: Call, job_id: int, form: Form | None = None, *, status: int = 200) -> Response:
    """``form``: what was typed, and why it was not taken."""
    shown = await call.db.ask(read_job_form, call.actor, job_id=job_id, at=call.at)
    return html(
        pages.render(
            "pages/job_form.html",
            frame=frame_of(call, here="/my-jobs"),
            live=live(call, shown.head, "technician", key=shown.form.card.key),
            job=shown.form,
            form=form or Form(),
        ),
        status,
    )
