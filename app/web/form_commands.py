"""Which forms there are about a job, and the command of ``web.commands`` behind each.

Forms have flat addresses, ``/jobs/41/confirm-time``, and carry the ids that the API has in its paths as fields.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from sqlalchemy.orm import Session

from app.actions import evidence
from app.actions.act import Act, Done
from app.actions.jobs import edit_job
from app.actions.parts import Price, price_part
from app.actions.rates import price_labour
from app.actions.scheduling import assign, schedule
from app.actions.times import use_other_time
from app.models import SignatureKind
from app.rules.access import Right
from app.rules.parts import NO_TAX, rate, unit_price
from app.rules.refusal import BadInput
from app.rules.states import Priority
from app.web.commands import (
    BY_NAME,
    Body,
    Command,
    Elapsed,
    Id,
    Ids,
    Moment,
    Text,
    Title,
    Version,
)

Short = Annotated[str, msgspec.Meta(max_length=120)]


class EditForm(Body, frozen=True, kw_only=True):
    """Only fields that the form has are changed; ``version`` is the one that was seen."""

    version: Version | None = None
    title: Title | msgspec.UnsetType = msgspec.UNSET
    wall_title: Short | msgspec.UnsetType | None = msgspec.UNSET
    description: Text | msgspec.UnsetType = msgspec.UNSET
    customer_id: Id | msgspec.UnsetType | None = msgspec.UNSET
    site_id: Id | msgspec.UnsetType | None = msgspec.UNSET
    job_type_id: Id | msgspec.UnsetType | None = msgspec.UNSET
    priority: Priority | msgspec.UnsetType = msgspec.UNSET
    reference: Short | msgspec.UnsetType | None = msgspec.UNSET


class AssignForm(Body, frozen=True, kw_only=True):
    """Who goes, and in the same breath perhaps when."""

    technician_id: Id
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class SignatureForm(Body, frozen=True, kw_only=True):
    """The customer's word without a finger: a typed name with "I agree", or why nobody could sign."""

    typed_name: Short | None = None
    agrees: bool = False
    absent_reason: Text | None = None
    occurred_at: Moment | None = None
    elapsed_ms: Elapsed | None = None


class LabourForm(Body, frozen=True, kw_only=True):
    """Empty: what the settings say now."""

    amount: Annotated[str, msgspec.Meta(max_length=24)] = ""


class PriceForm(Body, frozen=True, kw_only=True):
    """A price in the company's own currency, which the form does not ask for."""

    amount: Annotated[str, msgspec.Meta(max_length=24)]
    tax_rate: Annotated[str, msgspec.Meta(max_length=8)] = ""


def _sign(session: Session, act: Act, ids: Ids, body: Any) -> Done:
    if body.absent_reason is None and not body.agrees:
        raise BadInput("not_agreed", "Tick “I agree” under the name.", field="agrees")
    absent = body.absent_reason is not None
    return evidence.sign(
        session,
        act,
        job_id=ids["job_id"],
        kind=SignatureKind.ABSENT if absent else SignatureKind.TYPED,
        text=(body.absent_reason if absent else body.typed_name) or "",
    )


def _price(session: Session, act: Act, ids: Ids, body: Any) -> Done:
    price = Price(unit_price(body.amount), "S", rate(body.tax_rate) if body.tax_rate else NO_TAX)
    return price_part(session, act, job_id=ids["job_id"], part_id=ids["fact_id"], price=price)


def _price_labour(session: Session, act: Act, ids: Ids, body: Any) -> Done:
    rate_of_job = unit_price(body.amount) if body.amount else None
    return price_labour(session, act, job_id=ids["job_id"], rate=rate_of_job)


def _edit(session: Session, act: Act, ids: Ids, body: Any) -> Done:
    sent = {name: getattr(body, name) for name in body.__struct_fields__ if name != "version"}
    changes = {name: value for name, value in sent.items() if value is not msgspec.UNSET}
    return edit_job(session, act, job_id=ids["job_id"], version=body.version, changes=changes)


def _assign(session: Session, act: Act, ids: Ids, body: Any) -> Done:
    job_id, times = ids["job_id"], (body.starts_at, body.ends_at)
    done = assign(session, act, job_id=job_id, technician_id=body.technician_id)
    if times == (None, None):
        return done
    return schedule(session, act, job_id=job_id, starts_at=times[0], ends_at=times[1])


EDIT = Command("edit", "edit", EditForm, (Right.PLAN_JOBS,), _edit)


def _use_other(session: Session, act: Act, ids: Ids, body: Any) -> Done:
    return use_other_time(session, act, **ids)


USE_OTHER = Command("use_other_time", "use-other-time", Body, (Right.RECORD_TIME,), _use_other)
SIGN = Command("signature", "signature", SignatureForm, (Right.WRITE_FACTS,), _sign)
PRICE = Command("price_part", "price-part", PriceForm, (Right.SET_PRICES,), _price)
LABOUR = Command("price_labour", "price-labour", LabourForm, (Right.SET_PRICES,), _price_labour)
ASSIGN = Command("assign", "assign", AssignForm, (Right.PLAN_JOBS,), _assign)


@dataclass(frozen=True, slots=True)
class JobFormKind:
    """``command`` None: the dialog's buttons post elsewhere. ``template`` None: it is one button without a dialog.

    ``ids``: fields that are ids of the path in the API.
    ``text_as``: what the page calls the text that this form sends, so that it stands there again when refused.
    ``lands``: where it leads when it does not say itself. ``said``: the word for the notice on that page.
    """

    name: str
    right: Right
    command: Command | None
    template: str | None = None
    ids: tuple[str, ...] = ()
    several: frozenset[str] = frozenset()
    text_as: str = "text"
    lands: str = "job"
    said: str | None = None


def _kind(
    name: str, right: Right, *, command: Command | None = None, dialog: bool = True, **more: Any
) -> JobFormKind:
    behind = command or BY_NAME[name.replace("-", "_")]
    template = f"dialogs/{name.replace('-', '_')}.html" if dialog else None
    return JobFormKind(name, right, behind, **({"template": template} | more))


PRESS_FOR = JobFormKind("press-for", Right.PRESS_FOR, None, "dialogs/press_for.html")
"""One dialog for all presses that the office makes for a technician; its buttons post what a phone would."""

_WITHDRAW: dict[str, Any] = {
    "template": "dialogs/withdraw.html",
    "ids": ("fact_id",),
    "said": "withdrawn",
}

KINDS: tuple[JobFormKind, ...] = (
    # A technician's own presses. The action tells apart who presses for whom, so the door asks for reading alone.
    _kind("set-off", Right.READ_JOBS, dialog=False),
    _kind("start", Right.READ_JOBS, dialog=False),
    _kind("pause", Right.READ_JOBS),
    _kind("stop", Right.READ_JOBS),
    _kind("undo-stop", Right.READ_JOBS, dialog=False),
    PRESS_FOR,
    _kind("schedule", Right.PLAN_JOBS, several=frozenset({"technician_ids"}), said="planned"),
    _kind("unschedule", Right.PLAN_JOBS, said="unplanned"),
    _kind("assign", Right.PLAN_JOBS, command=ASSIGN, said="assigned"),
    _kind("unassign", Right.PLAN_JOBS, said="unassigned"),
    _kind("edit", Right.PLAN_JOBS, command=EDIT, said="saved"),
    _kind("record-time", Right.RECORD_TIME, said="time"),
    _kind("correct-time", Right.RECORD_TIME, said="time"),
    _kind("confirm-time", Right.RECORD_TIME, ids=("entry_id",), said="time"),
    _kind(
        "use-other-time",
        Right.RECORD_TIME,
        command=USE_OTHER,
        dialog=False,
        ids=("entry_id",),
        said="time",
    ),
    _kind("discard-entry", Right.RECORD_TIME, ids=("entry_id",), said="time"),
    _kind("note", Right.WRITE_FACTS, dialog=False),
    _kind("message", Right.WRITE_FACTS, dialog=False, text_as="message"),
    _kind("withdraw-note", Right.WRITE_FACTS, **_WITHDRAW),
    _kind("withdraw-message", Right.WRITE_FACTS, **_WITHDRAW),
    _kind("part", Right.WRITE_FACTS, text_as="description"),
    _kind("price-part", Right.SET_PRICES, command=PRICE, ids=("fact_id",), said="priced"),
    _kind("price-labour", Right.SET_PRICES, command=LABOUR, said="priced"),
    _kind("checklist", Right.WRITE_FACTS),
    _kind("signature", Right.WRITE_FACTS, command=SIGN),
    _kind("give-up-photo", Right.WRITE_FACTS, said="given_up"),
    *(
        _kind(f"withdraw-{fact}", Right.WRITE_FACTS, **_WITHDRAW)
        for fact in ("photo", "part", "answer", "signature")
    ),
    _kind("ask", Right.ASK, said="asked"),
    _kind("answer", Right.ANSWER, text_as="message"),
    _kind("waive", Right.WAIVE, said="waived"),
    _kind("hold", Right.PLAN_JOBS, said="on_hold"),
    _kind("release", Right.PLAN_JOBS, said="released"),
    _kind("cancel", Right.PLAN_JOBS, said="cancelled"),
    _kind("not-billable", Right.CLOSE_UNBILLED, said="not_billable"),
    _kind("reopen", Right.REOPEN, said="reopened"),
    _kind("follow-up", Right.PLAN_JOBS, lands="made", said="job_added"),
    _kind("move", Right.MOVE, said="moved"),
    _kind("undo-move", Right.MOVE, dialog=False, lands="moves", said="undone"),
    _kind("apply-held", Right.DECIDE_HELD, dialog=False, ids=("held_id",), lands="held"),
    _kind("dismiss-held", Right.DECIDE_HELD, ids=("held_id",), lands="held"),
    _kind(
        "drop-held", Right.PRESS, dialog=False, ids=("held_id",), lands="my-jobs", said="dropped"
    ),
)
