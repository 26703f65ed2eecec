"""What creating and changing a person, a customer, a site or a job type have in common."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from app.actions.act import Act, Done
from app.actions.receipts import once
from app.web.api.endpoint import ApiCall, Reply

Make = Callable[[Session, Act], Done]
Show = Callable[[int], Awaitable[msgspec.Struct]]
"""Reads what was made, as it is now, by its id."""


async def made(call: ApiCall, make: Make, show: Show) -> Reply:
    """Create it once for this key, and answer 201 with it; the same press again shows it as it is now."""
    done, is_replay = await call.db.write(
        once, call.act, call.press, lambda session: make(session, call.act)
    )
    if done.made_id is None:
        raise AssertionError("expected what was created to be named by its id")
    return Reply(await show(done.made_id), 201, is_replay)


def sent(body: msgspec.Struct) -> dict[str, Any]:
    """Only what the caller wrote, of a body whose fields may be left out."""
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}
