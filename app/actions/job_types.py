"""Kinds of jobs, and what each must have before it is ready to invoice."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import Happening, record
from app.actions.retelling import retell
from app.models import Job, JobType
from app.rules.access import Right, may
from app.rules.refusal import BadInput, Forbidden, NotFound
from app.rules.requirements import PER_JOB_TYPE


def add_job_type(session: Session, act: Act, *, name: str, requirements: Iterable[str]) -> Done:
    """``requirements``: codes of those that a job type may ask for."""
    _refuse_stranger(act)
    _refuse_taken_name(session, name, but=None)
    row = JobType(name=name, requirements=_asked(requirements), created_at=act.at)
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
    requirements: Iterable[str] | None = None,
) -> Done:
    """None leaves as it is. What is asked for now counts when a job's facts change next; finished jobs stay put."""
    _refuse_stranger(act)
    row = session.get(JobType, job_type_id, with_for_update=True)
    if row is None:
        raise NotFound
    new_name = row.name if name is None else name
    asked = row.requirements if requirements is None else _asked(requirements)
    if (new_name, asked) == (row.name, row.requirements):
        return Done(made_id=row.id)
    _refuse_taken_name(session, new_name, but=row.id)
    data = {"job_type_id": row.id, "old": row.name, "new": new_name}
    is_renamed = new_name != row.name
    row.name, row.requirements = new_name, asked
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


def _asked(codes: Iterable[str]) -> list[dict[str, Any]]:
    """In the order of the rules, each once. Raises ``BadInput`` for a code that no job type can ask for."""
    wanted = set(codes)
    known = [r.code for r in PER_JOB_TYPE]
    if unknown := sorted(wanted - set(known)):
        raise BadInput(
            "unknown_requirement",
            f"A job type cannot ask for “{unknown[0]}”. It can ask for: {', '.join(known)}.",
            field="requirements",
        )
    return [{"code": code} for code in known if code in wanted]
