"""Mail against a real SMTP server: the bytes that arrive, what is tried again and what is not, and what cannot be
smuggled in."""

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from app.mail import (
    LEASE,
    WAITS,
    Attachment,
    Letter,
    NotNow,
    Post,
    Round,
    Sender,
    carry,
    compose,
    message_id,
    next_try,
    post_from,
    wire_address,
)
from app.papers.pdf import Printer
from app.rules.refusal import BadInput
from tests.mail.post_office import NOON, Rows, an_office, certificate, plain_post
from tests.papers.samples import two_jobs

BRANDT = Sender("Brandt Building Services GmbH", "office@brandt.example")
PDF = Attachment(
    "Invoice 2026-0208.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\xff.\r\n.\r\n" * 400
)


def letter(id: int = 1, **changes: object) -> Letter:
    plain = Letter(
        id=id,
        message_id=f"<token-{id}@brandt.example>",
        to="rechnung@sommer.example",
        subject="Invoice 2026-0208",
        text="Good day,\n\nplease find our invoice attached.\n.\nFrom us.\n",
        written_at=NOON,
        attachments=(PDF,),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def noon() -> datetime:
    return NOON


# --- what arrives


async def test_the_pdf_arrives_byte_for_byte() -> None:
    printer = Printer()
    printed = printer.print(two_jobs())
    printer.close()
    rows = Rows()
    rows.put(letter(attachments=(replace(PDF, content=printed.pdf),)))
    async with an_office() as office:
        assert await carry(rows, plain_post(office), BRANDT, clock=noon) == Round(sent=1)
    (mail,) = office.mails
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == printed.pdf
    assert (attached.get_filename(), attached.get_content_type()) == (PDF.name, "application/pdf")
    assert rows.answers == {1: "Kept as 42"}


async def test_words_and_names_arrive_in_any_alphabet() -> None:
    async with an_office() as office:
        sender = Sender("Müller, Söhne & Co. 水", "office@bücher.example", "b@b.example")
        written = letter(subject="Rechnung für Łódź 😀", text="Grüße 水\n" + "x" * 3000)
        await plain_post(office).send(written, sender)
    (mail,) = office.mails
    body = mail.get_body()
    assert body is not None
    assert mail["Subject"] == "Rechnung für Łódź 😀"
    assert mail["From"].addresses[0].display_name == "Müller, Söhne & Co. 水"
    assert mail["From"].addresses[0].addr_spec == "office@xn--bcher-kva.example"
    assert mail["Reply-To"] == "b@b.example"
    assert body.get_content().split() == ["Grüße", "水", "x" * 3000]
    assert office.received[0].rcpt_tos == ["rechnung@sommer.example"]


def test_the_same_letter_is_the_same_mail() -> None:
    first = compose(letter(), BRANDT)
    assert first == compose(letter(tries=3), BRANDT)
    assert message_from_bytes(first)["Message-ID"] == "<token-1@brandt.example>"
    assert message_from_bytes(first)["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"


def test_a_new_letter_gets_an_id_under_our_own_domain() -> None:
    assert message_id("abc", Sender("B", "o@bücher.example")) == "<abc@xn--bcher-kva.example>"


# --- what is tried again


@pytest.mark.parametrize(
    ("step", "answer"),
    [("RCPT", "450 Busy, later"), ("DATA", "451 Disk"), ("MAIL", "421 Too many, go away")],
)
async def test_a_server_that_says_later_is_asked_later_with_the_same_mail(
    step: str, answer: str
) -> None:
    rows = Rows()
    rows.put(letter())
    async with an_office() as office:
        office.answers[step] = [answer]
        post = plain_post(office)
        assert await carry(rows, post, BRANDT, clock=noon) == Round(later=1)
        assert rows.due_at == {1: NOON + WAITS[0]}
        assert rows.reasons == [answer]
        assert await carry(rows, post, BRANDT, clock=noon) == Round()
        assert await carry(rows, post, BRANDT, clock=lambda: NOON + WAITS[0]) == Round(sent=1)
    assert [mail["Message-ID"] for mail in office.mails] == ["<token-1@brandt.example>"]


async def test_a_server_that_is_down_is_tried_once_a_round_and_found_again_after_a_restart() -> (
    None
):
    rows = Rows()
    rows.put(letter(1), letter(2), letter(3))
    async with an_office() as gone:
        pass
    assert await carry(rows, plain_post(gone), BRANDT, clock=noon) == Round(later=3)
    assert [one.tries for one in rows.letters.values()] == [1, 1, 1]
    async with an_office() as office:
        again = await carry(rows, plain_post(office), BRANDT, clock=lambda: NOON + WAITS[0])
    assert again == Round(sent=3)


async def test_a_crash_after_the_servers_yes_sends_the_same_mail_again() -> None:
    class Crashing(Rows):
        async def sent(self, letter: Letter, at: datetime, *, answer: str) -> None:
            raise KeyboardInterrupt

    rows = Crashing()
    rows.put(letter())
    async with an_office() as office:
        with pytest.raises(KeyboardInterrupt):
            await carry(rows, plain_post(office), BRANDT, clock=noon)
        left = Rows(rows.letters, rows.due_at)
        assert await carry(left, plain_post(office), BRANDT, clock=noon) == Round()
        assert await carry(left, plain_post(office), BRANDT, clock=lambda: NOON + LEASE) == Round(
            sent=1
        )
    assert office.received[0].content == office.received[1].content


async def test_after_five_days_a_person_is_told() -> None:
    rows = Rows()
    rows.put(letter(tries=len(WAITS)))
    async with an_office() as office:
        office.answers["RCPT"] = ["450 Busy"]
        assert await carry(rows, plain_post(office), BRANDT, clock=noon) == Round(failed=1)
    assert rows.failures == {1: "Tried 11 times in five days. The last answer: 450 Busy"}


def test_the_waits_grow_and_end() -> None:
    times = [next_try(tries, NOON) for tries in range(len(WAITS) + 1)]
    assert times[0] == NOON + timedelta(minutes=1)
    assert times[-1] is None
    assert sorted(WAITS) == list(WAITS)


# --- what is not


@pytest.mark.parametrize(
    ("step", "answer"), [("RCPT", "550 No such user"), ("DATA", "552 Too big")]
)
async def test_a_server_that_says_no_to_this_letter_is_not_asked_again(
    step: str, answer: str
) -> None:
    rows = Rows()
    rows.put(letter(1), letter(2))
    async with an_office() as office:
        office.answers[step] = [answer]
        assert await carry(rows, plain_post(office), BRANDT, clock=noon) == Round(sent=1, failed=1)
    assert rows.failures == {1: answer}


async def test_a_sender_that_the_server_refuses_waits_for_the_operator() -> None:
    async with an_office() as office:
        office.answers["MAIL"] = ["553 Not your address"]
        with pytest.raises(NotNow, match="553 Not your address"):
            await plain_post(office).send(letter(), BRANDT)


async def test_a_letter_to_no_address_does_not_hold_up_the_others() -> None:
    rows = Rows()
    rows.put(letter(1, to="nobody"), letter(2))
    async with an_office() as office:
        assert await carry(rows, plain_post(office), BRANDT, clock=noon) == Round(sent=1, failed=1)
    assert "is not an e-mail address" in rows.failures[1]


# --- what cannot be smuggled in


@pytest.mark.parametrize(
    "words", ["x\r\nBcc: thief@evil.example", "x\nX: y", "x\u2028Bcc: a@b.c", "x\x00\x1b[2J", "x\r"]
)
def test_a_header_is_one_line_whatever_is_in_it(words: str) -> None:
    file = replace(PDF, name=words)
    wire = compose(
        letter(subject=words, message_id=f"<{words}@b>", attachments=(file,)),
        replace(BRANDT, name=words),
    )
    mail = message_from_bytes(wire, policy=default)
    assert mail.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ]
    (attached,) = mail.iter_attachments()
    assert attached.keys() == [
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "MIME-Version",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@",
        "a@",
        "@b.example",
        "a@b.example\r\nRCPT TO:<thief@evil.example>",
        "a@b.example\n",
        "a@b.example,c@d.example",
        "A <a@b.example>",
        "a b@c.example",
        "a@b..example",
        "a@b@c.example",
        "ü@b.example",
        "a" * 250 + "@b.example",
        "a@b.example>",
    ],
)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(BadInput):
        wire_address(address)


@pytest.mark.parametrize("address", ["o'neil+bills@b.example", "a.b@mail.b.example", "a@localhost"])
def test_an_address_is_left_as_it_is(address: str) -> None:
    assert wire_address(address) == address


# --- sealed


async def test_starttls_and_sign_in(tmp_path: Path) -> None:
    serving, trust = certificate(tmp_path)
    async with an_office(tls=serving, needs_auth=True) as office:
        url = f"smtp://me%40brandt:s3cret%40%2F%3A@localhost:{office.port}"
        await post_from(url, trust=trust).send(letter(), BRANDT)
    assert office.signed_in == ["me@brandt"]
    assert len(office.received) == 1


async def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    serving, trust = certificate(tmp_path)
    async with an_office(tls=serving, at_once=True) as office:
        await post_from(f"smtps://localhost:{office.port}", trust=trust).send(letter(), BRANDT)
    assert len(office.received) == 1


async def test_a_wrong_password_is_told_without_the_password_and_tried_again(
    tmp_path: Path,
) -> None:
    serving, trust = certificate(tmp_path)
    async with an_office(tls=serving, needs_auth=True) as office:
        post = post_from(f"smtp://me:hunter2@localhost:{office.port}", trust=trust)
        with pytest.raises(NotNow, match="535") as told:
            await post.send(letter(), BRANDT)
    assert "hunter2" not in str(told.value)
    assert "hunter2" not in repr(post)


async def test_a_server_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    serving, _ = certificate(tmp_path)
    async with an_office(tls=serving) as office:
        with pytest.raises(NotNow):
            await post_from(f"smtp://localhost:{office.port}").send(letter(), BRANDT)
    assert office.received == []


async def test_a_server_without_starttls_gets_nothing() -> None:
    async with an_office() as office:
        with pytest.raises(NotNow):
            await post_from(f"smtp://127.0.0.1:{office.port}").send(letter(), BRANDT)
    assert office.received == []


@pytest.mark.parametrize(
    ("url", "post"),
    [
        ("smtp://mail.example.com", Post("mail.example.com", 587)),
        ("smtps://u:p%40@mail.example.com", Post("mail.example.com", 465, "u", "p@", "tls")),
        ("smtp://127.0.0.1?security=none", Post("127.0.0.1", 25, security="none")),
    ],
)
def test_a_setting_says_where_and_how(url: str, post: Post) -> None:
    assert post_from(url) == post


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.com",
        "http://mail",
        "smtp://",
        "smtp://mail?security=none",
        "smtp://m?security=x",
    ],
)
def test_a_setting_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"smtp|sealed"):
        post_from(url)
