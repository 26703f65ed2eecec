"""Runs the program: the socket, uvicorn with the live side's own wire, one process or several."""

import os
import socket
from collections.abc import Callable
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from app.main import create_app
from app.realtime.link import UVICORN
from app.settings import PREFIX, Settings, Unable, read_settings

GRACE_S = 5
"""Seconds that requests in flight get on SIGTERM; screens have been told to come back before."""

BACKLOG = 2048


class ServingError(Unable):
    """It cannot be served like this; the message says why and how else."""


def serve(settings: Settings, *, workers: int, say: Callable[[str], None]) -> None:
    """Serve until a signal ends it. ``say`` hears where, once a browser would be answered."""
    if workers > 1 and settings.is_sqlite:
        raise ServingError(
            "Several processes need PostgreSQL: SQLite has one writer, which is quicker inside one "
            "process. Set READYBOARD_DATABASE_URL, or leave --workers out."
        )
    with _bound(settings.host, settings.port) as listener:
        settings = msgspec.structs.replace(settings, port=listener.getsockname()[1])
        if workers > 1:
            _serve_in_several(settings, listener, workers, say)
        else:
            config = uvicorn.Config(create_app(settings), **_options(settings))
            _Server(config, lambda: say(_where(settings))).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says once that it can be reached: what waits for it need not guess."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_ready()


def _serve_in_several(
    settings: Settings, listener: socket.socket, workers: int, say: Callable[[str], None]
) -> None:
    """Each process makes its own application from the environment, so what the command line said goes there too."""
    os.environ[f"{PREFIX}HOST"], os.environ[f"{PREFIX}PORT"] = settings.host, str(settings.port)
    target = "app.serving:app_from_environment"
    config = uvicorn.Config(target, factory=True, workers=workers, **_options(settings))
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    say(_where(settings))
    Multiprocess(config, sockets=[listener]).run()


def app_from_environment() -> Starlette:
    return create_app(read_settings())


def _options(settings: Settings) -> dict[str, Any]:
    return {
        **UVICORN,
        "http": "httptools",
        "loop": "uvloop",
        "log_config": None,
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": settings.forwarded_allow_ips,
        "timeout_graceful_shutdown": GRACE_S,
        "backlog": BACKLOG,
        "ssl_certfile": settings.tls_certificate,
        "ssl_keyfile": settings.tls_key,
    }


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as problem:
        listener.close()
        raise ServingError(
            f"Cannot listen on {host} port {port}: {problem.strerror}. "
            "Is it running already? Choose another with --port."
        ) from None
    return listener


def _where(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    scheme = "https" if settings.tls_certificate else "http"
    here = f"Listening on {scheme}://{host}:{settings.port}"
    return f"{here} for {settings.address}" if settings.base_url else here
