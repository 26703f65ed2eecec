"""What cannot be beaten, measured in the same run on the same disk and the same loopback: the floors."""

import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app import db as _swapped  # noqa: F401 -- the same SQLite that the program uses

import sqlite3  # isort: skip

SINK = """
import select, socket, sys
listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
print(listener.getsockname()[1], flush=True)
count = int(sys.argv[1]); poll = select.epoll(); peers = {}
for _ in range(count):
    peer, _address = listener.accept(); peers[peer.fileno()] = peer; poll.register(peer, select.EPOLLIN)
print("ready", flush=True)
while peers:
    for number, _ in poll.poll():
        if not peers[number].recv(65536):
            poll.unregister(number); peers.pop(number).close()
"""


def commit_seconds(folder: Path, *, rounds: int) -> list[float]:
    """One row, one commit with full sync, in plain sqlite3: what any answer "it is on disk" costs."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        connection = sqlite3.connect(Path(made) / "floor.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE press (id INTEGER PRIMARY KEY, body TEXT)")
        taken = []
        for number in range(rounds):
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO press (body) VALUES (?)", (f"press {number}",))
            connection.execute("COMMIT")
            taken.append(time.perf_counter() - began)
        connection.close()
    return taken


def send_loop(*, boards: int, frame_bytes: int, rounds: int) -> tuple[float, list[float]]:
    """A bare loop that sends one frame to every board: CPU seconds a delivery, and wall seconds of each round."""
    sink = subprocess.Popen(
        [sys.executable, "-c", SINK, str(boards)], stdout=subprocess.PIPE, text=True
    )
    if sink.stdout is None:
        raise AssertionError("stdout was asked for")
    port = int(sink.stdout.readline())
    peers = [socket.create_connection(("127.0.0.1", port)) for _ in range(boards)]
    sink.stdout.readline()
    frame = os.urandom(frame_bytes)
    before = _cpu()
    walls = []
    for _ in range(rounds):
        began = time.perf_counter()
        for peer in peers:
            peer.sendall(frame)
        walls.append(time.perf_counter() - began)
        time.sleep(0.005)
    spent = (_cpu() - before) / (rounds * boards)
    for peer in peers:
        peer.close()
    sink.wait(10)
    return spent, walls


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
