"""Commands on a job by the API: done, refused, replayed, foreign, unreadable; each press once, whatever the network."""

from collections.abc import AsyncIterator

import pytest

from tests.cast import World
from tests.databases import on_sqlite
from tests.web.api.conftest import Program, ago, together

# --- done


async def test_a_stopped_job_comes_back_ready(tom: Program, job_id: int) -> None:
    await tom.post(f"/jobs/{job_id}/start", {"occurred_at": ago(hours=1)})
    answer = await tom.post(f"/jobs/{job_id}/stop", {"outcome": "done"})
    assert answer.status_code == 200
    assert answer.json()["job"]["lane"] == "ready"


async def test_a_verb_answers_the_seq_of_its_own_press(tom: Program, job_id: int) -> None:
    first = (await tom.post(f"/jobs/{job_id}/start")).json()
    second = (await tom.post(f"/jobs/{job_id}/stop")).json()
    assert second["seq"] == first["seq"] + 1
    assert second["epoch"] == first["epoch"]


async def test_nothing_left_to_do_is_answered_without_a_seq(tom: Program, job_id: int) -> None:
    await tom.post(f"/jobs/{job_id}/start")
    answer = await tom.post(f"/jobs/{job_id}/start")
    assert answer.status_code == 200
    assert answer.json()["seq"] is None
    assert answer.json()["job"]["state"] == "working"


async def test_no_body_at_all_is_an_empty_one(olga: Program, job_id: int) -> None:
    await olga.post(f"/jobs/{job_id}/hold", {"reason": "No parts"})
    answer = await olga.raw(f"/jobs/{job_id}/release", b"")
    assert answer.status_code == 200
    assert answer.json()["job"]["lane"] == "scheduled"


async def test_the_office_presses_for_a_technician(
    world: World, dana: Program, job_id: int
) -> None:
    answer = await dana.post(f"/jobs/{job_id}/start", {"for_person_id": world.cast.tom.id})
    assert [one["person_id"] for one in answer.json()["job"]["running"]] == [world.cast.tom.id]


async def test_a_note_names_itself_so_that_it_can_be_withdrawn(tom: Program, job_id: int) -> None:
    note = (await tom.post(f"/jobs/{job_id}/notes", {"text": "Valve changed"})).json()["made_id"]
    answer = await tom.post(f"/jobs/{job_id}/notes/{note}/withdraw", {"reason": "Wrong job"})
    assert answer.status_code == 200
    whole = (await tom.get(f"/jobs/{job_id}")).json()
    assert [one["withdraw_reason"] for one in whole["notes"]] == ["Wrong job"]


# --- refused


async def test_a_refusal_has_a_code_a_sentence_and_the_job_as_it_is(
    tom: Program, job_id: int
) -> None:
    answer = await tom.post(f"/jobs/{job_id}/stop")
    assert answer.status_code == 409
    assert answer.json()["error"] == {
        "code": "not_started",
        "message": "You have not started this job. Press Start, or record the time you worked.",
        "field": None,
    }
    assert answer.json()["job"]["id"] == job_id


async def test_a_second_job_is_refused_and_paused_when_asked(
    world: World, tom: Program, dana: Program, job_id: int
) -> None:
    other = await dana.new_job(visit={"technician_ids": [world.cast.tom.id]})
    await tom.post(f"/jobs/{job_id}/start")
    refused = await tom.post(f"/jobs/{other}/start")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "other_job_running")
    answer = await tom.post(f"/jobs/{other}/start", {"pause_other": True})
    assert answer.status_code == 200


async def test_two_people_moving_a_card_the_second_sees_it_as_it_is(
    dana: Program, olga: Program, job_id: int
) -> None:
    version = (await dana.get(f"/jobs/{job_id}")).json()["version"]
    intent = {"lane": "on_hold", "version": version, "reason": "No parts"}
    assert (await olga.post(f"/jobs/{job_id}/move", intent)).status_code == 200
    second = await dana.post(f"/jobs/{job_id}/move", {"lane": "unscheduled", "version": version})
    assert (second.status_code, second.json()["error"]["code"]) == (409, "changed")
    assert second.json()["job"]["lane"] == "on_hold"


async def test_a_role_without_the_right_is_refused(tom: Program, job_id: int) -> None:
    answer = await tom.post(f"/jobs/{job_id}/cancel", {"reason": "Too far"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("path", ["start", "notes", "entries/1/confirm"])
async def test_somebody_elses_job_and_no_job_look_the_same(
    ines: Program, job_id: int, path: str
) -> None:
    body = {"text": "Hello"} if path == "notes" else {}
    foreign = await ines.post(f"/jobs/{job_id}/{path}", body)
    missing = await ines.post(f"/jobs/{job_id + 1000}/{path}", body)
    assert (foreign.status_code, foreign.json()) == (404, missing.json())


async def test_a_number_that_no_job_can_have_is_not_there(tom: Program) -> None:
    answer = await tom.post("/jobs/99999999999999999999/start")
    assert answer.status_code == 404


async def test_an_entry_is_found_under_its_own_job_only(
    world: World, tom: Program, dana: Program, job_id: int
) -> None:
    await tom.post(f"/jobs/{job_id}/start")
    await tom.post(f"/jobs/{job_id}/stop")
    entry = (await tom.get(f"/jobs/{job_id}")).json()["entries"][0]["id"]
    other = await dana.new_job(visit={"technician_ids": [world.cast.tom.id]})
    path = f"/entries/{entry}/discard"
    assert (await tom.post(f"/jobs/{other}{path}", {"reason": "Not me"})).status_code == 404
    assert (await tom.post(f"/jobs/{job_id}{path}", {"reason": "Not me"})).status_code == 200


# --- replayed


async def test_the_same_press_twice_is_one_press(tom: Program, job_id: int) -> None:
    first = await tom.post(f"/jobs/{job_id}/start", key="press-1")
    again = await tom.post(f"/jobs/{job_id}/start", key="press-1")
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.json()) == (200, first.json())


async def test_a_replay_tells_the_first_result_with_the_card_as_it_is_now(
    tom: Program, job_id: int
) -> None:
    press = {"occurred_at": ago(hours=1)}
    first = (await tom.post(f"/jobs/{job_id}/start", press, key="press-1")).json()
    await tom.post(f"/jobs/{job_id}/stop")
    again = (await tom.post(f"/jobs/{job_id}/start", press, key="press-1")).json()
    assert again["seq"] == first["seq"]
    assert again["job"]["state"] == "ready"


async def test_elapsed_time_may_differ_between_two_sendings(tom: Program, job_id: int) -> None:
    await tom.post(f"/jobs/{job_id}/start", {"elapsed_ms": 10}, key="press-1")
    again = await tom.post(f"/jobs/{job_id}/start", {"elapsed_ms": 9000}, key="press-1")
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_key_is_not_used_for_something_else(tom: Program, job_id: int) -> None:
    await tom.post(f"/jobs/{job_id}/start", key="press-1")
    other = await tom.post(f"/jobs/{job_id}/stop", key="press-1")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "key_reused")


async def test_rights_are_looked_at_again_when_a_press_is_replayed(
    world: World, dana: Program, owner: Program, job_id: int
) -> None:
    await dana.post(f"/jobs/{job_id}/hold", {"reason": "No parts"}, key="press-1")
    await owner.patch(f"/people/{world.cast.dana.id}", {"roles": ["technician"]})
    again = await dana.post(f"/jobs/{job_id}/hold", {"reason": "No parts"}, key="press-1")
    assert again.status_code == 403


async def test_two_stops_at_once_are_one_stop(tom: Program, job_id: int) -> None:
    await tom.post(f"/jobs/{job_id}/start")
    stops = (tom.post(f"/jobs/{job_id}/stop", key="press-1") for _ in range(2))
    first, second = await together(*stops)
    assert [first.status_code, second.status_code] == [200, 200]
    assert first.json()["seq"] == second.json()["seq"]
    history = (await tom.get(f"/jobs/{job_id}")).json()["entries"]
    assert len(history) == 1


async def test_two_stops_with_keys_of_their_own_end_one_entry(
    tom: Program, olga: Program, job_id: int
) -> None:
    await tom.post(f"/jobs/{job_id}/start")
    answers = await together(*(tom.post(f"/jobs/{job_id}/stop") for _ in range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted(answer.json()["seq"] is None for answer in answers) == [False, True]
    kinds = [one["kind"] for one in (await olga.get(f"/jobs/{job_id}")).json()["history"]]
    assert kinds.count("stop") == 1


# --- held


async def test_a_late_press_is_kept_for_the_office(
    world: World, tom: Program, dana: Program, olga: Program, job_id: int
) -> None:
    await dana.post(f"/jobs/{job_id}/unassign", {"technician_id": world.cast.tom.id})
    answer = await tom.post(f"/jobs/{job_id}/start", key="press-1")
    assert answer.status_code == 202
    held = answer.json()["held"]
    assert (held["verb"], held["state"]) == ("start", "waiting")
    again = await tom.post(f"/jobs/{job_id}/start", key="press-1")
    assert (again.status_code, again.json()) == (202, answer.json())
    reason = {"reason": "Was told to go home"}
    path = f"held/{held['id']}/dismiss"
    assert (await olga.post(f"/jobs/{job_id + 1}/{path}", reason)).status_code == 404
    assert (await olga.post(f"/jobs/{job_id}/{path}", reason)).status_code == 200


# --- unreadable


async def test_without_a_key_nothing_is_done(tom: Program, job_id: int) -> None:
    answer = await tom.post(f"/jobs/{job_id}/start", key=None)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "no_key")


@on_sqlite
@pytest.mark.parametrize(
    "content", [b"{", b"\xff\xfe", b'{"reason": "\xff"}', b'{"reason": "\\ud800"}', b"[" * 5000]
)
async def test_what_is_not_json_is_400(olga: Program, job_id: int, content: bytes) -> None:
    answer = await olga.raw(f"/jobs/{job_id}/hold", content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not_json")


@on_sqlite
@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        (b"[]", "wrong_type", None),
        (b'{"reason": 5}', "wrong_type", "reason"),
        (b"{}", "missing_field", "reason"),
        (b'{"reason": ""}', "wrong_type", "reason"),
        (b'{"reason": "   "}', "blank", "reason"),
        (b'{"reason": "\\u0000"}', "wrong_type", "reason"),
        (b'{"reason": "No parts", "resaon": "x"}', "unknown_field", "resaon"),
        (b'{"reason": 1e999}', "wrong_type", None),
    ],
)
async def test_what_cannot_be_taken_is_422_and_names_the_field(
    olga: Program, job_id: int, content: bytes, code: str, field: str | None
) -> None:
    answer = await olga.raw(f"/jobs/{job_id}/hold", content)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["field"] == field


@on_sqlite
@pytest.mark.parametrize(
    ("command", "body", "field"),
    [
        ("start", {"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ("start", {"occurred_at": "2026-11-24T08:00:00"}, "occurred_at"),
        ("start", {"for_person_id": 10**30}, "for_person_id"),
        ("assign", {"technician_id": 2**31}, "technician_id"),
        ("schedule", {"time_zone": "Mars/Olympus"}, "time_zone"),
        ("schedule", {"time_zone": "../../etc/passwd"}, "time_zone"),
        ("schedule", {"technician_ids": ["Tom"]}, "technician_ids[0]"),
        ("stop", {"outcome": "finished"}, "outcome"),
    ],
)
async def test_a_wrong_value_names_its_field(
    olga: Program, job_id: int, command: str, body: dict[str, object], field: str
) -> None:
    answer = await olga.post(f"/jobs/{job_id}/{command}", body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


async def test_control_characters_are_taken_out_and_the_rest_is_kept(
    tom: Program, job_id: int
) -> None:
    await tom.post(f"/jobs/{job_id}/notes", {"text": "Ventil\u0000 gewechselt\n\u001b[31m Ω 😀"})
    whole = (await tom.get(f"/jobs/{job_id}")).json()
    assert whole["notes"][0]["text"] == "Ventil gewechselt\n[31m Ω 😀"


async def test_an_endless_body_is_refused(world: World, tom: Program, job_id: int) -> None:
    content = b'{"text": "' + b"x" * world.settings.max_body_bytes + b'"}'
    answer = await tom.raw(f"/jobs/{job_id}/notes", content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


async def test_an_endless_body_that_does_not_say_so_is_refused_too(
    world: World, tom: Program, job_id: int
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'{"text": "'
        for _ in range(100):
            yield b"x" * (world.settings.max_body_bytes // 50)

    path = f"/api/v1/jobs/{job_id}/notes"
    answer = await tom.client.post(path, content=endless(), headers={"Idempotency-Key": "1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
