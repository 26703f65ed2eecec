"""Letters by e-mail: composed so that a second try is the same mail, sent over SMTP, and tried again until it is clear
that it will not work. Where letters are kept is told to us (``Outbox``); what was sent or not is written there."""

import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from hashlib import sha256
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import structlog

from app.rules.refusal import BadInput

log = structlog.get_logger()

TIMEOUT_S = 30
"""For each step of a conversation. Mail servers that look a sender up take some seconds; longer is broken."""

AT_ONCE = 20
"""Letters of one round: the outbox is asked again right after."""

WAITS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440)
)
"""After each failed try; together five days, as mail servers themselves do. Then a person is told."""

LEASE = timedelta(minutes=15)
"""How long a letter handed out by ``due`` is not handed out again: longer than a round may take to reach it."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """``kind`` is a media type, "application/pdf"."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one address. ``message_id`` is made once, with the row: "<…@…>". ``tries``: failed ones so far."""

    id: int
    message_id: str
    to: str
    subject: str
    text: str
    written_at: datetime
    attachments: tuple[Attachment, ...] = ()
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the company's name and the address that its mail server lets it use."""

    name: str
    address: str
    reply_to: str | None = None


class Outbox(Protocol):
    """Where letters wait. ``due`` hands each out to one process only, for ``LEASE``."""

    async def due(self, at: datetime, *, most: int, lease: timedelta) -> Sequence[Letter]: ...

    async def sent(self, letter: Letter, at: datetime, *, answer: str) -> None: ...

    async def later(self, letter: Letter, at: datetime, *, again_at: datetime, why: str) -> None:
        """One more failed try."""

    async def failed(self, letter: Letter, at: datetime, *, why: str) -> None:
        """Given up: a person must look at it. ``why`` is a sentence."""


@dataclass(frozen=True, slots=True)
class Round:
    """What became of the letters that were due."""

    sent: int = 0
    later: int = 0
    failed: int = 0


class NotNow(Exception):
    """Could not be sent this time. ``server``: it is the server that does not answer, not this letter."""

    def __init__(self, why: str, *, server: bool = False) -> None:
        super().__init__(why)
        self.server = server


class Never(Exception):
    """The server will not take this letter, however often we try."""


# --- one round


async def carry(
    outbox: Outbox, post: "Post", sender: Sender, *, clock: Callable[[], datetime]
) -> Round:
    """Send what is due. A crash between the server's yes and our row sends the same mail again, with the same id."""
    sent = later = failed = 0
    letters = await outbox.due(clock(), most=AT_ONCE, lease=LEASE)
    silent: NotNow | None = None
    for letter in letters:
        try:
            if silent:
                raise silent
            answer = await post.send(letter, sender)
        except NotNow as problem:
            silent = problem if problem.server else None
            again_at = next_try(letter.tries, clock())
            if again_at is None:
                await outbox.failed(letter, clock(), why=_gave_up(problem))
                failed += 1
            else:
                await outbox.later(letter, clock(), again_at=again_at, why=str(problem))
                later += 1
        except (Never, BadInput) as problem:
            await outbox.failed(letter, clock(), why=str(problem))
            failed += 1
        else:
            await outbox.sent(letter, clock(), answer=answer)
            sent += 1
    if letters:
        log.info("mail", sent=sent, later=later, failed=failed)
    return Round(sent, later, failed)


def next_try(tries: int, at: datetime) -> datetime | None:
    """When to try again after the failure that follows ``tries`` earlier ones; None: no more."""
    return at + WAITS[tries] if tries < len(WAITS) else None


def _gave_up(problem: NotNow) -> str:
    return f"Tried {len(WAITS) + 1} times in five days. The last answer: {problem}"


# --- composing


def compose(letter: Letter, sender: Sender) -> bytes:
    """The mail as it goes over the wire: the same bytes for the same letter, whenever and wherever it is sent."""
    message = EmailMessage(policy=WIRE)
    message["From"] = Address(_one_line(sender.name), addr_spec=wire_address(sender.address))
    message["To"] = Address(addr_spec=wire_address(letter.to))
    if sender.reply_to:
        message["Reply-To"] = Address(addr_spec=wire_address(sender.reply_to))
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = letter.written_at
    message["Message-ID"] = _one_line(letter.message_id)
    # Nobody's absence assistant should answer it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    for attachment in letter.attachments:
        main, _, sub = attachment.kind.partition("/")
        message.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=_file_name(attachment.name)
        )
    if letter.attachments:
        # The library would draw it at random.
        message.set_boundary(f"=_{sha256(letter.message_id.encode()).hexdigest()[:40]}")
    return message.as_bytes()


def wire_address(text: str) -> str:
    """An address that can go into a header and an envelope. Raises ``BadInput``: header lines, lists of addresses and
    names beside the address are refused, not mended."""
    local, _, domain = text.strip().rpartition("@")
    is_plain = (
        local
        and text.isprintable()
        and local.isascii()
        and not set(local) & set(' ",;:<>()[]\\@')
        and domain.strip(".")
        and not set(domain) & set(' ",;:<>()[]\\')
    )
    if not is_plain or len(text) > 254:
        raise BadInput(
            "not_an_address",
            f"{text[:80]!a} is not an e-mail address. Enter one like name@company.example.",
            field="email",
        )
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as problem:
        raise BadInput(
            "not_an_address", f"The part after @ in {text[:80]!a} is no domain.", field="email"
        ) from problem


def message_id(token: str, sender: Sender) -> str:
    """For a new letter: ``token`` is random and kept with it."""
    return f"<{token}@{wire_address(sender.address).rpartition('@')[2]}>"


def _one_line(text: str) -> str:
    """Headers are one line; what would begin another becomes a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


def _file_name(name: str) -> str:
    return "".join("-" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in name)[:120]


# --- sending


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server, as the setting says: ``smtp://`` with STARTTLS, ``smtps://`` with TLS from the first byte."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    security: str = "starttls"
    trust: ssl.SSLContext | None = None
    """Other authorities than the system's: for a company's own, and for tests."""

    async def send(self, letter: Letter, sender: Sender) -> str:
        """The server's answer. Raises ``NotNow``, ``Never``, or ``BadInput`` for an address that is none."""
        wire, to = compose(letter, sender), wire_address(letter.to)
        own = wire_address(sender.address)
        smtp = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            tls_context=self.trust,
            # Ours would be the name of this machine, which is nobody's business.
            local_hostname=own.rpartition("@")[2],
            timeout=TIMEOUT_S,
        )
        try:
            await smtp.connect()
        except (aiosmtplib.SMTPException, OSError, ValueError) as problem:
            raise NotNow(_said(problem), server=True) from problem
        try:
            _, answer = await smtp.sendmail(own, [to], wire)
            # The letter is theirs now, whatever becomes of our goodbye.
            with suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit()
        except (aiosmtplib.SMTPException, OSError) as problem:
            raise _judged(problem) from problem
        finally:
            smtp.close()
        return answer


def post_from(url: str, *, trust: ssl.SSLContext | None = None) -> Post:
    """From ``smtp://user:password@mail.example.com:587``, ``smtps://…:465``, or ``smtp://127.0.0.1:25?security=none``
    for a relay on this machine. Raises ``ValueError`` with the sentence that mends it."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query).get("security", [""])[0]
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or asked not in ("", "none"):
        raise ValueError(
            "it must look like smtp://user:password@mail.example.com:587 or smtps://…:465"
        )
    security = "tls" if parts.scheme == "smtps" else asked or "starttls"
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if security == "none" and not is_here:
        raise ValueError("security=none is for a relay on this machine: mail would travel unsealed")
    return Post(
        host=parts.hostname,
        port=parts.port or {"tls": 465, "starttls": 587, "none": 25}[security],
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        security=security,
        trust=trust,
    )


def _judged(problem: Exception) -> NotNow | Never:
    """A refusal of this letter is final; one of our sign-in or our sender is for the operator to mend, and can be."""
    if isinstance(problem, aiosmtplib.SMTPRecipientsRefused):
        (first, *_) = problem.recipients
        return _by_code(first.code, _said(first))
    if isinstance(problem, aiosmtplib.SMTPDataError):
        return _by_code(problem.code, _said(problem))
    is_mute = isinstance(problem, OSError) and not isinstance(problem, TimeoutError)
    return NotNow(_said(problem), server=is_mute)


def _by_code(code: int, why: str) -> NotNow | Never:
    return Never(why) if 500 <= code < 600 else NotNow(why)


def _said(problem: Exception) -> str:
    """One line, without our password: servers do not repeat it, and neither do we."""
    code = getattr(problem, "code", None)
    words = _one_line(str(getattr(problem, "message", None) or problem) or type(problem).__name__)
    return f"{code} {words}" if code else words
