"""Lists: how many, and where the next page begins. ``next`` is opaque: programs hand it back as it is."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec

from app.rules.refusal import BadInput
from app.web.api.endpoint import Query

T = TypeVar("T")


class PageQuery(Query, frozen=True, kw_only=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 50
    after: str | None = None


def place_of(after: str | None) -> int | None:
    """The id that ``after`` stands for. Raises ``BadInput`` for anything that we did not hand out."""
    if after is None:
        return None
    try:
        return int(urlsafe_b64decode(after.encode() + b"=="))
    except ValueError:
        sentence = "This is not the next of a page of this list. Begin again without after."
        raise BadInput("unknown_place", sentence, field="after") from None


def next_of(rows: list[T], limit: int, id_of: Callable[[T], int]) -> tuple[list[T], str | None]:
    """The page out of ``limit + 1`` rows asked for, and what the page after it is asked with."""
    page = rows[:limit]
    if len(rows) <= limit:
        return page, None
    return page, urlsafe_b64encode(str(id_of(page[-1])).encode()).decode().rstrip("=")
