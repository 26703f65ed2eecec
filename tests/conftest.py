"""What every test may use: the databases, and the marks that the folders carry."""

from pathlib import Path

import pytest
from hypothesis import settings
from pytest_asyncio import is_async_test

from tests.warm import share_compiled_statements

pytest_plugins = ["tests.databases", "tests.cast"]

# On a busy machine a deadline for one example measures the machine.
settings.register_profile("readyboard", deadline=None, print_blob=True)
settings.load_profile("readyboard")
share_compiled_statements()

SLOWEST_FIRST = ("browser/test_basement.py", "browser/test_offline.py", "browser", "demo")
"""What takes longest begins first, so that no worker is left alone with it at the end."""

MARK_OF_FOLDER = {"browser": "browser", "drills": "drill", "bench": "bench"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything under tests/drills as a drill, and so on: nobody can forget it."""
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if mark := MARK_OF_FOLDER.get(folder):
            item.add_marker(getattr(pytest.mark, mark))
        if folder == "browser" and is_async_test(item):
            # One browser, and so one event loop, for all journeys.
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    items.sort(key=lambda item: _turn(item.path.relative_to(here)))


def _turn(path: Path) -> int:
    found = (n for n, begin in enumerate(SLOWEST_FIRST) if path.is_relative_to(begin))
    return next(found, len(SLOWEST_FIRST))
