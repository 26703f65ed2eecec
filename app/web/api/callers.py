"""Who calls: the person behind a bearer token, or, for reading only, behind the browser's cookie."""

from starlette.requests import Request

from app.db import Database
from app.queries.sign_ins import token_holder
from app.rules.access import Actor
from app.rules.refusal import SignInNeeded
from app.web.cookies import hash_of
from app.web.door import Visitor

READING = frozenset({"GET", "HEAD"})


async def actor_behind(request: Request, db: Database) -> Actor:
    """Raises ``SignInNeeded`` for nobody we know. Where a token is given, only it counts."""
    if (token := bearer(request.headers.get("authorization"))) is not None:
        holder = await db.ask_quick(token_holder, hash_of(token))
        if holder is None:
            raise SignInNeeded("This token is not known here, or has been ended. Make a new one.")
        return holder.actor
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is not None and request.method in READING:
        return visitor.actor
    raise SignInNeeded("Send an API token: Authorization: Bearer ….")


def bearer(header: str | None) -> str | None:
    """The token in an Authorization header; None where there is no header. Another scheme is an unknown token."""
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
