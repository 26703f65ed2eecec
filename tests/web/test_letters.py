"""Invoices by e-mail: through a real SMTP server on this machine, once a press, however often somebody restarts."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions import billing, invoices
from app.actions.act import now_by
from app.actions.letters import send_invoice
from app.mail import Post
from app.models import Customer, Event, Invoice, InvoiceFile, Mail, MailState
from app.queries.letters import letters
from app.web.postroom import Postroom
from tests.cast import Cast, World
from tests.databases import on_sqlite
from tests.mail.post_office import Office, an_office
from tests.web.work import hidden, job_for, now, post, pressed

PDF = b"%PDF-1.7 as it was printed"


@pytest_asyncio.fixture
async def office() -> AsyncIterator[Office]:
    async with an_office() as office:
        yield office


def room(world: World, office: Office | None, *, at: datetime) -> Postroom:
    there = Post("127.0.0.1", office.port, security="none") if office else None
    return Postroom(world.db, there, mail_from="invoices@brandt.test", clock=lambda: at)


async def issued(world: World, *, has_pdf: bool = True) -> int:
    job_id = await job_for(world, world.cast.tom, customer_id=world.cast.customer_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    return await world.db.write(_issue, world.cast, job_id, has_pdf)


async def drafted(world: World, *, email: str | None) -> int:
    """A draft for a customer with this address."""
    job_id = await job_for(world, world.cast.tom, customer_id=world.cast.customer_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    await world.db.write(_reached_at, world.cast.customer_id, email)
    act = now_by(world.cast.olga, now())
    done = await world.db.write(billing.send_to_billing, act, job_ids=[job_id])
    assert done.made_id is not None
    return done.made_id


def _reached_at(session: Session, customer_id: int, email: str | None) -> None:
    session.get_one(Customer, customer_id).email = email


def _issue(session: Session, cast: Cast, job_id: int, has_pdf: bool) -> int:
    act = now_by(cast.olga, now())
    session.get_one(Customer, cast.customer_id).email = "zoe@cafe.test"
    (draft_id,) = billing.send_to_billing(session, act, job_ids=[job_id]).made_ids
    session.flush()
    invoices.issue(
        session, act, invoice_id=draft_id, version=session.get_one(Invoice, draft_id).version
    )
    if has_pdf:
        _print(session, draft_id)
    return draft_id


def _print(session: Session, invoice_id: int) -> None:
    digest = hashlib.sha256(PDF).hexdigest()
    row = InvoiceFile(invoice_id=invoice_id, kind="pdf", sha256=digest, body=PDF, made_at=now())
    session.add(row)


async def sent(world: World, invoice_id: int) -> None:
    act = now_by(world.cast.olga, now())
    await world.db.write(send_invoice, act, invoice_id=invoice_id, sent_from="a@brandt.test")


def attached(mail: EmailMessage) -> list[tuple[str | None, bytes]]:
    return [(one.get_filename(), one.get_payload(decode=True)) for one in mail.iter_attachments()]  # type: ignore[misc]


@on_sqlite
async def test_an_invoice_arrives_with_the_bytes_that_were_printed(
    world: World, office: Office
) -> None:
    invoice_id = await issued(world)
    async with await world.client_of(world.cast.olga) as client:
        page = await client.get(f"/invoices/{invoice_id}/send")
        assert 'value="zoe@cafe.test"' in page.text
        first = await post(client, f"/invoices/{invoice_id}/send", key="one", to="zoe@cafe.test")
        again = await post(client, f"/invoices/{invoice_id}/send", key="one", to="zoe@cafe.test")
        assert first.status_code == again.status_code == 303
        done = await room(world, office, at=now()).once()
        assert (done.sent, done.later, done.failed) == (1, 0, 0)
        (mail,) = office.mails
        number = await world.db.ask(_number, invoice_id)
        assert attached(mail) == [(f"{number}.pdf", PDF)]
        assert mail["Subject"] == f"Invoice {number} from Brandt Heating"
        assert mail["From"].addresses[0].addr_spec == "invoices@brandt.test"
        listed = (await client.get("/letters")).text
    assert "Sent" in listed
    assert "zoe@cafe.test" in listed
    assert await world.db.ask(_kinds) == ["invoice_mailed", "mail_sent"]
    assert (await room(world, office, at=now() + timedelta(days=1)).once()).sent == 0


@on_sqlite
async def test_a_letter_waits_for_its_pdf(world: World, office: Office) -> None:
    invoice_id = await issued(world, has_pdf=False)
    await sent(world, invoice_id)
    assert (await room(world, office, at=now()).once()).sent == 0
    await world.db.write(_print, invoice_id)
    assert (await room(world, office, at=now()).once()).sent == 1


@on_sqlite
async def test_a_server_that_is_away_is_tried_again_after_a_restart(
    world: World, office: Office
) -> None:
    await sent(world, await issued(world))
    away = Postroom(
        world.db,
        Post("127.0.0.1", 1, security="none"),
        mail_from="invoices@brandt.test",
        clock=now,
    )
    assert (await away.once()).later == 1
    (row,) = await world.db.ask(letters)
    assert (row.state, row.tries) == (MailState.WAITING, 1)
    assert row.why
    # A new task over the same rows is what a restart is.
    assert (await room(world, office, at=now()).once()).sent == 0
    assert (await room(world, office, at=now() + timedelta(minutes=2)).once()).sent == 1
    assert len(office.mails) == 1


@on_sqlite
async def test_a_crash_in_between_sends_the_same_mail_again(world: World, office: Office) -> None:
    await sent(world, await issued(world))
    await room(world, office, at=now()).once()
    await world.db.write(_forget)
    await room(world, office, at=now() + timedelta(minutes=16)).once()
    first, second = office.received
    assert first.content == second.content


def _forget(session: Session) -> None:
    mail = session.scalars(select(Mail)).one()
    mail.state, mail.sent_at = MailState.WAITING, None


@on_sqlite
async def test_an_address_that_is_refused_is_said_and_can_be_tried_again(
    world: World, office: Office
) -> None:
    await sent(world, await issued(world))
    office.answers["RCPT"] = ["550 No such user here"]
    assert (await room(world, office, at=now()).once()).failed == 1
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get("/letters")).text
        assert "Not sent" in page
        assert "No such user here" in page
        (row,) = await world.db.ask(letters)
        assert (await post(client, f"/letters/{row.id}/again")).status_code == 303
    assert (await room(world, office, at=now()).once()).sent == 1


@on_sqlite
async def test_the_invoice_says_what_was_sent_and_sends_again(world: World, office: Office) -> None:
    invoice_id = await issued(world)
    here = f"/invoices/{invoice_id}"
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(here)).text
        assert "Not sent yet." in page
        assert f'href="{here}/send">Send by e-mail' in page
        await post(client, f"{here}/send", to="zoe@cafe.test")
        assert "Waiting" in (await client.get(here)).text
        office.answers["RCPT"] = ["550 No such user here"]
        await room(world, office, at=now()).once()
        page = (await client.get(here)).text
        assert "Not sent" in page
        assert "550 No such user here" in page
        (row,) = await world.db.ask(letters)
        answer = await post(client, f"/letters/{row.id}/again", next=hidden(page, "next"))
        assert answer.headers["location"] == f"{here}?said=again"
        await room(world, office, at=now()).once()
        page = (await client.get(here)).text
    assert "Sent" in page
    assert "Try again" not in page


@on_sqlite
async def test_a_draft_is_not_sent_and_an_address_must_be_one(world: World) -> None:
    invoice_id = await issued(world)
    job_id = await job_for(world, world.cast.tom, customer_id=world.cast.customer_id)
    await pressed(world, world.cast.tom, job_id, "start", "stop")
    act = now_by(world.cast.olga, now())
    draft = await world.db.write(billing.send_to_billing, act, job_ids=[job_id])
    async with await world.client_of(world.cast.olga) as client:
        assert (await client.get(f"/invoices/{draft.made_id}/send")).status_code == 409
        place = f"/invoices/{invoice_id}/send"
        wrong = await post(client, place, to="zoe@cafe.test\r\nBcc: all@cafe.test")
        assert wrong.status_code == 422
        assert "This is not an e-mail address." in wrong.text
        assert "Enter the address" in (await post(client, place, to="")).text
    assert await world.db.ask(letters) == ()


async def test_issue_and_send_is_one_press_and_once(world: World, office: Office) -> None:
    draft = await drafted(world, email="zoe@cafe.test")
    here = f"/invoices/{draft}"
    world.app.state.postroom = room(world, office, at=now())
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(here)).text
        assert "The PDF goes to zoe@cafe.test." in page
        version = hidden(page.split("/issue-and-send")[1], "version")
        for _ in range(2):
            answer = await post(client, f"{here}/issue-and-send", key="once", version=version)
            assert answer.headers["location"] == f"{here}?said=issued_and_sent"
        late = await post(client, f"{here}/issue-and-send", version=version)
        assert (late.status_code, "is issued and stays as it is" in late.text) == (409, True)
        assert (await world.db.ask(_printed)) == 1  # Nobody waits for the sweep.
        pdf = (await client.get(f"{here}/pdf")).content
    await room(world, office, at=now() + timedelta(seconds=1)).once()
    number = await world.db.ask(_number, draft)
    (mail,) = office.mails
    assert attached(mail) == [(f"{number}.pdf", pdf)]
    assert len(await world.db.ask(letters)) == 1


async def test_nothing_is_issued_that_cannot_be_sent(world: World, office: Office) -> None:
    draft = await drafted(world, email=None)
    here = f"/invoices/{draft}"
    world.app.state.postroom = room(world, office, at=now())
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(here)).text
        assert "/issue-and-send" not in page
        assert f'href="/customers/{world.cast.customer_id}">enter the customer’s e-mail' in page
        version = hidden(page.split(f"{here}/issue")[1], "version")
        answer = await post(client, f"{here}/issue-and-send", version=version)
        assert (answer.status_code, "has no e-mail address" in answer.text) == (422, True)
        assert await world.db.ask(_number, draft) is None
        assert (await post(client, f"{here}/issue", version=version)).status_code == 303
    assert str(await world.db.ask(_number, draft)).endswith("0001")
    assert await world.db.ask(letters) == ()


@on_sqlite
async def test_without_a_mail_server_a_draft_is_only_issued(world: World) -> None:
    draft = await drafted(world, email="zoe@cafe.test")
    async with await world.client_of(world.cast.olga) as client:
        page = (await client.get(f"/invoices/{draft}")).text
    assert "/issue-and-send" not in page
    assert "no mail server is set" in page


@on_sqlite
@pytest.mark.parametrize("who", ["tom", "dana"])
async def test_only_the_office_writes_letters(world: World, who: str) -> None:
    invoice_id = await issued(world)
    async with await world.client_of(getattr(world.cast, who)) as client:
        assert (await client.get("/letters")).status_code == 403
        answer = await post(client, f"/invoices/{invoice_id}/send", to="zoe@cafe.test")
    assert answer.status_code == 403


def _printed(session: Session) -> int:
    return len(session.scalars(select(InvoiceFile.id).where(InvoiceFile.kind == "pdf")).all())


def _number(session: Session, invoice_id: int) -> str | None:
    return session.get_one(Invoice, invoice_id).number


def _kinds(session: Session) -> list[str]:
    return list(session.scalars(select(Event.kind).where(Event.kind.contains("mail"))))
