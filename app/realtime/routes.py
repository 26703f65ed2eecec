"""The addresses of the live side: the socket, and two answers over HTTP that need the same sign-in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from app.realtime.audiences import VIEWS
from app.realtime.live import Live
from app.realtime.messages import write_any
from app.realtime.news import counter

NO_STORE = {"Cache-Control": "no-store"}

SNAPSHOT_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Vary": "Cookie, Authorization, Accept-Encoding",
}
"""May be kept by the browser that asked, and only after asking again whether it still holds."""


def routes(live: Live) -> list[BaseRoute]:
    """To be mounted at the root."""
    http = Answers(live)
    return [
        WebSocketRoute("/ws/live", live.door.serve, name="live"),
        Route("/live/snapshot", http.snapshot, name="live-snapshot"),
        Route("/live/head", http.head, name="live-head"),
    ]


class Answers:
    """The HTTP side."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def snapshot(self, request: Request) -> Response:
        view = request.query_params.get("view")
        if view not in VIEWS:
            return refusal(400, "unknown_view", f"Expected one of {', '.join(sorted(VIEWS))}.")
        listener = await self._live.authenticate(request, view)
        if listener is None:
            return refusal(401, "sign_in", "Sign in again.")
        if listener.audience is None:
            return refusal(403, "not_allowed", "You may not see this board.")
        found = await self._live.snapshots.of(listener.audience)
        headers = {**SNAPSHOT_HEADERS, "ETag": found.etag}
        if found.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(found.gzipped, headers=headers, media_type="application/json")
        return Response(found.body, headers=headers, media_type="application/json")

    async def head(self, request: Request) -> Response:
        """For screens behind a proxy that blocks sockets. The counter says nothing about any job."""
        if await self._live.authenticate(request, None) is None:
            return refusal(401, "sign_in", "Sign in again.")
        epoch, seq = await self._live.db.ask_quick(counter)
        body = write_any({"epoch": epoch, "seq": seq, "now": self._live.hub.utcnow()})
        return Response(body, headers=NO_STORE, media_type="application/json")


def refusal(status: int, code: str, message: str) -> Response:
    """The API's error shape."""
    error = {"error": {"code": code, "message": message, "field": None}}
    return Response(write_any(error), status, NO_STORE, "application/json")
