"""What the outbox of a phone is told when something that waited there meets a job that others changed meanwhile.

Nobody looks at this page: the phone keeps its sentences beside what it had sent, and shows both (docs/decisions/0012).
"""

from datetime import datetime

from starlette.responses import Response

from app import pages
from app.actions.act import Done
from app.queries.meanwhile import Meanwhile, read_meanwhile
from app.rules.refusal import BadInput, Refusal
from app.web.door import Call, html
from app.web.frame import frame_of

KEPT = "Yours is kept with its time. The office decides."
TWO_STOPS = "Your stop is kept beside theirs. The office decides which one counts."

Fields = tuple[tuple[str, str], ...]


def is_outbox(call: Call) -> bool:
    """Sent by a phone that nobody looks at, some time after the press."""
    return call.request.headers.get("x-readyboard-script") == "outbox"


async def refused(
    call: Call, job_id: int, refusal: Refusal, *, occurred_at: str = ""
) -> Response | None:
    """The refusal with what others did, or None where nobody did anything: then it is the press's own fault."""
    if isinstance(refusal, BadInput) or not is_outbox(call):
        return None
    found = await _read(call, job_id, occurred_at)
    return _page(call, found, refusal.sentence, status=409) if found.lines else None


async def kept(call: Call, job_id: int, done: Done, *, occurred_at: str) -> Response | None:
    """The press is kept at the office, or stands against somebody else's: None where it was simply done."""
    if not is_outbox(call) or (done.held_id is None and not done.is_disputed):
        return None
    found = await _read(call, job_id, occurred_at)
    if done.held_id is not None:
        drop = (f"/jobs/{job_id}/drop-held", (("held_id", str(done.held_id)),))
        return _page(call, found, KEPT, status=202, drop=drop)
    drop = (f"/jobs/{job_id}/confirm-time", (("entry_id", str(found.doubtful_id)),))
    return _page(call, found, TWO_STOPS, status=202, drop=drop)


async def _read(call: Call, job_id: int, occurred_at: str) -> Meanwhile:
    seen = call.request.headers.get("x-readyboard-seen", "")
    return await call.db.ask(
        read_meanwhile,
        call.actor,
        job_id=job_id,
        seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else None,
        pressed_at=_moment(occurred_at) or call.at,
    )


def _moment(said: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _page(
    call: Call, found: Meanwhile, why: str, *, status: int, drop: tuple[str, Fields] | None = None
) -> Response:
    text = pages.render(
        "pages/meanwhile.html", frame=frame_of(call), why=why, lines=found.lines, drop=drop
    )
    response = html(text, status)
    response.headers["X-Readyboard-Changed"] = "1"
    return response
