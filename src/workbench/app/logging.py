"""How the workbench logs: readable lines or JSON, ids and never payloads."""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

import structlog

from workbench.backends.settings import Settings


class _StandardError:
    """Whatever standard error is at the moment: the program around an embedded workbench may replace it."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(settings: Settings) -> None:
    """Sets up structlog and the standard library's logging alike, on standard error."""
    level = logging.getLevelName(settings.log_level.upper())
    renderer = structlog.processors.JSONRenderer() if settings.log_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level if isinstance(level, int) else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )
    # Without force: a program that embeds the workbench keeps the logging it has set up.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
