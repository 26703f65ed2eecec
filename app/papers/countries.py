"""Names of countries by their two letters: on addresses that cross a border, and for lists that come in. A country
that is not here is printed as its two letters."""

NAMES = {
    "AE": "United Arab Emirates",
    "AT": "Austria",
    "AU": "Australia",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "BH": "Bahrain",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "EE": "Estonia",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "GR": "Greece",
    "HK": "Hong Kong",
    "HR": "Croatia",
    "HU": "Hungary",
    "IE": "Ireland",
    "IN": "India",
    "IS": "Iceland",
    "IT": "Italy",
    "JP": "Japan",
    "KR": "South Korea",
    "KW": "Kuwait",
    "LI": "Liechtenstein",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "LV": "Latvia",
    "MT": "Malta",
    "MX": "Mexico",
    "NL": "Netherlands",
    "NO": "Norway",
    "NZ": "New Zealand",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SE": "Sweden",
    "SG": "Singapore",
    "SI": "Slovenia",
    "SK": "Slovakia",
    "TR": "Turkey",
    "UA": "Ukraine",
    "US": "United States",
    "ZA": "South Africa",
}

ALSO = {
    "america": "US",
    "deutschland": "DE",
    "england": "GB",
    "españa": "ES",
    "great britain": "GB",
    "holland": "NL",
    "italia": "IT",
    "schweiz": "CH",
    "scotland": "GB",
    "the netherlands": "NL",
    "uk": "GB",
    "united states of america": "US",
    "usa": "US",
    "wales": "GB",
    "österreich": "AT",
}
"""What people write instead."""

_VAT = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK TR UA ZA AE"
_GST = "AU NZ SG IN"

VAT = frozenset(_VAT.split())
GST = frozenset(_GST.split())
"""What the tax on sales is called there; elsewhere it is just tax."""

CITY_FIRST = frozenset({"AU", "CA", "GB", "IE", "IN", "NZ", "SG", "US", "ZA"})
"""Where the postcode stands behind the town."""

LETTER_PAPER = frozenset({"US", "CA", "MX"})

_CODES = {name.casefold(): code for code, name in NAMES.items()} | ALSO


def name_of(code: str) -> str:
    return NAMES.get(code, code)


def code_of(text: str) -> str | None:
    """Two letters for a name or for two letters; None for a country we cannot tell."""
    plain = " ".join(text.replace(".", "").split())
    if len(plain) == 2 and plain.upper() in NAMES:
        return plain.upper()
    return _CODES.get(plain.casefold())


def tax_word(country: str | None) -> str:
    """What the tax on sales is called where the seller lives."""
    return "VAT" if country in VAT else "GST" if country in GST else "Tax"
