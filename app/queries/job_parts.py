"""The parts that the office's page of a job and the technician's share: place, needs, notes, messages, questions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import HeldPress as HeldRow
from app.models import HeldState, Job, Message, Note, Site, Waiver, Withdrawable
from app.models import Question as QuestionRow
from app.queries.cards import JobCard, Who
from app.queries.facts import facts_of
from app.queries.history_words import PRESSES
from app.queries.screens.job import HeldPress, MessageRow, NeedRow, NoteRow, Place, Question
from app.rules.access import Actor, Right, Scope, scope_of
from app.rules.dates import hours
from app.rules.requirements import ONLY_WHEN, Facts, Requirement, asked_of

Names = Mapping[int, Who]


def name(people: Names, person_id: int | None) -> str:
    found = people.get(person_id) if person_id else None
    return found.name if found else "Readyboard"


def place_of(session: Session, job: Job) -> Place | None:
    site = session.get(Site, job.site_id) if job.site_id else None
    if site is None:
        return None
    town = " ".join(part for part in (site.postcode, site.city) if part)
    lines = tuple(part for part in (site.street, town) if part)
    return Place(
        name=site.name,
        lines=lines,
        access_note=site.access_note,
        contact_name=site.contact_name,
        contact_phone=site.contact_phone,
        map_query=", ".join(part for part in (*lines, site.country) if part),
    )


def needs_of(session: Session, job: Job, card: JobCard) -> tuple[NeedRow, ...]:
    """Every requirement of the job, met or missing, judged from the facts as they are now."""
    facts = facts_of(session, job)
    waived = {
        row.code: row.reason
        for row in session.scalars(select(Waiver).where(Waiver.job_id == job.id))
    }
    theirs = ", ".join(who.short for who in card.technicians)
    since = {item["code"]: datetime.fromisoformat(item["since"]) for item in job.missing}
    return tuple(
        replace(_need(r, facts, card, theirs, waived), since=since.get(r.code))
        for r in asked_of(facts)
        if r.code not in ONLY_WHEN or ONLY_WHEN[r.code](facts)
    )


def _need(
    requirement: Requirement, facts: Facts, card: JobCard, theirs: str, waived: Mapping[str, str]
) -> NeedRow:
    r = requirement
    there = r.is_met(facts)
    done_without = None if there or not r.waivable else waived.get(r.code)
    is_technicians = r.owner == "technician"
    return NeedRow(
        code=r.code,
        ask=r.name if there else r.ask(facts),
        met=there or done_without is not None,
        owner=r.owner,
        whose=(theirs or "the technician") if is_technicians else "Office",
        detail=_detail(r.code, facts, card) if there else "",
        waived=done_without,
    )


def _detail(code: str, facts: Facts, card: JobCard) -> str:
    match code:
        case "time":
            return hours(facts.work_seconds)
        case "customer":
            return card.customer or ""
        case "photos_before" | "photos_after":
            there = facts.photos_before if code == "photos_before" else facts.photos_after
            return f"{there} of {facts.required.get(code, 1)}"
        case "checklist":
            return f"{facts.checklist_items} of {facts.checklist_items}"
        case "parts":
            return "none used" if facts.no_parts_used else str(facts.parts)
        case _:
            return ""


def may_be_waived(needs: tuple[NeedRow, ...], waivable: frozenset[str]) -> bool:
    return any(not row.met and row.code in waivable for row in needs)


def notes_of(
    session: Session, job_id: int, people: Names, reader: Actor | None
) -> tuple[NoteRow, ...]:
    """Oldest first; withdrawn ones stay, with who and why."""
    rows = session.scalars(select(Note).where(Note.job_id == job_id).order_by(Note.at, Note.id))
    return tuple(
        NoteRow(
            id=row.id,
            text=row.text,
            kind=str(row.kind),
            by=name(people, row.person_id),
            at=row.at,
            withdrawn=_withdrawn(row, people),
            may_withdraw=_may_withdraw(row, reader),
        )
        for row in rows
    )


def messages_of(
    session: Session, job_id: int, people: Names, reader: Actor
) -> tuple[MessageRow, ...]:
    rows = session.scalars(
        select(Message).where(Message.job_id == job_id).order_by(Message.at, Message.id)
    )
    return tuple(
        MessageRow(
            id=row.id,
            text=row.text,
            by=name(people, row.person_id),
            at=row.at,
            mine=row.person_id == reader.id,
            withdrawn=_withdrawn(row, people),
            may_withdraw=_may_withdraw(row, reader),
        )
        for row in rows
    )


def questions_of(session: Session, job_id: int, people: Names) -> tuple[Question, ...]:
    """The open ones, oldest first."""
    rows = session.scalars(
        select(QuestionRow)
        .where(QuestionRow.job_id == job_id, QuestionRow.closed_at.is_(None))
        .order_by(QuestionRow.id)
    )
    return tuple(
        Question(row.id, row.text, name(people, row.asked_by), row.asked_at) for row in rows
    )


def held_presses(
    session: Session,
    people: Names,
    *,
    may_decide: bool,
    job_id: int | None = None,
    person_id: int | None = None,
) -> tuple[HeldPress, ...]:
    """Those that wait, oldest first: all of them, of one job, or of one person."""
    query = (
        select(HeldRow, Job)
        .join(Job, Job.id == HeldRow.job_id)
        .where(HeldRow.state == HeldState.WAITING)
        .order_by(HeldRow.id)
    )
    if job_id is not None:
        query = query.where(HeldRow.job_id == job_id)
    if person_id is not None:
        query = query.where(HeldRow.person_id == person_id)
    return tuple(
        HeldPress(
            id=row.id,
            job_id=job.id,
            number=job.number,
            title=job.title,
            by=name(people, row.person_id),
            say=_held_words(row),
            pressed_at=row.occurred_at,
            received_at=row.received_at,
            why=row.why,
            may_decide=may_decide,
            has_picture="file_key" in row.body.get("picture", row.body),
        )
        for row, job in session.execute(query)
    )


def _held_words(row: HeldRow) -> str:
    said = PRESSES.get(row.verb, row.verb)
    return f"{said}: “{row.body['text']}”" if row.body.get("text") else said


def _may_withdraw(row: Withdrawable, reader: Actor | None) -> bool:
    """One's own; the office and dispatchers anybody's."""
    if reader is None or row.withdrawn_at is not None:
        return False
    scope = scope_of(reader, Right.WRITE_FACTS)
    return scope is Scope.ALL or (scope is Scope.OWN and row.person_id == reader.id)


def _withdrawn(row: Withdrawable, people: Names) -> str | None:
    if row.withdrawn_at is None:
        return None
    return f"{row.withdraw_reason or 'no reason'} ({name(people, row.withdrawn_by)})"
