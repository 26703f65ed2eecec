"""Documents for the tests of papers: small builders with the trade's usual numbers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from app.rules.invoice import Allowance, Document, JobBlock, Line, Party, Seller, Tax, totals
from app.rules.money import net_of

VAT_19 = Tax("S", Decimal(19))
VAT_7 = Tax("S", Decimal(7))
EXEMPT = Tax("E", Decimal(0))
REVERSE = Tax("AE", Decimal(0))

BRANDT = Seller(
    name="Brandt Building Services GmbH",
    lines=("Kanalstraße 42",),
    postcode="23552",
    city="Lübeck",
    country="DE",
    tax_id="DE811907245",
    email="office@brandt.example",
    iban="DE89370400440532013000",
    bic="COBADEFFXXX",
    phone="0451 987 65 43",
    website="brandt.example",
    register="Managing director Henrik Brandt\nHRB 20417 HL, Amtsgericht Lübeck",
)
SOMMER = Party(
    name="Hausverwaltung Sommer GmbH",
    lines=("Accounts payable", "Königstraße 117"),
    postcode="23552",
    city="Lübeck",
    country="DE",
    tax_id="DE298114703",
    email="rechnung@sommer.example",
)


def line(
    description: str, quantity: str, unit: str, price: str, tax: Tax = VAT_19, **more: Any
) -> Line:
    """With its net rounded from quantity × price, in euros unless said otherwise."""
    currency = more.pop("currency", "EUR")
    plain = Line(description, Decimal(quantity), unit, Decimal(price), tax, 0, **more)
    net = net_of(plain.quantity, plain.unit_price, currency, per=plain.price_per)
    return replace(plain, net=net)


def job(number: int, title: str, day: date, *lines: Line, site: str = "Königstraße 80") -> JobBlock:
    own = tuple(replace(each, job_number=number, supplied_on=day) for each in lines)
    return JobBlock(number, title, site, day, day, own)


def document(
    *jobs: JobBlock,
    lines: tuple[Line, ...] = (),
    allowances: tuple[Allowance, ...] = (),
    reasons: dict[str, str] | None = None,
    **changes: Any,
) -> Document:
    """An issued invoice of Brandt to Sommer with these jobs, its sums right."""
    everything = (*(each for block in jobs for each in block.lines), *lines)
    groups, sums = totals(everything, allowances, reasons=reasons or {})
    plain = Document(
        kind="invoice",
        number="2026-0208",
        issued_on=date(2026, 11, 24),
        due_on=date(2026, 12, 8),
        currency="EUR",
        seller=BRANDT,
        buyer=SOMMER,
        reference="SOM-4471",
        refers_to=None,
        lines=everything,
        allowances=allowances,
        groups=groups,
        totals=sums,
        terms="Payable within 14 days without deduction.",
        payment_reference="2026-0208",
        jobs=jobs,
        photos=(),
        logo_key=None,
        template_version=1,
    )
    return replace(plain, **changes)


def two_jobs(**changes: Any) -> Document:
    """The invoice of the mock-up: 586.40 net, 697.82 to pay."""
    return document(
        job(
            1021,
            "Replace 3 thermostatic valves, flat 12",
            date(2026, 11, 15),
            line("Labour, 105 min", "1.75", "h", "72"),
            line("Thermostatic head M30 × 1.5", "3", "", "31.80"),
            line("Call-out", "1", "", "47"),
        ),
        job(
            1035,
            "Emergency lighting test and log book",
            date(2026, 11, 24),
            line("Labour, 150 min", "2.5", "h", "72"),
            line("LED emergency module 3 W", "2", "", "45.50"),
            line("Call-out", "1", "", "47"),
            site="Block 4",
        ),
        **changes,
    )


def forty_rows(**changes: Any) -> Document:
    """Four jobs of ten lines each: two pages and more."""
    jobs = (
        job(
            1100 + number,
            f"Quarterly service of riser {number}, with all valves and the log book",
            date(2026, 11, 10 + number),
            *(
                line(f"Part {number}.{at}, fitted and tested", "2", "pcs", f"{at}.35")
                for at in range(1, 11)
            ),
        )
        for number in range(1, 5)
    )
    return document(*jobs, **changes)


def photo(number: int = 1, size: tuple[int, int] = (2048, 1536)) -> bytes:
    """A JPEG with the grain of a real one."""
    image = Image.effect_noise(size, 40 + number).convert("RGB")
    pen = ImageDraw.Draw(image)
    edge = min(size) // 8
    frame = (edge, edge, size[0] - edge, size[1] - edge)
    pen.rectangle(frame, outline=(200, 30 * number % 255, 40), width=edge // 4)
    out = BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def logo() -> bytes:
    """A square PNG with clear edges."""
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, 399, 399), 80, fill=(20, 24, 28, 255))
    pen.ellipse((120, 120, 280, 280), outline=(255, 255, 255, 255), width=34)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
