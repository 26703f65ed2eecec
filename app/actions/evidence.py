"""Facts about the work: notes and messages, and their withdrawal. Nothing is deleted; a withdrawn fact stays, struck
through, and what is still needed is judged again."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import before, record
from app.actions.settling import settle
from app.models import Message, Note, NoteKind
from app.models.evidence import Withdrawable
from app.queries.jobs import job_for
from app.rules.access import Right, Scope, scope_of
from app.rules.refusal import Forbidden, NotFound, Refusal

_FACTS: dict[str, type[Withdrawable]] = {"notes": Note, "messages": Message}


def add_note(
    session: Session, act: Act, *, job_id: int, text: str, kind: NoteKind = NoteKind.WORK_DONE
) -> Done:
    """A note on the work done counts for the requirements; an internal one does not and is not for the customer."""
    job = job_for(session, act.by, Right.WRITE_FACTS, job_id, at=act.at, lock=True)
    was = before(job)
    note = Note(job_id=job.id, person_id=act.person_id, kind=kind, text=text, at=act.occurred_at)
    session.add(note)
    settle(session, job, at=act.at)
    done = record(session, act, was.then("note_added", note_kind=kind, text=text))
    return replace(done, made_id=note.id)


def send_message(session: Session, act: Act, *, job_id: int, text: str) -> Done:
    """One more line in the job's thread between office and technicians."""
    job = job_for(session, act.by, Right.WRITE_FACTS, job_id, at=act.at, lock=True)
    was = before(job)
    message = Message(job_id=job.id, person_id=act.by.id, text=text, at=act.occurred_at)
    session.add(message)
    session.flush()
    done = record(session, act, was.then("message_sent", text=text))
    return replace(done, made_id=message.id)


def withdraw(
    session: Session, act: Act, *, job_id: int, fact: str, fact_id: int, reason: str
) -> Done:
    """Take back one's own note or message; the office may take back anybody's. Twice is once."""
    job = job_for(session, act.by, Right.WRITE_FACTS, job_id, at=act.at, lock=True)
    row = session.get(_FACTS[fact], fact_id)
    if row is None or row.job_id != job.id:
        raise NotFound
    if row.person_id != act.by.id and scope_of(act.by, Right.WRITE_FACTS) is not Scope.ALL:
        raise Forbidden("You can withdraw what you wrote yourself. Ask the office about the rest.")
    if row.withdrawn_at is not None:
        return Done(job_id=job.id)
    if not reason.strip():
        raise Refusal(
            "no_reason",
            "Say why it is withdrawn, so that others understand the history.",
            field="reason",
        )
    was = before(job)
    row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = act.at, act.by.id, reason
    settle(session, job, at=act.at)
    return record(session, act, was.then("withdrawn", fact=fact, text=row.text, reason=reason))
