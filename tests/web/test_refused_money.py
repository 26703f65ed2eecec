"""A form of an invoice's page that is refused: the sentence is at its field, and what was typed is still there."""

import re

import pytest

from tests.cast import World
from tests.databases import on_sqlite
from tests.web.money import draft_of, issued, ready_job, row_of
from tests.web.work import now, post

pytestmark = on_sqlite


@pytest.mark.parametrize(
    ("path", "typed", "wrong"),
    [
        ("lines", {"description": "Agreed", "unit_price": "much", "quantity": "1"}, "unit_price"),
        ("discount", {"per_cent": "ten", "reason": "A regular"}, "per_cent"),
    ],
)
async def test_a_draft_s_forms_keep_what_was_typed(
    world: World, path: str, typed: dict[str, str], wrong: str
) -> None:
    async with await world.client_of(world.cast.olga) as client:
        draft = await draft_of(client, world, await ready_job(world))
        first = (await row_of(world, draft)).lines[0]
        line = {"line_id": str(first.id), "tax": "S:19"} if path == "lines" else {}
        page = await post(client, f"/invoices/{draft}/{path}", **typed, **line)
    assert page.status_code == 422
    assert f'<a href="#f-{wrong}">' in page.text
    assert len(re.findall(rf'id="f-{wrong}"', page.text)) == 1
    for words in typed.values():
        assert f'value="{words}"' in _open_form(page.text, path)


@pytest.mark.parametrize("how", ["part", "all"])
async def test_a_credit_keeps_what_was_typed(world: World, how: str) -> None:
    async with await world.client_of(world.cast.olga) as client:
        invoice = await issued(client, world, await ready_job(world))
        line = (await row_of(world, invoice)).lines[0].id
        typed = {"how": how, "reason": "Half of it was ours", f"net_{line}": "five"}
        page = await post(client, f"/invoices/{invoice}/credit", **typed)
    assert page.status_code == 422
    form = _open_form(page.text, "credit")
    assert f'<a href="#f-net_{line}">' in page.text
    assert 'value="five"' in form
    assert 'value="Half of it was ours"' in form
    assert f'value="{how}" checked' in form
    assert "five" not in page.text.replace(form, "")


async def test_amounts_beside_lines_are_not_a_credit_of_all(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        invoice = await issued(client, world, await ready_job(world))
        line = (await row_of(world, invoice)).lines[0].id
        typed = {"how": "all", "reason": "Half", f"net_{line}": "5.00"}
        page = await post(client, f"/invoices/{invoice}/credit", **typed)
        assert page.status_code == 422
        assert "Choose “Only these amounts, net”, or empty them." in page.text
        none = await post(client, f"/invoices/{invoice}/credit", how="part", reason="Half")
        assert "Enter an amount beside at least one line." in none.text
    assert (await row_of(world, invoice)).credited == 0


async def test_a_payment_that_is_taken_back_keeps_its_reason_to_itself(world: World) -> None:
    async with await world.client_of(world.cast.olga) as client:
        invoice = await issued(client, world, await ready_job(world))
        day = now().date().isoformat()
        await post(client, f"/invoices/{invoice}/payments", amount="5", received_on=day)
        page = await post(
            client, f"/invoices/{invoice}/reverse-payment", payment_id="99999", reason="Bounced"
        )
    assert page.status_code == 409
    assert "Bounced" not in _form(page.text, "credit")


def _form(page: str, path: str) -> str:
    """Every form of the page that posts to ``path``."""
    return "".join(
        re.findall(rf'<form[^>]*action="/invoices/\d+/{path}".*?</form>', page, re.DOTALL)
    )


def _open_form(page: str, path: str) -> str:
    """The one that stands open."""
    (found,) = re.findall(
        rf'<details open><summary>[^<]*</summary>\s*(<form[^>]*action="/invoices/\d+/{path}".*?</form>)',
        page,
        re.DOTALL,
    )
    return str(found)
