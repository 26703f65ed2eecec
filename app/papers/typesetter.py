"""The typesetter, kept warm: templates and data in, pages out. Data reaches a template as one JSON text, so nothing
that a person wrote is ever read as markup; templates and pictures lie in a folder of their own; it sees no other."""

import json
import re
import shutil
import tempfile
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from app.papers import characters

TEMPLATES = Path(__file__).with_name("templates")

FONTS = ("Libertinus Serif",)
"""Comes with the typesetter. Folders given as ``font_paths`` fill in what it lacks."""

STANDARDS: tuple[tuple[str, ...], ...] = (("a-3a", "ua-1"), ("a-3b",), ())
"""What we try, best first: archivable and readable aloud; archivable; any PDF at all rather than none."""


class Typesetter:
    """Fonts are read once (60 ms), then a sheet takes a few milliseconds. Everything happens inside ``at_work``: one
    sheet at a time."""

    def __init__(self, font_paths: Sequence[Path] = ()) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="papers-")
        self.root = Path(self._folder.name).resolve()
        shutil.copytree(TEMPLATES, self.root, dirs_exist_ok=True)
        self._typst = typst.Compiler(
            root=self.root,
            font_paths=typst.Fonts(
                include_system_fonts=False, font_paths=[str(path) for path in font_paths]
            ),
            ignore_system_fonts=True,
            # A template that names a package finds these empty.
            package_path=self.root / "packages",
            package_cache_path=self.root / "packages",
        )
        self._turn = threading.Lock()
        self._showable: set[str] = set()
        self._unshowable: set[str] = set()

    def close(self) -> None:
        self._folder.cleanup()

    @contextmanager
    def at_work(self) -> Iterator[Path]:
        """Our turn, with an empty folder for this sheet's pictures."""
        with self._turn, tempfile.TemporaryDirectory(dir=self.root) as folder:
            yield Path(folder)

    def inside(self, path: Path) -> str:
        """How a template names a file in the folder."""
        return f"/{path.relative_to(self.root).as_posix()}"

    def pdf(
        self, name: str, data: dict[str, Any], *, at: datetime
    ) -> tuple[bytes, tuple[str, ...]]:
        """The PDF, dated ``at`` so that its bytes stay the same, and the standards it keeps."""
        problem: Exception | None = None
        for standards in STANDARDS:
            try:
                made = self._compile(
                    name, data, format="pdf", pdf_standards=list(standards), timestamp=at
                )
            except typst.TypstError as refused:
                problem = refused
            else:
                return made, standards
        raise RuntimeError(f"expected {name} to be set, got: {problem}") from problem

    def pngs(self, name: str, data: dict[str, Any], *, dots_per_inch: int) -> list[bytes]:
        pages = self._compile(name, data, format="png", ppi=float(dots_per_inch))
        return pages if isinstance(pages, list) else [pages]

    def _compile(self, name: str, data: dict[str, Any], **how: Any) -> Any:
        inputs = {"data": json.dumps({"fonts": FONTS} | data)}
        return self._typst.compile(input=self.root / name, sys_inputs=inputs, **how)

    # --- what the fonts can show

    def unshown(self, texts: Collection[str]) -> tuple[str, ...]:
        """The clusters in these texts that no font has."""
        asked = characters.doubtful(texts)
        self._learn(asked - self._showable - self._unshowable)
        return tuple(sorted(asked & self._unshowable))

    def _learn(self, unknown: set[str]) -> None:
        """A strict export refuses what it lacks and names it; ask again until nothing is refused."""
        left = {cluster for cluster in unknown if not characters.is_private(cluster)}
        self._unshowable |= unknown - left
        while left and (refused := self._refused(left)):
            # Should the typesetter name them in a way that we cannot read, we ask about each alone.
            named = {cluster for cluster in left if any(word in cluster for word in refused)} or {
                cluster for cluster in left if self._refused({cluster})
            }
            if not named:
                break
            self._unshowable |= named
            left -= named
        self._showable |= left

    def _refused(self, texts: Collection[str]) -> set[str]:
        try:
            self._compile(
                "probe.typ", {"texts": sorted(texts)}, format="pdf", pdf_standards=["a-3b"]
            )
        except typst.TypstError as problem:
            return {_unescaped(text) for text in re.findall(r'text `"(.*?)"`', problem.diagnostic)}
        return set()


def _unescaped(text: str) -> str:
    """A message quotes as Rust does: ``\\u{7}``."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text)
