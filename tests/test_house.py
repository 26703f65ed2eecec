"""What we promise about the house itself: imports, pins, what a wheel carries, what is documented."""

import ast
import doctest
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from app.rules.states import Lane, State, Verb
from app.settings import PREFIX, Settings

TOP = Path(__file__).parent.parent
PINS = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt")


def _python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((TOP / folder).rglob("*.py"))]


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    plain = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    return plain | {
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }


def _doc(name: str) -> str:
    return (TOP / "docs" / name).read_text()


# --- code


@pytest.mark.parametrize("path", _python_files("app/rules"), ids=lambda path: path.name)
def test_rules_import_the_standard_library_and_each_other_only(path: Path) -> None:
    foreign = {
        name
        for name in _imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("app.rules")
    }
    assert foreign == set()


@pytest.mark.parametrize(
    "path", _python_files("app", "tests", "alembic"), ids=lambda path: str(path.relative_to(TOP))
)
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_the_migrations_folder_is_no_package() -> None:
    # With an __init__.py it would shadow the library of that name.
    assert not (TOP / "alembic" / "__init__.py").exists()


# --- packaging


@pytest.mark.parametrize("name", PINS)
def test_every_pin_has_a_hash_and_no_host(name: str) -> None:
    text = (TOP / name).read_text()
    pins = re.split(r"\n(?=\S)", text.strip())
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert "://" not in text


def test_testing_pins_agree_with_running_pins() -> None:
    running, testing = _versions("requirements.txt"), _versions("requirements-dev.txt")
    assert {name: testing.get(name) for name in running} == running


def _versions(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (TOP / name).read_text(), re.MULTILINE))


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *groups["test"], *groups["lint"]]
    names = {match[0] for line in wanted if (match := re.match(r"[A-Za-z0-9_-]+", line))}
    table = _doc("decisions/0001-dependencies.md")
    assert {name for name in names if f"| {name} |" not in table} == set()


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=TOP, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", ["app/templates", "app/static", "app/papers/templates"])
def test_a_wheel_carries_what_the_pages_need(wheel: set[str], folder: str) -> None:
    ours = {str(path.relative_to(TOP)) for path in (TOP / folder).rglob("*") if path.is_file()}
    assert ours
    assert ours - wheel == set()


def test_a_wheel_carries_the_migrations_inside_our_own_package(wheel: set[str]) -> None:
    ours = {
        f"app/_migrations/versions/{path.name}" for path in (TOP / "alembic/versions").glob("*.py")
    }
    assert ours - wheel == set()
    assert "app/_migrations/env.py" in wheel
    assert {name for name in wheel if name.startswith("alembic")} == set()


# --- documents


@pytest.mark.parametrize("field", Settings.__struct_fields__)
def test_every_setting_is_documented(field: str) -> None:
    assert f"`{PREFIX}{field.upper()}`" in _doc("running.md")


@pytest.mark.parametrize("word", [*State, *Lane, *Verb])
def test_every_state_lane_and_verb_is_in_the_dictionary(word: str) -> None:
    assert f"`{word}`" in _doc("words.md")


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")]
    broken = {
        f"{page.relative_to(TOP)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    }
    assert broken == set()


def test_the_examples_about_money_are_true() -> None:
    found = doctest.testfile(str(TOP / "docs" / "money.md"), module_relative=False)
    assert found.attempted > 5
    assert found.failed == 0
