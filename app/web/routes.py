"""The site map: every page, who may open it, and what answers. One list a part of the site."""

from starlette.routing import BaseRoute, Route

from app.rules.access import Right
from app.settings import Settings
from app.web import boards, entry, health, intake, job, job_forms, lists, static, technician
from app.web.door import PUBLIC, Page, route

ENTRY = (
    Page("/", Right.OWN_ACCOUNT, get=entry.home),
    Page("/sign-in", PUBLIC, get=entry.sign_in_page, post=entry.sign_in),
    Page("/sign-out", PUBLIC, post=entry.sign_out),
    Page("/theme", PUBLIC, post=entry.choose_theme),
)

# The boards, the job page and its dialogs, the technician's phone, search.
WORK: tuple[Page, ...] = (
    Page("/dispatch", Right.SEE_DISPATCH, get=boards.dispatch),
    Page("/office", Right.SEE_BILLING, get=boards.office),
    Page("/jobs", Right.PLAN_JOBS, get=boards.to_dispatch, post=intake.take_in),
    Page("/jobs/{job_id:int}", Right.READ_JOBS, get=job.job_page),
    *job_forms.job_form_pages(),
    Page("/my-jobs", Right.PRESS, get=technician.my_jobs),
    Page("/my-jobs/{job_id:int}", Right.PRESS, get=technician.job_form),
    Page("/search", Right.SEARCH, get=lists.search),
    Page("/held", Right.DECIDE_HELD, get=lists.held),
    Page("/moves", Right.MOVE, get=lists.moves),
)

SETTINGS: tuple[Page, ...] = ()

PAGES: tuple[Page, ...] = (*ENTRY, *WORK, *SETTINGS)

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
