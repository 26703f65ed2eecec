"""The settings' own page, and the company."""

from starlette.responses import Response

from app import pages
from app.actions import company as company_acts
from app.web.billing_settings import company_page
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.typed import carry_out, read

SAYS = {
    "/people": "Who works here, and what they may do.",
    "/settings/company": "Name, address, account, working day, logo.",
    "/settings/taxes": "Tax rate, hourly rate, rounding, travel.",
    "/job-types": "What must be there before a job is ready to invoice.",
    "/price-book": "What parts are called and cost.",
    "/customers": "Who pays.",
    "/sites": "Where the work is.",
    "/settings/displays": "Televisions that show the board.",
    "/held": "Presses that came when they could not count, and times in doubt.",
    "/account": "Your password, your colours, where you are signed in.",
}

LONGEST_HOURS = 24


async def settings(call: Call) -> Response:
    return html(pages.render("pages/settings.html", frame=frame_of(call), says=SAYS))


async def shown(call: Call) -> Response:
    return await company_page(call)


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
        return await company_page(call, form=typed.form, status=typed.status)
    return see("/settings/company?said=saved")
