"""Many boards in one small process: raw sockets and epoll, so that the clients are not what is measured.

Run as a child. Reads one line a round from standard input (any text), waits until every board has got a delta, and
answers with one line of JSON: the moments (CLOCK_MONOTONIC, the same in every process) of the first, the middle and
the last arrival, and this process's own CPU seconds so far.
"""

import argparse
import base64
import json
import os
import resource
import select
import socket
import sys
import time

MASK = b"\0\0\0\0"
ROUND_TIMEOUT_S = 30


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("port", type=int)
    asked.add_argument("boards", type=int)
    asked.add_argument("view")
    asked.add_argument("epoch")
    asked.add_argument("seq", type=int)
    given = asked.parse_args()
    cookie = os.environ["BENCH_COOKIE"]
    boards = [_open(given.port, given.view, cookie) for _ in range(given.boards)]
    for board in boards:
        board.sendall(
            _frame(
                json.dumps(
                    {"t": "hello", "v": 1, "epoch": given.epoch, "seq": given.seq, "build": ""}
                )
            )
        )
    for board in boards:
        _read_until(board, b'"welcome"')
        board.setblocking(False)
    print(json.dumps({"open": len(boards)}), flush=True)
    _rounds(boards)


def _rounds(boards: list[socket.socket]) -> None:
    poll = select.epoll()
    by_number = {board.fileno(): board for board in boards}
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    for _line in sys.stdin:
        print(json.dumps(_one_round(poll, by_number)), flush=True)


def _one_round(poll: select.epoll, boards: dict[int, socket.socket]) -> dict[str, float]:
    waiting = set(boards)
    arrivals: list[float] = []
    bytes_read = 0
    deadline = time.monotonic() + ROUND_TIMEOUT_S
    while waiting:
        if time.monotonic() > deadline:
            raise SystemExit(
                f"{len(waiting)} of {len(boards)} boards got no delta in {ROUND_TIMEOUT_S} s"
            )
        for number, _ in poll.poll(1):
            data = boards[number].recv(65536)
            if not data:
                raise SystemExit("the server closed a board's connection")
            if b'"delta"' in data and number in waiting:
                waiting.discard(number)
                arrivals.append(time.monotonic())
                bytes_read += len(data)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "first": arrivals[0],
        "middle": arrivals[len(arrivals) // 2],
        "last": arrivals[-1],
        "bytes": bytes_read / len(boards),
        "cpu_s": used.ru_utime + used.ru_stime,
    }


def _open(port: int, view: str, cookie: str) -> socket.socket:
    board = socket.create_connection(("127.0.0.1", port))
    board.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    board.sendall(
        f"GET /ws/live?view={view} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        f"Cookie: {cookie}\r\n\r\n".encode()
    )
    answer = _read_until(board, b"\r\n\r\n")
    if b" 101 " not in answer.split(b"\r\n", 1)[0]:
        raise SystemExit(f"expected 101, got {answer[:300]!r}")
    return board


def _read_until(board: socket.socket, wanted: bytes) -> bytes:
    board.settimeout(20)
    read = b""
    while wanted not in read:
        more = board.recv(65536)
        if not more:
            raise SystemExit(f"closed before {wanted!r}: {read[-300:]!r}")
        read += more
    return read


def _frame(text: str) -> bytes:
    """A masked text frame with a mask of zeros, which leaves the bytes as they are."""
    body = text.encode()
    head = (
        bytes([0x81, 0x80 | len(body)])
        if len(body) < 126
        else b"\x81\xfe" + len(body).to_bytes(2, "big")
    )
    return head + MASK + body


if __name__ == "__main__":
    main()
