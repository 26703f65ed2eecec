"""Facts from published EN 16931 example invoices: their lines, and what their publishers say that these add up to.

Sources: ConnectingEurope/eInvoicing-EN16931 (the validation artefacts of CEN/TC 434), files in ``ubl/examples`` and
``cii/examples``; OpenPEPPOL/peppol-bis-invoice-3, files in ``rules/examples``. Amounts are facts; no file is copied.
A charge on the document is written as an allowance below zero: the standard adds it to the base of its group.
"""

from dataclasses import dataclass

TaxWords = tuple[str, str]
"""Category and rate."""


@dataclass(frozen=True, slots=True)
class Published:
    """Lines: quantity, price, the quantity that the price is for, tax, and the net published for it."""

    source: str
    currency: str
    lines: tuple[tuple[str, str, str, TaxWords, str], ...]
    groups: dict[TaxWords, tuple[str, str]]
    line_sum: str
    net: str
    tax: str
    total: str
    allowances: tuple[tuple[str, TaxWords], ...] = ()


_6, _21 = ("S", "6"), ("S", "21")
_25, _15, _E = ("S", "25"), ("S", "15"), ("E", "0")
_19, _Z = ("S", "19"), ("Z", "0")

PUBLISHED = (
    Published(
        "ubl-tc434-example1.xml",
        "EUR",
        (
            ("2", "9.95", "1", _6, "19.90"),
            ("1", "9.85", "1", _6, "9.85"),
            ("1", "8.29", "1", _6, "8.29"),
            ("2", "7.23", "1", _6, "14.46"),
            ("1", "35.00", "1", _6, "35.00"),
            ("1", "35.00", "1", _6, "35.00"),
            ("1", "10.65", "1", _6, "10.65"),
            ("1", "1.55", "1", _6, "1.55"),
            ("3", "4.79", "1", _6, "14.37"),
            ("1", "8.29", "1", _6, "8.29"),
            ("2", "8.29", "1", _6, "16.58"),
            ("1", "9.95", "1", _6, "9.95"),
            ("2", "1.65", "1", _6, "3.30"),
            ("1", "10.80", "1", _21, "10.80"),
            ("1", "3.90", "1", _6, "3.90"),
            ("2", "3.80", "1", _21, "7.60"),
            ("2", "4.67", "1", _21, "9.34"),
            ("1", "18.63", "1", _21, "18.63"),
            ("6", "17.02", "1", _6, "102.12"),
            # Published with a quantity above zero; its net is below, as is a return's.
            ("-6", "18.33", "1", _6, "-109.98"),
        ),
        {_6: ("183.23", "10.99"), _21: ("46.37", "9.74")},
        "229.60",
        "229.60",
        "20.73",
        "250.33",
    ),
    Published(
        "ubl-tc434-example2.xml",
        "NOK",
        (
            # Published as 2 for 1 273.00 with allowances on the line; what counts is its net.
            ("1", "1273.00", "1", _25, "1273.00"),
            ("-1", "3.96", "1", _15, "-3.96"),
            ("2", "2.48", "1", _15, "4.96"),
            ("-1", "25.00", "1", _E, "-25.00"),
            ("250", "0.75", "1", _25, "187.50"),
        ),
        # 25 % of 1 460.50 is 365.125: half a cent, away from zero.
        {_25: ("1460.50", "365.13"), _15: ("1.00", "0.15"), _E: ("-25.00", "0.00")},
        "1436.50",
        "1436.50",
        "365.28",
        "1801.78",
        (("100.00", _25), ("-100.00", _25)),
    ),
    Published(
        "CII_business_example_01.xml",
        "EUR",
        (
            ("1.000", "12122.5900", "1", _19, "12122.59"),
            ("-1", "606.1300", "1", _19, "-606.13"),
            # Published with its 1.5 per cent in the place of the price.
            ("1.000", "177.41", "1", _19, "177.41"),
        ),
        {_19: ("11693.87", "2221.84")},
        "11693.87",
        "11693.87",
        "2221.84",
        "13915.71",
    ),
    Published(
        "Allowance-example.xml",
        "EUR",
        (
            # 10 for 410 less 101 and plus 1 on the line.
            ("1", "4000", "1", _25, "4000.00"),
            ("10", "200", "2", _E, "1000.00"),
            ("1", "900", "1", _25, "900.00"),
        ),
        {_25: ("4900.00", "1225.00"), _E: ("1000.00", "0.00")},
        "5900.00",
        "5900.00",
        "1225.00",
        "7125.00",
        (("200", _25), ("-200", _25)),
    ),
    Published(
        "CII-BR-CO-10-RoundingIssue.xml",
        "EUR",
        (
            ("1", "720.81", "1", _19, "720.81"),
            ("1", "0.01", "1", _Z, "0.01"),
            ("-1", "720.81", "1", _19, "-720.81"),
            ("-1", "0.01", "1", _Z, "-0.01"),
        ),
        {_19: ("0.00", "0.00"), _Z: ("0.00", "0.00")},
        "0.00",
        "0.00",
        "0.00",
        "0.00",
    ),
)
