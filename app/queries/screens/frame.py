"""What every page has: its frame, where its live news begins, what was typed into a form, and what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.queries.cards import Who


@dataclass(frozen=True, slots=True)
class WallOptions:
    """What a display may show beyond the default, which is private: no customer, no free title."""

    shows_customers: bool = False
    shows_titles: bool = False


@dataclass(frozen=True, slots=True)
class NavLink:
    label: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page: whose it is, where it is, and what everybody must be told."""

    company: str
    zone: ZoneInfo
    now: datetime
    person: Who | None = None
    nav: tuple[NavLink, ...] = ()
    places: tuple[NavLink, ...] = ()
    theme: str | None = None
    plain_http: bool = False
    example_data: bool = False
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """What a page was rendered from: the first hello of its socket begins there. ``key`` narrows it to one job."""

    view: str
    epoch: str
    seq: int
    heartbeat_s: int = 15
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed and what is wrong with it. ``refusal`` is the sentence that belongs to no single field."""

    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str | None = None

    def value(self, name: str, default: str = "") -> str:
        found = self.values.get(name, default)
        return found if isinstance(found, str) else (found[0] if found else default)

    def has(self, name: str, value: str) -> bool:
        """Whether ``value`` is among what was chosen, for radios and tick boxes."""
        found = self.values.get(name, ())
        return found == value if isinstance(found, str) else value in found


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, radio or tick box."""

    value: str
    label: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error page: what is wrong and what to do next. ``code`` is the HTTP status, ``ref`` what support asks for."""

    status: int
    title: str
    say: str
    next_label: str = "Go to the board"
    next_href: str = "/"
    ref: str | None = None
    links: tuple[NavLink, ...] = ()
