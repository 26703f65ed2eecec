"""The preview on the page and the PDF say the same: every word of the one stands on the other, as often."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from lxml import html

from app import pages
from app.papers.bank_code import bank_code
from app.papers.pdf import Printer
from app.papers.sheet import sheet
from app.rules.invoice import Document, discount
from tests.papers.samples import BRANDT, EXEMPT, SOMMER, document, line, two_jobs
from tests.papers.test_pdf import text_of

ON_PAPER_ONLY = Counter({"Page": 1, "1": 2, "of": 1})
"""A screen has no pages."""

LINES = (line("Labour", "1.5", "h", "72"), line("Course", "1", "", "90", EXEMPT))

PAPERS = {
    "an invoice": two_jobs(),
    "a draft": two_jobs(kind="draft", number=None, payment_reference=""),
    "a credit note": two_jobs(
        kind="credit_note",
        number="C-7",
        refers_to=("2026-0208", date(2026, 11, 24)),
        reason="Mistake",
    ),
    "with a discount and a reason": document(
        lines=LINES,
        allowances=discount(LINES, reason="Regular", amount=500),
        reasons={"E": "Exempt by law"},
    ),
    "from America": two_jobs(
        seller=replace(BRANDT, country="US", iban=None), buyer=replace(SOMMER, country="CA")
    ),
    "with a trick": two_jobs(buyer=replace(SOMMER, name="Sommer\u202e GmbH <b>&amp;</b>")),
}


@pytest.mark.parametrize("which", PAPERS)
def test_every_word_of_the_pdf_stands_on_the_preview(printer: Printer, which: str) -> None:
    paper = PAPERS[which]
    printed = _words(text_of(printer.print(paper).pdf).replace("DRAFT", ""))
    assert printed == _words(_previewed(paper)) + ON_PAPER_ONLY


def test_the_captions_of_photos_are_on_both(printer: Printer) -> None:
    paper = two_jobs(photos=(("a.jpg", "Job 1021, after the work: new valves"),))
    for text in (_previewed(paper), text_of(printer.print(paper).pdf)):
        assert "Photos" in text
        assert "Job 1021, after the work: new valves" in " ".join(text.split())


def test_only_what_has_a_number_can_be_paid_with_a_code() -> None:
    assert bank_code(sheet(two_jobs())).startswith("<svg")
    assert bank_code(sheet(PAPERS["a draft"])) == ""
    assert bank_code(sheet(PAPERS["from America"])) == ""


def _previewed(paper: Document) -> str:
    """What a person reads on the page."""
    said = sheet(paper)
    page = pages.render(
        "partials/sheet.html", sheet=said, qr_svg=bank_code(said, scaled=False), logo=""
    )
    return "\n".join(html.fromstring(page).itertext())


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\S+", text))
