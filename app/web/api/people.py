"""People by the API. Sign-ins, passwords and links are made on the pages and the command line only."""

import msgspec

from app.actions.people import add_person, change_person
from app.queries.api_lists import PersonAnswer, people_page, person_answer
from app.rules.access import Right
from app.web.api.bodies import NewPerson, PersonChanges
from app.web.api.endpoint import ApiCall, Endpoint, Query, Reply
from app.web.api.lists import PageQuery, next_of, place_of
from app.web.api.making import made, sent


class PersonList(msgspec.Struct, frozen=True):
    items: list[PersonAnswer]
    next: str | None


async def list_people(call: ApiCall, query: PageQuery) -> Reply:
    after_id = place_of(query.after) or 0
    rows = await call.db.ask(people_page, after_id=after_id, limit=query.limit + 1)
    return Reply(PersonList(*next_of(rows, query.limit, lambda row: row.id)))


async def read_person(call: ApiCall, query: Query) -> Reply:
    return Reply(await call.db.ask(person_answer, call.ids["person_id"]))


async def create_person(call: ApiCall, body: NewPerson) -> Reply:
    return await made(
        call,
        lambda session, act: add_person(
            session,
            act,
            name=body.name,
            email=body.email,
            roles=frozenset(body.roles),
            phone=body.phone,
        ),
        lambda made_id: call.db.ask(person_answer, made_id),
    )


async def edit_person(call: ApiCall, body: PersonChanges) -> Reply:
    person_id = call.ids["person_id"]
    await call.db.write(change_person, call.act, person_id=person_id, **sent(body))
    return Reply(await call.db.ask(person_answer, person_id))


_READ, _EDIT = (Right.READ_PEOPLE,), (Right.EDIT_PEOPLE,)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/people", _READ, PageQuery, {200: PersonList}, list_people),
    Endpoint("POST", "/people", _EDIT, NewPerson, {201: PersonAnswer}, create_person),
    Endpoint("GET", "/people/{person_id}", _READ, Query, {200: PersonAnswer}, read_person),
    Endpoint(
        "PATCH", "/people/{person_id}", _EDIT, PersonChanges, {200: PersonAnswer}, edit_person
    ),
)
