"""Rows of the lists: people, customers, sites, job types, displays, sign-ins, and what a search found."""

from dataclasses import dataclass
from datetime import datetime

from app.queries.screens.frame import WallOptions


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    name: str
    email: str | None
    phone: str | None
    roles: tuple[str, ...]
    retired: bool = False
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnrolmentLink:
    """A link that opens one phone once. ``qr_svg`` is an SVG element made by us, safe to print as it is."""

    url: str
    qr_svg: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerRow:
    id: int
    name: str
    town: str | None
    phone: str | None
    open_jobs: int


@dataclass(frozen=True, slots=True)
class SiteRow:
    id: int
    name: str
    address: str
    customer: str | None


@dataclass(frozen=True, slots=True)
class JobTypeRow:
    id: int
    name: str
    requirements: tuple[str, ...]
    retired: bool = False


@dataclass(frozen=True, slots=True)
class DisplayRow:
    id: int
    name: str
    options: WallOptions
    last_seen: datetime | None
    is_live: bool
    paired_by: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: int
    device: str
    last_seen: datetime
    since: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One line of search results. ``where`` is the lane or the state of a closed job; ``why`` what matched."""

    href: str
    kind: str
    title: str
    number: int | None = None
    say: str = ""
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    q: str
    open: tuple[Found, ...] = ()
    closed: tuple[Found, ...] = ()
    places: tuple[Found, ...] = ()
    more: bool = False
    suggestion: str | None = None
