"""What surrounds every page (``Frame``), from the request: whose board, who looks, which colours, what to say."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request

from app import pages
from app.queries.cards import Who
from app.queries.people import short_name
from app.queries.screens.frame import Frame
from app.queries.sign_ins import House
from app.rules.access import Actor
from app.settings import Settings
from app.web.cookies import THEME
from app.web.door import Call, Visitor
from app.web.said import SAID

THEMES = frozenset({"light", "dark", "contrast"})

ELSEWHERE = {
    "saved": "Saved.",
    "added": "Added.",
    "removed": "The screen is disconnected.",
    "paired": "The screen is connected.",
    "signed_out": "You are signed out.",
    "ended": "Signed out there.",
    "password": "Your password is changed. Everywhere else you are signed out.",
    "retired": "They are signed out everywhere.",
    "returned": "They can come in again. Give them a link.",
    "imported": "The customers are added.",
    "import_undone": "The import is undone. Customers in use stayed.",
    "mailed": "The letter is on its way.",
    "again": "It is tried again now.",
    "priced_waiting": "Judged anew. What has its price and lacks nothing else is ready to invoice.",
}
"""After forms that are about no job and no invoice."""

NOTICES = ELSEWHERE | SAID
"""What a page says after a form, by the word in ``?said=``. Only words from this list reach a page."""

_UNKNOWN_HOUSE = House("Readyboard", ZoneInfo("UTC"), is_demo=False)


def frame_of(call: Call, here: str | None = None, *, person: Who | None = None) -> Frame:
    """For a page handler; ``here`` is the menu's path where it is not the request's own, ``person`` whose page it
    becomes where nobody is signed in yet."""
    frame = frame_for(call.request, call.settings, at=call.at, here=here)
    return replace(frame, person=person) if person is not None else frame


def frame_for(
    request: Request, settings: Settings, *, at: datetime, here: str | None = None
) -> Frame:
    """Also works on a request that failed before anybody was looked up."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    house: House = getattr(request.state, "house", None) or _UNKNOWN_HOUSE
    roles = visitor.actor.roles if visitor else frozenset()
    here = here or request.url.path
    return Frame(
        company=house.name,
        zone=house.zone,
        now=at,
        person=who(visitor.actor) if visitor else None,
        nav=pages.nav(roles, here),
        places=pages.places(roles, here),
        theme=theme_of(request),
        plain_http=is_exposed(settings),
        example_data=house.is_demo,
        notice=NOTICES.get(request.query_params.get("said", "")),
    )


def who(actor: Actor) -> Who:
    return Who(actor.id, actor.name, short_name(actor.name))


def theme_of(request: Request) -> str | None:
    wanted = request.cookies.get(THEME)
    return wanted if wanted in THEMES else None


def is_exposed(settings: Settings) -> bool:
    """Plain http that leaves this machine: every page says so."""
    return not settings.is_https and settings.host not in ("127.0.0.1", "::1", "localhost")
