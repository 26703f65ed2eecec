"""Style sheets, scripts and pictures. The address carries the build, so a browser may keep them for ever."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app import pages

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

_files = StaticFiles(directory=pages.STATIC)


async def static_file(request: Request) -> Response:
    """An address of another build, from a page that was open during an upgrade, gets the present file uncached."""
    path = request.path_params["path"]
    response = await _files.get_response(path, request.scope)
    is_ours = request.path_params["build"] == pages.BUILD
    response.headers["Cache-Control"] = FOR_EVER if is_ours else ASK_AGAIN
    return response
