"""What lets the technician's pages open without a network: the service worker, the manifest, the list of what waits."""

import json
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from app import pages
from app.queries.sign_ins import House
from app.web.door import Call, html
from app.web.frame import frame_of
from app.web.static import ASK_AGAIN

NOT_ON_THE_PHONE = (
    "ages",
    "board",
    "wall",
    "pair",
    "sw.js",
    "filter",
    "lane.js",
    "press-form",
    "patterns",
)
"""Beginnings of names of files that only boards and televisions load."""

KEPT = ("css", "js", "icons")


async def service_worker(request: Request) -> Response:
    """One script with the build in it: a new build is a new script, which is how browsers notice."""
    return Response(
        _service_worker(), media_type="text/javascript", headers={"Cache-Control": ASK_AGAIN}
    )


@cache
def _service_worker() -> str:
    head = f"const BUILD = {json.dumps(pages.BUILD)};\nconst FILES = {json.dumps(kept_files())};\n"
    return head + (pages.STATIC / "js" / "sw.js").read_text("utf-8")


def kept_files() -> list[str]:
    """The addresses of everything a technician's page may load, at this build."""
    return [
        pages.static(f"{folder}/{path.name}")
        for folder in KEPT
        for path in sorted((pages.STATIC / folder).iterdir())
        if path.suffix in (".css", ".js", ".svg") and not path.name.startswith(NOT_ON_THE_PHONE)
    ]


async def manifest(call: Call) -> Response:
    """What the home screen of a phone shows, in the company's own name."""
    house: House | None = call.request.state.house
    name = house.name if house else "Readyboard"
    body = {
        "id": "/my-jobs",
        "name": name,
        "short_name": name[:12].strip(),
        "start_url": "/my-jobs",
        "scope": "/",
        "display": "standalone",
        "background_color": "#101418",
        "theme_color": "#101418",
        "icons": [
            {
                "src": pages.static(f"icons/mark-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
        ],
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        media_type="application/manifest+json",
        headers={"Cache-Control": ASK_AGAIN},
    )


async def waiting(call: Call) -> Response:
    """The list itself is on the phone; this page is nobody's, so that it may stay there when somebody signs out."""
    return html(pages.render("pages/waiting.html", frame=frame_of(call)))
