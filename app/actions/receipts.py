"""The same press again gives the first answer and changes nothing: receipts, written with the effect they prove."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.models import Receipt
from app.rules.refusal import BadInput

LEFT_OUT = frozenset({"elapsed_ms", "key"})
"""``elapsed_ms`` differs at each sending of the same press, and the key is what the fingerprint is looked up by."""


@dataclass(frozen=True, slots=True)
class Press:
    """One command as it was sent: its key and the fingerprint of method, path and body."""

    key: str
    fingerprint: str


def fingerprint(method: str, path: str, body: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form: sorted keys, no spaces, without what may differ between two sendings."""
    kept = {name: value for name, value in body.items() if name not in LEFT_OUT}
    canonical = json.dumps(
        kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )
    return hashlib.sha256(f"{method} {path} {canonical}".encode()).hexdigest()


def once(
    session: Session, act: Act, press: Press, do: Callable[[Session], Done]
) -> tuple[Done, bool]:
    """Do it, unless this press was done before. Answers what came of it and whether that was a replay.

    The receipt is claimed first, so that two sendings at once meet at the unique key and not at the effect. A refusal
    raised by ``do`` rolls the claim back with everything else. Raises ``BadInput`` when the key was used for something
    else.
    """
    claim_id = session.execute(_claim(session, act, press)).scalar_one_or_none()
    if claim_id is None:
        return _first_answer(session, act, press), True
    done = do(session)
    session.flush()
    session.execute(update(Receipt).where(Receipt.id == claim_id).values(result=asdict(done)))
    return done, False


def _claim(session: Session, act: Act, press: Press) -> Any:
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    return (
        insert(Receipt)
        .values(
            person_id=act.by.id, key=press.key, fingerprint=press.fingerprint, result={}, at=act.at
        )
        .on_conflict_do_nothing(index_elements=["person_id", "key"])
        .returning(Receipt.id)
    )


def _first_answer(session: Session, act: Act, press: Press) -> Done:
    receipt = session.execute(
        select(Receipt).where(Receipt.person_id == act.by.id, Receipt.key == press.key)
    ).scalar_one()
    if receipt.fingerprint != press.fingerprint:
        raise BadInput(
            "key_reused",
            "This key was used for something else already. Send each new action with a new Idempotency-Key.",
        )
    made_ids = tuple(receipt.result.get("made_ids", ()))
    return Done(**{**receipt.result, "made_ids": made_ids})
