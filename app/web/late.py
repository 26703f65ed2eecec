"""The door for late work (docs/decisions/0012): what a phone held when its person left, or what was not accepted.

It neither applies nor shows anything: it keeps the work for the office, under the press's own key, so that what had
arrived the ordinary way already is not kept a second time.
"""

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import msgspec
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.actions.act import Act, Done
from app.actions.late import hold_late
from app.actions.receipts import Press, fingerprint, once
from app.files.pictures import Pictures
from app.queries.sign_ins import left_with_secret
from app.rules.access import Actor
from app.rules.clock import act_time
from app.rules.refusal import BadInput, Malformed, NotFound, SignInNeeded
from app.web import cookies
from app.web.commands import Moment
from app.web.door import Call
from app.web.form_commands import KINDS
from app.web.forms import Typed, typed
from app.web.frame import frame_of
from app.web.job_forms import words_of
from app.web.uploads import Sent, receive
from app.web.where import LARGEST_ID

FORM = re.compile(r"/jobs/(\d{1,10})/([a-z-]+(?:/drawn)?)(\?.*)?")

DRAWN = "signature/drawn"

VERBS = ("set-off", "start", "pause", "stop", "undo-stop")

LEFT = "Sent from their phone after they had left."
NOT_ACCEPTED = "Not accepted before: {why}"

AROUND = frozenset({"key", "next", "version", "occurred_at", "elapsed_ms", "for_person_id"})

_BY_NAME = {kind.name: kind for kind in KINDS}


async def take_press(call: Call) -> Response:
    sent = typed(await call.form())
    who, why = await _who(call, sent)
    job_id, name = _form_of(sent)
    own = Typed({k: v for k, v in sent.values.items() if not k.startswith("late_")})
    verb, body, words = _what(call, name, job_id, own)
    press = _press(sent.text("key"), f"/jobs/{job_id}/{name}", words)
    act = _act(call, who, sent.text("occurred_at"))

    def hold(session: Session) -> Done:
        return hold_late(session, act, job_id=job_id, verb=verb, body=body, why=why)

    await call.db.write(once, act, press, hold)
    return Response(status_code=202)


async def take_file(call: Call) -> Response:
    """A photo, or a signature that the customer drew."""
    pictures: Pictures = call.request.app.state.pictures
    # Before anything is read to the disk: nobody without the secret may fill it.
    who_says = call.request.headers.get("x-readyboard-late", "")
    who, why = await _who(call, Typed({"late_person": who_says}))
    (sent, *_) = await receive(call.request, pictures)
    try:
        job_id, name = _form_of(Typed({"late_path": sent.text("late_path")}))
        if sent.text("late_why"):
            why = NOT_ACCEPTED.format(why=sent.text("late_why")[:400])
        keep = _keep_signature if name == DRAWN else _keep_photo
        return await keep(call, pictures, sent, who, job_id, why)
    finally:
        sent.upload.path.unlink(missing_ok=True)
        await call.request.close()


async def _keep_photo(
    call: Call, pictures: Pictures, sent: Sent, who: Actor, job_id: int, why: str
) -> Response:
    kind, client_id = sent.text("kind") or "during", sent.text("client_id")[:100]
    words = {"kind": kind, "client_id": client_id, "file": sent.digest}
    press = _press(sent.text("key"), f"/jobs/{job_id}/photos", words)
    act = _act(call, who, sent.text("occurred_at"))
    picture = await pictures.take(sent.upload, zone=frame_of(call).zone, at=call.at)
    taken = picture.taken_at or sent.moment("taken_at")
    about = asdict(picture)
    del about["taken_at"]
    body = {
        "kind": kind,
        "client_id": client_id or press.key,
        "item_id": sent.text("item_id") or None,
        "taken_at": taken.isoformat() if taken else None,
        "picture": about,
    }

    def hold(session: Session) -> Done:
        return hold_late(session, act, job_id=job_id, verb="photo", body=body, why=why)

    return await _kept(call, pictures, act, press, hold, (picture.file_key, picture.thumb_key))


async def _keep_signature(
    call: Call, pictures: Pictures, sent: Sent, who: Actor, job_id: int, why: str
) -> Response:
    press = _press(sent.text("key"), f"/jobs/{job_id}/{DRAWN}", {"file": sent.digest})
    act = _act(call, who, sent.text("occurred_at"))
    key = await pictures.take_signature(sent.upload, at=call.at)
    body = {"text": sent.text("name")[:120], "file_key": key}

    def hold(session: Session) -> Done:
        return hold_late(session, act, job_id=job_id, verb="signature", body=body, why=why)

    return await _kept(call, pictures, act, press, hold, (key,))


async def _kept(
    call: Call,
    pictures: Pictures,
    act: Act,
    press: Press,
    hold: Callable[[Session], Done],
    keys: tuple[str, ...],
) -> Response:
    """Written down once; files that no row speaks of go again."""
    is_kept = False
    try:
        _, replayed = await call.db.write(once, act, press, hold)
        is_kept = not replayed
    finally:
        if not is_kept:
            for key in keys:
                await pictures.store.remove(key)
    return Response(status_code=202)


async def _who(call: Call, sent: Typed) -> tuple[Actor, str]:
    """The person, signed in or gone for good. Whoever could still sign in is asked to, and sends the ordinary way."""
    said = sent.text("late_person")
    if not said.isascii() or not said.isdigit() or int(said) > LARGEST_ID:
        raise Malformed("no_person", "This does not say whose work it is.")
    person_id = int(said)
    if call.visitor is not None and call.visitor.actor.id == person_id:
        return call.visitor.actor, NOT_ACCEPTED.format(why=sent.text("late_why")[:400])
    secret_hash = cookies.late_hash_in(call.request, person_id, call.settings)
    gone = await call.db.ask_quick(left_with_secret, secret_hash, at=call.at)
    if gone is None or gone.id != person_id:
        raise SignInNeeded
    return gone, LEFT


def _form_of(sent: Typed) -> tuple[int, str]:
    """The job and the name of the form that this was meant for."""
    found = FORM.fullmatch(sent.text("late_path"))
    if found is None or int(found[1]) > LARGEST_ID:
        raise Malformed("no_form", "This does not say which form it was for.")
    return int(found[1]), found[2]


def _what(
    call: Call, name: str, job_id: int, sent: Typed
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """How it is kept: verb and body; and the words of the ordinary fingerprint, if the form can be read at all."""
    kind = _BY_NAME.get(name)
    try:
        words = words_of(call, kind, job_id, sent) if kind and kind.command else dict(sent.values)
    except (BadInput, SignInNeeded, NotFound):
        return "other", {"text": _as_text(name, sent)}, dict(sent.values)
    if name in VERBS or name in ("note", "message"):
        body = {k: v for k, v in words.items() if k not in AROUND and k != "job_id"}
        return name.replace("-", "_"), body, words
    return "other", {"text": _as_text(name, sent)}, words


def _as_text(name: str, sent: Typed) -> str:
    """What no button can apply, as words that the office can read and enter."""
    said = [f"{k}: {v}" for k, v in sent.values.items() if k not in AROUND and v]
    return f"{name.replace('-', ' ').capitalize()}. {'; '.join(said)}"[:4000]


def _press(key: str, path: str, words: dict[str, Any]) -> Press:
    if not key or len(key) > 100:
        raise Malformed("no_key", "This carries no key.")
    return Press(key, fingerprint("POST", path, words))


def _act(call: Call, who: Actor, occurred_at: str) -> Act:
    try:
        said = msgspec.convert(occurred_at, type=Moment) if occurred_at else None
    except msgspec.ValidationError:
        said = None
    when = act_time(said, None, received_at=call.at)
    return Act(who, call.at, when.occurred_at, when.device_at, when.flags)
