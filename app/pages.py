"""Turns what screens are given into HTML: the Jinja environment, its filters, and one render function per card.

Nothing here asks for the time: a card's bytes depend on the card, the zone and the display's options alone.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension
from markupsafe import Markup

from app.queries.cards import JobCard, Who
from app.queries.invoices import InvoiceRow
from app.queries.screens.frame import Choice, NavLink, WallOptions
from app.rules.dates import (
    counted,
    day,
    day_hm,
    hm,
    hms,
    hours,
    lasted,
    local_input,
    long_day,
    short_date,
)
from app.rules.money import cash, major
from app.rules.parts import price_words, quantity_words
from app.rules.requirements import BROUGHT_BY
from app.rules.states import LANE_LOOK, NEWEST_FIRST, STATE_LOOK, VIEW_LANES, Lane, Look, State

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).with_name("static")

FLAG_LOOK: dict[str, Look] = {
    "return_visit": Look("Return visit", "undo", "warn"),
    "follow_up": Look("Follow-up", "link", "idle"),
    "question": Look("Question open", "question", "warn"),
    "suspect": Look("Check the time", "clock", "warn"),
    "time_disputed": Look("Two stop times", "clock", "warn"),
    "outcome_assumed": Look("Outcome assumed", "question", "warn"),
    "held_press": Look("A press waits", "clock", "warn"),
}
"""Flags that a board shows, each with a line icon. A flag that is not here stays inside the job page."""

LANE_EMPTY: dict[Lane, str] = {
    Lane.UNSCHEDULED: "Jobs without a time wait here.",
    Lane.SCHEDULED: "Nothing planned.",
    Lane.ON_THE_WAY: "A technician presses “I’m on my way”.",
    Lane.IN_PROGRESS: "Nobody is working just now.",
    Lane.ON_HOLD: "Nothing is on hold.",
    Lane.NEEDS_DETAILS: "Finished, but something is missing.",
    Lane.READY: "Finished jobs come here by themselves.",
    Lane.BILLING: "No drafts. Move a ready job here.",
    Lane.INVOICED: "Nothing is owed.",
    Lane.PAID: "Nothing was paid in the last 7 days.",
}


def _build() -> str:
    """A short hash of everything that reaches a browser: a new one means that open pages should reload."""
    digest = sha256()
    for folder in (TEMPLATES, STATIC):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


BUILD = _build()


def static(path: str) -> str:
    """The address of a static file. It changes with the build, so browsers may keep it for ever."""
    return f"/static/{BUILD}/{path}"


def icon(name: str) -> Markup:
    """A line icon from the sprite, always beside words."""
    return _symbol("icon", f"i-{name}")


def glyph(name: str) -> Markup:
    """A filled state shape from the sprite, always beside words."""
    return _symbol("glyph", f"g-{name}")


def _symbol(css_class: str, symbol: str) -> Markup:
    if not re.fullmatch(r"[a-z0-9-]+", symbol):
        raise ValueError(f"expected the name of a symbol in partials/icons.html, got {symbol!r}")
    return Markup(f'<svg class="{css_class}" aria-hidden="true"><use href="#{symbol}"/></svg>')  # noqa: S704 - checked


def iso(moment: datetime) -> str:
    """ "2026-11-24T12:55:00Z", for the datetime attribute."""
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()


def initials(name: str) -> str:
    words = [word for word in re.split(r"[\s\u00a0]+", name) if word[:1].isalpha()]
    return "".join(
        word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
    ).upper()


def shorts(people: tuple[Who, ...]) -> str:
    """ "Åsa L. + Marek D.", from three on "Åsa L. + 2": it must fit a card."""
    if len(people) > 2:
        return f"{people[0].short} + {len(people) - 1}"
    return " + ".join(who.short for who in people)


def and_list(words: Iterable[str]) -> str:
    """ "Tom, Åsa and Marek"."""
    *head, last = list(words) or [""]
    return f"{', '.join(head)} and {last}" if head else last


def given_name(name: str) -> str:
    """ "Tom" of "Tom Brandt" and of "Tom B."."""
    return re.split(r"[\s\u00a0]", name, maxsplit=1)[0]


def new_key() -> str:
    """A form's own key: the same form sent twice is one press. A browser that can makes one per press instead."""
    return uuid4().hex


def as_choices(rows: Iterable[tuple[str, ...]]) -> tuple[Choice, ...]:
    return tuple(Choice(*row) for row in rows)


def plain_number(number: Decimal) -> str:
    """ "1.75", "105": without noughts at the end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def price(number: Decimal) -> str:
    """A price for one unit, with two decimals or as many as it has."""
    text = plain_number(number)
    return format(number, ".2f") if len(text.partition(".")[2]) < 3 else text


def jobs_of(invoice: InvoiceRow) -> tuple[Choice, ...]:
    """The jobs that a line made by hand may belong to."""
    return tuple(Choice(str(job.id), f"{job.number} {job.title}") for job in invoice.jobs)


class _Slim(Extension):
    """A line break in a template is for its reader: cards travel, so theirs are dropped when it is loaded."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return (
            re.sub(r"[ \t]*\n[ \t]*", "", source) if (name or "").startswith("cards/") else source
        )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[_Slim],
    )
    filters = (
        hm,
        hms,
        day,
        long_day,
        day_hm,
        iso,
        iso_day,
        local_input,
        hours,
        initials,
        shorts,
        and_list,
        given_name,
        counted,
        as_choices,
        cash,
        major,
        short_date,
        price_words,
        quantity_words,
        cash,
        major,
        plain_number,
        price,
        short_date,
    )
    environment.filters.update({function.__name__: function for function in filters})
    environment.globals.update(
        static=static,
        icon=icon,
        glyph=glyph,
        lasted=lasted,
        new_key=new_key,
        jobs_of=jobs_of,
        render_card=render_card,
        BUILD=BUILD,
        State=State,
        Lane=Lane,
        STATE_LOOK=STATE_LOOK,
        LANE_LOOK=LANE_LOOK,
        LANE_EMPTY=LANE_EMPTY,
        VIEW_LANES=VIEW_LANES,
        NEWEST_FIRST=NEWEST_FIRST,
        FLAG_LOOK=FLAG_LOOK,
        BROUGHT_BY=BROUGHT_BY,
    )
    return environment


def render(name: str, **context: object) -> str:
    """A whole page, such as ``render("pages/dispatch.html", frame=frame, …)``; its first comment lists the context."""
    return _ENVIRONMENT.get_template(name).render(context)


def render_card(
    view: str, card: JobCard, *, zone: ZoneInfo, options: WallOptions | None = None
) -> Markup:
    """One card as one element. The same bytes stand in the page and travel to everyone who listens."""
    html = _CARDS[view].render(card=card, zone=zone, options=options or WallOptions())
    return Markup(html)  # noqa: S704 - the template escaped it


_NAV: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("My jobs", "/my-jobs", frozenset({"technician"})),
    ("Dispatch", "/dispatch", frozenset({"dispatcher", "office", "owner"})),
    ("Billing", "/office", frozenset({"office", "owner"})),
    ("Money", "/money", frozenset({"office", "owner"})),
    ("Customers", "/customers", frozenset({"dispatcher", "office", "owner"})),
    ("Settings", "/settings", frozenset({"dispatcher", "office", "owner"})),
)


_PLACES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("People", "/people", frozenset({"dispatcher", "office", "owner"})),
    ("Company", "/settings/company", frozenset({"owner"})),
    ("Taxes and prices", "/settings/taxes", frozenset({"office", "owner"})),
    ("Job types", "/job-types", frozenset({"dispatcher", "office", "owner"})),
    ("Price book", "/price-book", frozenset({"dispatcher", "office", "owner"})),
    ("Customers", "/customers", frozenset({"dispatcher", "office", "owner"})),
    ("Sites", "/sites", frozenset({"dispatcher", "office", "owner"})),
    ("Wall displays", "/settings/displays", frozenset({"dispatcher", "owner"})),
    ("To decide", "/held", frozenset({"dispatcher", "office", "owner"})),
    ("Your account", "/account", frozenset({"technician", "dispatcher", "office", "owner"})),
)


def nav(roles: Iterable[str], here: str) -> tuple[NavLink, ...]:
    """The top bar's places for somebody with these roles; ``here`` is the path of the page."""
    links = _links(_NAV, roles, here)
    if any(link.current for link in links) or not any(_within(here, row[1]) for row in _PLACES):
        return links
    return tuple(replace(link, current=link.href == "/settings") for link in links)


def places(roles: Iterable[str], here: str) -> tuple[NavLink, ...]:
    """The list beside every page of the settings."""
    return _links(_PLACES, roles, here)


def _within(here: str, href: str) -> bool:
    return here == href or here.startswith(f"{href}/")


def _links(
    rows: tuple[tuple[str, str, frozenset[str]], ...], roles: Iterable[str], here: str
) -> tuple[NavLink, ...]:
    mine = frozenset(roles)
    return tuple(
        NavLink(label=label, href=href, current=_within(here, href))
        for label, href, may in rows
        if may & mine
    )


_ENVIRONMENT = _environment()
_CARDS: dict[str, Template] = {
    view: _ENVIRONMENT.get_template(f"cards/{view}.html")
    for view in ("dispatch", "office", "wall", "technician")
}
