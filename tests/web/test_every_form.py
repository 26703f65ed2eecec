"""What is true of each form and command, by looking at all of them."""

import re
from typing import Any

import pytest

from app import pages
from app.models import Note, PhotoKind
from app.rules.requirements import BROUGHT_BY, BY_CODE
from app.web.commands import BY_NAME, COMMANDS
from app.web.deeds import ANSWERS
from app.web.form_commands import KINDS
from app.web.frame import ELSEWHERE
from app.web.said import SAID
from tests.cast import World
from tests.databases import on_sqlite
from tests.web.work import (
    job_for,
    post,
)


def test_every_command_on_a_job_has_a_form() -> None:
    # These forms ask for less, or for more, than the API does.
    own_words = {BY_NAME[name] for name in ("assign", "price_labour", "price_part", "signature")}
    assert {kind.command for kind in KINDS if kind.command} >= set(COMMANDS) - own_words


def test_no_word_in_an_address_says_two_things() -> None:
    assert ELSEWHERE.keys() & SAID.keys() == set()


ABOUT_AN_INVOICE = {"invoice.html", "draft_lines.html", "crediting.html"}
"""Its ``here`` is an invoice."""


def test_every_form_that_a_template_names_exists() -> None:
    named = {
        name
        for path in pages.TEMPLATES.rglob("*.html")
        if path.name not in ABOUT_AN_INVOICE
        for name in re.findall(
            r"""/jobs/(?:%d|\{\{[^}]*\}\})/([a-z-]+)|(?:here ~ "/|\{\{ here \}\}/)([a-z-]+)""",
            path.read_text(),
        )
    }
    # Photos come as files, by a door of their own; what is withdrawn is said by the macro's caller.
    elsewhere = {"photos", "held", "withdraw-", *(deed.path for deed in ANSWERS)}
    assert {one or other for one, other in named} - elsewhere <= {kind.name for kind in KINDS}


@on_sqlite
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
async def test_every_form_refuses_a_stranger(world: World, kind: Any) -> None:
    job_id = await job_for(world)
    async with world.client() as client:
        answer = await post(client, f"/jobs/{job_id}/{kind.name}")
    assert answer.status_code == (405 if kind.command is None else 401)


@on_sqlite
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
async def test_no_form_breaks_on_nonsense(world: World, kind: Any) -> None:
    job_id = await job_for(world, world.cast.tom)
    nonsense = dict.fromkeys(
        (*getattr(kind.command, "body", Note).__annotations__, *kind.ids, "version"), "9" * 30
    )
    async with await world.client_of(world.cast.owner) as client:
        answer = await post(client, f"/jobs/{job_id}/{kind.name}", **nonsense)
        nothing = await post(client, f"/jobs/{job_id}/{kind.name}")
        page = await client.get(f"/jobs/{job_id}/{kind.name}")
    assert {answer.status_code, nothing.status_code, page.status_code} <= {
        *(200, 303, 400, 403, 404, 405, 409, 422)
    }


def test_what_brings_a_needed_thing_is_a_form_on_the_phone() -> None:
    assert set(BROUGHT_BY) <= set(BY_CODE)
    forms = {kind.name for kind in KINDS} | {f"photos-{kind}" for kind in PhotoKind}
    assert set(BROUGHT_BY.values()) <= forms
