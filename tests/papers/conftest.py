"""One warm printer for all tests of papers, without a folder of fonts."""

from collections.abc import Iterator

import pytest

from app.papers.pdf import Printer


@pytest.fixture(scope="session")
def printer() -> Iterator[Printer]:
    one = Printer()
    yield one
    one.close()
