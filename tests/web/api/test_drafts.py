"""Drafts over the API: their lines, discounts and photos, changed as on their page."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.cast import World
from tests.databases import on_sqlite
from tests.web import pictures
from tests.web.api.conftest import Program, ProgramOf
from tests.web.money import ready_job


async def drafted(program: Program, *job_ids: int) -> dict[str, Any]:
    (draft,) = (await program.post("/invoices", {"job_ids": job_ids})).json()["invoices"]
    return dict(draft)


async def photographed(world: World) -> int:
    """A job with a photo before and one after the work."""
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.tom) as client:
        for kind in ("before", "after"):
            words = {"key": uuid4().hex, "kind": kind, "client_id": uuid4().hex}
            file = ("file", ("1.jpg", pictures.saved_as("JPEG"), "image/jpeg"))
            await client.post(f"/jobs/{job_id}/photos", data=words, files=[file])
    return job_id


async def test_the_photos_of_a_draft_are_chosen(world: World, olga: Program) -> None:
    draft = await drafted(olga, await photographed(world))
    path = f"/invoices/{draft['id']}/photos"
    first, second = draft["photos"]
    assert (first["is_chosen"], second["caption"]) == (False, "Job 1001, after the work")
    chosen = (await olga.post(path, {"photo_ids": [second["id"]]}, key="1")).json()["invoice"]
    again = (await olga.post(path, {"photo_ids": [second["id"]]}, key="1")).json()["invoice"]
    assert chosen["photos"] == again["photos"] == [first, second | {"is_chosen": True}]
    strange = await olga.post(path, {"photo_ids": [999]})
    assert (strange.status_code, strange.json()["error"]["code"]) == (422, "unknown_photo")
    body = {"version": chosen["version"]}
    issued = (await olga.post(f"/invoices/{draft['id']}/issue", body)).json()["invoice"]
    assert issued["photos"] == [
        {"id": None, "caption": "Job 1001, after the work", "is_chosen": True}
    ]
    late = await olga.post(path, {"photo_ids": []})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "issued")


async def test_a_discount_is_given_and_taken_away(world: World, olga: Program) -> None:
    draft = await drafted(olga, await ready_job(world))
    path = f"/invoices/{draft['id']}/discount"
    off = (await olga.post(path, {"reason": "Regular", "per_cent": "10"})).json()["invoice"]
    assert off["net"] == draft["net"] - draft["net"] // 10
    euro = {"amount": 100, "currency": "EUR"}
    off = (await olga.post(path, {"reason": "Regular", "amount": euro})).json()["invoice"]
    assert off["net"] == draft["net"] - 100
    both = await olga.post(path, {"reason": "Regular", "amount": euro, "per_cent": "1"})
    assert (both.status_code, both.json()["error"]["code"]) == (422, "one_of_two")
    unsaid = await olga.post(path, {"per_cent": "10"})
    assert (unsaid.status_code, unsaid.json()["error"]["field"]) == (422, "reason")
    assert (await olga.post(path)).json()["invoice"]["net"] == draft["net"]


async def test_a_line_is_changed_and_set_back_and_a_draft_discarded(
    world: World, olga: Program
) -> None:
    draft = await drafted(olga, await ready_job(world))
    here, line = f"/invoices/{draft['id']}", draft["lines"][0]
    words = {"line_id": line["id"], "description": "Agreed", "unit_price": "50", "tax": line["tax"]}
    changed = (await olga.post(f"{here}/lines", words)).json()["invoice"]
    assert (changed["lines"][0]["description"], changed["net"]) == ("Agreed", 5000)
    reset = (await olga.post(f"{here}/reset-line", {"line_id": line["id"]})).json()["invoice"]
    assert (reset["lines"], reset["net"]) == (draft["lines"], draft["net"])
    assert (await olga.post(f"{here}/refresh")).json()["invoice"]["version"] == reset["version"]
    assert (await olga.post(f"{here}/discard")).json()["invoice"] is None


@on_sqlite
@pytest.mark.parametrize("path", ["photos", "discount", "reset-line", "refresh", "discard"])
async def test_only_the_office_changes_drafts(
    world: World, program_of: ProgramOf, olga: Program, path: str
) -> None:
    draft = await drafted(olga, await ready_job(world))
    for who in (world.cast.tom, world.cast.dana):
        program = await program_of(who)
        assert (await program.post(f"/invoices/{draft['id']}/{path}", {})).status_code == 403


async def test_a_job_that_changed_after_its_invoice_is_answered(
    world: World, olga: Program
) -> None:
    job_id = await ready_job(world)
    draft = await drafted(olga, job_id)
    await olga.post(f"/invoices/{draft['id']}/issue", {"version": draft["version"]})
    early = await olga.post(f"/jobs/{job_id}/supplement")
    assert (early.status_code, early.json()["error"]["code"]) == (409, "unchanged")
    (entry,) = (await olga.get(f"/jobs/{job_id}")).json()["entries"]
    earlier = datetime.fromisoformat(entry["started_at"]) - timedelta(hours=1)
    words = {"entry_id": entry["id"], "started_at": earlier.isoformat(), "reason": "Forgotten"}
    await olga.post(f"/jobs/{job_id}/corrections", words)
    changed = (await olga.get(f"/jobs/{job_id}")).json()
    assert changed["difference"] == {"amount": 6000, "currency": "EUR"}
    wrong = await olga.post(f"/jobs/{job_id}/credit-difference", {"reason": "Less"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (409, "to_supplement")
    body = {"reason": "Goodwill"}
    assert (await olga.post(f"/jobs/{job_id}/dismiss-difference", body)).status_code == 200
    assert "difference" not in (await olga.get(f"/jobs/{job_id}")).json()
    made = (await olga.post(f"/jobs/{job_id}/supplement")).json()["made_id"]
    assert (await olga.get(f"/invoices/{made}")).json()["net"] == 6000
