"""How the workbench logs: readable lines or JSON, ids and, unless asked for, never payloads."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from traceback import format_tb
from typing import TextIO, cast

import structlog
from structlog.typing import ExcInfo

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
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # The only way of an exception into the log: its message may quote a cell.
        structlog.processors.format_exc_info
        if settings.log_payloads
        else structlog.processors.ExceptionRenderer(_without_messages),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    # Loggers are not cached: the next workbench that this process opens may be set up otherwise.
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level if isinstance(level, int) else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
    )
    handler = logging.StreamHandler(_StandardError())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    # Without force: a program that embeds the workbench keeps the logging it has set up.
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _without_messages(exc_info: ExcInfo) -> str:
    """The types and frames of an exception and of those that led to it, the first one first."""
    return "".join(_types_and_frames(exc_info[1], set())).rstrip()


def _types_and_frames(error: BaseException, told: set[int]) -> Iterator[str]:
    told.add(id(error))
    led_here = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for earlier in (led_here, *inside):
        if earlier is not None and id(earlier) not in told:
            yield from _types_and_frames(earlier, told)
            yield "which led to\n"
    yield from format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"
