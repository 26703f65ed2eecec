"""Sending an issued invoice, and the list of letters with what became of each."""

from starlette.background import BackgroundTask
from starlette.responses import Response

from app import pages
from app.actions import letters as acts
from app.actions.letters import send_invoice
from app.db import Database
from app.queries.letters import addressed, letters, sender
from app.queries.screens.frame import Form
from app.settings import Settings
from app.web import where
from app.web.door import Call, html, see
from app.web.frame import frame_of
from app.web.papers import print_missing
from app.web.postroom import Postroom
from app.web.typed import carry_out, read

NOBODYS = "invoices@readyboard.invalid"
"""A letter needs a name before anybody has entered the company's address."""


async def shown(call: Call) -> Response:
    invoice_id = where.id_of(call, "invoice_id")
    found = await call.db.ask(addressed, invoice_id)
    return await _page(call, invoice_id, Form(values={"to": found.email}))


async def send(call: Call) -> Response:
    invoice_id = where.id_of(call, "invoice_id")
    typed = await read(call)
    to = typed.email("to", missing="Enter the address that the invoice goes to.")
    from_whom = await sent_from(call.db, call.settings)
    done = await carry_out(
        call,
        typed,
        lambda session, act: send_invoice(
            session, act, invoice_id=invoice_id, to=to, sent_from=from_whom
        ),
    )
    if done is None:
        return await _page(call, invoice_id, typed.form, status=typed.status)
    answer = see(f"/invoices/{invoice_id}?said=mailed")
    answer.background = BackgroundTask(deliver, call)
    return answer


async def deliver(call: Call) -> None:
    """A letter waits for its PDF: print it now rather than with the next sweep, which tries again what fails here."""
    store = call.request.app.state.pictures.store
    await print_missing(call.db, store, at=call.at, font_dir=call.settings.font_dir)
    postroom(call).ring()


async def sent_from(db: Database, settings: Settings) -> str:
    """The address whose domain names a letter."""
    _, own = await db.ask_quick(sender)
    return settings.mail_from or own or NOBODYS


async def _page(call: Call, invoice_id: int, form: Form, *, status: int = 200) -> Response:
    page = pages.render(
        "pages/send_invoice.html",
        frame=frame_of(call, here="/office"),
        found=await call.db.ask(addressed, invoice_id),
        form=form,
        is_open=postroom(call).is_open,
    )
    return html(page, status)


async def listed(call: Call) -> Response:
    page = pages.render(
        "pages/letters.html",
        frame=frame_of(call, here="/money"),
        letters=await call.db.ask(letters),
        is_open=postroom(call).is_open,
        refusal=None,
    )
    return html(page)


async def again(call: Call) -> Response:
    mail_id = where.id_of(call, "mail_id")
    typed = await read(call)
    done = await carry_out(
        call, typed, lambda session, act: acts.try_again(session, act, mail_id=mail_id)
    )
    if done is None:
        page = pages.render(
            "pages/letters.html",
            frame=frame_of(call, here="/money"),
            letters=await call.db.ask(letters),
            is_open=postroom(call).is_open,
            refusal=typed.refusal,
        )
        return html(page, typed.status)
    postroom(call).ring()
    back = where.path_of_ours(typed.form.value("next")) or "/letters"
    return see(f"{back}?said=again")


def postroom(call: Call) -> Postroom:
    found: Postroom = call.request.app.state.postroom
    return found
