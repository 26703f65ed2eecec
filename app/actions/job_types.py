"""Kinds of jobs, and what each must have before it is ready to invoice."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import Happening, record
from app.actions.retelling import retell
from app.models import Job, JobType
from app.rules.access import Right, may
from app.rules.refusal import BadInput, Forbidden, NotFound
from app.rules.requirements import PER_JOB_TYPE, Requirement

MOST_PHOTOS = 20
"""Asked for on one job; more would be a form that nobody fills in."""

MOST_LINES = 30
"""Of one checklist: more is nobody's job on a phone, and its form would pass the limit of fields."""

ANSWERS = ("yes_no", "value")
"""How a line is answered: by one of two buttons, or with a value such as "1.6 bar"."""

Asked = Mapping[str, int] | Iterable[str]
"""Codes of requirements; a mapping says how many for those that count."""


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """``id`` None: a new line. An answer belongs to its line's id, whatever the line says later."""

    text: str
    is_required: bool = True
    wants_photo: bool = False
    answer: str = "yes_no"
    id: str | None = None


def add_job_type(
    session: Session,
    act: Act,
    *,
    name: str,
    requirements: Asked,
    checklist: Sequence[ChecklistLine] = (),
) -> Done:
    """``requirements``: codes of those that a job type may ask for."""
    _refuse_stranger(act)
    _refuse_taken_name(session, name, but=None)
    row = JobType(
        name=name,
        requirements=_asked(requirements),
        checklist=_lines(checklist, known=()),
        created_at=act.at,
    )
    session.add(row)
    session.flush()
    done = record(session, act, Happening("job_type_added", data={"job_type_id": row.id}))
    return Done(seq=done.seq, epoch=done.epoch, made_id=row.id)


def change_job_type(
    session: Session,
    act: Act,
    *,
    job_type_id: int,
    name: str | None = None,
    requirements: Asked | None = None,
    checklist: Sequence[ChecklistLine] | None = None,
) -> Done:
    """None leaves as it is. What is asked for now counts when a job's facts change next; finished jobs stay put."""
    _refuse_stranger(act)
    row = session.get(JobType, job_type_id, with_for_update=True)
    if row is None:
        raise NotFound
    new_name = row.name if name is None else name
    asked = row.requirements if requirements is None else _asked(requirements)
    lines = row.checklist
    if checklist is not None:
        lines = _lines(checklist, known=[item["id"] for item in row.checklist])
    if (new_name, asked, lines) == (row.name, row.requirements, row.checklist):
        return Done(made_id=row.id)
    _refuse_taken_name(session, new_name, but=row.id)
    data = {"job_type_id": row.id, "old": row.name, "new": new_name}
    is_renamed = new_name != row.name
    row.name, row.requirements, row.checklist = new_name, asked, lines
    if is_renamed:
        return retell(
            session, act, Job.job_type_id == row.id, Happening("job_type_renamed", data=data)
        )
    return record(session, act, Happening("job_type_changed", data=data))


def _refuse_stranger(act: Act) -> None:
    if not may(act.by, Right.EDIT_JOB_TYPES):
        raise Forbidden


def _refuse_taken_name(session: Session, name: str, *, but: int | None) -> None:
    other = session.scalar(select(JobType.id).where(JobType.name == name))
    if other is not None and other != but:
        raise BadInput("name_taken", "There is a job type of this name already.", field="name")


def _asked(wanted: Asked) -> list[dict[str, Any]]:
    """In the order of the rules, each once. Raises ``BadInput`` for a code that no job type can ask for."""
    counts = dict(wanted) if isinstance(wanted, Mapping) else dict.fromkeys(wanted, 1)
    known = [r.code for r in PER_JOB_TYPE]
    if unknown := sorted(counts.keys() - set(known)):
        raise BadInput(
            "unknown_requirement",
            f"A job type cannot ask for “{unknown[0]}”. It can ask for: {', '.join(known)}.",
            field="requirements",
        )
    return [_row(r, counts[r.code]) for r in PER_JOB_TYPE if r.code in counts]


def _row(requirement: Requirement, count: int) -> dict[str, Any]:
    if not requirement.countable:
        return {"code": requirement.code}
    if not 1 <= count <= MOST_PHOTOS:
        raise BadInput(
            "out_of_range",
            f"Ask for 1 to {MOST_PHOTOS} photos.",
            field=f"count_{requirement.code}",
        )
    return {"code": requirement.code, "count": count}


def _lines(wanted: Sequence[ChecklistLine], *, known: Sequence[str]) -> list[dict[str, Any]]:
    """Lines without words fall away; a new line gets an id that no older line has had."""
    said = [line for line in wanted if line.text.strip()]
    if len(said) > MOST_LINES:
        raise BadInput(
            "too_many", f"A checklist has at most {MOST_LINES} lines.", field="checklist"
        )
    return [
        {
            "id": line.id if line.id in known else f"c{secrets.token_hex(4)}",
            "text": line.text.strip(),
            "required": line.is_required,
            "photo": line.wants_photo,
            "answer": line.answer if line.answer in ANSWERS else ANSWERS[0],
        }
        for line in said
    ]
