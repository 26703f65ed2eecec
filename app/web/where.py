"""Where a form leads back to: the page it was opened from, if that is one of ours, else the job's own page."""

import re
from urllib.parse import urlsplit

from app.queries.board import Head
from app.queries.screens.frame import Live
from app.rules.access import Right, Scope, scope_of
from app.rules.refusal import NotFound
from app.web.door import Call
from app.web.entry import safe_next

LARGEST_ID = 2**31 - 1
"""What both databases keep in an integer column; a larger number in an address names nothing."""

BOARDS = ("/dispatch", "/office")
"""Pages that follow the socket: a script on them wants to hear that it was done, not the whole board anew."""

_OURS = re.compile(
    r"^/(dispatch|office|held|moves|search|my-jobs(/\d+)?|jobs/\d+|invoices(/\d+)?)(\?|$)"
)


def live(call: Call, head: Head, view: str, *, key: str | None = None) -> Live:
    """``head`` must come from the snapshot that the page shows: its socket resumes from there."""
    return Live(view, head.epoch, head.seq, call.settings.heartbeat_s, key)


def id_of(call: Call, name: str = "job_id") -> int:
    """An id from the path."""
    number = call.number(name)
    if number > LARGEST_ID:
        raise NotFound
    return number


def job_home(call: Call, job_id: int) -> str:
    """The job's page for this person: the technician's form, or the office's page."""
    is_own = scope_of(call.actor, Right.READ_JOBS) is Scope.OWN
    return f"/my-jobs/{job_id}" if is_own else f"/jobs/{job_id}"


def opened_from(call: Call, job_id: int) -> str:
    """The page that a dialog was opened from: as the address says, else as the browser does."""
    said = path_of_ours(call.request.query_params.get("next", ""))
    return said or _referred(call) or job_home(call, job_id)


def path_of_ours(wanted: str) -> str | None:
    """``wanted`` if it is the path of a page that a dialog can lead back to."""
    return wanted if _OURS.match(wanted) and safe_next(wanted) == wanted else None


def is_board(path: str) -> bool:
    return urlsplit(path).path in BOARDS


def _referred(call: Call) -> str | None:
    came_from = urlsplit(call.request.headers.get("referer", ""))
    if came_from.netloc != call.request.url.netloc:
        return None
    query = f"?{came_from.query}" if came_from.query else ""
    return path_of_ours(f"{came_from.path}{query}")
