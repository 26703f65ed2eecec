"""Rights that end, close; rights that change, change what is shown. Also on lines that do not drain."""

import time

from app.actions.history import Happening
from app.actions.sign_in import access_changed
from app.realtime.audiences import Audience, Listener
from app.realtime.messages import Close
from tests.databases import on_sqlite
from tests.realtime.screens import closing, until
from tests.realtime.stage import TOM, House


@on_sqlite
async def test_a_session_that_ends_is_closed_and_no_other(house: House) -> None:
    async with house.screen() as mine, house.screen(who="prices") as other:
        house.live.revoke(session_id=1)
        assert await closing(mine.websocket) == 4401
        await house.new_job()
        await other.until("delta")


@on_sqlite
async def test_everything_of_a_person_is_closed(house: House) -> None:
    async with (
        house.screen() as browser,
        house.screen("json", who="", token="program", origin=None) as program,
    ):
        house.live.revoke(person_id=9, code=Close.NOT_ALLOWED)
        assert await closing(browser.websocket) == 4403
        assert await closing(program.websocket) == 4403


@on_sqlite
async def test_a_display_that_is_removed_goes_dark(house: House) -> None:
    async with house.screen("wall", who="tv") as wall:
        house.live.revoke(display_id=7)
        assert await closing(wall.websocket) == 4401


@on_sqlite
async def test_a_revoked_line_that_does_not_drain_is_cut(house: House) -> None:
    job = (await house.new_job()).made_id or 0
    house.weight = 40_000
    async with house.slow_screen() as screen:
        await house.edit_often(job, 16)
        began = time.perf_counter()
        house.live.revoke(session_id=1)
        assert not list(house.live.hub.peers())
        server = house.server
        assert server is not None
        await until(lambda: not server.server_state.tasks)
        assert time.perf_counter() - began < 2
        assert screen.kinds() == ["welcome"]


@on_sqlite
async def test_a_sign_in_that_was_read_before_it_ended_does_not_count(house: House) -> None:
    house.doorman.may_answer.clear()
    async with house.socket() as websocket:
        await until(lambda: house.doorman.asked > 0)
        del house.doorman.known["office"]
        house.live.revoke(session_id=1)
        house.doorman.may_answer.set()
        assert await closing(websocket) == 4401


@on_sqlite
async def test_a_session_that_ran_out_is_found_by_looking_again(house: House) -> None:
    async with house.screen() as screen:
        del house.doorman.known["office"]
        await house.live.recheck()
        assert await closing(screen.websocket) == 4401


@on_sqlite
async def test_a_lost_role_closes_its_board(house: House) -> None:
    async with house.screen("office") as screen:
        house.doorman.known["office"] = lambda view: Listener(None, person_id=9, session_id=1)
        await house.live.recheck(person_id=9)
        assert await closing(screen.websocket) == 4403


@on_sqlite
async def test_a_lost_field_leaves_the_screen(house: House) -> None:
    await house.new_job()
    async with house.screen(who="prices") as screen:
        assert "price" in screen.cards["job-1"]["html"]
        house.doorman.known["prices"] = lambda view: Listener(Audience(view), person_id=8)
        await house.live.recheck(person_id=8)
        assert (await screen.until("reset"))["why"] == "audience"
        await screen.until("welcome")
        assert "price" not in screen.cards["job-1"]["html"]
        done = await house.edit(1, "Boiler, loud")
        await screen.reach(done.seq)
        assert "price" not in screen.cards["job-1"]["html"]
        assert await screen.shows_the_truth()


@on_sqlite
async def test_no_audience_gets_the_bytes_of_another(house: House) -> None:
    async with house.screen() as plain, house.screen(who="prices") as privileged:
        done = await house.new_job()
        await plain.reach(done.seq)
        await privileged.reach(done.seq)
        assert "price" not in plain.cards["job-1"]["html"]
        assert "price" in privileged.cards["job-1"]["html"]


@on_sqlite
async def test_a_technician_never_hears_of_other_jobs(house: House) -> None:
    async with house.screen("technician", who="tom") as screen:
        await house.new_job("Secret")
        last = await house.new_job("Tom's", technicians=(TOM.id,))
        await screen.reach(last.seq)
        await screen.hello(seq=0)
        await screen.until("delta")
        assert "Secret" not in str(screen.messages)
        assert "job-1" not in str(screen.messages)


@on_sqlite
async def test_a_change_that_shows_on_every_card_makes_everybody_look_again(house: House) -> None:
    await house.new_job()
    async with house.screen() as screen:
        await house.record(Happening("zone_changed"))
        assert (await screen.until("reset"))["why"] == "audience"
        await screen.until("welcome")
        assert await screen.shows_the_truth()


@on_sqlite
async def test_access_that_changed_in_another_process_is_looked_at_again(house: House) -> None:
    async with house.screen() as screen, house.screen(who="prices") as other:
        del house.doorman.known["prices"]
        await house.record(access_changed(person_id=8))
        assert await closing(other.websocket) == 4401
        done = await house.new_job()
        await screen.reach(done.seq)
        assert screen.kinds() == ["welcome", "delta"]


@on_sqlite
async def test_access_that_cannot_be_read_is_looked_at_again_later(house: House) -> None:
    async with house.screen(who="prices") as screen:
        house.doorman.is_away = True
        await house.record(access_changed(person_id=8))
        await house.published(1)
        house.doorman.is_away = False
        del house.doorman.known["prices"]
        await house.live.recheck()
        assert await closing(screen.websocket) == 4401


def test_an_audience_is_named_by_all_that_makes_its_bytes_differ() -> None:
    assert Audience("office").key == "office"
    assert Audience("wall", variant="7").key == "wall:7"
    assert Audience("technician", person_id=12).key == "technician:12"
    assert Audience("dispatch", rights=frozenset({"b", "a"})).key == "dispatch+a+b"
