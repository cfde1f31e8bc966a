"""The kernel's errors, as the SDK raises them again from what a server answered."""

from __future__ import annotations

from typing import Any

import orjson

from workbench.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, WorkbenchError

KINDS: dict[str, type[WorkbenchError]] = {
    kind.slug(): kind for kind in (NotFound, Conflict, Invalid, Forbidden, Unavailable)
}
BY_STATUS: dict[int, type[WorkbenchError]] = {
    401: Forbidden,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: Invalid,
    422: Invalid,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}

_MADE: dict[tuple[str, type[WorkbenchError]], type[WorkbenchError]] = {}


def error_from(status: int, content: bytes) -> WorkbenchError:
    """The error that an answer of status 400 or above stands for, of the same kind as on the server.

    Its `slug()` is the problem's `type`, so `error.slug() == "label-changed"` works as it does there.
    """
    problem = _problem(content)
    kind = KINDS.get(str(problem.get("kind")), BY_STATUS.get(status, WorkbenchError))
    detail = problem.get("detail") or problem.get("title") or f"The server answered {status}."
    return _named(str(problem.get("type") or kind.slug()), kind)(
        str(detail),
        field=problem.get("field"),
        row=problem.get("row"),
        fix=problem.get("fix"),
        details=problem.get("details"),
    )


def _problem(content: bytes) -> dict[str, Any]:
    try:
        problem = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}  # a proxy's page, not ours
    return problem if isinstance(problem, dict) else {}


def _named(slug: str, kind: type[WorkbenchError]) -> type[WorkbenchError]:
    if slug == kind.slug():
        return kind
    if (slug, kind) not in _MADE:
        name = "".join(part.capitalize() for part in slug.split("-"))
        own = {"slug": classmethod(lambda _cls: slug), "__doc__": kind.__doc__}
        _MADE[slug, kind] = type(name, (kind,), own)
    return _MADE[slug, kind]
