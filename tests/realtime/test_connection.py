"""The door of the socket: whose page, who is signed in, how many, and what may be said."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from tests.databases import on_sqlite
from tests.realtime.screens import closing, until
from tests.realtime.stage import ORIGIN, House

pytestmark = on_sqlite


class TestOrigin:
    @pytest.mark.parametrize(
        "origin",
        [
            "http://evil.example", "null", ORIGIN + ":81", "https://board.example", ORIGIN + ".evil.example",
            "http://evil.board.example", ORIGIN + "/",
        ],
    )  # fmt: skip
    async def test_a_page_that_is_not_ours_is_refused(self, house: House, origin: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with house.socket(origin=origin):
                pass
        assert refused.value.response.status_code == 403
        assert house.doorman.asked == 0

    async def test_a_cookie_without_a_page_is_refused(self, house: House) -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with house.socket(origin=None):
                pass
        assert refused.value.response.status_code == 403

    async def test_a_foreign_page_with_a_token_is_refused(self, house: House) -> None:
        with pytest.raises(InvalidStatus):
            async with house.socket(origin="http://evil.example", who="", token="program"):
                pass

    async def test_a_token_needs_no_page(self, house: House) -> None:
        async with house.screen("json", who="", token="program", origin=None) as screen:
            assert screen.kinds() == ["welcome"]

    async def test_an_unknown_token_is_told_after_accepting(self, house: House) -> None:
        async with house.socket("json", who="", token="guess", origin=None) as websocket:
            assert await closing(websocket) == 4401


class TestSignIn:
    async def test_nobody_is_told_to_sign_in(self, house: House) -> None:
        async with house.socket(who="expired") as websocket:
            assert await closing(websocket) == 4401

    async def test_the_office_board_is_not_for_dispatch(self, house: House) -> None:
        async with house.socket("office", who="dana") as websocket:
            assert await closing(websocket) == 4403

    async def test_a_view_that_does_not_exist(self, house: House) -> None:
        async with house.socket("cellar") as websocket:
            assert await closing(websocket) == 4400

    async def test_a_sign_in_that_cannot_be_read_is_tried_again_later(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(house.live.door, "_authenticate", _unreadable)
        async with house.socket() as websocket:
            assert await closing(websocket) == 4000


class TestLimits:
    async def test_the_ninth_tab_of_a_session_is_one_too_many(self, house: House) -> None:
        async with AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(house.socket()) for _ in range(8)]
            await house.peers(8)
            async with house.socket() as ninth:
                assert await closing(ninth) == 4409
            await tabs[0].close()
            await house.peers(7)
            async with house.screen() as again:
                assert again.kinds() == ["welcome"]

    async def test_displays_have_no_limit(self, house: House) -> None:
        async with AsyncExitStack() as stack:
            for _ in range(12):
                await stack.enter_async_context(house.screen("wall", who="tv"))
            await house.peers(12)

    async def test_nothing_stays_behind_when_a_screen_goes(self, house: House) -> None:
        async with house.screen():
            pass
        await house.peers(0)
        assert not house.live.hub.channels
        assert not house.live.hub._sockets


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ("not json", 4400),
            ("[]", 4400),
            ('{"t":"ack"}', 4400),
            ('{"t":"hello","v":1,"seq":"7"}', 4400),
            ('{"t":"wave","x":' + "[" * 3000, 4400),
            (b"\x00\x01", 1003),
            ('{"t":"wave","x":"' + "x" * 5000 + '"}', 1009),
            ('{"t":"wave","x":"' + "é" * 2500 + '"}', 1009),
            ("x" * 70_000, 1009),
            ('{"t":"hello","v":2}', 4500),
        ],
    )
    async def test_what_is_not_ours_ends_the_connection(
        self, house: House, said: str | bytes, code: int
    ) -> None:
        async with house.socket() as websocket:
            await websocket.send(said)
            assert await closing(websocket) == code

    async def test_a_flood_ends_the_connection(self, house: House) -> None:
        async with house.socket() as websocket:
            await _say_often(websocket, 14)
            assert await closing(websocket) == 4400

    async def test_ten_messages_a_second_are_no_flood(self, house: House) -> None:
        async with house.screen() as screen:
            house.clock.ahead += 1
            await _say_often(screen.websocket, 9)
            await screen.hello()
            assert (await screen.until("welcome"))["t"] == "welcome"

    async def test_an_unknown_word_is_ignored(self, house: House) -> None:
        async with house.screen() as screen:
            await screen.say(t="wave")
            await screen.hello()
            assert (await screen.until("welcome"))["t"] == "welcome"

    async def test_every_hello_is_answered_by_a_welcome(self, house: House) -> None:
        async with house.screen() as screen:
            await screen.hello()
            welcome = await screen.until("welcome")
            assert welcome["v"] == 1
            assert (welcome["heartbeat"], welcome["build"]) == (15, "b1")
            assert welcome["now"].endswith("Z")


class TestTime:
    async def test_no_hello_within_ten_seconds(self, house: House) -> None:
        async with house.socket() as websocket:
            await house.peers(1)
            await house.pass_time(9)
            await house.peers(1)
            await house.pass_time(3)
            assert await closing(websocket) == 4008

    async def test_no_hello_after_a_reset(self, house: House) -> None:
        async with house.socket() as websocket:
            await websocket.send('{"t":"hello","v":1}')
            assert json.loads(await websocket.recv())["t"] == "welcome"
            assert json.loads(await websocket.recv())["t"] == "reset"
            await house.pass_time(40)
            await house.peers(1)
            await house.pass_time(7)
            assert await closing(websocket) == 4008

    async def test_silence_is_filled_by_heartbeats(self, house: House) -> None:
        async with house.screen("technician", who="tom") as screen:
            done = await house.new_job("Not Tom's")
            await house.published(done.seq)
            await house.pass_time(17)
            beat = await screen.until("hb")
            assert (beat["seq"], screen.seq) == (done.seq, done.seq)

    async def test_whoever_acknowledges_nothing_is_cut(self, house: House) -> None:
        async with house.socket() as websocket:
            await websocket.send(json.dumps({"t": "hello", "v": 1, **await _head(house)}))
            assert json.loads(await websocket.recv())["t"] == "welcome"
            await house.pass_time(16, 16, 16, 16)
            assert await closing(websocket) == 4002

    async def test_whoever_acknowledges_stays(self, house: House) -> None:
        async with house.screen() as screen:
            for _ in range(6):
                await house.pass_time(17)
                await screen.until("hb")
                await _heard(house)
            await house.peers(1)

    async def test_a_database_that_cannot_be_read_means_silence(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with house.screen() as screen:
            monkeypatch.setattr(house.db, "ask_quick", _unreadable)
            house.clock.ahead += 17
            assert not house.live.feed.is_fresh
            await asyncio.sleep(1.1)  # Once round the wheel.
            assert house.live.hub.counts["heartbeats"] == 0
            await screen.hello(seq=99)
            assert await closing(screen.websocket) == 4000


async def _head(house: House) -> dict[str, object]:
    return {"epoch": house.live.hub.epoch, "seq": house.live.hub.published}


async def _heard(house: House) -> None:
    """Until the last ack has arrived."""
    (peer,) = house.live.hub.peers()
    await until(lambda: peer.owes_since is None)


async def _say_often(websocket: ClientConnection, times: int) -> None:
    for _ in range(times):
        await websocket.send('{"t":"wave"}')


async def _unreadable(*_: object, **__: object) -> None:
    raise OSError("the database is away")
