"""The PDF of a document, with its e-invoice inside: the same bytes for the same document. It never fails over a
character or a photo: what cannot be shown is marked on the sheet and named to the caller."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from app.papers import characters, einvoice, facturx
from app.papers.bank_code import bank_code
from app.papers.sheet import sheet
from app.papers.typesetter import Typesetter
from app.rules.invoice import Document

PHOTO_PX = 1024
"""Longest side of a printed photo: 300 dots an inch at the width it is shown in, and mail that arrives. Half of what is
kept, which a JPEG can be read at without being read whole."""

LOGO_MM = (45, 16)
"""The room for a logo beside the company's name."""

NO_DATE = date(2000, 1, 1)
"""A draft has no date yet, and a PDF for archives must have one."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A finished PDF. ``xml`` is the e-invoice inside, or None with the reason in ``why_no_xml``; ``unshown``:
    characters marked because no font has them; ``missing``: keys of pictures that could not be shown; ``standards`` is
    empty when it came out as an ordinary PDF."""

    pdf: bytes
    sha256: str
    xml: bytes | None
    why_no_xml: str | None
    unshown: tuple[str, ...]
    missing: tuple[str, ...]
    standards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture as it lies in the folder of its sheet."""

    path: Path
    width: int
    height: int


class Printer:
    """Make one, keep it, call it in a thread: it holds the processor for some milliseconds."""

    def __init__(self, font_paths: Sequence[Path] = ()) -> None:
        self._typesetter = Typesetter(font_paths)

    def close(self) -> None:
        self._typesetter.close()

    def print(self, document: Document, *, pictures: Mapping[str, bytes] | None = None) -> Printed:
        """``pictures`` by the keys that the document names."""
        why_no_xml = einvoice.why_not(document)
        xml = None if why_no_xml else einvoice.write(document)
        with self._typesetter.at_work() as folder:
            data, unshown, missing = self._laid_out(document, pictures or {}, folder)
            data["xml"] = xml.decode() if xml else None
            pdf, standards = self._typesetter.pdf("invoice.typ", data, at=_noon(document))
        if xml and standards:
            pdf = facturx.declare(pdf)
        digest = hashlib.sha256(pdf).hexdigest()
        return Printed(pdf, digest, xml, why_no_xml, unshown, missing, standards)

    def pictured(
        self,
        document: Document,
        *,
        pictures: Mapping[str, bytes] | None = None,
        dots_per_inch: int = 96,
    ) -> list[bytes]:
        """Every page as a PNG, for the preview."""
        with self._typesetter.at_work() as folder:
            data, _, _ = self._laid_out(document, pictures or {}, folder)
            return self._typesetter.pngs("invoice.typ", data, dots_per_inch=dots_per_inch)

    def unshowable(self, document: Document) -> tuple[str, ...]:
        """Characters that the PDF would mark, each with its name, for the list of what to look at before issuing."""
        with self._typesetter.at_work():
            unshown = self._typesetter.unshown(characters.texts_of(_texts(document)))
        return tuple(characters.described(cluster) for cluster in unshown)

    def _laid_out(
        self, document: Document, pictures: Mapping[str, bytes], folder: Path
    ) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
        """What the template is told, what no font can show, and which pictures could not be drawn."""
        texts = _texts(document)
        unshown = self._typesetter.unshown(characters.texts_of(texts))
        data = characters.each_text(
            texts, lambda text: characters.breakable(characters.marked(text, unshown))
        )
        keys = [key for key, _ in document.photos]
        wanted = [*keys, *([document.logo_key] if document.logo_key else [])]
        drawn = {key: _draw(pictures.get(key), folder, str(at)) for at, key in enumerate(wanted)}
        for photo, key in zip(data["photos"], keys, strict=True):
            photo["path"] = self._path(drawn[key])
        when = document.issued_on or NO_DATE
        data |= {
            "logo": self._logo(drawn.get(document.logo_key or "")),
            "qr": bank_code(sheet(document)) or None,
            "date": [when.year, when.month, when.day],
            "unshown": _note(unshown),
            "xml": None,
        }
        return data, unshown, tuple(key for key in wanted if drawn[key] is None)

    def _path(self, picture: _Picture | None) -> str | None:
        return self._typesetter.inside(picture.path) if picture else None

    def _logo(self, picture: _Picture | None) -> dict[str, Any] | None:
        if picture is None:
            return None
        scale = min(LOGO_MM[0] / picture.width, LOGO_MM[1] / picture.height)
        size = {"width": picture.width * scale, "height": picture.height * scale}
        return {"path": self._path(picture)} | size


def _texts(document: Document) -> dict[str, Any]:
    """All texts of the sheet, and a place for each photo."""
    data = asdict(sheet(document))
    return data | {"photos": [{"caption": one, "path": None} for one in data["photos"]]}


def _noon(document: Document) -> datetime:
    return datetime.combine(document.issued_on or NO_DATE, time(12), UTC)


def _note(unshown: Sequence[str]) -> str:
    if not unshown:
        return ""
    named = ", ".join(characters.described(cluster) for cluster in unshown[:8])
    more = f" and {len(unshown) - 8} more" if len(unshown) > 8 else ""
    return f"{characters.MARK} stands for a character that this page cannot show: {named}{more}."


def _draw(picture: bytes | None, folder: Path, name: str) -> _Picture | None:
    """The picture in a size for paper, or None for one that is not there or not a picture."""
    if picture is None:
        return None
    try:
        with Image.open(BytesIO(picture), formats=("JPEG", "PNG")) as image:
            is_photo = image.format == "JPEG"
            scale = max(1.0, max(image.size) / PHOTO_PX)
            size = round(image.width / scale), round(image.height / scale)
            image.draft("RGB", size)
            image.thumbnail(size, reducing_gap=2.0)
            flat = image.convert("RGB" if is_photo else "RGBA")
        path = folder / f"{name}.{'jpg' if is_photo else 'png'}"
        flat.save(path, quality=80)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    return _Picture(path, *flat.size)
