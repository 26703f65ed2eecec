"""Evidence by the API: photos as forms with a file, parts with and without prices, the price book."""

from uuid import uuid4

import httpx2

from tests.cast import World
from tests.databases import on_sqlite
from tests.web import pictures
from tests.web.api.conftest import Program, ProgramOf
from tests.web.work import job_for

EUROS = {"amount": "6.125", "currency": "EUR"}


async def send(program: Program, path: str, data: bytes, **fields: str) -> httpx2.Response:
    key = fields.pop("key", uuid4().hex)
    return await program.client.post(
        f"/api/v1{path}",
        data=fields,
        files={"file": ("photo", data, "image/heic")},
        headers={"Idempotency-Key": key},
    )


async def test_a_photo_is_sent_read_and_sent_again(world: World, program_of: ProgramOf) -> None:
    tom = await program_of(world.cast.tom)
    job_id = await job_for(world, world.cast.tom)
    words = {"kind": "before", "client_id": "c1"}
    first = await send(tom, f"/jobs/{job_id}/photos", pictures.saved_as("HEIF"), key="k", **words)
    assert first.status_code == 201, first.text
    again = await send(tom, f"/jobs/{job_id}/photos", pictures.saved_as("HEIF"), key="k", **words)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["made_id"] == first.json()["made_id"]
    (photo,) = (await tom.get(f"/jobs/{job_id}")).json()["photos"]
    assert (photo["kind"], photo["client_id"]) == ("before", "c1")
    thumb = await tom.get(f"/photos/{photo['id']}", size="thumb")
    assert thumb.headers["content-type"] == "image/jpeg"
    ines = await program_of(world.cast.ines)
    assert (await ines.get(f"/photos/{photo['id']}")).status_code == 404


@on_sqlite
async def test_what_is_no_picture_is_refused_in_json(world: World, program_of: ProgramOf) -> None:
    tom = await program_of(world.cast.tom)
    job_id = await job_for(world, world.cast.tom)
    answer = await send(tom, f"/jobs/{job_id}/photos", pictures.SVG)
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "file"


@on_sqlite
async def test_prices_are_absent_for_those_who_may_not_see_them(
    world: World, program_of: ProgramOf
) -> None:
    cast = world.cast
    job_id = await job_for(world, cast.tom)
    tom, olga = await program_of(cast.tom), await program_of(cast.olga)
    item = await olga.post("/price-book", {"description": "Pipe", "unit": "m", "unit_price": EUROS})
    body = {"item_id": item.json()["id"], "quantity": "2.5"}
    assert (await tom.post(f"/jobs/{job_id}/parts", body)).status_code == 200
    seen = {}
    for name, program in (("tom", tom), ("olga", olga)):
        (part,) = (await program.get(f"/jobs/{job_id}")).json()["parts"]
        seen[name] = part.get("unit_price", "absent")
    assert seen == {"tom": "absent", "olga": "6.125"}


@on_sqlite
async def test_a_part_is_changed_and_retired_field_by_field(
    world: World, program_of: ProgramOf
) -> None:
    olga = await program_of(world.cast.olga)
    made = await olga.post("/price-book", {"description": "Pipe", "unit": "m", "unit_price": EUROS})
    path = f"/price-book/{made.json()['id']}"
    price = {"amount": "7", "currency": "EUR"}
    changed = (await olga.patch(path, {"unit_price": price, "retired": True})).json()
    assert changed["unit_price"] == price
    assert changed["retired_at"] is not None
    assert (await olga.patch(path, {"retired": False})).json()["retired_at"] is None
    foreign = {"amount": "7", "currency": "CHF"}
    refused = await olga.patch(path, {"unit_price": foreign})
    assert refused.json()["error"]["message"] == "This company works in EUR."
    assert [
        p["description"] for p in (await olga.get("/price-book", q="PIPE")).json()["items"]
    ] == ["Pipe"]
