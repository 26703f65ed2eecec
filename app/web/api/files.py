"""Photos and drawn signatures by the API: sent as forms with a file, given out as they are."""

from typing import Annotated, Literal

import msgspec
from starlette.responses import Response

from app.actions.act import Done
from app.files.pictures import Pictures
from app.models import PhotoKind
from app.queries.api_answers import JobAnswer
from app.queries.api_jobs import job_answer
from app.queries.files import photo_key, signature_key
from app.rules.access import Right
from app.web.api.endpoint import ApiCall, Endpoint, Query, Reply
from app.web.commands import Body, Elapsed, Moment
from app.web.files import file_answer
from app.web.uploads import take_photo, take_signature


class PhotoForm(Body, frozen=True, kw_only=True):
    """The fields beside ``file``. ``client_id``: the name that the program gave the photo; sent again it is the same
    photo. ``taken_at`` counts where the picture itself does not say."""

    kind: PhotoKind = PhotoKind.DURING
    client_id: Annotated[str, msgspec.Meta(max_length=90)] = ""
    taken_at: Moment | None = None
    item_id: str = ""
    occurred_at: Moment | None = None
    elapsed_ms: Elapsed | None = None


class SignatureForm(Body, frozen=True, kw_only=True):
    """``name``: whose hand it is."""

    name: Annotated[str, msgspec.Meta(max_length=120)] = ""
    occurred_at: Moment | None = None
    elapsed_ms: Elapsed | None = None


class SizeQuery(Query, frozen=True, kw_only=True):
    size: Literal["full", "thumb"] = "full"


class Picture(msgspec.Struct, frozen=True):
    """Not JSON: the bytes of the picture."""


async def add_photo(call: ApiCall, body: None) -> Reply:
    done, is_replay = await take_photo(
        call.request, call.db, _pictures(call), call.actor, call.ids["job_id"], at=call.at
    )
    return await _reply(call, done, is_replay)


async def add_signature(call: ApiCall, body: None) -> Reply:
    done, is_replay = await take_signature(
        call.request, call.db, _pictures(call), call.actor, call.ids["job_id"], at=call.at
    )
    return await _reply(call, done, is_replay)


async def read_photo(call: ApiCall, query: SizeQuery) -> Response:
    key = await call.db.ask_quick(
        photo_key, call.actor, call.ids["photo_id"], thumb=query.size == "thumb", at=call.at
    )
    return await file_answer(_pictures(call), key)


async def read_signature(call: ApiCall, query: Query) -> Response:
    key = await call.db.ask_quick(signature_key, call.actor, call.ids["signature_id"], at=call.at)
    return await file_answer(_pictures(call), key)


async def _reply(call: ApiCall, done: Done, is_replay: bool) -> Reply:
    answer = await call.db.ask_quick(
        job_answer,
        call.actor,
        job_id=call.ids["job_id"],
        epoch=done.epoch,
        seq=done.seq,
        made_id=done.made_id,
        at=call.at,
    )
    return Reply(answer, 201, is_replay)


def _pictures(call: ApiCall) -> Pictures:
    pictures: Pictures = call.request.app.state.pictures
    return pictures


_WRITE, _READ = (Right.WRITE_FACTS,), (Right.READ_JOBS,)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("POST", "/jobs/{job_id}/photos", _WRITE, PhotoForm, {201: JobAnswer}, add_photo, True),
    Endpoint(
        "POST",
        "/jobs/{job_id}/signature/drawn",
        _WRITE,
        SignatureForm,
        {201: JobAnswer},
        add_signature,
        True,
    ),
    Endpoint("GET", "/photos/{photo_id}", _READ, SizeQuery, {200: Picture}, read_photo),
    Endpoint("GET", "/signatures/{signature_id}", _READ, Query, {200: Picture}, read_signature),
)
