"""Job types by the API."""

import msgspec

from app.actions.job_types import ChecklistLine, add_job_type, change_job_type
from app.queries.api_lists import JobTypeAnswer, job_type_answer, job_types_page
from app.rules.access import Right
from app.web.api.bodies import ChecklistLineBody, JobTypeChanges, NewJobType, RequirementBody
from app.web.api.endpoint import ApiCall, Endpoint, Query, Reply
from app.web.api.lists import PageQuery, next_of, place_of
from app.web.api.making import made


class JobTypeList(msgspec.Struct, frozen=True):
    items: list[JobTypeAnswer]
    next: str | None


async def list_job_types(call: ApiCall, query: PageQuery) -> Reply:
    after_id = place_of(query.after) or 0
    rows = await call.db.ask(job_types_page, after_id=after_id, limit=query.limit + 1)
    return Reply(JobTypeList(*next_of(rows, query.limit, lambda row: row.id)))


async def read_job_type(call: ApiCall, query: Query) -> Reply:
    return Reply(await call.db.ask(job_type_answer, call.ids["job_type_id"]))


async def create_job_type(call: ApiCall, body: NewJobType) -> Reply:
    asked, lines = _asked(body.requirements), _lines(body.checklist)
    return await made(
        call,
        lambda session, act: add_job_type(
            session, act, name=body.name, requirements=asked, checklist=lines
        ),
        lambda made_id: call.db.ask(job_type_answer, made_id),
    )


async def edit_job_type(call: ApiCall, body: JobTypeChanges) -> Reply:
    job_type_id = call.ids["job_type_id"]
    await call.db.write(
        change_job_type,
        call.act,
        job_type_id=job_type_id,
        name=body.name or None,
        requirements=None if body.requirements is msgspec.UNSET else _asked(body.requirements),
        checklist=None if body.checklist is msgspec.UNSET else _lines(body.checklist),
    )
    return Reply(await call.db.ask(job_type_answer, job_type_id))


def _asked(requirements: list[RequirementBody]) -> dict[str, int]:
    return {requirement.code: requirement.count for requirement in requirements}


def _lines(checklist: list[ChecklistLineBody]) -> list[ChecklistLine]:
    return [
        ChecklistLine(line.text, line.required, line.photo, line.answer, line.id)
        for line in checklist
    ]


_READ, _EDIT = (Right.READ_JOB_TYPES,), (Right.EDIT_JOB_TYPES,)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/job-types", _READ, PageQuery, {200: JobTypeList}, list_job_types),
    Endpoint("POST", "/job-types", _EDIT, NewJobType, {201: JobTypeAnswer}, create_job_type),
    Endpoint("GET", "/job-types/{job_type_id}", _READ, Query, {200: JobTypeAnswer}, read_job_type),
    Endpoint(
        "PATCH",
        "/job-types/{job_type_id}",
        _EDIT,
        JobTypeChanges,
        {200: JobTypeAnswer},
        edit_job_type,
    ),
)
