"""The settings' own page, the company, and its kinds of jobs."""

from starlette.responses import Response

from app import pages
from app.actions import company as company_acts
from app.actions import job_types as acts
from app.queries import own_house
from app.queries.screens import Choice, Form, JobTypeRow
from app.rules.access import Right, may
from app.rules.requirements import PER_JOB_TYPE
from app.web.door import Call, html, see
from app.web.first_owner import zones
from app.web.frame import frame_of
from app.web.typed import carry_out, read

SAYS = {
    "/people": "Who works here, and what they may do.",
    "/settings/company": "Name, time zone, working day.",
    "/job-types": "What must be there before a job is ready to invoice.",
    "/customers": "Who pays.",
    "/sites": "Where the work is.",
    "/settings/displays": "Televisions that show the board.",
    "/held": "Presses that came when they could not count.",
    "/account": "Your password, your colours, where you are signed in.",
}

LONGEST_HOURS = 24


async def settings(call: Call) -> Response:
    return html(pages.render("pages/settings.html", frame=frame_of(call), says=SAYS))


async def shown(call: Call) -> Response:
    return _company(call, Form(values=await call.db.ask(own_house.company_values)))


async def change(call: Call) -> Response:
    typed = await read(call)
    name = typed.text("name", most=200, missing="Say what the company is called.")
    zone = typed.text("time_zone", most=64, missing="Choose the time zone.")
    day_starts, day_ends = typed.clock("day_starts"), typed.clock("day_ends")
    hours = typed.number("longest_entry_hours", least=1, most=LONGEST_HOURS)
    done = await carry_out(
        call,
        typed,
        lambda session, act: company_acts.change_company(
            session,
            act,
            name=name,
            time_zone=zone,
            day_starts=day_starts,
            day_ends=day_ends,
            longest_entry_hours=hours,
            may_pick_up=typed.is_ticked("may_pick_up"),
        ),
    )
    if done is None:
        return _company(call, typed.form, status=typed.status)
    return see("/settings/company?said=saved")


def _company(call: Call, form: Form, *, status: int = 200) -> Response:
    page = pages.render("pages/company.html", frame=frame_of(call), form=form, zones=zones())
    return html(page, status)


async def job_types(call: Call) -> Response:
    page = pages.render(
        "pages/job_types.html",
        frame=frame_of(call),
        job_types=await call.db.ask(own_house.job_types),
        may_edit=may(call.actor, Right.EDIT_JOB_TYPES),
    )
    return html(page)


async def new_job_type(call: Call) -> Response:
    return _job_type(call, None, Form())


async def add_job_type(call: Call) -> Response:
    typed = await read(call)
    name = typed.text("name", most=120, missing="Give the kind of job a name.")
    asked = typed.several("requirements", CODES)
    done = await carry_out(
        call,
        typed,
        lambda session, act: acts.add_job_type(session, act, name=name, requirements=asked),
    )
    if done is None:
        return _job_type(call, None, typed.form, status=typed.status)
    return see("/job-types?said=added")


async def job_type(call: Call) -> Response:
    row, values = await call.db.ask(own_house.job_type, call.number("job_type_id"))
    return _job_type(call, row, Form(values=values))


async def change_job_type(call: Call) -> Response:
    row, _ = await call.db.ask(own_house.job_type, call.number("job_type_id"))
    typed = await read(call)
    name = typed.text("name", most=120, missing="Give the kind of job a name.")
    asked = typed.several("requirements", CODES)
    done = await carry_out(
        call,
        typed,
        lambda session, act: acts.change_job_type(
            session, act, job_type_id=row.id, name=name, requirements=asked
        ),
    )
    if done is None:
        return _job_type(call, row, typed.form, status=typed.status)
    return see("/job-types?said=saved")


CODES = tuple(one.code for one in PER_JOB_TYPE)


def _job_type(call: Call, row: JobTypeRow | None, form: Form, *, status: int = 200) -> Response:
    page = pages.render(
        "pages/job_type.html",
        frame=frame_of(call, here="/job-types"),
        job_type=row,
        requirements=tuple(Choice(one.code, one.name) for one in PER_JOB_TYPE),
        form=form,
    )
    return html(page, status)
