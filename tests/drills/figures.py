"""How a drill reports: one line, with what a zero is worth."""


def say(drill: str, figure: str) -> None:
    """The line that docs/reliability.md quotes."""
    print(f"\n  {drill}: {figure}", flush=True)


def power(found: int, of: int) -> str:
    """0 of N only means: seldom. With 95 % confidence under 3 in N."""
    if found:
        return f"{found} of {of}"
    return f"0 of {of} (95 %: < {300 / of:.2g} %)"


def worst(seconds: list[float]) -> str:
    return f"{max(seconds):.2f} s"


def percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
