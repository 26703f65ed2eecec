"""Where the points of a plot lie: two lines over equal steps of time, in the numbers of an SVG. Drawn by a template."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 960, 250
LEFT, RIGHT, TOP, BOTTOM = 40, 832, 12, 220
"""The plot's own edges; right of it stand the words, below it the dates."""

LABEL_GAP = 18
"""Less than a line's height, and two words at the end of lines would cover each other."""


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """``median`` and ``slow`` are paths, broken where nothing was measured; ``ends``: the last point of each, with its
    words, kept apart. ``label_ys``: where the words stand."""

    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    band: str
    median: str
    slow: str
    end_x: str
    median_y: str
    median_label_y: str
    slow_label_y: str


def plot(
    medians: Sequence[float | None], slowest: Sequence[float | None], names: Sequence[str]
) -> Plot | None:
    """None where fewer than two steps have anything: that is no line."""
    there = [i for i, value in enumerate(medians) if value is not None]
    if len(there) < 2:
        return None
    top = _ceiling(max(value for value in (*medians, *slowest) if value is not None))
    xs = [LEFT + (RIGHT - LEFT) * i / (len(names) - 1) for i in range(len(names))]

    def y(value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * min(value, top) / top

    def points(values: Sequence[float | None]) -> list[tuple[float, float]]:
        return [(xs[i], y(v)) for i in there if (v := values[i]) is not None]

    low, high = points(medians), points(slowest)
    steps = 4 if top % 4 == 0 else 5
    low_label, high_label = low[-1][1] + 4, high[-1][1] + 4
    if low_label - high_label < LABEL_GAP:
        high_label = low_label - LABEL_GAP
    return Plot(
        rows=tuple(
            Tick(f"{y(top * i / steps):.1f}", f"{top * i / steps:g}") for i in range(steps + 1)
        ),
        columns=tuple(Tick(f"{xs[i]:.1f}", names[i]) for i in range(len(names) - 1, -1, -3)),
        band=f"{_path(high)} L{' L'.join(f'{px:.1f} {py:.1f}' for px, py in reversed(low))}Z",
        median=_path(low),
        slow=_path(high),
        end_x=f"{low[-1][0]:.1f}",
        median_y=f"{low[-1][1]:.1f}",
        median_label_y=f"{low_label:.1f}",
        slow_label_y=f"{high_label:.1f}",
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _ceiling(most: float) -> float:
    """A round number from ``most`` up, that four or five steps divide evenly."""
    for unit in (1, 10, 100, 1000, 10_000):
        for step in (1, 2, 4, 5, 8):
            if most <= step * unit and step * unit >= 4:
                return float(step * unit)
    return float(int(most) + 1)
