"""The commands, as an operator runs them: what they print, what they refuse, and how they end."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pysqlite3
import pytest

from app import cli
from app.db import Database
from app.settings import Settings
from tests.actions.books import issued, seen
from tests.actions.shop import Shop
from tests.actions.test_billing_at_once import ready_jobs
from tests.cast import company as house
from tests.program import environment_for

OWNER = ("--email", "Otto@brandt.test", "--name", "Otto Brandt", "--role", "owner")


class Operator:
    """Types commands. Within this process, because a new one takes a second to start."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys

    def does(self, *arguments: object, data: Path | None = None, **more: str) -> str:
        """What the command printed; it did what was asked."""
        code, said, complained = self.tries(*arguments, data=data, **more)
        assert code == 0, said + complained
        return said

    def is_refused(self, *arguments: object, data: Path | None = None, **more: str) -> str:
        """What the command said instead of doing it."""
        code, said, complained = self.tries(*arguments, data=data, **more)
        assert (code, said) == (1, "")
        return complained

    def tries(
        self, *arguments: object, data: Path | None = None, **more: str
    ) -> tuple[int, str, str]:
        environment = environment_for(data or self.data) | more
        with pytest.MonkeyPatch.context() as patch:
            for name in environment.keys() - os.environ.keys():
                patch.setenv(name, environment[name])
            code = cli.main([str(word) for word in arguments])
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def operator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(tmp_path / "data", capsys)


@pytest.fixture
def company(operator: Operator) -> Operator:
    """An operator whose company has an owner."""
    operator.does("person", "add", *OWNER, "--time-zone", "Europe/Berlin")
    return operator


# --- lists in and out


def test_customers_come_in_after_a_dry_run(company: Operator, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Name,City,Email\nOne GmbH,Kiel,one@gmbh.test\n,Kiel,\nTwo,Kiel,broken\n")
    dry = company.does("import", "customers", path, "--dry-run")
    assert "2 would be added, 0 here already." in dry
    assert "line 3:" in dry
    assert "2 added, 0 here already." in company.does("import", "customers", path)
    assert "0 added, 2 here already." in company.does("import", "customers", path)
    assert "cannot be read" in company.is_refused("import", "customers", tmp_path / "nothing.csv")


def test_nothing_issued_is_nothing_exported(company: Operator, tmp_path: Path) -> None:
    said = company.does("export", "xero", "--folder", tmp_path / "books")
    assert said == "Nothing was issued in this time.\n"


def test_invoices_go_out_as_files_for_the_books(operator: Operator, tmp_path: Path) -> None:
    operator.does("migrate")
    number = asyncio.run(_issue_one(Settings(data_dir=operator.data).url))
    year = ("--first", "2026-01-01", "--last", "2026-12-31")
    said = operator.does("export", "xero", "--folder", tmp_path / "books", *year)
    paths = [Path(line) for line in said.splitlines()]
    assert paths == list((tmp_path / "books").iterdir()) != []
    assert number in paths[0].read_text()


async def _issue_one(url: str) -> str:
    """For a company that comes with it; answers its number."""
    db = Database(url)
    try:
        shop = Shop(db=db, cast=await db.write(house))
        invoice = await seen(shop, await issued(shop, *await ready_jobs(shop, 1)))
        return str(invoice.number)
    finally:
        await db.close()


# --- people and tokens


def test_the_first_person_sets_the_company_up_and_gets_a_link(operator: Operator) -> None:
    said = operator.does("person", "add", *OWNER)
    assert "http://127.0.0.1:8000/enrol/" in said
    assert "works in EUR" in said
    assert "http://127.0.0.1:8000/settings/taxes" in said
    assert "otto@brandt.test" in operator.does("person", "list")


def test_a_person_with_a_taken_address_is_refused(company: Operator) -> None:
    assert "has this address already" in company.is_refused("person", "add", *OWNER)


def test_roles_are_given_and_people_leave(company: Operator) -> None:
    tom = ("--email", "tom@brandt.test")
    company.does("person", "add", *tom, "--name", "Tom", "--role", "technician")
    company.does("person", "roles", *tom, "--role", "office", "--role", "technician")
    assert "office, technician" in company.does("person", "list")
    company.does("person", "retire", *tom)
    assert "left" in company.does("person", "list")


def test_the_last_owner_cannot_be_retired(company: Operator) -> None:
    said = company.is_refused("person", "retire", "--email", "otto@brandt.test")
    assert "last owner" in said


def test_a_token_is_printed_and_nothing_else(company: Operator) -> None:
    said = company.does("token", "create", "--person", "OTTO@brandt.test")
    assert said.startswith("rb_")
    assert len(said.split()) == 1


def test_a_token_for_nobody_is_refused(company: Operator) -> None:
    assert "Nobody here" in company.is_refused("token", "create", "--person", "x@y.test")


# --- the database


def test_a_company_is_backed_up_and_brought_back(company: Operator, tmp_path: Path) -> None:
    archive, again = tmp_path / "backup", tmp_path / "again"
    company.does("backup", archive)
    company.does("restore", archive, data=again)
    assert "otto@brandt.test" in company.does("person", "list", data=again)
    assert "--force" in company.is_refused("restore", archive, data=again)


def test_all_is_well_with_a_company_that_has_an_owner(company: Operator) -> None:
    said = company.does("check")
    assert "wrong" not in said
    assert "every migration" in said


def test_what_is_wrong_is_said_with_what_mends_it(operator: Operator) -> None:
    operator.does("migrate")
    code, said, _ = operator.tries("check")
    assert code == 1
    assert "readyboard person add" in said


def test_a_database_of_another_release_is_not_served(company: Operator) -> None:
    connection = pysqlite3.connect(company.data / "readyboard.sqlite3")
    connection.execute("UPDATE alembic_version SET version_num = 'later'")
    connection.commit()
    connection.close()
    assert "newer Readyboard" in company.is_refused("serve")


# --- settings


def test_a_wrong_setting_is_named_with_what_mends_it(operator: Operator) -> None:
    said = operator.is_refused("check", READYBOARD_HOSTS="x")
    assert said == "READYBOARD_HOSTS is not a setting. See docs/running.md for the list.\n"


def test_several_processes_need_postgresql(operator: Operator) -> None:
    assert "PostgreSQL" in operator.is_refused("serve", "--workers", "2")


def test_a_taken_port_is_said_plainly(operator: Operator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "--port" in operator.is_refused("serve", "--port", taken.getsockname()[1])


def test_the_demo_is_never_made_over_a_real_company(company: Operator) -> None:
    assert "left alone" in company.is_refused("demo", "--no-serve")


def test_the_demo_is_made_once_and_says_how_to_get_in(operator: Operator) -> None:
    made = operator.does("demo", "--no-serve", "--seed", "3")
    again = operator.does("demo", "--no-serve")
    assert "here already" in again
    assert made.splitlines()[1:] == again.splitlines()[1:]
    assert "owner@demo.example" in made
    assert made.endswith("/wall\n")
    assert operator.data.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name", ["serve", "demo", "migrate", "backup", "restore", "check", "person", "token"]
)
def test_help_lists_every_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    assert f"    {name}" in capsys.readouterr().out


# --- serving, in a process of its own


@pytest.fixture
def served(company: Operator) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`readyboard serve` on a free port, once it has said where."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", "0"],
        env=environment_for(company.data), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().removeprefix("Listening on ").strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_says_where_it_listens_answers_there_and_ends_when_asked(
    served: tuple[subprocess.Popen[str], str],
) -> None:
    process, url = served
    ready = httpx2.get(f"{url}/readyz")
    assert ready.status_code == 200
    assert "server" not in ready.headers
    # A port that was found free is also the one that forms may come from.
    words = {"email": "otto@brandt.test", "password": "wrong"}
    answer = httpx2.post(f"{url}/sign-in", data=words, headers={"Origin": url})
    assert "not sent from a page of this board" not in answer.text
    process.terminate()
    assert process.wait(timeout=6) in (0, -signal.SIGTERM)
