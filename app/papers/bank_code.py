"""The square on a paper that a bank's app reads, as a drawing: the same for the PDF and for the preview."""

import segno

from app.papers.sheet import Sheet

MOST_BYTES = 331
"""The most a bank's app takes (EPC069-12)."""

INK = "#14181c"


def bank_code(sheet: Sheet, *, scaled: bool = True) -> str:
    """SVG, safe to print as it is, or empty where there is none. Error correction M, as the banks ask. ``scaled``: with
    a size of its own, else the size comes from a style sheet."""
    words = "\n".join(sheet.pay.qr) if sheet.pay else ""
    if not 0 < len(words.encode()) <= MOST_BYTES:
        return ""
    code = segno.make(words, error="m", micro=False, boost_error=False, encoding="utf-8")
    return code.svg_inline(border=0, dark=INK, scale=4, omitsize=not scaled)
