"""The one place that reads the time, always in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def problem_of_moment(moment: datetime) -> str | None:
    """Why a time cannot be kept, or compared with one that is; None if it can."""
    if moment.tzinfo is None:
        return "the time has no zone."
    try:
        moment.astimezone(UTC)
    except OverflowError:
        return "the time is out of range."
    return None
