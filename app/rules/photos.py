"""When a photo was taken relative to the work, as far as a phone can guess it."""

from collections.abc import Collection

from app.rules.states import Progress

KINDS = (("before", "Before"), ("during", "During"), ("after", "After"))
"""Value and word, in the order in which they happen."""


def likely_kind(progress: Progress | None, missing: Collection[str]) -> str:
    """What the choice stands on before anybody touches it. ``missing``: codes of requirements that are not met."""
    if progress is Progress.STOPPED:
        return "after"
    if "photos_before" in missing or progress not in (Progress.WORKING, Progress.PAUSED):
        return "before"
    return "during"
