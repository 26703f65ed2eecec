"""View models of whole pages: frozen dataclasses that queries fill, doors hand over and templates only format."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.queries.cards import Who


@dataclass(frozen=True, slots=True)
class WallOptions:
    """What a display may show beyond the default, which is private: no customer, no town, no free title."""

    customer_names: bool = False
    towns: bool = False
    full_titles: bool = False


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
    theme: str | None = None
    plain_http: bool = False
    example_data: bool = False
    held_presses: int = 0
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """What a page was rendered from: the first hello of its socket begins there. ``key`` narrows it to one job."""

    view: str
    epoch: str
    seq: int
    heartbeat_s: int = 15
    key: str | None = None
