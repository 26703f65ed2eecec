"""Several cards at once: ready jobs onto drafts, and jobs on drafts back: as a page, and as a dialog on the board."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from app import pages
from app.actions.act import Act, Done, now_by
from app.actions.moves import Seen, bill_all, take_back_all
from app.actions.receipts import once
from app.queries.picked import read_picked
from app.queries.screens.frame import Form
from app.rules.refusal import BadInput, Forbidden, Malformed, Refusal, SignInNeeded
from app.web.deeds import number, seen_card
from app.web.door import Call, html, press_of, see
from app.web.forms import Typed, typed
from app.web.frame import frame_of

MOST_PICKED = 200
"""Jobs in one go: more than a board shows, and a bound for the transaction."""


async def bill_page(call: Call) -> Response:
    ids = [number(text, "job") for text in call.request.query_params.getlist("job")]
    return await _shown(call, _few(ids), Form())


async def bill(call: Call) -> Response:
    """Ready jobs onto drafts, one a customer, or one a job."""

    def run(session: Session, act: Act, seen: Sequence[Seen], sent: Typed) -> Done:
        draft = sent.text("draft_id")
        together = sent.text("together", "yes") == "yes"
        return bill_all(
            session,
            act,
            seen=seen,
            together=together,
            draft_id=number(draft, "draft_id") if draft else None,
        )

    return await _carried_out(call, run, "billed")


async def take_back(call: Call) -> Response:
    """Jobs on drafts back to where their facts put them."""

    def run(session: Session, act: Act, seen: Sequence[Seen], sent: Typed) -> Done:
        return take_back_all(session, act, seen=seen)

    return await _carried_out(call, run, "taken_back")


async def _carried_out(
    call: Call, run: Callable[[Session, Act, Sequence[Seen], Typed], Done], said: str
) -> Response:
    sent = typed(await call.form(), several=frozenset({"seen"}))
    cards = sent.values.get("seen", ())
    texts = (cards,) if isinstance(cards, str) else cards
    seen = _few([seen_card(text) for text in texts])
    press = press_of(call.request, _words(sent), sent.text("key"))
    act = now_by(call.actor, call.at)
    try:
        done, _ = await call.db.write(
            once, act, press, lambda session: run(session, act, seen, sent)
        )
    except (SignInNeeded, Forbidden, Malformed):
        raise
    except Refusal as refusal:
        form = Form(refusal=refusal.sentence)
        return await _shown(call, [one.job_id for one in seen], form, status=refusal.status)
    headers = {"X-Readyboard-Seq": str(done.seq)} if done.seq is not None else {}
    if "x-readyboard-script" in call.request.headers:
        return Response(status_code=204, headers=headers)
    one = done.made_ids[0] if len(done.made_ids) == 1 else None
    answer = see(f"/invoices/{one}?said={said}" if one else f"/office?said={said}")
    answer.headers.update(headers)
    return answer


async def _shown(call: Call, job_ids: Sequence[int], form: Form, *, status: int = 200) -> Response:
    picked = await call.db.ask(read_picked, job_ids=job_ids)
    if not job_ids and form.refusal is None:
        form = Form(refusal="Tick at least one job first.")
    page = pages.render(
        "dialogs/bill.html", frame=frame_of(call, here="/office"), picked=picked, form=form,
        back="/office",
    )  # fmt: skip
    return html(page, status)


def _words(sent: Typed) -> dict[str, Any]:
    return {name: value for name, value in sent.values.items() if name != "key"}


def _few(found: list[Any]) -> list[Any]:
    if len(found) > MOST_PICKED:
        raise BadInput("too_many", f"Choose at most {MOST_PICKED} jobs at once.")
    return found
