"""Every card in every state, and every kind of field, on one page: for whoever changes how things look."""

from starlette.responses import Response

from app import pages
from app.patterns import NOON, sample_cards
from app.queries.screens.frame import Form
from app.web.door import Call, html
from app.web.frame import frame_of


async def patterns(call: Call) -> Response:
    form = Form(values={"name": "Fam. Hofmann"}, errors={"email": "This is not an e-mail address."})
    page = pages.render(
        "pages/patterns.html", frame=frame_of(call), samples=sample_cards(), form=form, now=NOON
    )
    return html(page)
