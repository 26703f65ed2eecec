"""Who may do what: one matrix, deny by default. A route or message without a row here fails the start.

The scope says on which objects: ``ALL``, ``OWN`` (a job assigned to this person now, or worked on by them in the
last ``OWN_DAYS`` days) or ``NONE``. Roles add up; a small firm's owner holds them all.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

OWN_DAYS = 30
"""Long enough to answer the office's question about last month's job, short enough to forget a customer."""


class Role(StrEnum):
    TECHNICIAN = "technician"
    DISPATCHER = "dispatcher"
    OFFICE = "office"
    OWNER = "owner"


class Scope(IntEnum):
    """Ordered: a larger scope includes the smaller."""

    NONE = 0
    OWN = 1
    ALL = 2


class Right(StrEnum):
    READ_JOBS = "read_jobs"
    PLAN_JOBS = "plan_jobs"
    PRESS = "press"
    PRESS_FOR = "press_for"
    WRITE_FACTS = "write_facts"
    RECORD_TIME = "record_time"
    SET_PRICES = "set_prices"
    MOVE = "move"
    ASK = "ask"
    ANSWER = "answer"
    WAIVE = "waive"
    CLOSE_UNBILLED = "close_unbilled"
    REOPEN = "reopen"
    DECIDE_HELD = "decide_held"
    SEE_DISPATCH = "see_dispatch"
    SEE_BILLING = "see_billing"
    SEE_MONEY = "see_money"
    BILL = "bill"
    TAKE_PAYMENTS = "take_payments"
    CREDIT = "credit"
    WRITE_OFF = "write_off"
    SET_RATES = "set_rates"
    IMPORT = "import"
    EXPORT_BOOKS = "export_books"
    SEARCH = "search"
    READ_CUSTOMERS = "read_customers"
    EDIT_CUSTOMERS = "edit_customers"
    READ_JOB_TYPES = "read_job_types"
    EDIT_JOB_TYPES = "edit_job_types"
    READ_PRICE_BOOK = "read_price_book"
    EDIT_PRICE_BOOK = "edit_price_book"
    READ_PEOPLE = "read_people"
    EDIT_PEOPLE = "edit_people"
    EDIT_COMPANY = "edit_company"
    MANAGE_DISPLAYS = "manage_displays"
    OWN_ACCOUNT = "own_account"


_T, _D, _O, _W = Role.TECHNICIAN, Role.DISPATCHER, Role.OFFICE, Role.OWNER

# Right → (technician, dispatcher, office, owner).
_ROWS: dict[Right, tuple[Scope, Scope, Scope, Scope]] = {
    Right.READ_JOBS: (Scope.OWN, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.PLAN_JOBS: (Scope.NONE, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.PRESS: (Scope.OWN, Scope.NONE, Scope.NONE, Scope.NONE),
    Right.PRESS_FOR: (Scope.NONE, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.WRITE_FACTS: (Scope.OWN, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.RECORD_TIME: (Scope.OWN, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.SET_PRICES: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.MOVE: (Scope.NONE, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.ASK: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.ANSWER: (Scope.OWN, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.WAIVE: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.CLOSE_UNBILLED: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.REOPEN: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.DECIDE_HELD: (Scope.NONE, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.SEE_DISPATCH: (Scope.NONE, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.SEE_BILLING: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.SEE_MONEY: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.BILL: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.TAKE_PAYMENTS: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.CREDIT: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.WRITE_OFF: (Scope.NONE, Scope.NONE, Scope.NONE, Scope.ALL),
    Right.SET_RATES: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.IMPORT: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.EXPORT_BOOKS: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.SEARCH: (Scope.OWN, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.READ_CUSTOMERS: (Scope.OWN, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.EDIT_CUSTOMERS: (Scope.NONE, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.READ_JOB_TYPES: (Scope.NONE, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.EDIT_JOB_TYPES: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.READ_PRICE_BOOK: (Scope.NONE, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.EDIT_PRICE_BOOK: (Scope.NONE, Scope.NONE, Scope.ALL, Scope.ALL),
    Right.READ_PEOPLE: (Scope.NONE, Scope.ALL, Scope.ALL, Scope.ALL),
    Right.EDIT_PEOPLE: (Scope.NONE, Scope.NONE, Scope.NONE, Scope.ALL),
    Right.EDIT_COMPANY: (Scope.NONE, Scope.NONE, Scope.NONE, Scope.ALL),
    Right.MANAGE_DISPLAYS: (Scope.NONE, Scope.ALL, Scope.NONE, Scope.ALL),
    Right.OWN_ACCOUNT: (Scope.ALL, Scope.ALL, Scope.ALL, Scope.ALL),
}

MATRIX: dict[tuple[Right, Role], Scope] = {
    (right, role): scope
    for right, row in _ROWS.items()
    for role, scope in zip((_T, _D, _O, _W), row, strict=True)
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks, with the roles they hold at this moment."""

    id: int
    name: str
    roles: frozenset[Role]


def scope_of(actor: Actor, right: Right) -> Scope:
    """The widest scope any of the actor's roles gives for this right."""
    return max((MATRIX[right, role] for role in actor.roles), default=Scope.NONE)


def may(actor: Actor, right: Right) -> bool:
    """Whether the actor holds the right on anything at all; the object is checked where it is fetched."""
    return scope_of(actor, right) is not Scope.NONE
