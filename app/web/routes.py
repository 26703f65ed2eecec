"""The site map: every page, who may open it, and what answers. One list a part of the site."""

from starlette.routing import BaseRoute, Route

from app.rules.access import Right
from app.settings import Settings
from app.web import entry, files, health, static
from app.web.door import PUBLIC, Page, route

ENTRY = (
    Page("/", Right.OWN_ACCOUNT, get=entry.home),
    Page("/sign-in", PUBLIC, get=entry.sign_in_page, post=entry.sign_in),
    Page("/sign-out", PUBLIC, post=entry.sign_out),
    Page("/theme", PUBLIC, post=entry.choose_theme),
)

# The boards, the job page and its dialogs, the technician's phone, search.
WORK: tuple[Page, ...] = ()

FILES = (
    Page("/jobs/{job_id:int}/photos", Right.WRITE_FACTS, post=files.add_photo),
    Page("/jobs/{job_id:int}/signature/drawn", Right.WRITE_FACTS, post=files.add_signature),
    Page("/photos/{photo_id:int}", Right.READ_JOBS, get=files.photo),
    Page("/signatures/{signature_id:int}", Right.READ_JOBS, get=files.signature),
)

SETTINGS: tuple[Page, ...] = ()

PAGES: tuple[Page, ...] = (*ENTRY, *FILES, *WORK, *SETTINGS)

# For programs: /api/v1 (app/web/api).
API: tuple[BaseRoute, ...] = ()

# The same for everybody, and nobody is looked up for it.
PLAIN: tuple[BaseRoute, ...] = (
    Route("/static/{build}/{path:path}", static.static_file),
    Route("/healthz", health.healthz),
    Route("/readyz", health.readyz),
    Route("/metrics", health.metrics),
)


def routes(settings: Settings) -> list[BaseRoute]:
    """Everything over HTTP but the live side's three addresses, which ``main`` adds."""
    return [*PLAIN, *(route(page) for page in PAGES), *API]
