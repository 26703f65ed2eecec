"""Every form about a job: GET shows its dialog, POST does it. One way for all; what differs is in ``form_commands``.

A refusal shows the same form again with the sentence and everything that was typed; somebody who was faster is shown
with two ways on; a press that has to wait for the office leads to where that is said.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from app import pages
from app.actions.act import Done
from app.queries.conflicts import read_conflict
from app.queries.dialogs import read_dialog
from app.queries.screens.boards import Conflict
from app.queries.screens.frame import Form
from app.rules.access import Right, Scope, scope_of
from app.rules.refusal import Changed, Forbidden, Malformed, NotFound, Refusal, SignInNeeded
from app.rules.states import LANE_LOOK, Lane
from app.web import job, lists, meanwhile, technician
from app.web.commands import Body, Command, carry_out
from app.web.door import Call, Handler, Page, device_clock, html, press_of, see
from app.web.form_commands import KINDS, PRESS_FOR, JobFormKind
from app.web.forms import Typed, body_of, typed
from app.web.frame import frame_of
from app.web.meanwhile import is_outbox
from app.web.where import LARGEST_ID, id_of, is_board, job_home, opened_from, path_of_ours


def job_form_pages() -> tuple[Page, ...]:
    """A page for each row of the table: GET and POST at /jobs/{job_id}/{name}."""
    return tuple(
        Page(f"/jobs/{{job_id:int}}/{kind.name}", kind.right, get=_get(kind), post=_post(kind))
        for kind in KINDS
    )


def _get(kind: JobFormKind) -> Handler:
    async def ask(call: Call) -> Response:
        job_id = id_of(call)
        if kind.template is None:
            return see(job_home(call, job_id))
        return await _dialog(call, kind, job_id, back=opened_from(call, job_id))

    return ask


def _post(kind: JobFormKind) -> Handler | None:
    command = kind.command
    if command is None:
        return None

    async def do(call: Call) -> Response:
        job_id = id_of(call)
        sent = typed(await call.form(), several=kind.several)
        try:
            done = await _carry_out(call, kind, command, job_id, sent)
        except (SignInNeeded, Malformed):
            raise
        except Refusal as refusal:
            return await _not_done(call, kind, job_id, sent, refusal)
        pressed_at = sent.text("occurred_at")
        changed = await meanwhile.kept(call, job_id, done, occurred_at=pressed_at)
        return changed or _done(call, kind, job_id, sent, done)

    return do


async def _not_done(
    call: Call, kind: JobFormKind, job_id: int, sent: Typed, refusal: Refusal
) -> Response:
    pressed_at = sent.text("occurred_at")
    if changed := await meanwhile.refused(call, job_id, refusal, occurred_at=pressed_at):
        return changed
    match refusal:
        case Forbidden():
            raise refusal
        case Changed():
            return await _conflict(call, kind, job_id, sent, refusal)
        case NotFound() if kind.name != "answer":
            raise refusal
        case NotFound():
            return await _refused(call, kind, job_id, sent, refusal, in_dialog=False)
        case _:
            return await _refused(call, kind, job_id, sent, refusal, in_dialog=True)


async def _carry_out(
    call: Call, kind: JobFormKind, command: Command, job_id: int, sent: Typed
) -> Done:
    ids = {"job_id": job_id} | {name: _id_in(sent, name) for name in kind.ids}
    body = _body(call, kind, command, sent)
    words = msgspec.to_builtins(body) | ids
    press = press_of(call.request, words, sent.text("key"))
    done, _ = await carry_out(
        call.db,
        command,
        actor=call.actor,
        ids=ids,
        body=body,
        press=press,
        at=call.at,
        device_now=device_clock(call),
    )
    return done


def words_of(call: Call, kind: JobFormKind, job_id: int, sent: Typed) -> dict[str, Any]:
    """What the fingerprint of this form is made of: the late door makes the same one."""
    if kind.command is None:
        raise AssertionError("only forms that do something are sent")
    ids = {"job_id": job_id} | {name: _id_in(sent, name) for name in kind.ids}
    words: dict[str, Any] = msgspec.to_builtins(_body(call, kind, kind.command, sent)) | ids
    return words


def _body(call: Call, kind: JobFormKind, command: Command, sent: Typed) -> Body:
    values = dict(sent.values)
    if command.name == "record_time" and scope_of(call.actor, Right.RECORD_TIME) is Scope.OWN:
        values.setdefault("person_id", str(call.actor.id))  # Their own form does not ask whose.
    if kind.several:
        values = dict.fromkeys(kind.several, ()) | values  # None ticked means nobody.
    return body_of(command.body, Typed(values), frame_of(call).zone, without=frozenset(kind.ids))


def _id_in(sent: Typed, name: str) -> int:
    text = sent.text(name)
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > LARGEST_ID:
        raise NotFound
    return int(text)


# --- what comes of it


def _done(call: Call, kind: JobFormKind, job_id: int, sent: Typed, done: Done) -> Response:
    """Go and look. A script on a board hears that it was done: its socket brings the card."""
    headers = {"X-Readyboard-Seq": str(done.seq)} if done.seq is not None else {}
    wanted = path_of_ours(sent.text("next"))
    if is_outbox(call):
        # Nobody looks at the answer to what waited on a phone.
        return Response(status_code=204, headers=headers)
    if done.held_id is not None and scope_of(call.actor, Right.READ_JOBS) is Scope.OWN:
        # The job may not be theirs any more; the list of what waits is.
        return _see("/my-jobs?said=held", headers)
    if wanted and is_board(wanted) and "x-readyboard-script" in call.request.headers:
        return Response(status_code=204, headers=headers)
    word = "pressed" if sent.text("for_person_id") else kind.said
    return _see(_with_word(wanted or _lands(call, kind, job_id, done), word), headers)


def _see(path: str, headers: Mapping[str, str]) -> Response:
    response = see(path)
    response.headers.update(headers)
    return response


def _lands(call: Call, kind: JobFormKind, job_id: int, done: Done) -> str:
    match kind.lands:
        case "made" if done.made_id is not None:
            return f"/jobs/{done.made_id}"
        case "moves":
            return "/moves"
        case "held":
            return "/held"
        case "my-jobs":
            return "/my-jobs"
    return job_home(call, job_id)


def _with_word(path: str, word: str | None) -> str:
    if word is None or "said=" in path:
        return path
    return f"{path}{'&' if '?' in path else '?'}said={word}"


async def _refused(
    call: Call, kind: JobFormKind, job_id: int, sent: Typed, refusal: Refusal, *, in_dialog: bool
) -> Response:
    """The page the form stands on, once more."""
    form, status = sent.form(refusal), refusal.status
    if sent.text("for_person_id"):
        kind = PRESS_FOR
    if in_dialog and kind.template is not None and not _stands_on_page(kind, sent):
        back = path_of_ours(sent.text("next")) or job_home(call, job_id)
        return await _dialog(call, kind, job_id, back=back, form=form, status=status, sent=sent)
    elsewhere = _LISTS.get(kind.lands)
    if elsewhere is not None:
        return await elsewhere(call, form, status)
    form = _renamed(form, kind)
    if sent.text("next").startswith("/my-jobs") or job_home(call, job_id).startswith("/my-jobs"):
        return await technician.show(call, job_id, form, status=409 if status == 404 else status)
    return await job.show(call, job_id, form, status=409 if status == 404 else status)


async def _held(call: Call, form: Form, status: int) -> Response:
    return await lists.show_held(call, form, status=status)


async def _moves(call: Call, form: Form, status: int) -> Response:
    return await lists.show_moves(call, form, status=status)


_LISTS: dict[str, Callable[[Call, Form, int], Awaitable[Response]]] = {
    "held": _held,
    "moves": _moves,
}


def _stands_on_page(kind: JobFormKind, sent: Typed) -> bool:
    """What no dialog came before: the big Stop button, and the forms on the technician's own page."""
    if kind.name in ("checklist", "signature"):
        return sent.text("next").startswith("/my-jobs")
    return kind.name == "stop" and sent.text("outcome") != "return_visit"


def _renamed(form: Form, kind: JobFormKind) -> Form:
    """A page has several forms with a text each; ``text_as`` is this one's name there."""
    values = {kind.text_as if name == "text" else name: one for name, one in form.values.items()}
    errors = {kind.text_as if name == "text" else name: one for name, one in form.errors.items()}
    return Form(values=values, errors=errors, refusal=form.refusal)


async def _dialog(
    call: Call,
    kind: JobFormKind,
    job_id: int,
    *,
    back: str,
    form: Form | None = None,
    status: int = 200,
    sent: Typed | None = None,
) -> Response:
    """The dialog as a page; the same <main> is shown inside another page where scripts run."""
    query = dict(call.request.query_params)
    if sent is not None:
        query |= {name: sent.text(name) for name in sent.values}
    shown = await call.db.ask(
        read_dialog, call.actor, name=kind.name, job_id=job_id, at=call.at, query=query
    )
    if form is None:
        form = Form(values=shown.filled.values, refusal=shown.why_not)
        status = 409 if shown.why_not else 200
    context = {"job": shown.card, "form": form, "back": back, **shown.filled.context}
    return html(pages.render(str(kind.template), frame=frame_of(call), **context), status)


async def _conflict(
    call: Call, kind: JobFormKind, job_id: int, sent: Typed, refusal: Changed
) -> Response:
    """Who was faster, with what, and two ways on: leave it, or the same again on top of it."""
    if kind.lands == "moves":
        return await lists.show_moves(call, sent.form(refusal), status=refusal.status)
    version = sent.text("version")
    shown = await call.db.ask(
        read_conflict,
        call.actor,
        job_id=job_id,
        seen=int(version) if version.isascii() and version.isdigit() else 0,
        at=call.at,
    )
    back = path_of_ours(sent.text("next")) or job_home(call, job_id)
    fields = [
        (name, text)
        for name, value in sent.values.items()
        if name not in ("key", "version")
        for text in ((value,) if isinstance(value, str) else value)
    ]
    conflict = Conflict(
        by=shown.by,
        what=shown.what,
        at=shown.at,
        again_label=_again(kind, sent),
        again_action=call.request.url.path,
        again_fields=(*fields, ("version", str(shown.card.version))),
        leave_href=back,
    )
    page = pages.render(
        "dialogs/conflict.html",
        frame=frame_of(call),
        job=shown.card,
        form=Form(),
        back=back,
        conflict=conflict,
    )
    return html(page, refusal.status)


def _again(kind: JobFormKind, sent: Typed) -> str:
    if kind.name == "move" and sent.text("lane") in set(Lane):
        return f"Move to {LANE_LOOK[Lane(sent.text('lane'))].label} anyway"
    return _ANYWAY.get(kind.name, "Save mine anyway")


_ANYWAY = {
    "hold": "Put it on hold anyway",
    "release": "Release it anyway",
    "ask": "Ask anyway",
    "cancel": "Cancel the job anyway",
    "not-billable": "Mark it as not billable anyway",
    "reopen": "Reopen it anyway",
    "schedule": "Plan it anyway",
    "unschedule": "Take the plan back anyway",
}
