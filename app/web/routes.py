"""The site map: every page, who may open it, and what answers. One list a part of the site."""

from starlette.routing import BaseRoute, Route

from app.rules.access import Right
from app.settings import Settings
from app.web import (
    account,
    billing_settings,
    boards,
    company,
    customers,
    displays,
    enrol,
    entry,
    exports,
    files,
    first_owner,
    health,
    imports,
    intake,
    invoices,
    job,
    job_forms,
    job_types,
    late,
    letters,
    lists,
    money,
    offline,
    people,
    picking,
    price_book,
    samples,
    static,
    technician,
    wall,
)
from app.web.api.routes import routes as api_routes
from app.web.door import PUBLIC, Page, route

ENTRY = (
    Page("/", Right.OWN_ACCOUNT, get=entry.home),
    Page("/sign-in", PUBLIC, get=entry.sign_in_page, post=entry.sign_in),
    Page("/sign-out", PUBLIC, post=entry.sign_out),
    Page("/theme", PUBLIC, post=entry.choose_theme),
    Page("/first-owner", PUBLIC, get=first_owner.shown, post=first_owner.set_up),
    Page("/enrol/{token}", PUBLIC, get=enrol.shown, post=enrol.use),
    # A television that is not paired gets a code to show, and nothing else.
    Page("/wall", PUBLIC, get=wall.shown),
    # Nobody's pages: a phone keeps them for the time without a network.
    Page("/waiting", PUBLIC, get=offline.waiting),
    Page("/manifest.webmanifest", PUBLIC, get=offline.manifest),
    # For those who have left: their own secret opens nothing but this.
    Page("/late/presses", PUBLIC, post=late.take_press),
    Page("/late/photos", PUBLIC, post=late.take_file),
    Page("/account", Right.OWN_ACCOUNT, get=account.shown),
    Page("/account/password", Right.OWN_ACCOUNT, post=account.change_password),
    Page("/account/sessions/end-others", Right.OWN_ACCOUNT, post=account.end_others),
    Page("/account/sessions/{sign_in_id:int}/end", Right.OWN_ACCOUNT, post=account.end),
)

# The boards, the job page and its dialogs, the technician's phone, search.
WORK: tuple[Page, ...] = (
    Page("/dispatch", Right.SEE_DISPATCH, get=boards.dispatch),
    Page("/office", Right.SEE_BILLING, get=boards.office),
    Page("/office/bill", Right.BILL, get=picking.bill_page, post=picking.bill),
    Page("/office/take-back", Right.BILL, post=picking.take_back),
    Page("/jobs", Right.PLAN_JOBS, get=boards.to_dispatch, post=intake.take_in),
    Page("/jobs/{job_id:int}", Right.READ_JOBS, get=job.job_page),
    *job_forms.job_form_pages(),
    *invoices.invoice_pages(),
    Page("/my-jobs", Right.PRESS, get=technician.my_jobs),
    Page("/my-jobs/{job_id:int}", Right.PRESS, get=technician.job_form),
    Page("/search", Right.SEARCH, get=lists.search),
    Page("/held", Right.DECIDE_HELD, get=lists.held),
    Page("/moves", Right.MOVE, get=lists.moves),
)

MONEY = (
    Page("/invoices/{invoice_id:int}/send", Right.BILL, get=letters.shown, post=letters.send),
    Page("/exports", Right.EXPORT_BOOKS, get=exports.shown),
    Page("/exports/{name}.csv", Right.EXPORT_BOOKS, get=exports.file),
    Page("/imports/customers", Right.IMPORT, get=imports.shown, post=imports.change),
    Page("/imports/customers/undo", Right.IMPORT, post=imports.undo),
    Page("/letters", Right.SEE_MONEY, get=letters.listed),
    Page("/letters/{mail_id:int}/again", Right.BILL, post=letters.again),
    Page("/money", Right.SEE_MONEY, get=money.shown),
    Page("/money/{key}", Right.SEE_MONEY, get=money.listed),
)

FILES = (
    Page("/jobs/{job_id:int}/photos", Right.WRITE_FACTS, post=files.add_photo),
    Page("/jobs/{job_id:int}/signature/drawn", Right.WRITE_FACTS, post=files.add_signature),
    Page("/photos/{photo_id:int}", Right.READ_JOBS, get=files.photo),
    Page("/signatures/{signature_id:int}", Right.READ_JOBS, get=files.signature),
    Page(
        "/jobs/{job_id:int}/held/{held_id:int}/picture", Right.DECIDE_HELD, get=files.held_picture
    ),
)

SETTINGS = (
    Page("/settings", Right.READ_PEOPLE, get=company.settings),
    Page("/settings/company", Right.EDIT_COMPANY, get=company.shown, post=company.change),
    Page(
        "/settings/company/invoices",
        Right.EDIT_COMPANY,
        get=billing_settings.on_invoices_shown,
        post=billing_settings.change_on_invoices,
    ),
    Page(
        "/settings/company/logo",
        Right.EDIT_COMPANY,
        get=billing_settings.logo,
        post=billing_settings.change_logo,
    ),
    Page("/settings/company/logo/remove", Right.EDIT_COMPANY, post=billing_settings.remove_logo),
    Page(
        "/settings/taxes",
        Right.SET_RATES,
        get=billing_settings.taxes_shown,
        post=billing_settings.change_taxes,
    ),
    Page("/settings/taxes/price-waiting", Right.SET_RATES, post=billing_settings.price_waiting),
    Page("/people", Right.READ_PEOPLE, get=people.listed),
    Page("/people", Right.EDIT_PEOPLE, post=people.add),
    Page("/people/new", Right.EDIT_PEOPLE, get=people.new),
    Page("/people/{person_id:int}", Right.EDIT_PEOPLE, get=people.shown, post=people.change),
    Page("/people/{person_id:int}/link", Right.EDIT_PEOPLE, post=people.make_link),
    Page("/people/{person_id:int}/retire", Right.EDIT_PEOPLE, post=people.retire),
    Page("/people/{person_id:int}/return", Right.EDIT_PEOPLE, post=people.take_back),
    Page("/customers", Right.EDIT_CUSTOMERS, get=customers.listed, post=customers.add),
    Page("/customers/new", Right.EDIT_CUSTOMERS, get=customers.new),
    Page(
        "/customers/{customer_id:int}",
        Right.EDIT_CUSTOMERS,
        get=customers.shown,
        post=customers.change,
    ),
    Page("/sites", Right.EDIT_CUSTOMERS, get=customers.sites_listed, post=customers.add_site),
    Page("/sites/new", Right.EDIT_CUSTOMERS, get=customers.new_site),
    Page(
        "/sites/{site_id:int}",
        Right.EDIT_CUSTOMERS,
        get=customers.site_shown,
        post=customers.change_site,
    ),
    Page("/job-types", Right.READ_JOB_TYPES, get=job_types.listed),
    Page("/job-types", Right.EDIT_JOB_TYPES, post=job_types.add),
    Page("/job-types/new", Right.EDIT_JOB_TYPES, get=job_types.new),
    Page(
        "/job-types/{job_type_id:int}",
        Right.EDIT_JOB_TYPES,
        get=job_types.shown,
        post=job_types.change,
    ),
    Page("/price-book", Right.READ_PRICE_BOOK, get=price_book.listed),
    Page("/price-book", Right.EDIT_PRICE_BOOK, post=price_book.add),
    Page("/price-book/new", Right.EDIT_PRICE_BOOK, get=price_book.new),
    Page(
        "/price-book/{item_id:int}",
        Right.EDIT_PRICE_BOOK,
        get=price_book.shown,
        post=price_book.change,
    ),
    Page("/price-book/{item_id:int}/retire", Right.EDIT_PRICE_BOOK, post=price_book.retire),
    Page("/price-book/{item_id:int}/return", Right.EDIT_PRICE_BOOK, post=price_book.take_back),
    Page("/settings/displays", Right.MANAGE_DISPLAYS, get=displays.listed, post=displays.pair),
    Page("/settings/displays/find", Right.MANAGE_DISPLAYS, post=displays.find),
    Page("/settings/displays/pair", Right.MANAGE_DISPLAYS, get=displays.pair_page),
    Page(
        "/settings/displays/{display_id:int}",
        Right.MANAGE_DISPLAYS,
        get=displays.shown,
        post=displays.change,
    ),
    Page("/settings/displays/{display_id:int}/remove", Right.MANAGE_DISPLAYS, post=displays.remove),
)

DEVELOPMENT = (Page("/patterns", PUBLIC, get=samples.patterns),)

PAGES: tuple[Page, ...] = (*ENTRY, *FILES, *MONEY, *WORK, *SETTINGS)

# For programs: /api/v1 (app/web/api).
API: tuple[BaseRoute, ...] = tuple(api_routes())

# The same for everybody, and nobody is looked up for it.
PLAIN: tuple[BaseRoute, ...] = (
    Route("/static/{build}/{path:path}", static.static_file),
    Route("/sw.js", offline.service_worker),
    Route("/healthz", health.healthz),
    Route("/readyz", health.readyz),
    Route("/metrics", health.metrics),
)


ROUTES: tuple[BaseRoute, ...] = (*PLAIN, *(route(page) for page in PAGES), *API)


def routes(settings: Settings) -> list[BaseRoute]:
    """Everything over HTTP but the live side's three addresses, which ``main`` adds."""
    development = DEVELOPMENT if settings.development else ()
    return [*ROUTES, *(route(page) for page in development)]
