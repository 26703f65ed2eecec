"""PDF and e-invoice in one file (Factur-X): the typesetter attaches the XML, here its metadata say so."""

from io import BytesIO

import pikepdf

NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"

_PROPERTIES = (
    ("DocumentFileName", "The name of the embedded XML document"),
    ("DocumentType", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"),
    ("Version", "The actual version of the standard applying to the embedded XML document"),
    ("ConformanceLevel", "The conformance level of the embedded XML document"),
)
_VALUES = ("factur-x.xml", "INVOICE", "1.0", "EN 16931")

_BAG_END = b"</rdf:Bag></pdfaExtension:schemas>"
_RDF_END = b"</rdf:RDF>"


def declare(pdf: bytes) -> bytes:
    """The same PDF with the metadata that let a program find the e-invoice in it. The same bytes in, the same out."""
    with pikepdf.open(BytesIO(pdf)) as file:
        metadata = file.Root.Metadata
        file.Root.Metadata = file.make_stream(
            declared(metadata.read_bytes()), Type=metadata.Type, Subtype=metadata.Subtype
        )
        out = BytesIO()
        file.save(
            out,
            deterministic_id=True,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            fix_metadata_version=False,
        )
    return out.getvalue()


def declared(xmp: bytes) -> bytes:
    """The properties, and their description within the one list of extensions: a second list is not allowed."""
    if xmp.count(_RDF_END) != 1 or xmp.count(_BAG_END) > 1:
        raise ValueError(f"expected metadata with one list of extensions, got {xmp[:200]!r}…")
    if _BAG_END in xmp:
        xmp = xmp.replace(_BAG_END, _extension() + _BAG_END)
    else:
        xmp = xmp.replace(_RDF_END, _own_list() + _RDF_END)
    return xmp.replace(_RDF_END, _properties() + _RDF_END)


def _properties() -> bytes:
    values = "".join(
        f"<fx:{name}>{value}</fx:{name}>"
        for (name, _), value in zip(_PROPERTIES, _VALUES, strict=True)
    )
    return (
        f'<rdf:Description rdf:about="" xmlns:fx="{NAMESPACE}">{values}</rdf:Description>'.encode()
    )


def _extension() -> bytes:
    described = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        for name, meaning in _PROPERTIES
    )
    return (
        '<rdf:li rdf:parseType="Resource" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
        'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property></rdf:li>"
    ).encode()


def _own_list() -> bytes:
    return (
        b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/">'
        b"<pdfaExtension:schemas><rdf:Bag>" + _extension() + _BAG_END + b"</rdf:Description>"
    )
