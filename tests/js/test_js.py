"""The browser's code: its unit tests by Node, and what it may weigh.

Node comes inside the playwright wheel, so that nothing else has to be installed.
"""

import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPTS = HERE.parents[1] / "app" / "static" / "js"

TECHNICIAN = ("main.js", "page-live.js", "outbox.js", "offline.js", "timer.js")
BOARD = ("main.js", "board.js", "board-keys.js", "press-form.js")
WALL = ("main.js", "board.js", "wall.js")

TOO_NEW = re.compile(
    r"\?\?=|\|\|=|&&=|\.at\(|\.replaceAll\(|structuredClone|\.randomUUID\(|:is\(|^await ",
    re.MULTILINE,
)
"""Televisions run browsers of 2020: no syntax that those cannot read, no call that they lack."""


def node() -> str:
    driver = pytest.importorskip("playwright._impl._driver")
    return str(driver.compute_driver_executable()[0])


def loaded(entries: tuple[str, ...]) -> set[Path]:
    """The files that a page loads before anybody has pressed anything: the entries and what they import."""
    found: set[Path] = set()
    waiting = [SCRIPTS / entry for entry in entries]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            imports = re.findall(r"from '(\./[\w-]+\.js)'", file.read_text("utf-8"))
            waiting += [SCRIPTS / name for name in imports]
    return found


def weight(entries: tuple[str, ...]) -> int:
    return sum(file.stat().st_size for file in loaded(entries))


def test_the_unit_tests_of_the_scripts_pass() -> None:
    tests = sorted(str(file) for file in HERE.glob("*.test.mjs"))
    run = subprocess.run([node(), "--test", *tests], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_technicians_page_loads_at_most_35_kilobytes() -> None:
    assert weight(TECHNICIAN) <= 35_000


@pytest.mark.parametrize("entries", [BOARD, WALL])
def test_a_board_loads_at_most_50_kilobytes(entries: tuple[str, ...]) -> None:
    assert weight(entries) <= 50_000


@pytest.mark.parametrize("file", sorted(SCRIPTS.glob("*.js")), ids=lambda file: file.name)
def test_a_script_begins_with_what_it_is_for(file: Path) -> None:
    assert file.read_text("utf-8").startswith("// ")


@pytest.mark.parametrize("file", sorted(SCRIPTS.glob("*.js")), ids=lambda file: file.name)
def test_a_script_can_be_read_by_an_old_television(file: Path) -> None:
    assert not TOO_NEW.search(file.read_text("utf-8"))


def exports(file: Path) -> set[str]:
    declared = r"^export (?:async )?(?:const|let|class|function\*?) (\w+)"
    return set(re.findall(declared, file.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("file", sorted(SCRIPTS.glob("*.js")), ids=lambda file: file.name)
def test_a_script_imports_only_what_there_is(file: Path) -> None:
    """A browser would not run the page's scripts at all."""
    for names, source in re.findall(r"import \{([^}]*)\} from '\./([\w-]+\.js)'", file.read_text()):
        wanted = {name.split(" as ")[0].strip() for name in names.split(",") if name.strip()}
        assert wanted <= exports(SCRIPTS / source), source


def test_html_is_only_read_where_the_server_drew_it() -> None:
    readers = {
        file.name for file in SCRIPTS.glob("*.js") if ".innerHTML =" in file.read_text("utf-8")
    }
    assert readers == {"lane.js"}
