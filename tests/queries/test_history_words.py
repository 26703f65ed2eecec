"""The history in plain sentences: every kind of event that the actions record has its words."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.models import Event
from app.queries.cards import Who
from app.queries.history_words import WORDS, in_words
from app.queries.screens.job import HistoryLine
from app.rules.states import State, Verb

ACTIONS = Path(__file__).parents[2] / "app" / "actions"
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
TOM, OLGA = Who(1, "Tom Brandt", "Tom B."), Who(2, "Olga Petrova", "Olga P.")
PEOPLE = {who.id: who for who in (TOM, OLGA)}


def said(kind: str, *, by: int | None = 1, for_id: int | None = None, **data: Any) -> str:
    return line(kind, by=by, for_id=for_id, **data).say


def line(
    kind: str,
    *,
    by: int | None = 1,
    for_id: int | None = None,
    before: State | None = State.WORKING,
    after: State | None = State.WORKING,
    late: timedelta = timedelta(0),
    **data: Any,
) -> HistoryLine:
    event = Event(
        kind=kind,
        by_id=by,
        for_id=for_id,
        recorded_at=NOON + late,
        occurred_at=NOON,
        state_before=before,
        state_after=after,
        data=data,
    )
    return in_words(event, PEOPLE, BERLIN)


def _recorded_kinds() -> Iterator[str]:
    """What the actions hand to ``.then(…)``: a word, or a member of ``Verb``."""
    for path in sorted(ACTIONS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            is_then = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "then"
            if not is_then or not isinstance(node, ast.Call):
                continue
            kind = node.args[0]
            if isinstance(kind, ast.Constant):
                yield str(kind.value)
            elif isinstance(kind, ast.Attribute) and getattr(kind.value, "id", "") == "Verb":
                yield str(Verb[kind.attr])


@pytest.mark.parametrize("kind", sorted(set(_recorded_kinds()) | set(Verb)))
def test_every_kind_of_event_has_words(kind: str) -> None:
    assert kind in WORDS


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_words_hold_even_where_an_old_event_lacks_its_details(kind: str) -> None:
    told = line(kind)
    assert told.say.endswith(".")
    assert "None" not in told.say + (told.more or "")


def test_a_kind_that_is_not_known_is_told_by_its_own_name() -> None:
    assert said("juggled") == "Tom Brandt: juggled."


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("start", {}, "Tom Brandt started work."),
        ("start", {"paused_job": 1041}, "Tom Brandt started work and paused job 1041."),
        ("stop", {"still_on_it": 1}, "Tom Brandt stopped work; 1 still on it."),
        (
            "stop",
            {"outcome": "return_visit", "reason": "Valve"},
            "Tom Brandt stopped; somebody must come back.",
        ),
        ("assign", {"person_id": 2}, "Tom Brandt put Olga Petrova on the job."),
        ("confirm_time", {"person_id": 1}, "Tom Brandt confirmed their own time."),
        ("confirm_time", {"person_id": 2}, "Tom Brandt confirmed Olga Petrova’s time."),
        (
            "record_time",
            {
                "person_id": 1,
                "activity": "work",
                "started_at": "2026-11-24T07:00:00+00:00",
                "ended_at": "2026-11-24T08:30:00+00:00",
            },
            "Tom Brandt recorded their own work, 08:00 to 09:30.",
        ),
        (
            "schedule",
            {
                "starts_at": "2026-11-25T07:00:00+00:00",
                "ends_at": "2026-11-25T08:00:00+00:00",
            },
            "Tom Brandt planned it for Wed 25 Nov, 08:00 to Wed 25 Nov, 09:00.",
        ),
        ("edited", {"new": {"title": "B", "site_id": 2}}, "Tom Brandt changed the title, site."),
        ("waive", {"code": "work_note"}, "Tom Brandt did without: Work note."),
        ("press_held", {"verb": "stop"}, "Tom Brandt pressed “Stop”; it waits for the office."),
    ],
)
def test_sentences(kind: str, data: dict[str, Any], sentence: str) -> None:
    assert said(kind, **data) == sentence


def test_the_sweep_is_the_program_itself() -> None:
    assert said("entry_suspect", by=None, person_id=1) == (
        "Tom Brandt’s clock looks forgotten; they are asked."
    )


def test_whoever_acts_for_a_technician_is_named() -> None:
    told = line("stop", by=2, for_id=1)
    assert told.say == "Tom Brandt stopped work."
    assert told.more == "by Olga Petrova."


def test_a_change_of_state_is_said() -> None:
    told = line("stop", after=State.READY)
    assert told.more == "Now: Ready to invoice."


def test_a_late_press_shows_when_it_arrived_and_why_it_is_doubted() -> None:
    told = line("start", late=timedelta(hours=2), flags=["clock_differs"])
    assert told.more == "Arrived Tue 24 Nov, 14:00. The phone’s clock differed from ours."


def test_a_long_note_is_shortened() -> None:
    told = line("note_added", text="word " * 200)
    assert len(told.more or "") < 200
