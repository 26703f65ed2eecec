"""The vocabulary: what is read, what is refused, and what the documentation says about it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.realtime import messages
from app.realtime.messages import Ack, Close, Hello, WrongMessage

LIVE_MD = Path(__file__).parents[2] / "docs" / "live.md"


def test_a_hello_says_what_is_on_the_screen() -> None:
    said = messages.read('{"t":"hello","v":1,"epoch":"e","seq":7,"build":"b"}')
    assert said == Hello(v=1, epoch="e", seq=7, build="b")


def test_fields_of_a_later_version_are_ignored() -> None:
    assert messages.read('{"t":"ack","seq":7,"mood":"good"}') == Ack(7)


def test_an_unknown_word_is_ignored() -> None:
    assert messages.read('{"t":"wave"}') is None


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "[]", "7", "null", "{}", '{"t":7}', '{"t":"ack"}', '{"t":"ack","seq":-1}',
        '{"t":"ack","seq":1.5}', '{"t":"ack","seq":9223372036854775808}', '{"t":"hello"}',
        '{"t":"hello","v":1,"epoch":7}', '{"t":"ack","seq":1} trailing', '{"t":"hello","v":1,"epoch":"\ud800"}',
        '{"t":"wave","x":' + "[" * 4000, '{"t":"hello","v":1,"build":"' + "b" * 300 + '"}',
    ],
)  # fmt: skip
def test_what_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(WrongMessage):
        messages.read(text)


def test_a_put_carries_html_or_data_and_never_both() -> None:
    put = messages.Put("job-1", 2, "ready", 3, html="<article>")
    text = messages.write(messages.Delta(prev=1, seq=2, ops=[put, messages.Del("job-2")]))
    assert text == (
        b'{"t":"delta","prev":1,"seq":2,"ops":[{"op":"put","key":"job-1","v":2,"lane":"ready",'
        b'"rank":3,"html":"<article>"},{"op":"del","key":"job-2"}]}'
    )


def test_moments_are_utc_as_rfc_3339() -> None:
    moment = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert messages.write(messages.Heartbeat(1, moment)).endswith(b'"now":"2026-11-24T12:00:00Z"}')


@pytest.mark.parametrize("code", list(Close))
def test_every_close_code_has_words_that_fit_into_a_close_frame(code: Close) -> None:
    assert 0 < len(messages.CLOSE_WORDS[code].encode()) <= 123


@pytest.mark.parametrize("word", ["hello", "ack", "welcome", "delta", "reset", "hb", "bye"])
def test_every_message_is_documented(word: str) -> None:
    assert f'"t":"{word}"' in LIVE_MD.read_text()


@pytest.mark.parametrize("code", list(Close))
def test_every_close_code_is_documented(code: Close) -> None:
    assert str(code.value) in LIVE_MD.read_text()
