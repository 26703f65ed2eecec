"""The real program in a process of its own: for browser journeys, pictures and drills."""

import asyncio
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx2

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 15
# uvicorn alone re-raises the signal that stopped it; both of these are a clean end.
CLEAN_EXITS = (0, -signal.SIGTERM)

# A sabotage: it dies between the next commit and the news of it, once this file is in its data folder.
DEATH = "die"
DIES_BEFORE_PUBLISHING = """
import os, signal
from app.realtime import live
rung = live.Live.wake
def wake(self):
    if os.path.exists(os.environ["READYBOARD_DATA_DIR"] + "/die"):
        os.kill(os.getpid(), signal.SIGKILL)
    rung(self)
live.Live.wake = wake
"""


class Program:
    """`readyboard serve` with its own data folder and, across restarts, one address."""

    def __init__(
        self,
        data_dir: Path,
        *,
        environment: Mapping[str, str] | None = None,
        sabotage: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """``sabotage``: Python that runs in its process first, to make it die at a chosen moment. ``tls``: it is given
        a certificate, and this is who believes it."""
        self.data_dir = data_dir
        self.sabotage = sabotage
        self.port = _free_port()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._tls = tls
        self.log = data_dir.with_name(data_dir.name + ".log")
        self._environment = environment_for(data_dir) | {"READYBOARD_BASE_URL": self.url}
        self._environment |= environment or {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id while it runs."""
        return self._running().pid

    @property
    def has_died(self) -> bool:
        """Killed itself, which a sabotage may make it do."""
        return self._running().poll() is not None

    async def start(self) -> None:
        """Start it and wait until it answers that it can serve."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 — it must outlive any one loop.
                [sys.executable, *self._program(), "serve", *self._address()],
                env=self._environment, stdout=log, stderr=log,
            )  # fmt: skip
        await self._until_ready()

    async def stop(self) -> None:
        """Ask it to end (SIGTERM) and expect that it ends well."""
        process = self._running()
        process.terminate()
        code = await asyncio.to_thread(process.wait, STOP_TIMEOUT_S)
        self._process = None
        assert code in CLEAN_EXITS, f"serve ended with {code}:\n{self._tail()}"

    def kill(self) -> None:
        """Pull the plug: kill -9."""
        process = self._running()
        process.kill()
        process.wait()
        self._process = None

    async def close(self) -> None:
        """End it if it still runs; nothing a test does may leave it behind."""
        if self._process is None:
            return
        try:
            await self.stop()
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        async with httpx2.AsyncClient(verify=self._tls or True) as client:
            while time.monotonic() < deadline and self._running().poll() is None:
                try:
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(0.05)
        self._running().kill()
        raise AssertionError(f"serve did not become ready:\n{self._tail()}")

    def _program(self) -> tuple[str, ...]:
        if not self.sabotage:
            return ("-m", "app.cli")
        return ("-c", f"{self.sabotage}\nimport sys\nfrom app.cli import main\nsys.exit(main())")

    async def died(self) -> None:
        """Wait until it has ended by itself, which a test made it do."""
        await asyncio.to_thread(self._running().wait, STOP_TIMEOUT_S)
        self._process = None

    def _address(self) -> tuple[str, ...]:
        return ("--host", "127.0.0.1", "--port", str(self.port))

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the program is not running"
        return self._process

    def _tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


def environment_for(data_dir: Path) -> dict[str, str]:
    """Our own environment without anybody's settings, pointing at this data folder."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("READYBOARD_")}
    return ours | {"READYBOARD_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}


def readyboard(*arguments: str, data_dir: Path, timeout_s: float = 120) -> str:
    """Run one command of the command line to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env=environment_for(data_dir), capture_output=True, text=True, timeout=timeout_s,
    )  # fmt: skip
    assert done.returncode == 0, f"readyboard {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
    return done.stdout


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
