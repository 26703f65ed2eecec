"""A real SMTP server on a free port of this machine, and an outbox in memory that forgets nothing."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from app.mail import Letter, Post

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Office:
    """What the server received, and what it answers: a code and words by step, once or for good."""

    received: list[Envelope] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    signed_in: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        # Without "decode_data" the content is bytes.
        return [
            message_from_bytes(one.content, policy=default)  # type: ignore[arg-type]
            for one in self.received
        ]

    # The server calls these by the names of the protocol's words.

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self._answer("MAIL") or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self._answer("RCPT") or "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        if said := self._answer("DATA"):
            return said
        self.received.append(envelope)
        return "250 Kept as 42"

    def _answer(self, step: str) -> str | None:
        left = self.answers.get(step)
        return left.pop(0) if left else None

    def signs_in(self, server: Any, session: Any, envelope: Any, way: str, pair: Any) -> AuthResult:
        self.signed_in.append(pair.login.decode())
        # Not "handled": the server itself shall say 535.
        return AuthResult(success=pair.password == b"s3cret@/:", handled=False)


@asynccontextmanager
async def an_office(
    *, tls: ssl.SSLContext | None = None, at_once: bool = False, needs_auth: bool = False
) -> AsyncIterator[Office]:
    """Plain, with STARTTLS demanded, or with TLS from the first byte."""
    office = Office()

    def serve() -> SMTP:
        return SMTP(
            office,
            hostname="mail.test",
            tls_context=None if at_once else tls,
            require_starttls=tls is not None and not at_once,
            auth_required=needs_auth,
            auth_require_tls=tls is not None and not at_once,
            authenticator=office.signs_in,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(serve, "127.0.0.1", 0, ssl=tls if at_once else None)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()


def plain_post(office: Office) -> Post:
    return Post("127.0.0.1", office.port, security="none")


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's context and the one that trusts it; made anew for each run."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    ask = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout {key} -out {cert}"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run(["openssl", *ask.split(), *names], check=True, capture_output=True)
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.load_cert_chain(cert, key)
    return serving, ssl.create_default_context(cafile=str(cert))


@dataclass
class Rows:
    """An outbox as a table would be: what it says survives whoever asked."""

    letters: dict[int, Letter] = field(default_factory=dict)
    due_at: dict[int, datetime] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def put(self, *letters: Letter, at: datetime = NOON) -> None:
        for letter in letters:
            self.letters[letter.id] = letter
            self.due_at[letter.id] = at

    async def due(self, at: datetime, *, most: int, lease: timedelta) -> Sequence[Letter]:
        ids = [id for id, when in sorted(self.due_at.items()) if when <= at][:most]
        self.due_at |= dict.fromkeys(ids, at + lease)
        return [self.letters[id] for id in ids]

    async def sent(self, letter: Letter, at: datetime, *, answer: str) -> None:
        del self.due_at[letter.id]
        self.answers[letter.id] = answer

    async def later(self, letter: Letter, at: datetime, *, again_at: datetime, why: str) -> None:
        self.letters[letter.id] = replace(letter, tries=letter.tries + 1)
        self.due_at[letter.id] = again_at
        self.reasons.append(why)

    async def failed(self, letter: Letter, at: datetime, *, why: str) -> None:
        del self.due_at[letter.id]
        self.failures[letter.id] = why
