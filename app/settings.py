"""One frozen object read from the environment once. Every setting with its unit and default; a wrong one stops the
start with the sentence that mends it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

PREFIX = "READYBOARD_"


class Unable(Exception):
    """What the operator asked for cannot be done like this; the message says why, and what to do instead."""


class SettingsError(Unable):
    """A setting cannot be used; the message says which, why and how to mend it."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the operator decides. ``docs/running.md`` lists these fields; a test holds it true."""

    data_dir: Path = Path("data")
    """Folder for the SQLite database, secrets and files; made on first start, mode 0700."""

    database_url: str = ""
    """Empty: SQLite in ``data_dir``. Otherwise ``postgresql+asyncpg://user:password@host/name``."""

    base_url: str = ""
    """The address people type, for example ``https://board.example.com``. Empty: ``http://HOST:PORT``."""

    host: str = "127.0.0.1"
    """Address to listen on. ``0.0.0.0`` opens it to the network: put https in front."""

    port: int = 8000
    """TCP port; 0 takes a free one and prints it."""

    allow_plain_http: bool = False
    """True: allow http beyond this machine (a banner says so on every page)."""

    tls_certificate: Path | None = None
    """PEM file with the certificate (and its chain): https without a proxy in front. Needs ``tls_key``."""

    tls_key: Path | None = None
    """PEM file with the certificate's private key."""

    forwarded_allow_ips: str = "127.0.0.1"
    """Proxy addresses whose X-Forwarded-* headers are believed, separated by commas."""

    log_format: Literal["text", "json"] = "text"
    """One line a happening for people, or one JSON object a line for machines."""

    metrics: bool = False
    """True: ``GET /metrics`` answers, to requests from this machine only."""

    max_body_bytes: int = 1_000_000
    """Largest request body in bytes; larger ones get 413."""

    max_upload_bytes: int = 25_000_000
    """Largest photo in bytes as the phone sends it; what is kept is smaller."""

    smtp_url: str = ""
    """Mail server: ``smtp://user:password@host:587`` (STARTTLS), ``smtps://…:465``; empty: letters wait."""

    mail_from: str = ""
    """Address that invoices are sent from; the mail server must accept it as ours."""

    font_dir: Path | None = None
    """Folder with fonts for invoices, for what our own font lacks (Chinese, Thai, …); empty: none."""

    sockets_per_session: int = 8
    """Open live connections for one signed-in browser; more are closed with 4409."""

    sockets_per_token: int = 2_000
    """Open live connections for one API token."""

    heartbeat_s: int = 15
    """Seconds of silence after which a live connection gets a heartbeat."""

    ack_timeout_s: int = 45
    """Seconds without an acknowledgement after which a live connection is cut."""

    stalled_timeout_s: int = 20
    """Seconds without progress after which a connection that does not drain is cut."""

    session_days: int = 30
    """Days until a technician's sign-in ends; the office side ends after ``office_session_hours``."""

    office_session_hours: int = 12
    """Hours until an office, dispatcher or owner sign-in ends without use."""

    sign_in_tries: int = 10
    """Failed sign-ins for one address or one name in 15 minutes before further ones wait."""

    development: bool = False
    """True: ``/patterns``, templates read anew at each request."""

    @property
    def url(self) -> str:
        """The SQLAlchemy URL in force."""
        return (
            self.database_url
            or f"sqlite+aiosqlite:///{(self.data_dir / 'readyboard.sqlite3').absolute()}"
        )

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def address(self) -> str:
        """What people type, without a slash at the end."""
        scheme = "https" if self.tls_certificate else "http"
        return self.base_url.rstrip("/") or f"{scheme}://{self.host}:{self.port}"

    @property
    def is_https(self) -> bool:
        return self.address.startswith("https://")


def read_settings(environ: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Settings from the environment, overridden by what the command line ``given``.

    Raises ``SettingsError`` for an unknown name, a value of the wrong kind, or a combination that is not safe.
    """
    found = dict(os.environ if environ is None else environ)
    values: dict[str, object] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in found.items()
        if name.startswith(PREFIX)
    }
    known = set(Settings.__struct_fields__)
    for name in values:
        if name not in known:
            raise SettingsError(
                f"{PREFIX}{name.upper()} is not a setting. See docs/running.md for the list."
            )
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as problem:
        raise SettingsError(
            f"A setting cannot be read: {problem}. See docs/running.md."
        ) from problem
    _check(settings)
    return settings


def _path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError(f"expected a setting's text, got {value!r} for {kind}")


def _check(settings: Settings) -> None:
    if not settings.url.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
        raise SettingsError(
            f"{PREFIX}DATABASE_URL must begin with sqlite+aiosqlite:// or postgresql+asyncpg://, "
            "for example postgresql+asyncpg://readyboard:secret@localhost/readyboard."
        )
    if settings.base_url and urlsplit(settings.base_url).scheme not in ("http", "https"):
        raise SettingsError(
            f"{PREFIX}BASE_URL must begin with https:// (or http://), got {settings.base_url!r}."
        )
    if not 0 <= settings.port <= 65535:
        raise SettingsError(f"{PREFIX}PORT must be 0 to 65535, got {settings.port}.")
    _check_tls(settings)
    if settings.smtp_url and urlsplit(settings.smtp_url).scheme not in ("smtp", "smtps"):
        raise SettingsError(
            f"{PREFIX}SMTP_URL must begin with smtp:// or smtps://, "
            "for example smtp://user:password@mail.example.com:587."
        )
    if settings.smtp_url and "@" not in settings.mail_from:
        raise SettingsError(
            f"{PREFIX}SMTP_URL needs {PREFIX}MAIL_FROM, the address that invoices are sent from."
        )
    is_loopback = settings.host in ("127.0.0.1", "::1", "localhost")
    if not is_loopback and not settings.is_https and not settings.allow_plain_http:
        raise SettingsError(
            f"{PREFIX}HOST={settings.host} opens plain http to the network, where passwords can be read. Put https in "
            f"front and set {PREFIX}BASE_URL=https://…, or set {PREFIX}ALLOW_PLAIN_HTTP=true for a trial."
        )


def _check_tls(settings: Settings) -> None:
    files = {"TLS_CERTIFICATE": settings.tls_certificate, "TLS_KEY": settings.tls_key}
    if len([path for path in files.values() if path]) == 1:
        raise SettingsError(
            f"{PREFIX}TLS_CERTIFICATE and {PREFIX}TLS_KEY belong together: set both, or neither."
        )
    for name, path in files.items():
        if path and not path.is_file():
            raise SettingsError(
                f"{PREFIX}{name}={path} is not a file. Give the path of a PEM file."
            )
