"""Contexts for the pages about money, letters and lists; ``tests.page_samples`` yields them with all the others."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from app.models import MailState
from app.papers.csv_in import read
from app.papers.csv_out import File
from app.papers.customers_in import FIELDS, customers
from app.patterns import NOON
from app.queries.first_time_fix import FirstTimeFix
from app.queries.letters import Addressed, LetterRow
from app.queries.money import LABELS, WITHOUT_TAX, AgeRow, Bucket, Figure, Item, MoneyPage
from app.queries.money_screen import Bar, CauseRow, Days, Lane, MoneyList, MoneyScreen
from app.queries.plots import plot
from app.queries.screens.frame import Form, Frame, Live
from app.rules.ageing import OPEN_AGES, UNBILLED_AGES

TODAY = date(2026, 11, 24)
ITEM = Item(187_970, "1042 Boiler", "Café Zoë & Söhne", job_id=42, days=9)
BILL = Item(44_210, "R2026-17", "Café Zoë & Söhne", invoice_id=7, days=-3, since=TODAY)
LATE = Item(63_130, "R2026-11", "Fam. Łoś", invoice_id=5, days=6, since=TODAY)
LISTS = {Bucket.READY: (ITEM,), Bucket.NOT_DUE: (BILL,), Bucket.OVERDUE: (LATE,)} | {
    Bucket.PAID: (BILL,)
}


def screen() -> MoneyScreen:
    page = MoneyPage(
        currency="EUR",
        today=TODAY,
        figures=tuple(Figure(b, LABELS[b], b in WITHOUT_TAX, LISTS.get(b, ())) for b in Bucket),
        unbilled_ages=tuple(AgeRow(age, 100, 1) for age in UNBILLED_AGES),
        open_ages=tuple(AgeRow(age, 100, 1) for age in OPEN_AGES),
        credit_on_account=860,
    )
    days = Days(
        plot=plot([3.0, 2.0, 1.5], [9.0, 5.0, 4.0], ["9 Nov", "16 Nov", "23 Nov"]),
        words="The median fell.",
        pay_plot=plot([11.0, 12.0, 10.0], [30.0, 31.0, 28.0], ["9 Nov", "16 Nov", "23 Nov"]),
        pay_words="The median stayed.",
        weeks=(("23 Nov", "1.5", "4.0", "11.0"),),
        median="2.1",
        slowest="7.4",
        to_pay=None,
        count="65 jobs",
        first_time=FirstTimeFix({1: 173, 2: 14, 3: 2}),
    )
    return MoneyScreen(
        page=page,
        say=("1,879.70 €", "9 days"),
        earned=187_970,
        paid_than="As much as by 24 Oct",
        unbilled=(Bar("8–14 days", "1 job", 187_970, 100, "/money/finished?age=2"),),
        owed=(Bar("1–30 days", "1 invoice", 63_130, 100, "/money/owed?age=1", is_bad=True),),
        days=days,
        lanes=(Lane("needs_details", "Needs details", "44", 40), Lane("ready", "Ready", "53", 60)),
        causes=(CauseRow("Work note", "Needs details", "Technician", 7, "2.0", "6.5", "19.0"),),
    )


def letter(state: MailState, why: str | None = None) -> LetterRow:
    later = NOON + timedelta(hours=1)
    return LetterRow(3, 7, "R2026-17", "zoe@cafe.example", "Invoice", state, 2, NOON, later, why)


LETTERS = (
    letter(MailState.FAILED, "550 No such user"),
    letter(MailState.WAITING),
    letter(MailState.SENT),
)


def money_samples(
    frame: Callable[[str], Frame],
) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    live = Live("office", "e", 7)
    money = {"frame": frame("/money"), "live": live}
    yield "money", "pages/money.html", {**money, "screen": screen()}
    found = MoneyList("owed", "Invoiced", False, (BILL, LATE), "EUR", TODAY, "Overdue")
    yield "money-list", "pages/money_list.html", {**money, "list": found}
    post = {"frame": frame("/money"), "is_open": False}
    yield "letters", "pages/letters.html", {**post, "letters": LETTERS, "refusal": "Sent already."}
    wrong = Form(values={"to": "zoe"}, errors={"to": "This is not an e-mail address."})
    where = Addressed(7, "R2026-17", "Café Zoë", "zoe@cafe.example", LETTERS[2:])
    yield "send-invoice", "pages/send_invoice.html", {**post, "found": where, "form": wrong}
    yield (
        "exports",
        "pages/exports.html",
        {
            "frame": frame("/money"),
            "form": Form(),
            "files": (File("xero-invoices.csv", b"x"),),
            "asked": True,
            "programs": (("xero", "Xero"),),
            "query": "program=xero",
        },
    )
    yield from _imports(frame)


def _imports(
    frame: Callable[[str], Frame],
) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    lists = {"frame": frame("/customers")}
    lacks = Form(errors={"file": "Choose the list first."})
    yield "import-customers", "pages/import_customers.html", {**lists, "form": lacks}
    table = read(b"Name,City\nZo\xc3\xab,Bremen\n,Nowhere\n")
    taken = customers(table)
    yield (
        "import-preview",
        "pages/import_preview.html",
        {
            **lists,
            "form": Form(),
            "token": "0" * 32,
            "table": table,
            "columns": [("Name", "name"), ("City", "city")],
            "kinds": tuple(FIELDS.items()),
            "samples": table.first(3),
            "rows": taken.rows,
            "new": 1,
            "known": 0,
            "dropped": 1,
            "complaints": taken.complaints,
            "more": 0,
        },
    )
