"""Photos and signatures over HTTP: taken in from forms, given out to those who may read the job, orphans collected."""

from datetime import timedelta

from starlette.responses import Response

from app.db import Database
from app.files.pictures import Pictures
from app.queries.files import orphans, photo_key, signature_key
from app.rules.refusal import NotFound
from app.web import clock
from app.web.door import Call, see
from app.web.entry import safe_next
from app.web.uploads import take_photo, take_signature

ORPHAN_AGE = timedelta(hours=1)
"""An upload's file is on disk before its row; an hour is far more than that can take."""

MINE_ONLY = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "inline",
}
"""A picture never changes under its id; it may stay in this person's browser, and nowhere on the way."""


async def add_photo(call: Call) -> Response:
    """The plain form: one photo, then back to the job. Raises the refusal that the page shows."""
    job_id = call.number("job_id")
    await take_photo(call.request, call.db, _pictures(call), call.actor, job_id, at=call.at)
    return see(safe_next(call.request.query_params.get("next")))


async def add_signature(call: Call) -> Response:
    job_id = call.number("job_id")
    await take_signature(call.request, call.db, _pictures(call), call.actor, job_id, at=call.at)
    return see(safe_next(call.request.query_params.get("next")))


async def photo(call: Call) -> Response:
    wants_thumb = call.request.query_params.get("size") == "thumb"
    key = await call.db.ask_quick(
        photo_key, call.actor, call.number("photo_id"), thumb=wants_thumb, at=call.at
    )
    return await _file(call, key)


async def signature(call: Call) -> Response:
    key = await call.db.ask_quick(
        signature_key, call.actor, call.number("signature_id"), at=call.at
    )
    return await _file(call, key)


async def _file(call: Call, key: str) -> Response:
    try:
        data = await _pictures(call).store.read(key)
    except FileNotFoundError:
        raise NotFound(
            "The file of this picture is missing. Tell whoever looks after the server."
        ) from None
    kind = "image/png" if key.endswith(".png") else "image/jpeg"
    return Response(data, media_type=kind, headers=MINE_ONLY)


def _pictures(call: Call) -> Pictures:
    pictures: Pictures = call.request.app.state.pictures
    return pictures


async def collect_orphans(db: Database, pictures: Pictures) -> int:
    """Remove files that no row speaks of: a crash between file and row leaves one. Answers how many."""
    old = await pictures.store.keys_before(clock.now() - ORPHAN_AGE)
    gone = 0
    for start in range(0, len(old), 500):
        for key in await db.ask(orphans, old[start : start + 500]):
            await pictures.store.remove(key)
            gone += 1
    return gone
