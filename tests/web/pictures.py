"""Pictures as phones make them, and files that only say they are pictures; all made here, none comes with us."""

import io
import struct
import zlib
from functools import cache

from PIL import Image, ImageDraw
from pillow_heif import register_heif_opener

register_heif_opener()

UPRIGHT_TURNED = 6
"""EXIF orientation: turn by 90 degrees to the right to see it upright."""


@cache
def of_a_phone(width: int = 4000, height: int = 3000) -> bytes:
    """12 Mpx of JPEG, lying on its side, with the moment, the maker and the place in it. Its sky is red."""
    picture = _drawn(width, height)
    exif = Image.Exif()
    exif[0x0112] = UPRIGHT_TURNED
    exif[0x010F] = "Some Phone"
    inner = exif.get_ifd(0x8769)
    inner[0x9003] = "2026:11:24 13:50:07"
    inner[0x9011] = "+01:00"
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: (53.0, 51.0, 57.6), 3: "E", 4: (10.0, 41.0, 11.4)})
    return _saved(picture, "JPEG", quality=70, exif=exif)


@cache
def saved_as(kind: str) -> bytes:
    """A small one in any format that Pillow writes here."""
    return _saved(_drawn(640, 480), kind)


def _drawn(width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), "#3a6a4a")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width // 4, height), fill="#c22222")
    return picture


def _saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


@cache
def bomb() -> bytes:
    """9 kB of PNG that claim 81 Mpx: one bit a pixel, all nought."""
    side = 9000
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><circle r="9"/></svg>'
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n%%EOF\n"


def polyglot(place: str = "end") -> bytes:
    """A JPEG with a page behind it, or in its comment."""
    picture = saved_as("JPEG")
    page = b"<script>alert('hello')</script>"
    if place == "end":
        return picture + page
    comment = b"\xff\xfe" + struct.pack(">H", len(page) + 2) + page
    return picture[:2] + comment + picture[2:]


def truncated() -> bytes:
    whole = of_a_phone()
    return whole[: len(whole) // 3]


@cache
def ink() -> bytes:
    """A line on a transparent canvas, as a browser's canvas gives it."""
    canvas = Image.new("RGBA", (640, 320), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).line((60, 200, 300, 90, 560, 210), fill=(10, 20, 30, 255), width=6)
    return _saved(canvas, "PNG")


@cache
def blank() -> bytes:
    return _saved(Image.new("RGBA", (640, 320), (0, 0, 0, 0)), "PNG")
