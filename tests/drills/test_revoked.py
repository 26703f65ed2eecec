"""A person is retired while fifty of their screens are open."""

import asyncio
import time

from tests.drills.boards import Board, many_boards
from tests.drills.conftest import Ground
from tests.drills.figures import say, worst
from tests.program import readyboard

SCREENS = 50
IN_TIME_S = 2


async def test_revoked_live(ground: Ground) -> None:
    """Retired on the command line, which is another process: the server sees it by its counter alone."""
    async with many_boards(ground, SCREENS, views=("dispatch",)) as boards:
        retired = asyncio.create_task(
            asyncio.to_thread(
                readyboard,
                "person",
                "retire",
                "--email",
                "dana@demo.example",
                data_dir=ground.demo.path,
            )
        )
        await retired
        began = time.monotonic()
        closed = await asyncio.gather(*(_closed(board, began) for board in boards))
        seqs = [board.seq for board in boards]
        await ground.caller.new_job("Nobody of hers may see this")
        await asyncio.sleep(3)
        after = sum(board.seq != seq for board, seq in zip(boards, seqs, strict=True))
        codes = {board.close_code for board in boards}
        say(
            "revoked live",
            f"{SCREENS} sockets closed with {codes}, the last {worst(closed)} after the command had "
            f"ended; frames after that {after}",
        )
        assert codes == {4401}
        assert max(closed) <= IN_TIME_S
        assert after == 0


async def _closed(board: Board, began: float) -> float:
    await board.closed(within_s=10)
    return time.monotonic() - began
