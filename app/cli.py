"""The commands of `readyboard`: thin, they read the settings, call what does the work, and print.

Everything heavy is imported by the command that needs it, so that `--help` and a wrong setting are answered at once.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app import __version__
from app.settings import Settings, Unable, read_settings

if TYPE_CHECKING:
    from app.db import Database

Command = Callable[[Settings, argparse.Namespace], int]
T = TypeVar("T")

ROLES = ("technician", "dispatcher", "office", "owner")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 not done and the reason printed, 2 not understood."""
    args = _parser().parse_args(argv)
    command: Command = args.command
    try:
        given = {"host": getattr(args, "host", None), "port": getattr(args, "port", None)}
        return command(read_settings(**given), args)
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # `readyboard person list | head`: nobody reads on, and that is fine.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - closed by the interpreter
        return 0
    except Exception as problem:
        sentence = _sentence(problem)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 1


def _sentence(problem: Exception) -> str | None:
    """What we say on purpose; None for what is a fault of ours and shows its traceback."""
    if isinstance(problem, Unable):
        return str(problem)
    from app.rules.refusal import Refusal

    return problem.sentence if isinstance(problem, Refusal) else None


# --- running


def serve(settings: Settings, args: argparse.Namespace) -> int:
    from app import serving
    from app.upkeep import schema

    schema.make_ready(settings.url)
    serving.serve(settings, workers=args.workers, say=_say)
    return 0


def demo(settings: Settings, args: argparse.Namespace) -> int:
    """A made-up company, made once and given each new day; a database that is not a demo is not touched."""
    from app.demo import PASSWORD
    from app.upkeep import schema

    schema.make_ready(settings.url)
    _say(_run(_with_database(settings, lambda db: _made_demo(db, settings, seed=args.seed))))
    _say(f"Sign in at {settings.address} with the password “{PASSWORD}”:")
    for person in _run(_people(settings)):
        if person.retired_at is None:
            _say(f"  {person.email:<24} {person.name:<24} {', '.join(person.roles)}")
    _say(f"The wall display: {settings.address}/wall")
    return 0 if args.no_serve else serve(settings, args)


async def _made_demo(db: "Database", settings: Settings, *, seed: int) -> str:
    from app import demo as company
    from app.files.store import LocalFolder
    from app.queries.sign_ins import house

    there = await db.ask(house)
    files = LocalFolder(settings.data_dir / "files")
    if there is None:
        made = await company.build(db, seed=seed, at=_now(), files=files)
        return f"Made {made.company}: {made.jobs} jobs of {made.customers} customers."
    if not there.is_demo:
        raise Unable(
            f"This database belongs to {there.name}, so it is left alone. Choose another folder "
            "with READYBOARD_DATA_DIR, or run `readyboard serve`."
        )
    is_new_day = await company.refresh(db, at=_now(), files=files)
    return f"{there.name} is here already{', and begins a new day' if is_new_day else ''}."


# --- the database


def migrate(settings: Settings, args: argparse.Namespace) -> int:
    from app import db
    from app.upkeep import schema

    db.migrate(settings.url)
    _say(f"The database is at {schema.revision_of(settings.url)}.")
    return 0


def backup(settings: Settings, args: argparse.Namespace) -> int:
    from app.upkeep.backup import back_up

    manifest = _run(back_up(settings, args.file, at=_now()))
    rows = sum(part.rows for part in manifest.parts.values())
    _say(f"{args.file}: {rows} rows and the files, as of seq {manifest.seq}.")
    return 0


def restore(settings: Settings, args: argparse.Namespace) -> int:
    from app.upkeep.restore import restore as bring_back

    manifest = bring_back(settings, args.file, is_forced=args.force)
    _say(f"Restored what was backed up at {manifest.made_at}. Open screens start afresh.")
    return 0


def check(settings: Settings, args: argparse.Namespace) -> int:
    from app.upkeep import checks

    findings = list(checks.first_findings(settings))
    if not findings[-1].mend:
        findings += _run(checks.look_inside(settings, at=_now()))
    for finding in findings:
        mark = "wrong" if finding.is_wrong else "note" if finding.mend else "ok"
        _say(f"{mark:<6} {finding.what}: {finding.says}")
        if finding.mend:
            _say(f"       {finding.mend}")
    return 1 if any(finding.is_wrong for finding in findings) else 0


# --- in and out


def import_list(settings: Settings, args: argparse.Namespace) -> int:
    """What would be done, line by line; without --dry-run it is done."""
    from app.upkeep import lists

    report = _run(
        _with_database(
            settings, lambda db: lists.bring_in(db, args.file, at=_now(), is_dry=args.dry_run)
        )
    )
    for line in report.lines:
        _say(line)
    return 0


def export_books(settings: Settings, args: argparse.Namespace) -> int:
    from app.upkeep import lists

    made = _run(_with_database(settings, lambda db: lists.take_out(db, args, today=_now().date())))
    for path in made:
        _say(str(path))
    if not made:
        _say("Nothing was issued in this time.")
    return 0


# --- people


def person_add(settings: Settings, args: argparse.Namespace) -> int:
    from app.upkeep import people, schema

    schema.make_ready(settings.url)
    link, currency = _run(_with_database(settings, lambda db: people.add(db, args, at=_now())))
    _say(f"{args.name} is added. They choose a password here, once, within ten minutes:")
    _say(f"{settings.address}/enrol/{link}")
    if currency:
        _say(f"The company works in {currency}, which stays. What an hour costs, and the tax, is")
        _say(
            f"entered at {settings.address}/settings/taxes; before that no job is ready to invoice."
        )
    return 0


def person_list(settings: Settings, args: argparse.Namespace) -> int:
    for person in _run(_people(settings)):
        left = "" if person.retired_at is None else f"  (left {person.retired_at:%Y-%m-%d})"
        _say(f"{person.email:<32} {person.name:<28} {', '.join(person.roles)}{left}")
    return 0


def person_roles(settings: Settings, args: argparse.Namespace) -> int:
    from app.upkeep import people

    _run(_with_database(settings, lambda db: people.set_roles(db, args, at=_now())))
    _say(f"{args.email}: {', '.join(args.role)}")
    return 0


def person_retire(settings: Settings, args: argparse.Namespace) -> int:
    from app.upkeep import people

    _run(_with_database(settings, lambda db: people.retire(db, args, at=_now())))
    _say(f"{args.email} has left: every sign-in and token of theirs is ended.")
    return 0


def token_create(settings: Settings, args: argparse.Namespace) -> int:
    """Prints the token and nothing else, so that a script can take it."""
    from app.actions.tokens import create_token

    _say(
        _run(
            _with_database(
                settings, lambda db: db.write(create_token, email=args.person, at=_now())
            )
        )
    )
    return 0


async def _people(settings: Settings) -> Any:
    from app.queries.api_lists import people_page

    return await _with_database(settings, lambda db: db.ask(people_page, after_id=0, limit=100_000))


async def _with_database(
    settings: Settings, do: Callable[["Database"], Coroutine[Any, Any, T]]
) -> T:
    from app.db import Database

    db = Database(settings.url)
    try:
        return await do(db)
    finally:
        await db.close()


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


def _now() -> datetime:
    return datetime.now(UTC)


def _say(text: str) -> None:
    print(text, flush=True)


# --- what can be said


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="readyboard", description="A live job board for field service."
    )
    parser.add_argument("--version", action="version", version=f"readyboard {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    one = _command(commands, "serve", serve, "run the program")
    _add_address(one)
    one = _command(commands, "demo", demo, "make the demo company and serve it")
    _add_address(one)
    one.add_argument("--no-serve", action="store_true", help="make it only")
    one.add_argument("--seed", type=int, default=1, help="the same seed gives the same company")
    _command(commands, "migrate", migrate, "bring the database to this release")
    one = _command(commands, "backup", backup, "back up database and files, while it runs")
    one.add_argument("file", type=Path, metavar="FILE")
    one = _command(commands, "restore", restore, "make everything what it was at a backup")
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--force", action="store_true", help="replace the company that is there")
    _command(commands, "check", check, "say what is wrong and how to mend it")
    _add_people(commands)
    _add_lists(commands)
    return parser


def _add_lists(commands: Any) -> None:
    one = _command(commands, "import", import_list, "take customers from another program's list")
    one.add_argument("kind", choices=("customers",))
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--dry-run", action="store_true", help="say what would be done")
    one = _command(commands, "export", export_books, "write issued invoices for bookkeeping")
    one.add_argument("program", choices=("quickbooks", "quickbooks-us", "xero"))
    one.add_argument("--folder", type=Path, default=Path(), help="where the files go (here)")
    one.add_argument("--first", type=date.fromisoformat, help="day of issue, from; else this year")
    one.add_argument("--last", type=date.fromisoformat, help="day of issue, to; else today")


def _add_people(commands: Any) -> None:
    person = _group(commands, "person", "add, list and retire people")
    one = _command(person, "add", person_add, "add somebody; prints a link to come in by")
    one.add_argument("--email", required=True)
    one.add_argument("--name", required=True)
    _add_roles(one)
    one.add_argument("--company", default="Our company", help="its name, for the first person")
    one.add_argument("--time-zone", default=None, help="the company's, for the first person")
    one.add_argument("--currency", default="EUR", help="the company's, for the first person (EUR)")
    _command(person, "list", person_list, "everybody, with their roles")
    one = _command(person, "roles", person_roles, "give somebody exactly these roles")
    one.add_argument("--email", required=True)
    _add_roles(one)
    one = _command(person, "retire", person_retire, "somebody has left; what they did stays")
    one.add_argument("--email", required=True)
    token = _group(commands, "token", "let a program in")
    one = _command(token, "create", token_create, "print a new API token, and nothing else")
    one.add_argument("--person", required=True, metavar="EMAIL", help="as whom the program acts")


def _command(commands: Any, name: str, command: Command, says: str) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
    one.set_defaults(command=command)
    return one


def _group(commands: Any, name: str, says: str) -> Any:
    group = commands.add_parser(name, help=says, description=says)
    return group.add_subparsers(required=True, metavar="COMMAND")


def _add_roles(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--role", action="append", required=True, choices=ROLES, help="may be repeated"
    )


def _add_address(one: argparse.ArgumentParser) -> None:
    one.add_argument("--host", help="address to listen on")
    one.add_argument("--port", type=int, help="0 takes a free one")
    one.add_argument(
        "--workers", type=int, default=1, help="processes; more than one on PostgreSQL"
    )


if __name__ == "__main__":
    sys.exit(main())
