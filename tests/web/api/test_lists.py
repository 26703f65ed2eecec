"""People, customers, sites and job types by the API: made once, read by those who may, changed field by field."""

import pytest

from tests.cast import World
from tests.databases import on_sqlite
from tests.web.api.conftest import Program

NEW: dict[str, dict[str, object]] = {
    "/people": {"name": "Åsa Lindqvist", "email": "Asa@brandt.test", "roles": ["technician"]},
    "/customers": {"name": "Müller & Söhne", "address": {"lines": ["Weg 1"], "country": "DE"}},
    "/sites": {"address": {"lines": ["Kai 3"], "city": "Bremen"}, "access_note": "Ring twice"},
    "/job-types": {
        "name": "Service",
        "requirements": [{"code": "work_note"}, {"code": "photos_after", "count": 2}],
        "checklist": [{"text": "Gas cock closed?", "photo": True}],
    },
    "/price-book": {
        "description": "Copper pipe 15 mm",
        "number": "P-201",
        "unit": "m",
        "unit_price": {"amount": "6.125", "currency": "EUR"},
        "tax": {"category": "S", "rate": "19"},
    },
}

paths = pytest.mark.parametrize("path", NEW)


@paths
async def test_what_is_made_is_answered_read_and_listed_alike(owner: Program, path: str) -> None:
    made = await owner.post(path, NEW[path])
    row = made.json()
    assert made.status_code == 201, made.text
    assert (await owner.get(f"{path}/{row['id']}")).json() == row
    assert row in (await owner.get(path)).json()["items"]


@paths
async def test_the_same_key_makes_one(owner: Program, path: str) -> None:
    first = await owner.post(path, NEW[path], key="make-1")
    again = await owner.post(path, NEW[path], key="make-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotent-replayed"] == "true"


@on_sqlite
@paths
async def test_without_a_key_none_is_made(owner: Program, path: str) -> None:
    assert (await owner.post(path, NEW[path], key=None)).status_code == 400


@on_sqlite
@paths
async def test_an_unknown_field_is_refused(owner: Program, path: str) -> None:
    answer = await owner.post(path, {**NEW[path], "colour": "red"})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "colour")


@on_sqlite
@paths
async def test_technicians_make_none(tom: Program, path: str) -> None:
    assert (await tom.post(path, NEW[path])).status_code == 403


@on_sqlite
@paths
async def test_what_is_not_there_is_404(owner: Program, path: str) -> None:
    assert (await owner.get(f"{path}/4711")).status_code == 404
    assert (await owner.patch(f"{path}/4711", {})).status_code == 404


@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("/people", {"phone": "+49 421 1"}, "phone"),
        ("/people", {"roles": ["dispatcher", "technician"]}, "roles"),
        ("/customers", {"terms_days": 14}, "terms_days"),
        ("/customers", {"name": "Müller GmbH"}, "name"),
        ("/sites", {"contact_name": "Zoë"}, "contact_name"),
        ("/job-types", {"name": "Yearly service"}, "name"),
        ("/job-types", {"requirements": []}, "requirements"),
    ],
)
async def test_only_what_is_sent_is_changed(
    owner: Program, path: str, change: dict[str, object], field: str
) -> None:
    row = (await owner.post(path, NEW[path])).json()
    answer = await owner.patch(f"{path}/{row['id']}", change)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {**row, field: change[field]}


async def test_an_address_is_changed_whole(owner: Program) -> None:
    row = (await owner.post("/customers", NEW["/customers"])).json()
    address = {"lines": ["Weg 2", "Hof"], "postcode": "28195", "city": "Bremen", "country": "DE"}
    answer = await owner.patch(f"/customers/{row['id']}", {"address": address})
    assert answer.json()["address"] == address


async def test_technicians_read_the_customers_of_their_own_jobs_only(
    world: World, dana: Program, tom: Program, ines: Program, job_id: int
) -> None:
    await dana.post("/customers", NEW["/customers"])
    mine = [row["id"] for row in (await tom.get("/customers")).json()["items"]]
    assert mine == [world.cast.customer_id]
    assert (await ines.get("/customers")).json()["items"] == []
    assert (await ines.get(f"/customers/{world.cast.customer_id}")).status_code == 404


async def test_a_list_of_customers_goes_on_where_its_page_ended(dana: Program) -> None:
    for number in range(3):
        await dana.post("/customers", {"name": f"Customer {number}"})
    first = (await dana.get("/customers", limit=3)).json()
    rest = (await dana.get("/customers", limit=3, after=first["next"])).json()
    names = [row["name"] for row in first["items"] + rest["items"]]
    assert names == ["Café Zoë GmbH", "Customer 0", "Customer 1", "Customer 2"]


@on_sqlite
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/people", {"name": "A", "email": "no address", "roles": ["office"]}, "email"),
        ("/people", {"name": "A", "email": "a@b.test", "roles": ["king"]}, "roles[0]"),
        ("/people", {"name": "A", "email": "a@b.test", "roles": []}, "roles"),
        ("/people", {"name": "A", "email": "TOM@brandt.test", "roles": ["office"]}, "email"),
        ("/customers", {"name": "A", "address": {"country": "Germany"}}, "address.country"),
        ("/job-types", {"name": "A", "requirements": [{"code": "magic"}]}, "requirements"),
    ],
)
async def test_what_cannot_be_taken_names_the_field(
    owner: Program, path: str, body: dict[str, object], field: str
) -> None:
    answer = await owner.post(path, body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


async def test_the_last_owner_stays(world: World, owner: Program) -> None:
    answer = await owner.patch(f"/people/{world.cast.owner.id}", {"roles": ["office"]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "last_owner")
