"""The PDF: what stands on it, that it is one file with the e-invoice, and that nothing a person wrote can break it."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import facturx as official_facturx
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from app.papers import facturx
from app.papers.pdf import Printer
from app.rules.invoice import Allowance, Document
from tests.papers.official import broken_rules
from tests.papers.samples import (
    BRANDT,
    SOMMER,
    VAT_7,
    VAT_19,
    document,
    forty_rows,
    job,
    line,
    logo,
    photo,
    two_jobs,
)

TEMPLATES = Path("app/papers/templates")


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, as a reader can copy it."""
    with pypdfium2.PdfDocument(pdf) as file:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in file]


def text_of(pdf: bytes) -> str:
    return "\n".join(pages_of(pdf)).replace("\u200b", "")


# --- what stands on it


@pytest.mark.parametrize(
    "words",
    [
        "Invoice 2026-0208",
        "Brandt Building Services GmbH",
        "Kanalstraße 42",
        "Hausverwaltung Sommer GmbH",
        "Königstraße 117",
        "24 November 2026",
        "8 December 2026",
        "SOM-4471",
        "DE298114703",
        "carried out from 15 to 24 November 2026",
        "Job 1021 · 15 November 2026 · Königstraße 80",
        "Labour, 105 min",
        "1.75 h",
        "126.00",
        "268.40",
        "586.40",
        "111.42",
        "697.82 €",
        "DE89 3704 0044 0532 0130 00",
        "Payable within 14 days",
        "HRB 20417 HL",
        "VAT id DE811907245",
        "Page 1 of 1",
    ],
)
def test_an_invoice_says(printer: Printer, words: str) -> None:
    assert words in text_of(printer.print(two_jobs()).pdf)


def test_every_rate_has_its_own_line_with_the_net_it_was_taken_from(printer: Printer) -> None:
    paper = document(
        lines=(line("Labour", "10", "h", "72"), line("Book", "1", "", "20", VAT_7)),
        allowances=(Allowance("Loyal customer", VAT_19, 7200),),
    )
    text = text_of(printer.print(paper).pdf)
    assert "VAT 19 % of 648.00 123.12" in " ".join(text.split())
    assert "VAT 7 % of 20.00 1.40" in " ".join(text.split())
    assert "Loyal customer (19 %) −72.00" in " ".join(text.split())


def test_a_price_for_sixty_minutes_is_said_by_the_hour(printer: Printer) -> None:
    paper = document(lines=(line("Labour", "100", "min", "72", price_per=Decimal(60)),))
    assert "100 min 72.00/h 19 % 120.00" in text_of(printer.print(paper).pdf)


def test_a_credit_note_names_its_invoice_and_asks_for_no_money(printer: Printer) -> None:
    paper = two_jobs(
        kind="credit_note",
        number="C-7",
        refers_to=("2026-0208", date(2026, 11, 24)),
        reason="Mistake",
    )
    text = text_of(printer.print(paper).pdf)
    assert "Credit note C-7" in text
    assert "Corrects invoice 2026-0208 of 24 November 2026. Mistake." in text
    assert "Credited to you" in text
    assert "Please pay" not in text


def test_a_supplement_names_the_invoice_before_it(printer: Printer) -> None:
    paper = two_jobs(kind="supplement", refers_to=("2026-0207", date(2026, 11, 20)))
    text = text_of(printer.print(paper).pdf)
    assert "Supplementary invoice 2026-0208" in text
    assert "Supplements invoice 2026-0207 of 20 November 2026." in text
    text = text_of(printer.print(replace(paper, kind="draft", number=None)).pdf)
    assert "Draft supplementary invoice" in text
    assert "Supplements invoice 2026-0207 of 20 November 2026." in text


def test_a_draft_says_so_across_the_page_and_carries_no_e_invoice(printer: Printer) -> None:
    printed = printer.print(two_jobs(kind="draft", number=None, issued_on=None))
    assert "DRAFT" in text_of(printed.pdf)
    assert "Draft, no number yet" in text_of(printed.pdf)
    assert printed.xml is None
    assert "draft" in (printed.why_no_xml or "")


def test_the_country_is_named_on_a_letter_abroad_only(printer: Printer) -> None:
    abroad = two_jobs(buyer=replace(SOMMER, country="FR"))
    assert "FRANCE" in text_of(printer.print(abroad).pdf)
    assert "GERMANY" not in text_of(printer.print(two_jobs()).pdf)


def test_a_company_in_america_gets_its_own_paper(printer: Printer) -> None:
    paper = two_jobs(seller=replace(BRANDT, country="US"), currency="USD")
    with pypdfium2.PdfDocument(printer.print(paper).pdf) as file:
        assert file[0].get_size() == (612, 792)
    assert "To pay $697.82" in text_of(printer.print(paper).pdf)


def test_yen_have_no_decimals_and_dinars_three(printer: Printer) -> None:
    yen = document(lines=(line("Labour", "3", "h", "7205", currency="JPY"),), currency="JPY")
    dinars = document(lines=(line("Labour", "1", "h", "9.5", currency="KWD"),), currency="KWD")
    assert "25,722 JPY" in text_of(printer.print(yen).pdf)
    printed = printer.print(dinars)
    assert "11.305 KWD" in text_of(printed.pdf)
    assert "three decimals" in (printed.why_no_xml or "")


# --- long ones


def test_a_long_one_repeats_its_heads_and_counts_its_pages(printer: Printer) -> None:
    pages = pages_of(printer.print(forty_rows()).pdf)
    assert len(pages) == 2
    assert all("Description" in page and "Net, EUR" in page for page in pages)
    assert ["Page 1 of 2" in pages[0], "Page 2 of 2" in pages[1]] == [True, True]
    assert pages[1].startswith("Invoice 2026-0208")


def test_a_job_that_goes_on_overleaf_says_which_it_is(printer: Printer) -> None:
    lines = [line(f"Part {at}", "1", "", "2") for at in range(60)]
    pages = pages_of(printer.print(document(job(7, "New pipes", date(2026, 11, 3), *lines))).pdf)
    assert all("New pipes" in page for page in pages[:2])


def test_the_sum_is_never_torn_apart(printer: Printer) -> None:
    for count in range(20, 34):
        paper = document(lines=tuple(line(f"Part {at}", "1", "", "2") for at in range(count)))
        pages = pages_of(printer.print(paper).pdf)
        assert any("To pay" in page and "VAT 19 %" in page for page in pages), count


# --- pictures


def test_photos_stand_on_pages_of_their_own_with_their_words(printer: Printer) -> None:
    keys = [f"photos/{at}.jpg" for at in range(6)]
    paper = two_jobs(photos=tuple((key, f"Valve {key[7]}") for key in keys), logo_key="logo.png")
    pictures = {key: photo(at, (800, 600)) for at, key in enumerate(keys)} | {"logo.png": logo()}
    printed = printer.print(paper, pictures=pictures)
    pages = pages_of(printed.pdf)
    assert len(pages) == 2
    assert all(f"Valve {at}" in pages[1] for at in range(6))
    assert (printed.missing, printed.standards) == ((), ("a-3a", "ua-1"))


def test_a_photo_that_is_gone_or_broken_keeps_its_place(printer: Printer) -> None:
    paper = two_jobs(photos=(("gone", "Before"), ("broken", "")), logo_key="nothing")
    printed = printer.print(paper, pictures={"broken": photo(1, (300, 200))[:900], "nothing": b""})
    assert printed.missing == ("gone", "broken", "nothing")
    assert text_of(printed.pdf).count("This photo cannot be shown.") == 2


def test_the_pages_can_be_looked_at_as_pictures(printer: Printer) -> None:
    pages = printer.pictured(forty_rows(), dots_per_inch=50)
    assert [Image.open(BytesIO(page)).size for page in pages] == [(413, 585), (413, 585)]


# --- whatever people write


HOSTILE = [
    '#panic("x")',
    "$x^2$ *bold* _it_ `raw` @ref <label> // comment",
    '#import "@preview/cetz:0.3.0"',
    "<script>alert(1)</script>",
    "\\u{41} \\ #let",
    "= Heading",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_looks_like_markup_is_printed_as_it_is(printer: Printer, words: str) -> None:
    paper = document(job(7, words, date(2026, 11, 3), line(words, "1", "", "2")), terms=words)
    assert text_of(printer.print(paper).pdf).count(words) == 3


def test_characters_that_no_font_has_are_marked_and_named(printer: Printer) -> None:
    paper = document(lines=(line("Pump 😀 水 ok", "1", "", "2"),))
    printed = printer.print(paper)
    text = text_of(printed.pdf)
    assert printed.unshown == ("水", "😀")
    assert "Pump ▯ ▯ ok" in text
    assert "U+1F600 GRINNING FACE" in text
    assert printed.standards == ("a-3a", "ua-1")
    assert "Pump 😀 水 ok" in (printed.xml or b"").decode()
    assert printer.unshowable(paper) == (
        "U+6C34 CJK UNIFIED IDEOGRAPH-6C34",
        "U+1F600 GRINNING FACE",
    )


@pytest.mark.parametrize("words", ["Łódź", "Việt Nam ế ạ", "Ελλάδα", "Київ", "Ünï", "→ ✓ ☐ ½ ²"])
def test_the_alphabets_of_europe_and_vietnam_need_no_further_font(
    printer: Printer, words: str
) -> None:
    printed = printer.print(document(lines=(line(words, "1", "", "2"),)))
    assert printed.unshown == ()
    assert words in text_of(printed.pdf)


@pytest.mark.parametrize(
    "words",
    [
        "".join(map(chr, range(32))) + "\x7f\x80\x9f",
        "\u202egnp.exe\u202c \u2066x\u2069",
        "\ud800 \uffff \U0010ffff \ue000 \ufeff",
        "a" + "\u0301" * 500,
        "👨‍👩‍👧‍👦🇩🇪☎️",
        "مرحبا بالعالم",
        "x" * 5000,
        "水" * 3000,
        "".join(map(chr, range(0x4E00, 0x4F00))),
        " ",
        "",
    ],
    ids=lambda words: ascii(words[:6]),
)
def test_nothing_a_person_can_type_makes_it_fail(printer: Printer, words: str) -> None:
    everywhere = replace(SOMMER, name=words, lines=(words, words), city=words)
    paper = document(
        job(7, words, date(2026, 11, 3), line(words, "1", words[:20], "2", note=words), site=words),
        buyer=everywhere,
        seller=replace(BRANDT, name=words, register=words, phone=words),
        reference=words,
        terms=words,
        payment_reference=words,
        photos=(("k", words),),
    )
    printed = printer.print(paper)
    assert printed.standards == ("a-3a", "ua-1")
    assert "2.38 €" in text_of(printed.pdf)


# --- the file


def test_the_same_document_gives_the_same_bytes_in_another_process(printer: Printer) -> None:
    ask = (
        "from app.papers.pdf import Printer; from tests.papers.samples import *;"
        "print(Printer().print(two_jobs(logo_key='l'), pictures={'l': logo()}).sha256)"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", ask], check=True, capture_output=True, text=True
    )
    here = printer.print(two_jobs(logo_key="l"), pictures={"l": logo()})
    assert here.sha256 == elsewhere.stdout.strip()


def test_a_stranger_finds_the_e_invoice_in_it(printer: Printer) -> None:
    printed = printer.print(two_jobs())
    name, xml = official_facturx.get_xml_from_pdf(
        printed.pdf, check_xsd=True, check_schematron=False
    )
    assert name == "factur-x.xml"
    assert xml == printed.xml
    assert broken_rules(xml) == []


@pytest.mark.parametrize("paper", [two_jobs(), forty_rows(photos=(("p", "A valve"),))])
def test_the_file_is_whole_and_declares_what_it_is(printer: Printer, paper: Document) -> None:
    printed = printer.print(paper, pictures={"p": photo(1, (400, 300))})
    with pikepdf.open(BytesIO(printed.pdf)) as file:
        assert file.check_pdf_syntax() == []
        metadata = file.open_metadata()
        assert metadata.pdfa_status == "3A"
        assert metadata[f"{{{facturx.NAMESPACE}}}ConformanceLevel"] == "EN 16931"
        assert metadata["dc:title"] == "Invoice 2026-0208 · Brandt Building Services GmbH"
        assert bytes(file.Root.Metadata.read_bytes()).count(b"<pdfaExtension:schemas>") == 1
        assert str(file.Root.Lang) == "en"
        assert file.Root.AF[0].AFRelationship == "/Alternative"


def test_no_template_asks_the_network_for_a_package() -> None:
    templates = sorted(TEMPLATES.glob("*.typ"))
    assert templates
    assert [path.name for path in templates if "@" in path.read_text()] == []


def test_a_template_cannot_read_outside_of_its_folder(printer: Printer) -> None:
    setter = printer._typesetter
    (setter.root / "thief.typ").write_text('#read("/etc/passwd") #read("../../etc/passwd")')
    with setter.at_work(), pytest.raises(RuntimeError, match=r"not found|outside|denied"):
        setter.pdf("thief.typ", {}, at=None)  # type: ignore[arg-type]
