"""Everything that can go wrong, as one tree that knows nothing of HTTP.

    WorkbenchError
    ├── NotFound      it does not exist, or not for this actor
    ├── Conflict      it changed, or its state forbids this now
    ├── Invalid       the input is wrong; says which field or row
    ├── Forbidden     this actor may not
    └── Unavailable   something outside did not answer

Features subclass these (`PairAlreadyReviewed(Conflict)`). A refusal that is expected, such as the gate's, is a
value and not an error.
"""

from __future__ import annotations

import re
from typing import Any


class WorkbenchError(Exception):
    """What happened, where, and what to do about it.

    `message` is one sentence for a person. `field` names the input at fault, `row` the 1-based row of a file or
    batch, `fix` the next thing to do, and `details` carries what a program needs (for example the current version
    of a conflicting object).
    """

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        row: int | None = None,
        fix: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.row = row
        self.fix = fix
        self.details = details or {}

    @classmethod
    def slug(cls) -> str:
        """The stable machine name of this error, e.g. `pair-already-reviewed`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def __str__(self) -> str:
        where = f" (row {self.row})" if self.row is not None else ""
        what_next = f" {self.fix}" if self.fix else ""
        return f"{self.message}{where}{what_next}"


class NotFound(WorkbenchError):
    """It does not exist, or this actor may not know that it does."""


class Conflict(WorkbenchError):
    """It changed since it was read, or its state does not allow this now."""


class Invalid(WorkbenchError):
    """The input is wrong in a way that its sender can mend."""


class Forbidden(WorkbenchError):
    """This actor may not do this."""


class Unavailable(WorkbenchError):
    """Something outside (a model, a database, a catalog) did not answer."""
