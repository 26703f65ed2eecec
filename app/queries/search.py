"""One box for everything: jobs on the board and closed ones, customers and sites, within the searcher's rights."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.models import Customer, Job, Site
from app.queries.choices import site_label
from app.queries.jobs import own_jobs
from app.queries.screens.lists import Found, Search
from app.rules.access import Actor, Right, Scope, scope_of
from app.rules.states import STATE_LANE

Column = ColumnElement[str] | InstrumentedAttribute[str] | InstrumentedAttribute[str | None]

LIMIT = 50
"""Results of one kind; who needs more types another word."""

LONGEST = 100
"""Characters of a query that are looked at: a pasted page must not become a hundred conditions."""

OFF_THE_BOARD = [state for state, lane in STATE_LANE.items() if lane is None]


def search(session: Session, by: Actor, *, q: str, at: datetime) -> Search:
    """Every word must occur, wherever; letters' case does not matter."""
    words = q[:LONGEST].lower().split()
    if not words:
        return Search(q="")
    jobs = _jobs(session, by, words, at)
    sees_all = scope_of(by, Right.SEARCH) is Scope.ALL
    shown = [(_found(job, sees_all), STATE_LANE[job.state]) for job in jobs[:LIMIT]]
    return Search(
        q=q[:LONGEST],
        open=tuple(found for found, lane in shown if lane is not None),
        closed=tuple(found for found, lane in shown if lane is None),
        places=_places(session, words) if sees_all else (),
        more=len(jobs) > LIMIT,
    )


def _jobs(session: Session, by: Actor, words: list[str], at: datetime) -> list[Job]:
    """The job of that number first, then those on the board, then closed ones; the newest of each first."""
    query = select(Job.id).where(*(contains(Job.search_text, word) for word in words))
    scope = scope_of(by, Right.SEARCH)
    if scope is not Scope.ALL:
        query = query.where(own_jobs(by.id, at=at))
    is_closed = case((Job.state.in_(OFF_THE_BOARD), 1), else_=0)
    is_number = case((Job.number == _number(words), 0), else_=1)
    # Which they are first: a common word would have every job that ever was, with its customer and site, put in order.
    found = session.scalars(
        query.order_by(is_number, is_closed, Job.number.desc()).limit(LIMIT + 1)
    ).all()
    rows = session.scalars(
        select(Job).options(joinedload(Job.customer), joinedload(Job.site)).where(Job.id.in_(found))
    )
    return sorted(rows, key=lambda job: found.index(job.id))


def _number(words: list[str]) -> int:
    """The job number that was typed; 0, which no job has, where none was."""
    typed = words[0].removeprefix("#")
    is_number = len(words) == 1 and typed.isascii() and typed.isdigit() and len(typed) < 10
    return int(typed) if is_number else 0


def contains(column: Column, word: str) -> ColumnElement[bool]:
    """``word`` anywhere in a lower-case text; a % or _ in it means itself."""
    return column.like(_anywhere(word), escape="\\")


def occurs_in(column: Column, words: str) -> ColumnElement[bool]:
    """Without regard to case, as far as the database knows it. Not ILIKE: PostgreSQL takes twice as long for it."""
    return func.lower(column).like(func.lower(_anywhere(words)), escape="\\")


def _anywhere(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _found(job: Job, sees_all: bool) -> Found:
    parts = [
        job.customer.name if job.customer else None,
        site_label(job.site) if job.site else None,
        job.closed_reason,
    ]
    return Found(
        href=f"/jobs/{job.id}" if sees_all else f"/my-jobs/{job.id}",
        kind="job",
        title=job.title,
        number=job.number,
        say=" · ".join(part for part in parts if part),
        state=job.state,
    )


def _places(session: Session, words: list[str]) -> tuple[Found, ...]:
    customers = session.scalars(
        select(Customer)
        .where(and_(*(_says(Customer.name, word) for word in words)))
        .order_by(Customer.name)
        .limit(LIMIT)
    )
    sites = session.scalars(
        select(Site)
        .where(and_(*(_in_site(word) for word in words)))
        .order_by(Site.street)
        .limit(LIMIT)
    )
    return (
        *(
            Found(f"/customers/{row.id}", "customer", row.name, say=row.city or "")
            for row in customers
        ),
        *(Found(f"/sites/{row.id}", "site", site_label(row)) for row in sites),
    )


def _in_site(word: str) -> ColumnElement[bool]:
    return or_(*(_says(column, word) for column in (Site.name, Site.street, Site.city)))


def _says(column: Column, word: str) -> ColumnElement[bool]:
    """Without regard to case. SQLite lowers a to z only, so "åsa" is also looked for as "Åsa" and "ÅSA"."""
    spellings = {word.capitalize(), word.upper()}
    return or_(contains(func.lower(column), word), *(contains(column, s) for s in spellings))
