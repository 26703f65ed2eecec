"""Characters on their way to paper: what cannot be seen is dropped, what is too long to break may break, and what no
font can show is marked. The e-invoice has the exact text; this is for eyes."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from typing import Any

MARK = "▯"
"""Stands for what no font can show. It is in the fonts that come with the program."""

LONGEST_WORD = 28
"""Letters in a row before a word may break: the narrowest place for text, beside the facts, holds about thirty."""

JOINERS = "\u200c\u200d\u00ad"
"""Invisible, but they shape Persian and Hindi, or are a writer's own hyphens."""

_SAFE = re.compile(r"[\x20-\x7e\xa0-\xff]*")
"""Latin-1 is in the fonts for certain: most sheets need no look at all."""


def tidy(text: str) -> str:
    """Composed, on one line, without controls and without marks that turn the writing direction around: they can make
    a sheet read other than it is stored."""
    plain = unicodedata.normalize("NFC", text)
    if not plain.isprintable():
        plain = "".join(map(_visible, plain))
    return " ".join(plain.split(" "))


def _visible(character: str) -> str:
    if character in JOINERS or character == "\xa0":
        return character
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp") or character in "\t\n\r\v\f\x85":
        return " "
    return "" if kind in ("Cc", "Cf", "Cs") else character


def breakable(text: str) -> str:
    """The same to read, with places for a line break in words that are too long for any column."""
    return re.sub(rf"\S{{{LONGEST_WORD},}}", _with_breaks, text)


def _with_breaks(word: re.Match[str]) -> str:
    letters = list(clusters(word[0]))
    pieces = (letters[at : at + 12] for at in range(0, len(letters), 12))
    return "\u200b".join("".join(piece) for piece in pieces)


def clusters(text: str) -> Iterator[str]:
    """A letter with the accents that sit on it, or with what is joined to it: shown together or not at all."""
    held = ""
    for character in text:
        if held and not _belongs(held, character):
            yield held
            held = ""
        held += character
    if held:
        yield held


def _belongs(held: str, character: str) -> bool:
    return (
        unicodedata.category(character) in ("Mn", "Me")
        or character in ("\u200d", "\ufe0f")
        or held.endswith("\u200d")
    )


def doubtful(texts: Collection[str]) -> set[str]:
    """The clusters in them that a font might lack."""
    return {
        cluster
        for text in texts
        if not _SAFE.fullmatch(text)
        for cluster in clusters(text)
        if not _SAFE.fullmatch(cluster)
    }


def marked(text: str, unshown: Collection[str]) -> str:
    """With a mark in the place of each cluster that cannot be shown."""
    if not unshown or _SAFE.fullmatch(text):
        return text
    return "".join(MARK if cluster in unshown else cluster for cluster in clusters(text))


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The same tree of lists and dictionaries with every text changed; keys stay."""
    match value:
        case str():
            return change(value)
        case dict():
            return {key: each_text(item, change) for key, item in value.items()}
        case list() | tuple():
            return [each_text(item, change) for item in value]
        case _:
            return value


def texts_of(value: Any) -> set[str]:
    found: set[str] = set()

    def keep(text: str) -> str:
        found.add(text)
        return text

    each_text(value, keep)
    return found


def described(cluster: str) -> str:
    """ "U+1F600 GRINNING FACE", for the note on the sheet and beside the preview."""
    return " ".join(
        f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip() for character in cluster
    )


def is_private(cluster: str) -> bool:
    """Of the private use areas: every font may draw something else there, and nobody can read it aloud."""
    return any(unicodedata.category(character) == "Co" for character in cluster)
