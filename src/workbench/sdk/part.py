"""What all parts of the SDK have in common: a connection, and how they refuse what cannot be asked."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from pydantic import ValidationError

from workbench.kernel.shapes import refusal
from workbench.sdk.http import Http


class Part:
    """One part of a workbench. What its methods are given in a wrong shape is `Invalid`, as if a server had said so."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, method in list(vars(cls).items()):
            if inspect.isfunction(method) and not name.startswith("_"):
                setattr(cls, name, _refusing(method))


def _refusing(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def told(*args: Any, **given: Any) -> Any:
        try:
            return method(*args, **given)
        except ValidationError as error:
            raise refusal(error.errors(include_url=False)) from error

    return told
