"""The television's own page: the wall where it is paired, else a code, a word and a square until it is approved."""

import secrets
from datetime import datetime, timedelta

from starlette.responses import Response

from app import pages
from app.actions import displays as acts
from app.actions import sign_in
from app.actions.displays import Offer
from app.db import Database
from app.models import DisplayState
from app.queries import walls
from app.queries.screens.frame import Live
from app.queries.walls import Screen
from app.web import cookies
from app.web.cookies import DISPLAY
from app.web.door import Call, html
from app.web.entry import address_of
from app.web.frame import frame_of
from app.web.qr import qr_svg

ALPHABET = "BCDFGHJKMNPQRSTVWXZ23456789"
"""Nothing that looks like something else, and no vowels, so that no code spells a word."""

CODE_LETTERS = 8

_WORDS = """
acorn amber anchor apple badger barley beacon birch bridge bronze candle canoe cedar cherry clover cobalt copper
coral cotton cricket dolphin falcon feather fennel garden ginger hazel heron honey island ivory jasmine juniper
kettle lantern lemon linen maple marble meadow nutmeg orchard otter pebble pepper plum quartz raven river saddle
saffron silver sparrow spruce thistle tulip violet walnut willow winter
"""
WORDS = tuple(_WORDS.split())

MOST_NEW_SCREENS = 60
"""New televisions from one address in a quarter of an hour: each asks for one code, and a reload keeps it."""

CARDS_VISIBLE = 4
CARDS_VISIBLE_WITH_PLACES = 3

SEEN_EVERY = timedelta(minutes=2)


async def shown(call: Call) -> Response:
    plain = call.request.cookies.get(cookies.name_of(DISPLAY, call.settings))
    screen = await _screen(call, plain)
    if screen is not None and screen.state is DisplayState.PAIRED:
        response = await _wall(call, screen)
    else:
        plain, screen = await _waiting(call, plain, screen)
        response = _pairing(call, screen)
    cookies.keep(
        response, DISPLAY, plain or "", call.settings, lasts=timedelta(days=cookies.DISPLAY_DAYS)
    )
    return response


async def _screen(call: Call, plain: str | None) -> Screen | None:
    if not plain:
        return None
    return await call.db.ask_quick(walls.screen_of, cookies.hash_of(plain))


async def _waiting(call: Call, plain: str | None, screen: Screen | None) -> tuple[str, Screen]:
    """The television with a code that still counts. One that was removed begins as a new one."""
    if plain is None or screen is None or screen.state is not DisplayState.WAITING:
        plain = cookies.new_secret().plain
        subject = f"screen:{address_of(call)}"
        await call.db.write(sign_in.count_try, subject, at=call.at, most=MOST_NEW_SCREENS)
        await call.db.write(
            acts.begin_pairing, secret_hash=cookies.hash_of(plain), offer=_offer(), at=call.at
        )
    elif _is_over(screen, call.at):
        await call.db.write(
            acts.offer_again, secret_hash=cookies.hash_of(plain), offer=_offer(), at=call.at
        )
    else:
        return plain, screen
    screen = await _screen(call, plain)
    if screen is None:
        raise AssertionError("expected the screen that was written down a moment ago")
    return plain, screen


def _is_over(screen: Screen, at: datetime) -> bool:
    return screen.code_expires_at is None or screen.code_expires_at <= at


def _offer() -> Offer:
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
    return Offer(code, secrets.choice(WORDS))


async def _wall(call: Call, screen: Screen) -> Response:
    await note_seen(call.db, screen.id, screen.seen_at, at=call.at)
    head, cards = await call.db.ask(walls.wall)
    page = pages.render(
        "pages/wall.html",
        frame=frame_of(call),
        live=Live("wall", head.epoch, head.seq, call.settings.heartbeat_s),
        cards=cards,
        options=screen.options,
        visible=CARDS_VISIBLE_WITH_PLACES if screen.options.shows_customers else CARDS_VISIBLE,
    )
    return html(page)


async def note_seen(
    db: Database, display_id: int, seen_at: datetime | None, *, at: datetime
) -> None:
    """Write down that the television is on; the live side asks once a minute."""
    if seen_at is None or at - seen_at >= SEEN_EVERY:
        await db.write(acts.seen, display_id, at=at)


def _pairing(call: Call, screen: Screen) -> Response:
    code, ends_at = screen.code or "", screen.code_expires_at or call.at
    url = f"{call.settings.address}/settings/displays/pair?code={code}"
    page = pages.render(
        "pages/wall_pair.html",
        frame=frame_of(call),
        code=code,
        word=screen.word,
        url=url,
        qr_svg=qr_svg(url),
        ends_at=ends_at,
    )
    response = html(page)
    # For televisions too old for our scripts, which look more often and without drawing the page anew.
    response.headers["Refresh"] = "30"
    return response
