"""From bytes to typed bodies: what cannot be read is 400, what cannot be taken is 422 with the field's name."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.rules.refusal import BadInput, Malformed, TooLarge

T = TypeVar("T", bound=msgspec.Struct)

YEARS = range(2000, 2101)
"""Moments outside are a slip of the keyboard; near the ends of the calendar they cannot even be reckoned with."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Control characters but tab and line ends. PostgreSQL cannot keep the first of them at all."""


async def words_of(request: Request, *, limit: int) -> dict[str, Any]:
    """The body's JSON object with control characters taken out; no body at all is an empty one."""
    raw = await _read(request, limit)
    if not raw:
        return {}
    try:
        words = msgspec.json.decode(raw)
    except msgspec.ValidationError as problem:
        raise BadInput("wrong_type", f"A number here is too large: {problem}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise Malformed("not_json", f"The body is not JSON: {problem}.") from None
    if not isinstance(words, dict):
        raise BadInput("wrong_type", "The body must be a JSON object, like {}.")
    return {str(name): _printable(value) for name, value in words.items()}


async def _read(request: Request, limit: int) -> bytes:
    sentence = f"This is too large. At most {limit} bytes are taken."
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge("too_large", sentence)
    chunks = bytearray()
    try:
        async for chunk in request.stream():
            chunks += chunk
            if len(chunks) > limit:
                raise TooLarge("too_large", sentence)
    except HTTPException:  # The program's own limit may be reached first.
        raise TooLarge("too_large", sentence) from None
    return bytes(chunks)


def _printable(value: Any) -> Any:
    match value:
        case str():
            return _UNPRINTABLE.sub("", value)
        case list():
            return [_printable(one) for one in value]
        case dict():
            return {name: _printable(one) for name, one in value.items()}
        case _:
            return value


def taken(words: Mapping[str, Any], kind: type[T], *, from_text: bool = False) -> T:
    """The words as the structure that the call takes. ``from_text``: a query string, where numbers are text."""
    try:
        body = msgspec.convert(words, kind, strict=not from_text)
    except msgspec.ValidationError as problem:
        raise _refusal(str(problem)) from None
    _refuse_far_moments(body, "")
    return body


def _refuse_far_moments(body: msgspec.Struct, prefix: str) -> None:
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if isinstance(value, datetime) and value.year not in YEARS:
            raise BadInput(
                "far_time",
                "This moment is out of reach. Check the year.",
                field=prefix + name,
            )
        if isinstance(value, msgspec.Struct):
            _refuse_far_moments(value, f"{prefix}{name}.")


_UNKNOWN = re.compile(r"contains unknown field `(.+?)`")
_MISSING = re.compile(r"missing required field `(.+?)`")
_WHERE = re.compile(r" - at `\$\.?(.*?)`$")


def _refusal(problem: str) -> BadInput:
    """msgspec's one sentence, as a code, a sentence and a field."""
    found = _WHERE.search(problem)
    where = found[1] if found else ""
    what = _WHERE.sub("", problem)
    if unknown := _UNKNOWN.search(what):
        field = ".".join(filter(None, (where, unknown[1])))
        sentence = f"There is no field “{field}” here. Check its spelling, or leave it out."
        return BadInput("unknown_field", sentence, field=field)
    if missing := _MISSING.search(what):
        field = ".".join(filter(None, (where, missing[1])))
        return BadInput("missing_field", f"“{field}” is needed.", field=field)
    if r"regex '\\S'" in what:
        return BadInput("blank", f"“{where}” has to say something.", field=where)
    sentence = f"“{where}” cannot be taken: {what.replace('`', '')}."
    return BadInput("wrong_type", sentence, field=where or None)
