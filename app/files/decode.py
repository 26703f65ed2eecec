"""Runs in a child process with little memory and time: opens one upload and draws it anew.

What comes out is a JPEG (or PNG for signatures) without any metadata but its colours, upright, at most so large; the
moment of capture is answered beside it. Called as ``python decode.py IN OUT THUMB KIND``; answers one line of JSON. It
imports nothing of ours: an upload that breaks out finds an empty room.
"""

import json
import mmap
import re
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

MEMORY_BYTES = 768 * 1024 * 1024
"""Address space. 512 MB decodes 49 Mpx of HEIC, JPEG and PNG; the rest is the interpreter and its libraries."""
CPU_S = 10
MOST_PIXELS = 50_000_000
"""From the header, before anything is decoded: a 9 kB file may claim 400 MB."""
LONGEST_PX = 2048
THUMB_PX = 400
ANOTHER_KIND = re.compile(rb"(?i:<script|<!doctype|<html[\s>])|<\?php|%PDF-\d")
"""The shortest has five bytes: by chance once in 300 000 photos of 3 MB, and a photo can be taken again."""
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")


def main() -> None:
    source, target, thumb, kind = sys.argv[1:5]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    try:
        answer = _draw(source, target, thumb, kind)
    except _Refused as why:
        answer = {"refused": str(why)}
    except _BROKEN:
        # A broken or hostile picture may raise any of these in the decoders; what exactly is of no use to a person.
        answer = {"refused": "unreadable"}
    sys.stdout.write(json.dumps(answer) + "\n")


_BROKEN = (
    ArithmeticError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
)


class _Refused(Exception):
    """The word says why: too_large, two_in_one or unreadable."""


def _draw(source: str, target: str, thumb: str, kind: str) -> dict[str, Any]:
    from PIL import Image, ImageOps
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = (
        None  # We check ourselves, from the header, and refuse rather than warn.
    )
    with Image.open(source, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _Refused("too_large")
        _refuse_two_in_one(source)
        taken = _taken_at(picture.getexif())
        picture.draft("RGB", (LONGEST_PX, LONGEST_PX))
        colours = picture.info.get("icc_profile")
        upright = ImageOps.exif_transpose(picture)
    if kind == "signature":
        return _signature(upright, target)
    if kind == "logo":
        return _logo(upright, target)
    flat = _flattened(upright)
    flat.thumbnail((LONGEST_PX, LONGEST_PX))
    flat.info = {}
    flat.save(target, "JPEG", quality=85, optimize=True, icc_profile=colours, exif=b"")
    width, height = flat.size
    flat.thumbnail((THUMB_PX, THUMB_PX))
    flat.save(thumb, "JPEG", quality=78, optimize=True, icc_profile=colours, exif=b"")
    return {"width": width, "height": height, "taken": taken}


def _refuse_two_in_one(source: str) -> None:
    """A file that is a page, a program or a document besides. Drawn anew it would be harmless, but no camera makes one;
    what phones do put behind a picture, a second of film, has none of these words."""
    with (
        Path(source).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole,
    ):
        if ANOTHER_KIND.search(whole):
            raise _Refused("two_in_one")


def _flattened(picture: Any) -> Any:
    """On white: a transparent picture would turn black."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        alpha = picture.convert("RGBA")
        white = Image.new("RGB", alpha.size, "white")
        white.paste(alpha, mask=alpha.getchannel("A"))
        return white
    return picture.convert("RGB")


def _signature(picture: Any, target: str) -> dict[str, Any]:
    """Ink on white, in grey: small, and the same on paper as on the screen."""
    grey = _flattened(picture).convert("L")
    grey.thumbnail((1200, 600))
    if min(grey.getdata()) > 200:
        raise _Refused("empty")
    grey.info = {}
    grey.save(target, "PNG", optimize=True)
    return {"width": grey.width, "height": grey.height, "taken": None}


def _logo(picture: Any, target: str) -> dict[str, Any]:
    """Transparent where it was: the paper shows through. Large enough for print at 16 mm."""
    plain = picture.convert("RGBA")
    plain.thumbnail((1200, 480))
    plain.info = {}
    plain.save(target, "PNG", optimize=True)
    return {"width": plain.width, "height": plain.height, "taken": None}


def _taken_at(exif: Any) -> str | None:
    """DateTimeOriginal with its offset, as the camera wrote it; None where there is none or it is nonsense."""
    inner = exif.get_ifd(0x8769)
    said = inner.get(0x9003) or exif.get(0x0132)
    if not isinstance(said, str) or not re.fullmatch(
        r"\d{4}:\d{2}:\d{2} \d{2}:\d{2}:\d{2}", said.strip("\0 ")
    ):
        return None
    day, time = said.strip("\0 ").split(" ")
    offset = inner.get(0x9011)
    known = offset if isinstance(offset, str) and re.fullmatch(r"[+-]\d{2}:\d{2}", offset) else ""
    text = f"{day.replace(':', '-')}T{time}{known}"
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return None
    return text


if __name__ == "__main__":
    main()
