"""Photos and signatures over HTTP: taken in from forms, given out to those who may read the job, orphans collected."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.responses import Response

from app.actions.act import Done
from app.db import Database
from app.files.pictures import Pictures
from app.queries.files import held_key, orphans, photo_key, signature_key
from app.queries.screens.frame import Form
from app.rules.refusal import BadInput, NotFound, TooLarge
from app.web import clock, job, meanwhile, technician
from app.web.door import Call, see
from app.web.uploads import take_photo, take_signature
from app.web.where import id_of, job_home, path_of_ours

ORPHAN_AGE = timedelta(hours=1)
"""An upload's file is on disk before its row; an hour is far more than that can take."""

MINE_ONLY = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Disposition": "inline",
}
"""A picture never changes under its id; it may stay in this person's browser, and nowhere on the way."""


async def add_photo(call: Call) -> Response:
    """The plain form: photos, then back to the job; a refusal is shown on the page that the form stands on."""
    return await _taken_in(call, take_photo)


async def add_signature(call: Call) -> Response:
    return await _taken_in(call, take_signature)


async def _taken_in(call: Call, take: Callable[..., Awaitable[tuple[Done, bool]]]) -> Response:
    job_id = id_of(call)
    back = path_of_ours(call.request.query_params.get("next", "")) or job_home(call, job_id)
    try:
        done, _ = await take(call.request, call.db, _pictures(call), call.actor, job_id, at=call.at)
    except (BadInput, TooLarge) as refusal:
        form = Form(refusal=refusal.sentence)
        show = technician.show if back.startswith("/my-jobs") else job.show
        return await show(call, job_id, form, status=refusal.status)
    except NotFound as refusal:
        if changed := await meanwhile.refused(call, job_id, refusal):
            return changed
        raise
    response = see(back)
    if done.seq is not None:
        response.headers["X-Readyboard-Seq"] = str(done.seq)
    return response


async def photo(call: Call) -> Response:
    wants_thumb = call.request.query_params.get("size") == "thumb"
    key = await call.db.ask_quick(
        photo_key, call.actor, id_of(call, "photo_id"), thumb=wants_thumb, at=call.at
    )
    return await file_answer(_pictures(call), key)


async def signature(call: Call) -> Response:
    key = await call.db.ask_quick(
        signature_key, call.actor, id_of(call, "signature_id"), at=call.at
    )
    return await file_answer(_pictures(call), key)


async def held_picture(call: Call) -> Response:
    """What the office looks at before it decides."""
    key = await call.db.ask_quick(
        held_key, call.actor, id_of(call), id_of(call, "held_id"), at=call.at
    )
    return await file_answer(_pictures(call), key)


async def file_answer(pictures: Pictures, key: str) -> Response:
    """The file itself. Raises ``NotFound`` where a row speaks of a file that is gone."""
    try:
        data = await pictures.store.read(key)
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
