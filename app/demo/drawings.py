"""The demo's photographs and signatures: plain drawings, the same every time, made with a few shapes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw

from app.files.decode import THUMB_PX

WIDTH, HEIGHT = 1200, 900

_WALL, _FLOOR, _STEEL, _DARK = "#d8d2c6", "#a89f90", "#c3c8cc", "#3b4248"
_RED, _BRASS, _WHITE, _GREEN, _GLASS = "#b3372c", "#b08d3a", "#f4f4f1", "#2d7a52", "#eef3f5"

Draw = ImageDraw.ImageDraw


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture and its thumbnail as JPEG, as the file door would have made them."""

    full: bytes
    thumb: bytes
    sha256: str


@cache
def photo(scene: str, kind: str) -> Drawn:
    """``scene`` is a key of ``SCENES``; after the work it is clean, tight and lit."""
    canvas = Image.new("RGB", (WIDTH, HEIGHT), _WALL)
    pen = ImageDraw.Draw(canvas)
    pen.rectangle((0, 740, WIDTH, HEIGHT), fill=_FLOOR)
    SCENES[scene](pen, kind == "after")
    if kind == "before":
        _stains(pen, Random(scene))
    thumb = canvas.copy()
    thumb.thumbnail((THUMB_PX, THUMB_PX))
    full = _jpeg(canvas)
    return Drawn(full, _jpeg(thumb), hashlib.sha256(full).hexdigest())


@cache
def signature(name: str) -> bytes:
    """A line that is nobody's hand, as PNG: ink on white."""
    draw = Random(name)
    canvas = Image.new("L", (640, 320), 255)
    pen = ImageDraw.Draw(canvas)
    x, y = 60.0, 180.0
    points = [(x, y)]
    for step in range(60):
        x += 5 + draw.random() * 6
        y = 180 + sin(step * 0.9 + draw.random()) * (34 if step < 40 else 12) - step * 0.6
        points.append((x, y))
    pen.line(points, fill=20, width=5, joint="curve")
    out = BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def _jpeg(canvas: Image.Image) -> bytes:
    out = BytesIO()
    canvas.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def _stains(pen: Draw, draw: Random) -> None:
    """Before the work something has run down the wall."""
    for _ in range(5):
        x, y = draw.randrange(300, 900), draw.randrange(420, 640)
        pen.ellipse((x, y, x + draw.randrange(20, 60), y + draw.randrange(60, 130)), fill="#8f7f63")


def _boiler(pen: Draw, is_done: bool) -> None:
    pen.rounded_rectangle((380, 110, 820, 640), 28, fill=_WHITE, outline=_STEEL, width=6)
    pen.rounded_rectangle((450, 170, 750, 250), 10, fill=_DARK)
    pen.rectangle((480, 192, 620, 228), fill=_GREEN if is_done else _RED)
    pen.ellipse((540, 380, 660, 500), fill=_STEEL, outline=_DARK, width=5)
    for x in (450, 530, 610, 690):
        pen.rectangle((x, 640, x + 26, 760), fill=_BRASS)


def _gauge(pen: Draw, is_done: bool) -> None:
    pen.ellipse((330, 120, 870, 660), fill=_STEEL, outline=_DARK, width=10)
    pen.ellipse((380, 170, 820, 610), fill=_GLASS)
    for step in range(11):
        angle = pi * (0.75 + 1.5 * step / 10)
        inner, outer = 170, 200
        pen.line(
            [(600 + r * cos(angle), 390 + r * sin(angle)) for r in (inner, outer)],
            fill=_DARK, width=8,
        )  # fmt: skip
    angle = pi * (0.75 + 1.5 * (0.42 if is_done else 0.1))
    pen.line((600, 390, 600 + 160 * cos(angle), 390 + 160 * sin(angle)), fill=_RED, width=14)
    pen.ellipse((575, 365, 625, 415), fill=_DARK)


def _board(pen: Draw, is_done: bool) -> None:
    pen.rectangle((300, 120, 900, 720), fill=_WHITE, outline=_DARK, width=8)
    for row in range(3):
        for place in range(8):
            x, y = 340 + place * 66, 180 + row * 170
            pen.rectangle((x, y, x + 54, y + 110), fill=_STEEL, outline=_DARK, width=3)
            is_off = not is_done and (row, place) == (1, 5)
            pen.rectangle((x + 17, y + (60 if is_off else 20), x + 37, y + (95 if is_off else 55)),
                          fill=_RED if is_off else _DARK)  # fmt: skip
        if is_done:
            pen.rectangle(
                (340, 300 + row * 170, 860, 322 + row * 170), fill="#ffffff", outline=_DARK
            )


def _pipes(pen: Draw, is_done: bool) -> None:
    for y in (260, 460):
        pen.rectangle((0, y, WIDTH, y + 60), fill=_BRASS, outline=_DARK, width=4)
    pen.rectangle((560, 200, 640, 580), fill=_BRASS, outline=_DARK, width=4)
    pen.ellipse((500, 140, 700, 240), fill=_RED if not is_done else _GREEN, outline=_DARK, width=6)
    if not is_done:
        for drop in range(4):
            pen.ellipse((585, 600 + drop * 40, 615, 630 + drop * 40), fill="#5b88a8")


def _fan(pen: Draw, is_done: bool) -> None:
    pen.rectangle((280, 90, 920, 730), fill=_STEEL, outline=_DARK, width=8)
    pen.ellipse((320, 130, 880, 690), fill=_DARK)
    for blade in range(5):
        angle = 2 * pi * blade / 5 + (0.3 if is_done else 0)
        tip = (600 + 230 * cos(angle), 410 + 230 * sin(angle))
        pen.line((600, 410, *tip), fill=_GLASS if is_done else "#9a8f7c", width=70)
    pen.ellipse((540, 350, 660, 470), fill=_STEEL)


def _lamp(pen: Draw, is_done: bool) -> None:
    pen.rounded_rectangle((260, 230, 940, 480), 20, fill=_GREEN if is_done else "#6b7a72",
                          outline=_DARK, width=6)  # fmt: skip
    pen.rectangle((420, 290, 520, 420), fill=_WHITE)
    pen.polygon(((600, 320), (720, 320), (720, 280), (810, 355), (720, 430), (720, 390), (600, 390)),
                fill=_WHITE)  # fmt: skip
    pen.rectangle((580, 120, 620, 230), fill=_DARK)


SCENES: dict[str, Callable[[Draw, bool], None]] = {
    "boiler": _boiler,
    "gauge": _gauge,
    "board": _board,
    "pipes": _pipes,
    "fan": _fan,
    "lamp": _lamp,
}
