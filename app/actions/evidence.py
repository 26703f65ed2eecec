"""Facts about the work: notes, messages, checklist answers, the signature, and the withdrawal of any fact.

Nothing is deleted; a withdrawn fact stays, struck through, and what is still needed is judged again.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.history import before, record
from app.actions.settling import settle
from app.models import (
    ChecklistAnswer,
    Job,
    JobType,
    Message,
    Note,
    NoteKind,
    PartUsed,
    Photo,
    Signature,
    SignatureKind,
    Withdrawable,
)
from app.queries.facts import standing
from app.queries.jobs import job_for
from app.rules.access import Right, Scope, scope_of
from app.rules.refusal import BadInput, Forbidden, NotFound, Refusal

_FACTS: dict[str, type[Withdrawable]] = {
    "notes": Note,
    "messages": Message,
    "photos": Photo,
    "checklist": ChecklistAnswer,
    "signature": Signature,
    "parts": PartUsed,
}


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
    message = Message(job_id=job.id, person_id=act.person_id, text=text, at=act.occurred_at)
    session.add(message)
    session.flush()
    done = record(session, act, was.then("message_sent", text=text))
    return replace(done, made_id=message.id)


def answer_item(session: Session, act: Act, *, job_id: int, item_id: str, value: str) -> Done:
    """Answer one item of the checklist; an empty value takes the answer back. A newer answer replaces the older, which
    stays in the history."""
    job = job_for(session, act.by, Right.WRITE_FACTS, job_id, at=act.at, lock=True)
    item = _checklist_item(session, job, item_id)
    older = [a for a in standing(session, ChecklistAnswer, job.id) if a.item_id == item_id]
    if [a.text for a in older] == ([value] if value else []):
        return Done(job_id=job.id)
    was = before(job)
    for answer in older:
        answer.withdrawn_at, answer.withdrawn_by, answer.withdraw_reason = (
            act.at,
            act.by.id,
            "Answered anew",
        )
    made = None
    if value:
        made = ChecklistAnswer(
            job_id=job.id,
            person_id=act.person_id,
            text=value,
            at=act.occurred_at,
            item_id=item_id,
            item_text=item,
        )
        session.add(made)
    settle(session, job, at=act.at)
    done = record(session, act, was.then("item_answered", item=item, value=value))
    return replace(done, made_id=made.id if made else None)


def sign(
    session: Session,
    act: Act,
    *,
    job_id: int,
    kind: SignatureKind,
    text: str,
    file_key: str | None = None,
) -> Done:
    """The customer's word: drawn (``file_key``), a typed name, or absent with a reason. A new one replaces the old."""
    job = job_for(session, act.by, Right.WRITE_FACTS, job_id, at=act.at, lock=True)
    if kind is not SignatureKind.DRAWN and not text.strip():
        asks = (
            "Type the name of whoever agrees."
            if kind is SignatureKind.TYPED
            else "Say why nobody could sign."
        )
        raise BadInput(
            "no_words", asks, field="typed_name" if kind is SignatureKind.TYPED else "absent_reason"
        )
    was = before(job)
    for older in standing(session, Signature, job.id):
        older.withdrawn_at, older.withdrawn_by, older.withdraw_reason = (
            act.at,
            act.by.id,
            "Signed anew",
        )
    signature = Signature(
        job_id=job.id,
        person_id=act.person_id,
        text=text.strip(),
        at=act.occurred_at,
        kind=kind,
        file_key=file_key,
    )
    session.add(signature)
    settle(session, job, at=act.at)
    done = record(session, act, was.then("signed", signature_kind=kind, text=signature.text))
    return replace(done, made_id=signature.id)


def _checklist_item(session: Session, job: Job, item_id: str) -> str:
    job_type = session.get(JobType, job.job_type_id) if job.job_type_id else None
    for item in job_type.checklist if job_type else ():
        if item["id"] == item_id:
            return str(item["text"])
    raise BadInput(
        "unknown_item",
        "This is not on the checklist any more. Look at the list again.",
        field="item_id",
    )


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
