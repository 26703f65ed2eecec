"""What was typed into a form, read field by field. Every complaint is kept, so that all are shown at once and nothing
that was typed is lost; passwords are read but never shown again."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import time
from decimal import Decimal

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.actions.act import Act, Done, now_by
from app.actions.receipts import once
from app.queries.screens.frame import Form
from app.rules import money
from app.rules.refusal import Forbidden, NotFound, Refusal, SignInNeeded
from app.web.door import Call, press_of

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
"""Enough to catch a slip; whether mail arrives only mail can tell."""

PHONE = re.compile(r"[+0-9 ()./-]{3,40}")

SECRET = frozenset({"password", "new_password", "your_password"})
"""Fields that are never shown again, and not part of a press's fingerprint, which is stored."""

UNCHECKED = 422


class Typed:
    """One sending of a form. ``status`` is what to answer with if it is shown again."""

    def __init__(self, data: FormData) -> None:
        self._data = data
        self.errors: dict[str, str] = {}
        self.refusal: str | None = None
        self.status = UNCHECKED

    @property
    def key(self) -> str | None:
        return self._raw("key") or None

    @property
    def form(self) -> Form:
        """To show the form again as it was."""
        values = {name: self._many(name) for name in self._data if name not in SECRET}
        return Form(values, self.errors, self.refusal)

    @property
    def words(self) -> Mapping[str, object]:
        """What tells two presses with one key apart."""
        return {name: self._many(name) for name in self._data if name not in SECRET | {"key"}}

    def again(self, *, but: str) -> tuple[tuple[str, str], ...]:
        """Everything as it came, to be sent once more."""
        return tuple(
            (name, value)
            for name, value in self._data.multi_items()
            if name != but and isinstance(value, str)
        )

    def text(self, name: str, *, most: int, missing: str) -> str:
        """A field that has to say something; ``missing`` is the sentence where it does not."""
        found = self.maybe(name, most=most)
        if not found and name not in self.errors:
            self.errors[name] = missing
        return found or ""

    def maybe(self, name: str, *, most: int) -> str | None:
        """One line; None where nothing was typed."""
        found = " ".join(_printable(self._raw(name)).split())
        return self._short_enough(name, found, most)

    def long(self, name: str, *, most: int) -> str | None:
        """A text of several lines."""
        lines = _printable(self._raw(name)).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._short_enough(name, "\n".join(line.rstrip() for line in lines).strip(), most)

    def lines(self, name: str, *, most: int = 200) -> tuple[str, ...]:
        """The lines that say something."""
        return tuple(
            line.strip() for line in (self.long(name, most=most) or "").split("\n") if line.strip()
        )

    def email(self, name: str, *, missing: str | None = None) -> str | None:
        found = self.maybe(name, most=254)
        if found and not EMAIL.fullmatch(found):
            self.errors[name] = "This is not an e-mail address. Write it like name@example.com."
        if not found and missing:
            self.errors.setdefault(name, missing)
        return found.lower() if found else None

    def phone(self, name: str) -> str | None:
        found = self.maybe(name, most=40)
        if found and not PHONE.fullmatch(found):
            self.errors[name] = "Use digits, spaces and + for a phone number."
        return found

    def country(self, name: str) -> str | None:
        found = (self.maybe(name, most=60) or "").upper()
        if found and not re.fullmatch(r"[A-Z]{2}", found):
            self.errors[name] = "Use the two letters of the country, such as DE."
        return found or None

    def number(self, name: str, *, least: int, most: int) -> int:
        found = self._raw(name).strip()
        if not re.fullmatch(r"[0-9]{1,9}", found) or not least <= int(found) <= most:
            self.errors[name] = f"Use a whole number from {least} to {most}."
            return least
        return int(found)

    def maybe_number(self, name: str, *, least: int, most: int) -> int | None:
        """A whole number, or nothing."""
        return self.number(name, least=least, most=most) if self._raw(name).strip() else None

    def decimal(self, name: str, *, most: int = 1_000_000, places: int = 4) -> Decimal | None:
        """An amount or a rate from 0 up; a comma is a point. None where nothing was typed."""
        found = self._raw(name).strip()
        if not found:
            return None
        amount = money.typed(found)
        if amount is None or amount > most:
            self.errors[name] = f"Use a number from 0 to {most:,}, such as 48.50."
            return None
        if money.decimals(amount) > places:
            self.errors[name] = f"Use at most {places} decimals."
            return None
        return amount

    def choice(self, name: str, known: Collection[str]) -> str:
        """One of a list."""
        found = self._raw(name)
        if found not in known:
            self.errors[name] = "Choose one from the list."
            return next(iter(known))
        return found

    def id(self, name: str) -> int | None:
        """The id of something chosen from a list; None for nothing."""
        found = self._raw(name).strip()
        if not found:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", found):
            self.errors[name] = "Choose one from the list."
            return None
        return int(found)

    def clock(self, name: str) -> time:
        """A time of day such as 07:30."""
        try:
            return time.fromisoformat(self._raw(name).strip()).replace(second=0, tzinfo=None)
        except ValueError:
            self.errors[name] = "Use a time of day, such as 07:30."
            return time(0)

    def several(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """What was ticked."""
        found = self._many(name)
        if unknown := [one for one in found if one not in known]:
            self.errors[name] = f"“{unknown[0][:40]}” is not one of the choices."
        return tuple(one for one in found if one in known)

    def is_there(self, name: str) -> bool:
        """Whether the form has this field and something stands in it."""
        return bool(self._raw(name).strip())

    def is_ticked(self, name: str) -> bool:
        return self._raw(name) == "yes"

    def secret(self, name: str) -> str:
        """A password, exactly as typed."""
        return self._raw(name)[:1000]

    def refuse(self, refusal: Refusal) -> None:
        """Beside its field if it names one that this form has, else above the form."""
        self.status = refusal.status
        if refusal.field is not None:
            self.errors.setdefault(refusal.field, refusal.sentence)
        else:
            self.refusal = refusal.sentence

    def _short_enough(self, name: str, found: str, most: int) -> str | None:
        if len(found) > most:
            self.errors[name] = f"Use at most {most} characters; these are {len(found)}."
            return None
        return found or None

    def _raw(self, name: str) -> str:
        found = self._data.get(name, "")
        return found if isinstance(found, str) else ""

    def _many(self, name: str) -> tuple[str, ...]:
        return tuple(one for one in self._data.getlist(name) if isinstance(one, str))


async def read(call: Call) -> Typed:
    return Typed(await call.form())


async def carry_out(call: Call, typed: Typed, do: Callable[[Session, Act], Done]) -> Done | None:
    """Do what the form asks, once however often it is sent. None: it was refused, and ``typed`` says why."""
    if typed.errors:
        return None
    act = now_by(call.actor, call.at)
    try:
        press = press_of(call.request, typed.words, typed.key)
        done, _ = await call.db.write(once, act, press, lambda session: do(session, act))
    except (SignInNeeded, Forbidden, NotFound):
        raise
    except Refusal as refusal:
        typed.refuse(refusal)
        return None
    return done


def _printable(found: str) -> str:
    """Without control characters, which have no business in a name and do harm in mail and logs."""
    return "".join(letter for letter in found if letter >= " " or letter in "\n\r\t")
