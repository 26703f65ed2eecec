"""The contract with the pinned uvicorn, and the way that works without it."""

import asyncio
import socket

import pytest
import uvicorn
import uvloop
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.realtime.link import LiveProtocol, Packet, TaskLink
from tests.databases import on_sqlite
from tests.realtime.screens import closing
from tests.realtime.stage import House, running_house


def test_uvicorn_is_one_that_this_was_tried_with() -> None:
    """Another one: read its websockets_sansio_impl.py against ``app/realtime/link.py``, then widen this."""
    assert uvicorn.__version__.startswith("0.54.")


@pytest.mark.parametrize(
    "name",
    [
        "connection_made", "connection_lost", "pause_writing", "resume_writing", "shutdown", "send",
        "stop_keepalive", "handle_connect",
    ],
)  # fmt: skip
def test_uvicorn_still_has_what_we_stand_on(name: str) -> None:
    assert callable(getattr(WebSocketsSansIOProtocol, name))


def test_a_frame_is_a_text_frame_and_not_masked() -> None:
    assert Packet.of(b"hi").frame == b"\x81\x02hi"
    assert Packet.of(b"x" * 200).frame[:4] == b"\x81\x7e\x00\xc8"


@on_sqlite
async def test_the_endpoint_is_given_our_link(house: House) -> None:
    async with house.screen():
        (peer,) = house.live.hub.peers()
        link = peer.link
        assert isinstance(link, LiveProtocol)
        sock = link.transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
        # The kernel doubles what is asked for, to account for its own bookkeeping.
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * 64 * 1024
        assert link.transport.get_write_buffer_limits() == (0, 0)
        assert "permessage-deflate" not in str(link.response.headers)
        assert link.ping_timer is None


@on_sqlite
async def test_nothing_is_written_after_the_goodbye(house: House) -> None:
    async with house.screen() as screen:
        (peer,) = house.live.hub.peers()
        house.live.revoke(session_id=1)
        peer.link.write(Packet.of(b'{"t":"late"}'))
        assert await closing(screen.websocket) == 4401
        peer.link.write(Packet.of(b'{"t":"later"}'))
        peer.link.close(4000, "again")
        peer.link.abort()


class TestWithoutOurLink:
    """Any other server, or another class of uvicorn: slower, and otherwise the same."""

    @on_sqlite
    async def test_screens_live(self, database_url: str) -> None:
        async with (
            running_house(database_url, ws="websockets-sansio") as house,
            house.screen() as screen,
        ):
            (peer,) = house.live.hub.peers()
            assert isinstance(peer.link, TaskLink)
            last = await house.new_jobs(5)
            await screen.reach(last)
            assert await screen.shows_the_truth()

    @on_sqlite
    async def test_close_codes_arrive(self, database_url: str) -> None:
        async with running_house(database_url, ws="websockets-sansio") as house:
            async with house.screen() as screen:
                await screen.websocket.send("not json")
                assert await closing(screen.websocket) == 4400
            async with house.screen() as screen:
                house.live.revoke(session_id=1)
                assert await closing(screen.websocket) == 4401
            async with house.socket(who="nobody") as websocket:
                assert await closing(websocket) == 4401
            async with house.screen() as screen:
                await house.close()
                assert await closing(screen.websocket) == 1012

    @on_sqlite
    async def test_a_line_that_does_not_drain_is_cut(self, database_url: str) -> None:
        async with running_house(database_url, ws="websockets-sansio") as house:
            job = (await house.new_job()).made_id or 0
            house.weight = 200_000
            async with house.slow_screen():
                for number in range(40):
                    done = await house.edit(job, f"Boiler {number}")
                    await house.published(done.seq)
                    await asyncio.sleep(0.01)
                await house.pass_time(6, 6, 6, 6, 6)
                assert house.live.hub.counts["closed_4001"] == 1
                await house.peers(0)


@on_sqlite
def test_under_uvloop_too(database_url: str) -> None:
    """What the program runs on: its transports write at once and pause otherwise than asyncio's."""

    async def play() -> None:
        async with running_house(database_url) as house:
            job = (await house.new_job()).made_id or 0
            house.weight = 40_000
            async with house.screen() as quick, house.slow_screen() as slow:
                last = await house.edit_often(job, 30)
                assert house.live.hub.counts["lagged"] >= 1
                await quick.reach(last)
                await slow.reach(last)
                assert slow.bytes_read < quick.bytes_read
                assert await slow.shows_the_truth()
                house.live.revoke(session_id=1)
                assert await closing(quick.websocket) == 4401

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(play())
