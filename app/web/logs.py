"""How the program tells what it does: one line a happening for people, or one JSON object a line for machines.

Fields, never forms: what people type does not reach a log, and neither do the secrets in an address.
"""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import Processor


def set_up(log_format: Literal["text", "json"]) -> None:
    """Everything goes to standard error: our own lines, and those of the libraries from warnings on."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def safe_path(path: str) -> str:
    """The path as it may be logged: an enrolment link is a secret."""
    return "/enrol/…" if path.startswith("/enrol/") else path
