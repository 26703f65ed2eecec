"""What the office sees of a draft before it is issued: the photos that go with it, the characters that no font has."""

import io
from uuid import uuid4

import httpx2
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import billing
from app.actions.act import now_by
from app.models import Customer, Photo
from tests.cast import World
from tests.databases import on_sqlite
from tests.web import pictures
from tests.web.money import ready_job
from tests.web.work import hidden, now, post


async def photographed(world: World) -> tuple[int, int, list[int]]:
    """A job with two photos, on a draft: the job, the draft and the photos by id."""
    job_id = await ready_job(world)
    async with await world.client_of(world.cast.tom) as client:
        for kind in ("before", "after"):
            words = {"key": uuid4().hex, "kind": kind, "client_id": uuid4().hex}
            file = ("file", ("1.jpg", pictures.saved_as("JPEG"), "image/jpeg"))
            await client.post(f"/jobs/{job_id}/photos", data=words, files=[file])
    act = now_by(world.cast.olga, now())
    done = await world.db.write(billing.send_to_billing, act, job_ids=[job_id])
    assert done.made_id is not None
    return job_id, done.made_id, await world.db.ask(_photo_ids)


def _photo_ids(session: Session) -> list[int]:
    return list(session.scalars(select(Photo.id).order_by(Photo.id)))


async def _pictures_in(client: httpx2.AsyncClient, invoice_id: int) -> list[int]:
    """By page."""
    answer = await client.get(f"/invoices/{invoice_id}/pdf")
    return [len(page.images) for page in PdfReader(io.BytesIO(answer.content)).pages]


async def test_the_office_chooses_which_photos_the_customer_sees(world: World) -> None:
    _, draft, (before, after) = await photographed(world)
    here = f"/invoices/{draft}"
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(here)).text
        assert f'name="photo_{before}" value="yes">' in page
        assert await _pictures_in(client, draft) == [0]
        answer = await post(client, f"{here}/photos", **{f"photo_{after}": "yes"})
        assert answer.headers["location"] == f"{here}?said=photos"
        page = (await client.get(here)).text
        assert f'name="photo_{after}" value="yes" checked>' in page
        assert "after the work" in page
        assert await _pictures_in(client, draft) == [0, 1]
        issue = hidden(page.split("/issue")[1], "version")
        await post(client, f"{here}/issue", version=issue)
        assert await _pictures_in(client, draft) == [0, 1]
        late = await post(client, f"{here}/photos", **{f"photo_{before}": "yes"})
    assert late.status_code == 409


@on_sqlite
async def test_a_photo_that_was_withdrawn_is_on_no_invoice(world: World) -> None:
    job_id, draft, (before, after) = await photographed(world)
    here = f"/invoices/{draft}"
    async with await world.client_of(world.cast.olga) as client:
        both = {f"photo_{before}": "yes", f"photo_{after}": "yes"}
        await post(client, f"{here}/photos", **both)
        withdrawn = await post(
            client, f"/jobs/{job_id}/withdraw-photo", fact_id=str(before), reason="A face is on it"
        )
        assert withdrawn.status_code == 303
        assert (await post(client, f"{here}/photos", **both)).status_code == 422
        page = (await client.get(here)).text
        assert f'name="photo_{before}"' not in page
        await post(client, f"{here}/issue", version=hidden(page.split("/issue")[1], "version"))
        assert await _pictures_in(client, draft) == [0, 1]


@on_sqlite
async def test_a_photo_of_another_job_is_refused(world: World) -> None:
    _, draft, photos = await photographed(world)
    other = await ready_job(world, payer="Café Ö")
    act = now_by(world.cast.olga, now())
    strange = (await world.db.write(billing.send_to_billing, act, job_ids=[other])).made_id
    async with await world.client_of(world.cast.olga) as client:
        answer = await post(client, f"/invoices/{strange}/photos", **{f"photo_{photos[0]}": "yes"})
        assert answer.status_code == 422
        assert "Photos on it" not in (await client.get(f"/invoices/{strange}")).text
        assert "Photos on it" in (await client.get(f"/invoices/{draft}")).text


@on_sqlite
async def test_the_preview_names_characters_that_no_font_has(world: World) -> None:
    _, draft, _ = await photographed(world)
    here = f"/invoices/{draft}"
    async with await world.client_of(world.cast.olga) as client:
        assert "no font has" not in (await client.get(here)).text
        await world.db.write(_named, world.cast.customer_id, "Praxis 𓀀 Zoë")
        page = (await client.get(here)).text
        assert "A character that no font has is marked" in page
        assert "U+13000 EGYPTIAN HIEROGLYPH A001" in page


def _named(session: Session, customer_id: int, name: str) -> None:
    session.get_one(Customer, customer_id).name = name
