"""How the API says no: one shape for every refusal, and the right status."""

import msgspec
from starlette.responses import Response

from app.queries.api_card import ApiCard
from app.rules.refusal import Refusal

BUSY_S = 1
"""Seconds after which a program may try again when the database was busy."""

TOO_MANY_S = 60


class Error(msgspec.Struct, frozen=True):
    """``code`` for the program, ``message`` for its user; ``field``: the input that it speaks about."""

    code: str
    message: str
    field: str | None


class ErrorAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """``job``: with 409, the job as it is, where the caller may read it."""

    error: Error
    job: ApiCard | None = None


def refused(refusal: Refusal, job: ApiCard | None = None) -> Response:
    error = Error(refusal.code, refusal.sentence, refusal.field)
    headers = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": str(TOO_MANY_S)}}
    return json(ErrorAnswer(error, job), refusal.status, headers.get(refusal.status, {}))


def not_here() -> Response:
    error = Error("not_found", "There is no such call. See docs/api.md for the list.", None)
    return json(ErrorAnswer(error), 404, {})


def wrong_method(allowed: list[str]) -> Response:
    names = ", ".join(sorted(allowed))
    error = Error("wrong_method", f"This address takes {names} only.", None)
    return json(ErrorAnswer(error), 405, {"Allow": names})


def busy() -> Response:
    error = Error("busy", "The database is busy. Try again in a moment.", None)
    return json(ErrorAnswer(error), 503, {"Retry-After": str(BUSY_S)})


def broken() -> Response:
    sentence = (
        "Something went wrong on our side. Nothing was changed; the operator finds it in the log."
    )
    return json(ErrorAnswer(Error("broken", sentence, None)), 500, {})


def json(value: msgspec.Struct, status: int, headers: dict[str, str]) -> Response:
    """Answers are personal: nobody on the way keeps them."""
    return Response(
        msgspec.json.encode(value),
        status_code=status,
        headers={"Cache-Control": "no-store", **headers},
        media_type="application/json",
    )
