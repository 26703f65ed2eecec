"""Engines and transactions. ``ask`` reads one snapshot, ``write`` is one transaction; only this file commits.

Callers hand over a synchronous function ``fn(session, …)``; where it runs is decided here. On SQLite one thread
writes (BEGIN IMMEDIATE, full sync) and a few others read; pages read through aiosqlite. On PostgreSQL both run on
asyncpg through ``run_sync``. See docs/decisions for why.
"""

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pysqlite3
import pysqlite3.dbapi2

# Python's own sqlite3 module links Debian's 3.40, which can corrupt a database in WAL mode (the WAL-reset bug, mended
# in 3.51.3). aiosqlite and SQLAlchemy import "sqlite3" by name, so the swap must come before either is imported.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

import alembic.command  # noqa: E402 -- after the swap above
import alembic.config  # noqa: E402
from sqlalchemy import Connection, Engine, create_engine, event, text  # noqa: E402
from sqlalchemy.exc import DBAPIError, IntegrityError  # noqa: E402
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

P = ParamSpec("P")
T = TypeVar("T")

MENDED_SQLITE = (3, 51, 3)
"""The first release without the WAL-reset bug."""

RETRIES = 4
"""Times a PostgreSQL transaction is tried again after a deadlock, a serialization failure or a lost unique race."""

RETRIED_STATES = frozenset({"40P01", "40001", "23505"})


class TryAgain(Exception):
    """An action found that what it had read before locking has changed; the transaction is run once more."""


class Database:
    """The company's database. ``on_commit`` is called on the event loop after each commit; replace it to be woken."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.on_commit: Callable[[], None] = _nobody
        self.is_sqlite = url.startswith("sqlite")
        self._pages: AsyncEngine = _sqlite_pages(url) if self.is_sqlite else _postgres(url)
        if self.is_sqlite:
            _refuse_broken_sqlite()
            plain = url.replace("sqlite+aiosqlite://", "sqlite://", 1)
            self._writer_engine = _sqlite_engine(
                plain, begin="BEGIN IMMEDIATE", query_only=False, connections=1
            )
            self._reader_engine = _sqlite_engine(
                plain, begin="BEGIN", query_only=True, connections=READERS
            )
            self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
            self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    async def ask(
        self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``fn`` over one read-only snapshot: pages and lists."""
        async with AsyncSession(self._pages, expire_on_commit=False) as session:
            if not self.is_sqlite:
                await session.connection(
                    execution_options={
                        "isolation_level": "REPEATABLE READ",
                        "postgresql_readonly": True,
                    }
                )
            return await session.run_sync(fn, *args, **kwargs)

    async def ask_quick(
        self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Like ``ask``, by the shortest way there is: for the press and the live side (a thread hop costs 0.5 ms,
        aiosqlite 3.5 ms for one card)."""
        if not self.is_sqlite:
            return await self.ask(fn, *args, **kwargs)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._readers, lambda: _read(self._reader_engine, fn, *args, **kwargs)
        )

    async def write(
        self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``fn`` in one write transaction, commit, wake whoever listens. Raising changes nothing."""
        if not self.is_sqlite:
            return await self._write_postgres(fn, *args, **kwargs)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._writer, lambda: self._write_sqlite(loop, fn, *args, **kwargs)
        )

    def _write_sqlite(
        self,
        loop: asyncio.AbstractEventLoop,
        fn: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        with Session(self._writer_engine, expire_on_commit=False) as session:
            result = fn(session, *args, **kwargs)
            session.commit()
        # Woken from here, not after the await: a request cancelled in between must not swallow the news. The loop may
        # be closed already when the program stops; the change is committed and the next start reads it.
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._wake)
        return result

    async def _write_postgres(
        self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        for tries_left in reversed(range(RETRIES + 1)):
            try:
                async with AsyncSession(self._pages, expire_on_commit=False) as session:
                    result = await session.run_sync(fn, *args, **kwargs)
                    await session.execute(text("NOTIFY readyboard"))
                    await session.commit()
            except (TryAgain, DBAPIError) as problem:
                if not tries_left or not _is_worth_retrying(problem):
                    raise
                continue
            self._wake()
            return result
        raise AssertionError("the last try either returns or raises")

    def _wake(self) -> None:
        self.on_commit()

    async def close(self) -> None:
        """Let the running transaction end, then let go of every connection."""
        if self.is_sqlite:
            await asyncio.to_thread(self._writer.shutdown)
            await asyncio.to_thread(self._readers.shutdown)
            self._writer_engine.dispose()
            self._reader_engine.dispose()
        await self._pages.dispose()


READERS = 2
"""Reader threads on SQLite: more only fight over the interpreter's lock."""


def _nobody() -> None:
    """Nobody listens yet."""


def _read(
    engine: Engine, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    with Session(engine, expire_on_commit=False) as session:
        return fn(session, *args, **kwargs)


def _is_worth_retrying(problem: Exception) -> bool:
    if isinstance(problem, TryAgain):
        return True
    state = getattr(getattr(problem, "orig", None), "sqlstate", None)
    return state in RETRIED_STATES or (isinstance(problem, IntegrityError) and state == "23505")


def _refuse_broken_sqlite() -> None:
    if pysqlite3.sqlite_version_info < MENDED_SQLITE:
        raise RuntimeError(
            f"SQLite {pysqlite3.sqlite_version} can corrupt a database that is written and read at once. "
            "Install the pinned requirements again: they bring a mended one."
        )


def _on_connect(query_only: bool) -> Callable[[Any, Any], None]:
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = (
            None  # We send BEGIN ourselves: the driver's own comes too late and loses updates.
        )
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=5000",
            "foreign_keys=ON",
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return prepare


def _begin_with(statement: str) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin


def _sqlite_engine(url: str, *, begin: str, query_only: bool, connections: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 5},
    )
    event.listen(engine, "connect", _on_connect(query_only))
    event.listen(engine, "begin", _begin_with(begin))
    return engine


def _sqlite_pages(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=READERS, max_overflow=2)
    event.listen(engine.sync_engine, "connect", _on_connect(query_only=True))
    event.listen(engine.sync_engine, "begin", _begin_with("BEGIN"))
    return engine


def _postgres(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    event.listen(engine.sync_engine, "connect", _plan_for_memory)
    return engine


def _plan_for_memory(connection: Any, _record: Any) -> None:
    """A firm's whole database lies in memory or on a solid disk. PostgreSQL's own figure is of turning ones, and made
    it read a table of 100 000 rows rather than visit its index a thousand times. Not a startup parameter: PgBouncer
    refuses those."""
    cursor = connection.cursor()
    cursor.execute("SET random_page_cost = 1.1")
    cursor.close()
    connection.commit()


def migrations_folder() -> Path:
    """``alembic/`` beside ``app/`` in a checkout; inside the package in a wheel."""
    packaged = Path(__file__).parent / "_migrations"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "alembic"


def alembic_config(url: str) -> alembic.config.Config:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def migrate(url: str) -> None:
    """Bring the database to the newest revision, making it where it is missing. Not to be called on a running loop."""
    if url.startswith("sqlite"):
        path = Path(url.split("///", 1)[1])
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    alembic.command.upgrade(alembic_config(url), "head")
