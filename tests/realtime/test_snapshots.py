"""The board over HTTP: once per (audience, seq), however many ask."""

import asyncio
import gzip
import json

import httpx2
import pytest

from tests.databases import on_sqlite
from tests.realtime.screens import browser
from tests.realtime.stage import House


async def test_a_snapshot_is_the_whole_board(house: House) -> None:
    await house.new_job("Boiler")
    state = await house.snapshot("dispatch")
    assert (state["epoch"], state["seq"], state["audience"]) == (
        house.live.hub.epoch,
        1,
        "dispatch",
    )
    (card,) = state["cards"]
    assert card["html"].startswith('<article id="job-1"')
    assert (card["key"], card["v"], card["lane"]) == ("job-1", 1, "unscheduled")


async def test_fifty_who_ask_at_once_cost_one_rendering(house: House) -> None:
    for number in range(3):
        await house.new_job(f"Job {number}")
    states = await asyncio.gather(*(house.snapshot("dispatch") for _ in range(50)))
    assert len(house.drawn) == 3
    assert all(state == states[0] for state in states)


@on_sqlite
async def test_nothing_is_rendered_again_until_something_changes(house: House) -> None:
    await house.new_job()
    await house.snapshot("dispatch")
    await house.snapshot("dispatch")
    assert house.live.snapshots.rendered == 1
    await house.new_job()
    assert len((await house.snapshot("dispatch"))["cards"]) == 2
    assert house.live.snapshots.rendered == 2


@on_sqlite
async def test_audiences_are_kept_apart(house: House) -> None:
    await house.new_job()
    plain = await house.snapshot("dispatch")
    privileged = await house.snapshot("dispatch", who="prices")
    assert "price" not in str(plain)
    assert "price" in str(privileged)


@on_sqlite
async def test_what_has_not_changed_is_not_sent_again(house: House) -> None:
    await house.new_job()
    async with browser() as client:
        first = await client.get(house.url("/live/snapshot?view=dispatch"))
        etag = first.headers["etag"]
        assert etag == f'"{house.live.hub.epoch}-1-dispatch"'
        again = await _ask(client, house, etag)
        assert (again.status_code, again.content) == (304, b"")
        await house.new_job()
        assert (await _ask(client, house, etag)).status_code == 200


@on_sqlite
async def test_it_is_compressed_for_whoever_can_read_it(house: House) -> None:
    await house.new_job()
    async with browser() as client:
        async with client.stream(
            "GET", house.url("/live/snapshot?view=dispatch"), headers={"Accept-Encoding": "gzip"}
        ) as answer:
            packed = b"".join([part async for part in answer.aiter_raw()])
        plain = await client.get(
            house.url("/live/snapshot?view=dispatch"), headers={"Accept-Encoding": "identity"}
        )
    assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content


@on_sqlite
@pytest.mark.parametrize(
    ("who", "view", "status"),
    [
        ("nobody", "dispatch", 401),
        ("dana", "office", 403),
        ("office", "cellar", 400),
        ("office", "", 400),
    ],
)
async def test_it_is_for_those_who_may_see_it(
    house: House, who: str, view: str, status: int
) -> None:
    async with browser(who) as client:
        answer = await client.get(house.url(f"/live/snapshot?view={view}"))
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "field"}


async def test_the_head_alone(house: House) -> None:
    await house.new_job()
    async with browser() as client:
        answer = await client.get(house.url("/live/head"))
    assert {"epoch": house.live.hub.epoch, "seq": 1}.items() <= answer.json().items()
    assert answer.headers["cache-control"] == "no-store"


@on_sqlite
async def test_the_head_is_for_those_who_are_signed_in(house: House) -> None:
    async with browser("") as client:
        assert (await client.get(house.url("/live/head"))).status_code == 401


@on_sqlite
async def test_a_card_looks_the_same_on_both_ways(house: House) -> None:
    async with house.screen() as screen:
        done = await house.new_job("Ümläut & <b>")
        delta = await screen.until("delta")
        assert delta["ops"] == (await house.snapshot("dispatch"))["cards"]
        assert json.dumps(delta["ops"][0]).count("article") == 2
        assert screen.seq == done.seq


async def _ask(client: httpx2.AsyncClient, house: House, etag: str) -> httpx2.Response:
    return await client.get(
        house.url("/live/snapshot?view=dispatch"), headers={"If-None-Match": etag}
    )
