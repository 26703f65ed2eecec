"""Every call of the API in one table, and the routes made from it. To be put at the root, after the pages."""

import re
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.web.api import (
    board,
    books,
    customers,
    drafts,
    errors,
    files,
    invoices,
    job_types,
    jobs,
    money,
    people,
    price_book,
)
from app.web.api.endpoint import Endpoint, Resource

ROOT = "/api/v1"

ENDPOINTS: tuple[Endpoint, ...] = (
    *board.ENDPOINTS,
    *people.ENDPOINTS,
    *customers.ENDPOINTS,
    *job_types.ENDPOINTS,
    *price_book.ENDPOINTS,
    *files.ENDPOINTS,
    *jobs.ENDPOINTS,
    *invoices.ENDPOINTS,
    *drafts.ENDPOINTS,
    *money.ENDPOINTS,
    *books.ENDPOINTS,
)


def routes(endpoints: Iterable[Endpoint] = ENDPOINTS) -> list[BaseRoute]:
    """One route an address; whatever else begins with /api is answered in JSON too."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    found: list[BaseRoute] = [
        Route(ROOT + _with_numbers(path), Resource(calls)) for path, calls in by_path.items()
    ]
    return [*found, Route("/api/{rest:path}", _nothing, methods=_ANY)]


_ANY = ["GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]


def _with_numbers(path: str) -> str:
    """``/jobs/{job_id}`` takes whole numbers only: anything else names nothing."""
    return re.sub(r"\{(\w+_id)\}", r"{\1:int}", path)


async def _nothing(request: Request) -> Response:
    return errors.not_here()
