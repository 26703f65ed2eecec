"""Jobs by the API: taking in, reading, changing, and every command of ``web.commands``."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from sqlalchemy.orm import Session

from app.actions.act import Done
from app.actions.jobs import edit_job
from app.actions.receipts import once
from app.queries.api_answers import HeldAnswer, JobAnswer, WholeJob
from app.queries.api_card import ApiCard
from app.queries.api_jobs import held_answer, job_answer, jobs_page, whole_job
from app.rules.access import Right
from app.rules.refusal import BadInput
from app.rules.states import State
from app.web.api.bodies import JobChanges, NewJob
from app.web.api.endpoint import ApiCall, Endpoint, Query, Reply
from app.web.api.intake import take_in
from app.web.api.lists import PageQuery, next_of, place_of
from app.web.api.making import sent
from app.web.commands import ANSWERS, COMMANDS, Body, Command, Id, carry_out


class JobsQuery(PageQuery, frozen=True, kw_only=True):
    """``state``: one or several, with commas; ``q``: words that must all be found."""

    state: str = ""
    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    customer_id: Id | None = None
    technician_id: Id | None = None


class JobList(msgspec.Struct, frozen=True):
    items: list[ApiCard]
    next: str | None


class HeldReply(msgspec.Struct, frozen=True):
    """202: the press could not be applied any more; the office decides what becomes of it."""

    held: HeldAnswer


async def list_jobs(call: ApiCall, query: JobsQuery) -> Reply:
    rows = await call.db.ask(
        jobs_page,
        call.actor,
        states=_states(query.state),
        words=query.q,
        customer_id=query.customer_id,
        technician_id=query.technician_id,
        before_id=place_of(query.after),
        limit=query.limit + 1,
        at=call.at,
    )
    items, more = next_of(rows, query.limit, lambda card: card.id)
    return Reply(JobList(items, more))


def _states(text: str) -> list[State]:
    try:
        return [State(word) for word in text.split(",") if word]
    except ValueError:
        sentence = f"There is no such state. Expected some of {', '.join(State)}."
        raise BadInput("unknown_state", sentence, field="state") from None


async def read_job(call: ApiCall, query: Query) -> Reply:
    return Reply(await call.db.ask(whole_job, call.actor, call.ids["job_id"], at=call.at))


async def create_job(call: ApiCall, body: NewJob) -> Reply:
    def do(session: Session) -> Done:
        return take_in(session, call.act, body)

    with _our_names():
        done, is_replay = await call.db.write(once, call.act, call.press, do)
    return await _reply(call, done, is_replay, status=201)


async def change_job(call: ApiCall, body: JobChanges) -> Reply:
    """A PATCH sets values, so the same one again changes nothing by itself; it needs no key."""
    with _our_names():
        done = await call.db.write(
            edit_job,
            call.act,
            job_id=call.ids["job_id"],
            version=body.version,
            changes=_changes(body),
        )
    return await _reply(call, done, is_replay=False)


_COLUMNS = {"job_type": "job_type_id"}
"""Where the API's name of a field is not the job's own."""


def _changes(body: JobChanges) -> dict[str, Any]:
    """Only what was sent, by the names that the job itself has."""
    changes = {_COLUMNS.get(name, name): value for name, value in sent(body).items()}
    changes.pop("version", None)
    return changes


@contextmanager
def _our_names() -> Iterator[None]:
    """A refusal names the field as the caller wrote it."""
    try:
        yield
    except BadInput as refusal:
        refusal.field = next(
            (ours for ours, theirs in _COLUMNS.items() if theirs == refusal.field), refusal.field
        )
        raise


def _command(command: Command) -> Endpoint:
    async def run(call: ApiCall, body: Body) -> Reply:
        done, is_replay = await carry_out(
            call.db,
            command,
            actor=call.actor,
            ids=call.ids,
            body=body,
            press=call.press,
            at=call.at,
        )
        return await _reply(call, done, is_replay)

    path = f"/jobs/{{job_id}}/{command.path}"
    gives: dict[int, type[msgspec.Struct]] = {200: JobAnswer, 202: HeldReply}
    return Endpoint("POST", path, command.rights, command.body, gives, run)


async def _reply(call: ApiCall, done: Done, is_replay: bool, *, status: int = 200) -> Reply:
    if done.held_id is not None:
        held = await call.db.ask_quick(held_answer, done.held_id)
        return Reply(HeldReply(held), 202, is_replay)
    if done.job_id is None:
        raise AssertionError("expected a command on a job to name the job it was about")
    answer = await call.db.ask_quick(
        job_answer,
        call.actor,
        job_id=done.job_id,
        epoch=done.epoch,
        seq=done.seq,
        made_id=done.made_id,
        at=call.at,
    )
    return Reply(answer, status, is_replay)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/jobs", (Right.READ_JOBS,), JobsQuery, {200: JobList}, list_jobs),
    Endpoint("POST", "/jobs", (Right.PLAN_JOBS,), NewJob, {201: JobAnswer}, create_job),
    Endpoint("GET", "/jobs/{job_id}", (Right.READ_JOBS,), Query, {200: WholeJob}, read_job),
    Endpoint(
        "PATCH", "/jobs/{job_id}", (Right.PLAN_JOBS,), JobChanges, {200: JobAnswer}, change_job
    ),
    *(_command(command) for command in (*COMMANDS, *ANSWERS)),
)
