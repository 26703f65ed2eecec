"""Invoices as pages: the list, the preview of a draft, and what may still be done with an issued one."""

import asyncio
from functools import partial
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import Response

from app import pages
from app.actions.act import Done, now_by
from app.actions.receipts import once
from app.papers.bank_code import bank_code
from app.papers.sheet import sheet
from app.queries.invoice_page import STATES, list_invoices, read_invoice
from app.queries.screens.frame import Form
from app.rules.access import Right, may
from app.rules.invoice import Document
from app.rules.refusal import Forbidden, Incomplete, Malformed, NotFound, Refusal, SignInNeeded
from app.web import job, letters, papers
from app.web.deeds import ANSWERS, DEEDS, Deed, issuing_and_sending
from app.web.door import Call, Handler, Page, html, press_of, see
from app.web.forms import Typed, clean, typed
from app.web.frame import frame_of
from app.web.where import id_of, live

SENTENCES_AT = frozenset(
    {"amount", "received_on", "to_id", "description", "quantity", "unit_price", "per_cent"}
)
"""Fields of the page's forms that show what is wrong beside themselves; the amounts of a credit do, too."""

REFUSED = "refused"
"""Under this name a refused form's values say which of the page's forms it was: several have a "reason"."""


def invoice_pages() -> tuple[Page, ...]:
    """The list, the invoice, its files, and a POST for each row of the two tables."""
    return (
        Page("/invoices", Right.SEE_MONEY, get=listed),
        Page("/invoices/{invoice_id:int}", Right.SEE_MONEY, get=shown),
        Page("/invoices/{invoice_id:int}/issue-and-send", Right.BILL, post=issue_and_send),
        Page("/invoices/{invoice_id:int}/pdf", Right.SEE_MONEY, get=papers.pdf),
        Page("/invoices/{invoice_id:int}/logo", Right.SEE_MONEY, get=papers.logo),
        Page("/invoices/{invoice_id:int}/xml", Right.SEE_MONEY, get=papers.xml),
        *(
            Page(f"/invoices/{{invoice_id:int}}/{deed.path}", deed.right, post=_done(deed))
            for deed in DEEDS
        ),
        *(
            Page(f"/jobs/{{job_id:int}}/{deed.path}", deed.right, post=_answered(deed))
            for deed in ANSWERS
        ),
    )


async def listed(call: Call) -> Response:
    query = call.request.query_params
    state = query.get("state", "")
    state, q = state if state in STATES else "", clean(query.get("q", ""))[:100]
    rows = await call.db.ask(list_invoices, at=call.at, state=state, q=q)
    return html(
        pages.render(
            "pages/invoices.html",
            frame=frame_of(call, here="/office"),
            invoices=rows,
            states=STATES,
            state=state,
            q=q,
        )
    )


async def shown(call: Call) -> Response:
    return await show(call, id_of(call, "invoice_id"), Form())


async def show(call: Call, invoice_id: int, form: Form, *, status: int = 200) -> Response:
    """``form``: what was typed into a form that was refused."""
    found = await call.db.ask(read_invoice, invoice_id=invoice_id, at=call.at)
    said = sheet(found.document)
    return html(
        pages.render(
            "pages/invoice.html",
            frame=frame_of(call, here="/office"),
            live=live(call, found.head, "office"),
            shown=found,
            sheet=said,
            qr_svg=bank_code(said, scaled=False),
            form=form,
            typed_in=partial(typed_in, form),
            unshown=await _unshown(call, found.document),
            may={str(right) for right in Right if may(call.actor, right)},
            is_open=letters.postroom(call).is_open,
            edits=call.request.query_params.get("line", ""),
        ),
        status,
    )


def typed_in(form: Form, path: str) -> Form:
    """What was typed into the page's form that posts to ``path``; nothing, if another was refused."""
    return form if form.value(REFUSED) == path else Form()


async def issue_and_send(call: Call) -> Response:
    deed = issuing_and_sending(await letters.sent_from(call.db, call.settings))
    answer = await _done(deed)(call)
    answer.background = BackgroundTask(letters.deliver, call)
    return answer


async def _unshown(call: Call, found: Document) -> tuple[str, ...]:
    """Characters that the PDF of a draft will mark, by name. Without a printer nothing can be said."""
    if found.kind != "draft":
        return ()
    try:
        return await asyncio.to_thread(papers.printer(call.settings.font_dir).unshowable, found)
    except Refusal:
        return ()


def _done(deed: Deed) -> Handler:
    async def do(call: Call) -> Response:
        invoice_id = id_of(call, "invoice_id")
        sent = typed(await call.form())
        try:
            done = await _carry_out(call, deed, invoice_id, sent)
        except (SignInNeeded, Forbidden, Malformed):
            raise
        except NotFound:
            # Discarded by somebody else meanwhile; a line that went is said on the page.
            return await show(call, invoice_id, Form(refusal=GONE), status=409)
        except Refusal as refusal:
            form = form_of(sent, refusal, refused=deed.path)
            return await show(call, invoice_id, form, status=refusal.status)
        path = deed.lands or f"/invoices/{invoice_id}"
        if deed.path == "take-back" and not await _is_there(call, invoice_id):
            path = "/office"
        return _see(f"{path}?said={deed.said}", done)

    return do


def _answered(deed: Deed) -> Handler:
    async def do(call: Call) -> Response:
        job_id = id_of(call)
        sent = typed(await call.form())
        try:
            done = await _carry_out(call, deed, job_id, sent)
        except (SignInNeeded, Forbidden, Malformed, NotFound):
            raise
        except Refusal as refusal:
            form = form_of(sent, refusal, refused=deed.path)
            return await job.show(call, job_id, form, status=refusal.status)
        path = f"/invoices/{done.made_id}" if deed.lands == "made" else f"/jobs/{job_id}"
        return _see(f"{path}?said={deed.said}", done)

    return do


GONE = "This is not there any more: somebody has changed the draft. Look at it again."


async def _carry_out(call: Call, deed: Deed, of_id: int, sent: Typed) -> Done:
    act = now_by(call.actor, call.at)
    words: dict[str, Any] = {name: one for name, one in sent.values.items() if name != "key"}
    press = press_of(call.request, words, sent.text("key"))
    done, _ = await call.db.write(
        once, act, press, lambda session: deed.run(session, act, of_id, sent)
    )
    return done


async def _is_there(call: Call, invoice_id: int) -> bool:
    try:
        await call.db.ask(read_invoice, invoice_id=invoice_id, at=call.at)
    except NotFound:
        return False
    return True


def _see(path: str, done: Done) -> Response:
    answer = see(path)
    if done.seq is not None:
        answer.headers["X-Readyboard-Seq"] = str(done.seq)
    return answer


def form_of(sent: Typed, refusal: Refusal, *, refused: str) -> Form:
    """What was typed into which form, and the sentence at its field or above everything."""
    values = {**sent.values, REFUSED: refused}
    if isinstance(refusal, Incomplete):
        return Form(values=values, refusal="This cannot be issued yet: see what is missing.")
    field = refusal.field or ""
    if field in SENTENCES_AT or (field.startswith("net_") and field in values):
        return Form(values=values, errors={field: refusal.sentence})
    return Form(values=values, refusal=refusal.sentence)
