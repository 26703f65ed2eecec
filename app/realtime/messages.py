"""The whole vocabulary of the live protocol: every message, every op, every close code, and how they become bytes.

Nothing here knows a connection. ``docs/live.md`` describes each word; a test holds the two together.
"""

from datetime import datetime
from enum import IntEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

VERSION = 1

MAX_INBOUND_BYTES = 4096
"""The largest honest message, a hello, has under 300 bytes. Larger ones close with 1009."""

Seq = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""Bounded, because a larger integer would break the query it is compared in."""

Short = Annotated[str, Meta(max_length=200)]


class Hello(Struct, tag_field="t", tag="hello", frozen=True):
    """What is on the screen now. Without epoch or seq the answer is a reset."""

    v: int
    epoch: Short | None = None
    seq: Seq | None = None
    build: Short | None = None
    audience: Short | None = None
    """Optional: the audience the page was drawn for. A screen that was away while its rights changed is found by it."""


class Ack(Struct, tag_field="t", tag="ack", frozen=True):
    """Everything up to ``seq`` has been applied."""

    seq: Seq


class Put(Struct, tag_field="op", tag="put", frozen=True, omit_defaults=True):
    """The card is now so: ``html`` for screens, ``data`` for programs."""

    key: str
    v: int
    lane: str
    rank: int
    html: str | UnsetType = UNSET
    data: Any = UNSET


class Del(Struct, tag_field="op", tag="del", frozen=True):
    """The card is not, or no longer, on this board."""

    key: str


Op = Put | Del


class Welcome(Struct, tag_field="t", tag="welcome", frozen=True):
    """The first answer to every hello."""

    v: int
    epoch: str
    head: int
    now: datetime
    heartbeat: int
    build: str


class Delta(Struct, tag_field="t", tag="delta", frozen=True):
    """Everything visible to this audience in (prev, seq]."""

    prev: int
    seq: int
    ops: list[Op]


Why = Literal["epoch", "floor", "toolarge", "audience"]


class Reset(Struct, tag_field="t", tag="reset", frozen=True):
    """Fetch the snapshot, then say hello again on the same socket."""

    why: Why


class Heartbeat(Struct, tag_field="t", tag="hb", frozen=True):
    """Nothing visible up to ``seq`` is unsent."""

    seq: int
    now: datetime


class Bye(Struct, tag_field="t", tag="bye", frozen=True):
    """A restart is ahead: dial again after a random delay within ``after``, in milliseconds."""

    code: int
    after: tuple[int, int]


FromClient = Hello | Ack
FromServer = Welcome | Delta | Reset | Heartbeat | Bye


class Close(IntEnum):
    """1001, 1012, 4000–4399: dial again · 4400–4499: stop until the person acts · 4500 and above: reload the page."""

    UNSUPPORTED = 1003
    TOO_BIG = 1009
    RESTART = 1012
    UNREADABLE = 4000
    SLOW = 4001
    NO_ACK = 4002
    NO_HELLO = 4008
    WRONG = 4400
    SIGN_IN = 4401
    NOT_ALLOWED = 4403
    TOO_MANY = 4409
    OLD_PAGE = 4500


CLOSE_WORDS: dict[Close, str] = {
    Close.UNSUPPORTED: "Send text, not binary.",
    Close.TOO_BIG: f"A message has at most {MAX_INBOUND_BYTES} bytes.",
    Close.RESTART: "The server restarts.",
    Close.UNREADABLE: "The board cannot be read at the moment.",
    Close.SLOW: "The connection does not drain.",
    Close.NO_ACK: "No acknowledgement came.",
    Close.NO_HELLO: "No hello came in time.",
    Close.WRONG: "Expected a message of this protocol, at most 10 a second.",
    Close.SIGN_IN: "Sign in again.",
    Close.NOT_ALLOWED: "You may not see this board.",
    Close.TOO_MANY: "Too many tabs are open.",
    Close.OLD_PAGE: "This page is too old. Load it again.",
}
"""The reason sent with each code; at most 123 bytes, as WebSocket allows."""


class WrongMessage(ValueError):
    """What came is not JSON, not an object with a ``t``, or a known ``t`` of the wrong shape."""


class _Tag(Struct, frozen=True):
    t: str


_tag = msgspec.json.Decoder(_Tag)
_BY_TAG: dict[str, msgspec.json.Decoder[Any]] = {
    "hello": msgspec.json.Decoder(Hello),
    "ack": msgspec.json.Decoder(Ack),
}
_encoder = msgspec.json.Encoder()


def read(text: str) -> FromClient | None:
    """One message from a client; None for a ``t`` that we do not know, which is ignored.

    Raises ``WrongMessage`` for everything else.
    """
    try:
        decoder = _BY_TAG.get(_tag.decode(text).t)
        return decoder.decode(text) if decoder else None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as problem:
        raise WrongMessage(str(problem)) from problem


def write(message: FromServer) -> bytes:
    return _encoder.encode(message)


def write_any(body: object) -> bytes:
    """JSON of a snapshot or another HTTP answer, by the same encoder, so that a card looks the same on both ways."""
    return _encoder.encode(body)
