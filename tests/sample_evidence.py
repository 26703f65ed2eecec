"""Believable evidence for the samples of pages: photos, parts, a checklist, a signature, and what a last tap shows."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.patterns import FATIMA, NOON, TOM
from app.queries.evidence import (
    CheckRow,
    ComingRow,
    Evidence,
    PartRow,
    PhotoRow,
    SignatureRow,
)
from app.queries.price_book import PartOffered, PartPriced
from app.queries.summary import PersonTime, Summary
from app.rules.oddities import Oddity


def _ago(minutes: int) -> datetime:
    return NOON - timedelta(minutes=minutes)


_PHOTO = PhotoRow(1, "before", TOM.name, _ago(99), "a1", may_withdraw=True)
PHOTOS = (
    _PHOTO,
    replace(_PHOTO, id=2, client_id="a2", at=_ago(98), withdrawn="Blurred (Tom Brandt)",
            may_withdraw=False),
    replace(_PHOTO, id=3, client_id="a3", kind="after", at=_ago(8)),
    replace(_PHOTO, id=4, client_id="a4", kind="during", at=_ago(50), item_id="c2"),
)  # fmt: skip
PARTS = (
    PartRow(1, "Expansion vessel 18 l", Decimal(1), "piece", TOM.name, _ago(20),
            unit_price=Decimal("78.50"), may_withdraw=True),
    PartRow(2, "Safety valve, 3 bar, brass", Decimal("2.5000"), "m", TOM.name, _ago(20),
            needs_price=True, may_withdraw=True),
    PartRow(3, "Hemp", Decimal(1), "piece", TOM.name, _ago(19), unit_price=Decimal("0.1250"),
            withdrawn="Not used after all (Tom Brandt)"),
)  # fmt: skip
CHECKS = (
    CheckRow("c1", "Gas cock closed before the work?", True, False, "yes_no", "Yes", 5, TOM.name,
             _ago(90), may_withdraw=True),
    CheckRow("c2", "Photo of the gauge", True, True, "value", photos=(PHOTOS[3],)),
    CheckRow("c3", "Filter cleaned?", False, False, "yes_no"),
)  # fmt: skip
SIGNED = SignatureRow(1, "drawn", "Márta Hofmann", TOM.name, _ago(2), may_withdraw=True)
TYPED = replace(SIGNED, id=2, kind="typed", withdrawn="Wrong person (Tom Brandt)")

EVIDENCE = Evidence(
    photos=PHOTOS,
    coming=(ComingRow("a9", "after", TOM.name, _ago(1), True),),
    parts=PARTS,
    checklist=CHECKS,
    signatures=(TYPED, SIGNED),
    sees_prices=True,
)
UNSIGNED = replace(EVIDENCE, signatures=(), sees_prices=False)
SUMMARY = Summary(
    people=(PersonTime(TOM, 600, 1080, _ago(102)), PersonTime(FATIMA, 1980, 0)),
    odd=(Oddity("twice_the_plan", "This is 2 h 50 of work; 1 h 00 were planned."),),
)
OFFERED = (
    PartOffered(1, "4711", "Expansion vessel 18 l", "piece"),
    PartOffered(2, None, "Copper pipe 15 mm, half-hard, in rods of five metres", "m"),
)
PRICED = (
    PartPriced(1, "4711", "Expansion vessel 18 l", "piece", Decimal("78.50"), "S", Decimal(19),
               False),
    PartPriced(2, None, "Copper pipe 15 mm", "m", Decimal("6.1250"), "S", Decimal(19), True),
)  # fmt: skip
