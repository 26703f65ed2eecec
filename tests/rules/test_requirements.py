"""What must be there before a job is ready: each requirement alone, and all of them in any order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.requirements import (
    BY_CODE,
    ONLY_WHEN,
    PER_JOB_TYPE,
    REQUIREMENTS,
    Facts,
    Requirement,
    asked_of,
    still_needed,
)

COMPLETE = Facts(
    work_seconds=60,
    has_customer=True,
    unconfirmed_entries=0,
    open_questions=(),
    work_notes=1,
    required={
        "work_note": 1,
        "photos_before": 1,
        "photos_after": 2,
        "checklist": 1,
        "signature": 1,
        "parts": 1,
    },
    waived=frozenset(),
    photos_before=1,
    photos_after=2,
    checklist_items=3,
    is_signed=True,
    parts=1,
)

LACKING: dict[str, Facts] = {
    "time": replace(COMPLETE, work_seconds=0),
    "customer": replace(COMPLETE, has_customer=False),
    "confirmed_time": replace(COMPLETE, unconfirmed_entries=1),
    "question": replace(COMPLETE, open_questions=("Two or six?",)),
    "work_note": replace(COMPLETE, work_notes=0),
    "reference": replace(COMPLETE, reference_missing=True),
    "pending": replace(COMPLETE, coming={"Tom": 2}),
    "prices": replace(COMPLETE, unpriced=("Wilo Stratos",)),
    "photos_before": replace(COMPLETE, photos_before=0),
    "photos_after": replace(COMPLETE, photos_after=1),
    "checklist": replace(COMPLETE, checklist_open=("Gas tightness",)),
    "signature": replace(COMPLETE, is_signed=False),
    "parts": replace(COMPLETE, parts=0),
}

ASKS = {
    "pending": "2 photos coming from Tom’s phone",
    "prices": "Price for “Wilo Stratos”",
    "photos_before": "1 photo before the work",
    "photos_after": "1 more photo after the work",
    "checklist": "Checklist, 2 of 3: Gas tightness",
}


def codes(facts: Facts) -> list[str]:
    return [requirement.code for requirement in still_needed(facts)]


def test_nothing_is_needed_when_everything_is_there() -> None:
    assert still_needed(COMPLETE) == ()


@pytest.mark.parametrize("code", BY_CODE)
def test_each_missing_fact_is_asked_for_by_its_own_code(code: str) -> None:
    assert codes(LACKING[code]) == [code]


def test_a_note_is_asked_for_only_where_the_job_type_wants_one() -> None:
    assert codes(replace(COMPLETE, work_notes=0, required={})) == []
    per_type = ["work_note", "photos_before", "photos_after", "checklist", "signature", "parts"]
    assert [r.code for r in PER_JOB_TYPE] == per_type


@pytest.mark.parametrize("code", ASKS)
def test_what_is_missing_is_said_with_its_number(code: str) -> None:
    (needed,) = still_needed(LACKING[code])
    assert needed.ask(LACKING[code]) == ASKS[code]


def test_no_parts_used_is_as_good_as_a_part() -> None:
    assert codes(replace(LACKING["parts"], no_parts_used=True)) == []


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda r: r.code)
def test_the_office_does_without_what_may_be_waived_and_nothing_else(
    requirement: Requirement,
) -> None:
    lacking = replace(LACKING[requirement.code], waived=frozenset({requirement.code}))
    assert codes(lacking) == ([] if requirement.waivable else [requirement.code])


def test_time_customer_prices_and_doubtful_times_cannot_be_waived() -> None:
    never = {"time", "customer", "confirmed_time", "prices"}
    assert {r.code for r in REQUIREMENTS if not r.waivable} == never


def test_every_requirement_says_what_it_wants_and_whose_it_is() -> None:
    for requirement in REQUIREMENTS:
        assert requirement.name
        assert requirement.ask(LACKING[requirement.code])
        assert requirement.owner in ("technician", "office")


facts = st.builds(
    Facts,
    work_seconds=st.integers(0, 3),
    has_customer=st.booleans(),
    unconfirmed_entries=st.integers(0, 2),
    open_questions=st.lists(st.text(max_size=3), max_size=2).map(tuple),
    work_notes=st.integers(0, 2),
    required=st.dictionaries(st.sampled_from([r.code for r in PER_JOB_TYPE]), st.integers(1, 3)),
    waived=st.sets(st.sampled_from(sorted(BY_CODE))).map(frozenset),
    reference_missing=st.booleans(),
    coming=st.dictionaries(st.sampled_from(["Tom", "Inês"]), st.integers(1, 3)),
    unpriced=st.lists(st.text(max_size=3), max_size=2).map(tuple),
    photos_before=st.integers(0, 3),
    photos_after=st.integers(0, 3),
    checklist_open=st.lists(st.text(max_size=3), max_size=2).map(tuple),
    is_signed=st.booleans(),
    parts=st.integers(0, 2),
    no_parts_used=st.booleans(),
)


@given(facts)
def test_what_is_shown_is_what_each_requirement_says_alone(facts: Facts) -> None:
    """The list on the phone and the lane of the card cannot disagree: both are this one tuple."""
    alone = {
        r.code
        for r in asked_of(facts)
        if not r.is_met(facts) and not (r.waivable and r.code in facts.waived)
    }
    assert set(codes(facts)) == alone
    assert codes(facts) == [r.code for r in REQUIREMENTS if r.code in alone]


changes = st.permutations(
    [
        ("work_seconds", 60),
        ("has_customer", True),
        ("unconfirmed_entries", 0),
        ("open_questions", ()),
        ("work_notes", 1),
        ("reference_missing", False),
        ("coming", {}),
        ("unpriced", ()),
        ("photos_before", 3),
        ("photos_after", 3),
        ("checklist_open", ()),
        ("is_signed", True),
        ("no_parts_used", True),
    ]
)


@given(facts, changes)
def test_facts_may_arrive_in_any_order_and_never_take_anything_back(
    facts: Facts, order: list[tuple[str, object]]
) -> None:
    missing = len(still_needed(facts))
    for name, value in order:
        facts = replace(facts, **{name: value})  # type: ignore[arg-type] # names and values go together
        now = len(still_needed(facts))
        assert now <= missing
        missing = now
    assert missing == 0


@pytest.mark.parametrize(
    ("code", "silent", "speaks"),
    [
        ("reference", COMPLETE, replace(COMPLETE, reference_missing=True)),
        ("question", COMPLETE, replace(COMPLETE, open_questions=("Two or six?",))),
        ("pending", COMPLETE, replace(COMPLETE, coming={"Tom": 2})),
        ("prices", replace(COMPLETE, parts=0), COMPLETE),
        ("prices", replace(COMPLETE, parts=0), replace(COMPLETE, parts=0, unpriced=("Labour",))),
        ("confirmed_time", COMPLETE, replace(COMPLETE, unconfirmed_entries=1)),
    ],
)
def test_what_has_nothing_to_say_is_not_on_the_list(
    code: str, silent: Facts, speaks: Facts
) -> None:
    assert not ONLY_WHEN[code](silent)
    assert ONLY_WHEN[code](speaks)
