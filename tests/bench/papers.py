"""How long a paper takes on this machine: ``python -m tests.bench papers``. Nothing is judged; the floor is the
typesetter itself, setting one line in the same run."""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Collection
from datetime import date
from itertools import count
from pathlib import Path

import typst

from app.papers import einvoice
from app.papers.pdf import Printer
from app.rules.invoice import Document
from tests.papers.samples import document, forty_rows, job, line, logo, photo, two_jobs

ROUNDS = 20


def measure() -> None:
    """The median and the slowest of twenty, warm; the first one, which reads the fonts, is named apart."""
    pictures = {f"photo {at}": photo(at) for at in range(6)} | {"logo": logo()}
    photos = tuple((key, "After the repair") for key in pictures if key != "logo")
    long = forty_rows(photos=photos, logo_key="logo")
    first = time.perf_counter()
    printer = Printer()
    printer.print(two_jobs())
    print("\nPapers, median")
    print(f"{'first sheet':32} {_ms(first):8.1f} ms")
    with tempfile.TemporaryDirectory() as folder:
        floor = _say("floor: one line, typst alone", _bare(Path(folder)))
        shown = [pictures[key] for key, _ in photos]
        with_photos = _say("floor: the same and 6 photos", _bare(Path(folder), shown))
    _say("2 jobs, 1 page", lambda: printer.print(two_jobs()))
    rows = _say("40 rows", lambda: printer.print(forty_rows()))
    longest = _say("40 rows, 6 photos, logo", lambda: printer.print(long, pictures=pictures))
    _say("40 rows as pictures", lambda: printer.pictured(forty_rows()))
    _say("200 jobs, 600 rows", lambda: printer.print(_many(200)), rounds=3)
    _say("e-invoice, 40 rows", lambda: einvoice.write(forty_rows()))
    size = len(printer.print(long, pictures=pictures).pdf)
    print(f"{'40 rows ÷ floor':32} {rows / floor:8.1f}")
    print(f"{'40 rows, 6 photos ÷ floor':32} {longest / with_photos:8.1f}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{'40 rows, 6 photos: size':32} {size / 1e6:8.2f} MB")
    print(f"{'memory at most':32} {most / 1024:8.0f} MB")
    printer.close()


def _many(jobs: int) -> Document:
    three = [line("Labour", "1", "h", "72") for _ in range(3)]
    return document(
        *(job(at, f"Service of riser {at}", date(2026, 11, 1), *three) for at in range(jobs))
    )


def _bare(folder: Path, pictures: Collection[bytes] = ()) -> Callable[[], object]:
    """The typesetter alone: one line, another each time so that nothing is remembered, and these pictures."""
    words = ["#sys.inputs.line"]
    for number, picture in enumerate(pictures):
        (folder / f"{number}.jpg").write_bytes(picture)
        words.append(f'#image("{number}.jpg", width: 5cm)')
    page = folder / "bare.typ"
    page.write_text("\n\n".join(words))
    compiler, numbers = typst.Compiler(root=folder, ignore_system_fonts=True), count()
    return lambda: compiler.compile(
        input=page, format="pdf", pdf_standards=["a-3b"], sys_inputs={"line": str(next(numbers))}
    )


def _say(name: str, make: Callable[[], object], *, rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        make()
        times.append(_ms(begun))
    print(f"{name:32} {statistics.median(times):8.1f} ms, slowest {max(times):.1f} ms")
    return statistics.median(times)


def _ms(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
