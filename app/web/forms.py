"""Forms as people send them: what was typed becomes a command's typed body, or a sentence beside its field.

What was typed is kept in any case (``Typed.form``), so that nobody writes anything twice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from starlette.datastructures import FormData

from app.queries.screens.frame import Form
from app.rules.local_time import Ambiguous, moment_of
from app.rules.refusal import BadInput, Refusal
from app.web.commands import Body

B = TypeVar("B", bound=Body)

AROUND = frozenset({"key", "next", "version", "occurred_at", "elapsed_ms"})
"""What forms carry beside the body's own fields; taken into the body only where it asks for them."""

MOMENTS = frozenset({"starts_at", "ends_at", "started_at", "ended_at"})
"""Fields that people type on the clock of the company's zone."""

SENTENCES = {
    "title": "Give the job a title: what is wrong, and where.",
    "reason": "Say why.",
    "text": "Write something first.",
    "question": "Write the question first.",
    "customer_id": "Choose a customer from the list.",
    "site_id": "Choose a site from the list.",
    "job_type_id": "Choose a job type from the list.",
    "technician_id": "Choose a technician.",
    "person_id": "Choose whose time it is.",
    "for_person_id": "Choose the technician.",
    "code": "Choose what the job can do without.",
    "lane": "Choose where it goes.",
    "activity": "Choose what was done.",
    "started_at": "Enter from when.",
    "ended_at": "Enter till when.",
    "value": "Choose an answer.",
    "outcome": "Say whether the work is done or somebody must come again.",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form sent. Fields that may be chosen several times are tuples, the others their last text."""

    values: Mapping[str, str | tuple[str, ...]]

    def text(self, name: str, default: str = "") -> str:
        found = self.values.get(name, default)
        return found if isinstance(found, str) else (found[-1] if found else default)

    def form(self, refusal: Refusal | None = None) -> Form:
        """The same form once more, with what is wrong where it is wrong."""
        if refusal is None:
            return Form(values=dict(self.values))
        values = dict(self.values)
        if isinstance(refusal, Ambiguous):
            # The page offers the two hours of that name as soon as this value is there.
            values.setdefault(f"{refusal.field}_which", "")
        if refusal.field and refusal.field in SHOWN_AT_FIELD:
            return Form(values=values, errors={refusal.field: refusal.sentence})
        return Form(values=values, refusal=refusal.sentence)


SHOWN_AT_FIELD = (
    MOMENTS
    | SENTENCES.keys()
    | {
        "wall_title",
        "description",
        "customer_id",
        "customer_name",
        "site_id",
        "address",
        "job_type_id",
        "priority",
        "reference",
        "technician_ids",
        "quantity",
        "unit_price",
        "amount",
        "typed_name",
        "agrees",
        "absent_reason",
    }
)


def typed(form: FormData, *, several: frozenset[str] = frozenset()) -> Typed:
    """Texts only: files have a door of their own."""
    values: dict[str, str | tuple[str, ...]] = {}
    for name in form:
        texts = tuple(clean(one) for one in form.getlist(name) if isinstance(one, str))
        if texts:
            values[name] = texts if name in several else texts[-1]
    return Typed(values)


def clean(text: str) -> str:
    """Line ends as one character, and no control characters: no keyboard types them, and PostgreSQL refuses NUL."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def body_of(kind: type[B], sent: Typed, zone: ZoneInfo, *, without: frozenset[str]) -> B:
    """The command's body. Raises ``BadInput`` with a sentence, naming the field where there is one."""
    known = set(kind.__struct_fields__)
    values: dict[str, Any] = {}
    for name, value in sent.values.items():
        is_around = name in AROUND and name not in known
        if is_around or name in without or name.endswith("_which") or name.startswith("seen_"):
            continue
        values[name] = value
    if "pending" in values:
        values["pending"] = _read_pending(str(values["pending"]))
    for name in MOMENTS & values.keys():
        _read_moment(values, name, sent, zone)
    _drop_empty(kind, values)
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as problem:
        raise refusal_of(problem) from None


def _read_pending(text: str) -> object:
    """The photos still on the phone: a list, which a plain form has no field for."""
    try:
        return msgspec.json.decode(text.encode())
    except msgspec.DecodeError:
        raise BadInput("bad_value", "The list of photos cannot be read.", field="pending") from None


def _read_moment(values: dict[str, Any], name: str, sent: Typed, zone: ZoneInfo) -> None:
    """A time that was left as the form showed it is not sent: the form shows minutes, the entry has seconds."""
    text = str(values.pop(name))
    if text and text != sent.text(f"seen_{name}"):
        values[name] = moment_of(text, zone, field=name, which=sent.text(f"{name}_which"))


def _drop_empty(kind: type[Body], values: dict[str, Any]) -> None:
    """An empty field says nothing: it falls away where the body has a default, and is None where that is a value."""
    for field in msgspec.structs.fields(kind):
        if values.get(field.name) != "":
            continue
        if field.default is msgspec.UNSET:
            if type(None) in getattr(field.type, "__args__", ()):
                values[field.name] = None
        elif not field.required:
            del values[field.name]


def refusal_of(problem: msgspec.ValidationError) -> BadInput:
    """The library's message, turned into a sentence for the person who typed."""
    words = str(problem)
    named = re.search(r"field `(\w+)`", words) or re.search(r"\$\.(\w+)", words)
    field = named.group(1) if named else None
    too_long = re.search(r"length <= (\d+)", words)
    if "unknown field" in words:
        return BadInput("unknown_field", f"This form sent a field that is not known here: {field}.")
    if too_long:
        return BadInput(
            "too_long", f"This is too long: {too_long.group(1)} characters at most.", field=field
        )
    sentence = SENTENCES.get(field or "", "This cannot be taken. Look at it again.")
    return BadInput("bad_value", sentence, field=field)
