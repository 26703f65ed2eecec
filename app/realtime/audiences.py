"""Who sees what: an audience is a view and the rights that decide which fields its bytes may hold.

Two connections of one audience get the very same bytes. ``holds`` says which cards an audience has.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.queries.board import is_in_view
from app.queries.cards import JobCard

MONEY = "money"
"""The right of programs to hear what each card comes to. The office's view always has it."""

VIEWS = frozenset({"office", "dispatch", "wall", "technician", "json"})


@dataclass(frozen=True, slots=True)
class Audience:
    """``person_id``: only jobs on which this person is; always given for ``technician``. ``variant``: what else makes
    the bytes differ, such as a display's settings. ``rights``: the field rights that ``render`` may use."""

    view: str
    person_id: int | None = None
    variant: str = ""
    rights: frozenset[str] = frozenset()

    @property
    def sees_money(self) -> bool:
        return self.view == "office" or MONEY in self.rights

    @property
    def key(self) -> str:
        """``office``, ``wall:7``, ``technician:12``, ``dispatch+prices``: the name in ETags and in ``hello``."""
        whose = self.variant if self.person_id is None else str(self.person_id)
        name = f"{self.view}:{whose}" if whose else self.view
        return "+".join([name, *sorted(self.rights)])

    def holds(self, card: JobCard) -> bool:
        """Whether this card is on this audience's board."""
        return is_in_view(card, self.view, self.person_id)

    def may_have_held(self, people: Iterable[int]) -> bool:
        """Whether the card may have been here while ``people`` were on it. Boards of lanes answer yes: a ``del`` for
        a card that was never there is harmless."""
        return self.person_id is None or self.person_id in people


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is at the other end, as the sign-in says. ``audience`` None: known, but this view is not theirs."""

    audience: Audience | None
    person_id: int | None = None
    session_id: int | None = None
    token_id: int | None = None
    display_id: int | None = None

    @property
    def identity(self) -> tuple[str, int | None]:
        """What is counted against the limits: one browser session, one token, one display."""
        if self.token_id is not None:
            return "token", self.token_id
        if self.display_id is not None:
            return "display", self.display_id
        return "session", self.session_id

    def is_one_of(
        self,
        *,
        person_id: int | None = None,
        session_id: int | None = None,
        token_id: int | None = None,
        display_id: int | None = None,
    ) -> bool:
        """Whether this is the person, session, token or display named; with no name given, everybody is."""
        named = (
            (person_id, self.person_id),
            (session_id, self.session_id),
            (token_id, self.token_id),
            (display_id, self.display_id),
        )
        return all(wanted is None or wanted == own for wanted, own in named)
