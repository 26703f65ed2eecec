"""The cookies we set, and the secrets in them: 32 random bytes for the browser, their SHA-256 for the database."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

from app.settings import Settings

SIGN_IN = "readyboard"
DISPLAY = "readyboard-display"
THEME = "theme"

DISPLAY_DAYS = 400
"""Browsers keep no cookie longer. A screen that is on renews it."""


@dataclass(frozen=True, slots=True)
class Secret:
    plain: str
    hash: str


def new_secret() -> Secret:
    plain = secrets.token_urlsafe(32)
    return Secret(plain, hash_of(plain))


def hash_of(plain: str) -> str:
    """Without salt: the secret has 256 random bits, so there is no list to try."""
    return hashlib.sha256(plain.encode()).hexdigest()


def name_of(name: str, settings: Settings) -> str:
    """With https the prefix keeps other hosts of the same domain from planting the cookie."""
    return f"__Host-{name}" if settings.is_https else name


def secret_hash_in(connection: HTTPConnection, name: str, settings: Settings) -> str | None:
    plain = connection.cookies.get(name_of(name, settings))
    return hash_of(plain) if plain else None


def late_hash_in(connection: HTTPConnection, person_id: int, settings: Settings) -> str | None:
    plain = connection.cookies.get(late_name(person_id, settings))
    return hash_of(plain) if plain else None


def late_name(person_id: int, settings: Settings) -> str:
    """One for each person who was signed in on this browser: a phone may be shared."""
    return f"{'__Secure-' if settings.is_https else ''}readyboard-late-{person_id}"


def keep_late(response: Response, person_id: int, plain: str, settings: Settings) -> None:
    """Opens the late door and nothing else, and only for somebody who has left."""
    response.set_cookie(
        late_name(person_id, settings),
        plain,
        max_age=int(timedelta(days=400).total_seconds()),
        path="/late",
        secure=settings.is_https,
        httponly=True,
        samesite="strict",
    )


def keep(
    response: Response,
    name: str,
    value: str,
    settings: Settings,
    *,
    lasts: timedelta,
    same_site: Literal["lax", "strict"] = "lax",
) -> None:
    response.set_cookie(
        name_of(name, settings),
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite=same_site,
    )


def forget(response: Response, name: str, settings: Settings) -> None:
    response.delete_cookie(
        name_of(name, settings), path="/", secure=settings.is_https, httponly=True, samesite="lax"
    )
