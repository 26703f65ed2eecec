"""Backups are whole, are taken while people work, move between databases, and start a new epoch."""

import asyncio
import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.actions.act import now_by
from app.actions.jobs import Intake, create_job
from app.actions.keeping_papers import keep_papers, kept_papers
from app.db import Database
from app.models import Base, Event, Job, Live, Person
from app.settings import Settings
from app.upkeep.backup import BackupError, Manifest, back_up
from app.upkeep.restore import TELLING_TABLES, restore
from tests.actions.books import audit, issued, pay, seen
from tests.actions.shop import Shop
from tests.actions.test_billing_at_once import ready_jobs
from tests.cast import NOON, Cast, company
from tests.databases import on_sqlite
from tests.postgres import Postgres

FOREIGN = "Łódź 漢字 😀 “quoted” \\ \n tab\t"

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40

_numbers = count(1)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    db = Database(settings.url)
    try:
        yield db
    finally:
        await db.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An empty database of either kind, and another data folder."""
    folder = tmp_path / "elsewhere"
    if request.param == "sqlite":
        yield Settings(data_dir=folder)
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"restored_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name}")
    yield Settings(data_dir=folder, database_url=server.url(name))
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _begin_work(session: Session) -> Cast:
    cast = company(session)
    _take_in(session, cast, FOREIGN)
    return cast


def _take_in(session: Session, cast: Cast, title: str) -> None:
    intake = Intake(
        title=title, technician_ids=[cast.tom.id], starts_at=NOON, ends_at=NOON.replace(hour=12)
    )
    create_job(session, now_by(cast.dana, NOON), intake=intake)


def _everything(session: Session) -> dict[str, list[Any]]:
    """All rows, but the epoch, which is to differ."""
    found = {
        table.name: [
            tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in Base.metadata.sorted_tables
    }
    del found["live"]
    return found


def _forge(session: Session) -> None:
    session.execute(text("UPDATE invoice SET total = 1"))


def _live(session: Session) -> tuple[str, int]:
    live = session.execute(select(Live.epoch, Live.seq)).one()
    return live.epoch, live.seq


def _restored(elsewhere: Settings, archive: Path, *, is_forced: bool = False) -> Manifest:
    return restore(elsewhere, archive, is_forced=is_forced)


async def test_everything_comes_back_under_a_new_epoch(
    settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    (settings.data_dir / "files" / "a").mkdir(parents=True)
    (settings.data_dir / "files" / "a" / "photo.jpg").write_bytes(b"\xff\xd8\x00")
    async with opened(settings) as db:
        cast = await db.write(_begin_work)
        for number in range(8):  # More than a lost race for an id is tried again.
            await db.write(_take_in, cast, f"Job {number}")
        before, (epoch, seq) = await db.ask(_everything), await db.ask(_live)
        await back_up(settings, tmp_path / "backup", at=NOON)
    await asyncio.to_thread(_restored, elsewhere, tmp_path / "backup")
    async with opened(elsewhere) as db:
        assert await db.ask(_everything) == before
        assert (await db.ask(_live))[1] == seq
        assert (await db.ask(_live))[0] != epoch
        # The counters of ids go on where they were.
        await db.write(_take_in, cast, "The next one")
    assert (elsewhere.data_dir / "files" / "a" / "photo.jpg").read_bytes() == b"\xff\xd8\x00"


async def test_an_issued_invoice_comes_back_to_the_byte_and_stays_frozen(
    settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    async with opened(settings) as db:
        shop = Shop(db=db, cast=await db.write(company))
        jobs = await ready_jobs(shop, 3)
        invoice_id = await issued(shop, *jobs[:2])
        await pay(shop, invoice_id, 1000)
        files = {"pdf": PDF, "xml": FOREIGN.encode()}
        await db.write(keep_papers, invoice_id=invoice_id, at=NOON, files=files)
        before, seen_before = await db.ask(_everything), await seen(shop, invoice_id)
        await back_up(settings, tmp_path / "backup", at=NOON)
    await asyncio.to_thread(_restored, elsewhere, tmp_path / "backup")
    async with opened(elsewhere) as db:
        assert await db.ask(_everything) == before
        shop = Shop(db=db, cast=shop.cast)
        assert await seen(shop, invoice_id) == seen_before
        assert await db.ask(kept_papers, invoice_id=invoice_id) == files
        with pytest.raises(DBAPIError, match="never changed"):
            await db.write(_forge)
        # What is owed is paid on, and numbers go on where they were.
        await pay(shop, invoice_id, seen_before.balance)
        assert (await seen(shop, invoice_id)).settled == "paid"
        following = await seen(shop, await issued(shop, jobs[2]))
        assert [seen_before.number, following.number] == ["2026-0001", "2026-0002"]
        await audit(shop)


async def test_a_backup_taken_while_people_work_is_of_one_moment(
    settings: Settings, tmp_path: Path
) -> None:
    async with opened(settings) as db:
        cast = await db.write(_begin_work)

        async def work() -> None:
            for number in range(60):
                await db.write(_take_in, cast, f"Job {number}")

        working = asyncio.create_task(work())
        await asyncio.sleep(0)
        manifests = [await back_up(settings, tmp_path / f"backup-{n}", at=NOON) for n in range(3)]
        await working
    for manifest in manifests:
        jobs = manifest.parts["tables/job.jsonl"].rows
        # One press is one seq: the counter, the jobs and their history agree.
        assert manifest.seq == jobs == manifest.parts["tables/event.jsonl"].rows


@on_sqlite
async def test_a_company_that_is_there_is_not_overwritten(
    settings: Settings, tmp_path: Path
) -> None:
    async with opened(settings) as db:
        cast = await db.write(_begin_work)
        await back_up(settings, tmp_path / "backup", at=NOON)
        await db.write(_take_in, cast, "Made since")
    with pytest.raises(BackupError, match="holds a company already"):
        await asyncio.to_thread(_restored, settings, tmp_path / "backup")
    async with opened(settings) as db:
        assert await db.ask(_titles) == [FOREIGN, "Made since"]


async def test_forced_it_replaces_the_company_that_is_there(
    settings: Settings, tmp_path: Path
) -> None:
    async with opened(settings) as db:
        cast = await db.write(_begin_work)
        await back_up(settings, tmp_path / "backup", at=NOON)
        await db.write(_take_in, cast, "Made since")
    await asyncio.to_thread(_restored, settings, tmp_path / "backup", is_forced=True)
    async with opened(settings) as db:
        assert await db.ask(_titles) == [FOREIGN]


def _titles(session: Session) -> list[str]:
    return list(session.scalars(select(Job.title).order_by(Job.id)))


@on_sqlite
async def test_forced_under_a_running_program_the_program_sees_the_restored_company(
    settings: Settings, tmp_path: Path
) -> None:
    async with opened(settings) as db:
        cast = await db.write(_begin_work)
        await back_up(settings, tmp_path / "backup", at=NOON)
        await db.write(_take_in, cast, "Made since")
        epoch, _ = await db.ask_quick(_live)
        await asyncio.to_thread(_restored, settings, tmp_path / "backup", is_forced=True)
        assert await db.ask_quick(_titles) == [FOREIGN]
        assert (await db.ask_quick(_live))[0] != epoch
        await db.write(_take_in, cast, "And it goes on")


@on_sqlite
async def test_history_stays_unchangeable_after_a_restore(
    settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    async with opened(settings) as db:
        await db.write(_begin_work)
        await back_up(settings, tmp_path / "backup", at=NOON)
    await asyncio.to_thread(_restored, elsewhere, tmp_path / "backup")
    async with opened(elsewhere) as db:
        with pytest.raises(Exception, match="events are never changed"):
            await db.write(lambda session: session.execute(text("DELETE FROM event")))


@on_sqlite
@pytest.mark.parametrize("damage", ["cut", "changed", "no manifest", "newer", "no zip"])
async def test_a_damaged_or_foreign_backup_changes_nothing(
    settings: Settings, tmp_path: Path, damage: str
) -> None:
    archive = tmp_path / "backup"
    async with opened(settings) as db:
        await db.write(_begin_work)
        await back_up(settings, archive, at=NOON)
    _damage(archive, damage)
    target = Settings(data_dir=tmp_path / "elsewhere")
    with pytest.raises(BackupError):
        await asyncio.to_thread(_restored, target, archive)
    assert not (tmp_path / "elsewhere").exists()


def _damage(archive: Path, damage: str) -> None:
    if damage == "no zip":
        archive.write_text("hello")
        return
    if damage == "cut":
        archive.write_bytes(archive.read_bytes()[:-100])
        return
    with zipfile.ZipFile(archive) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    manifest = json.loads(members["manifest.json"])
    match damage:
        case "changed":
            members["tables/job.jsonl"] = members["tables/job.jsonl"].replace(b"quoted", b"forged")
        case "no manifest":
            del members["manifest.json"]
        case "newer":
            manifest["revision"] = "29991231_2359"
            members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(archive, "w") as changed:
        for name, content in members.items():
            changed.writestr(name, content)


@on_sqlite
async def test_a_backup_never_replaces_another_file(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("precious")
    with pytest.raises(BackupError, match="there already"):
        await back_up(settings, tmp_path / "backup", at=NOON)
    assert (tmp_path / "backup").read_text() == "precious"


@on_sqlite
async def test_a_backup_is_for_its_owner_only_and_leaves_no_draft(
    settings: Settings, tmp_path: Path
) -> None:
    async with opened(settings) as db:
        await db.write(_begin_work)
    (tmp_path / "there").mkdir()
    await back_up(settings, tmp_path / "there" / "backup", at=NOON)
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["backup"]
    assert (tmp_path / "there" / "backup").stat().st_mode & 0o077 == 0


def test_the_tables_that_tell_a_used_database_are_tables_of_ours() -> None:
    assert set(TELLING_TABLES) <= set(Base.metadata.tables)
    assert {Person.__tablename__, Event.__tablename__} <= set(TELLING_TABLES)
