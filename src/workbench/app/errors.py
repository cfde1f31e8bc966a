"""The one table from kinds of errors to HTTP answers: `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from workbench.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, WorkbenchError
from workbench.kernel.shapes import refusal
from workbench.requests import NotSignedIn

log = structlog.get_logger()

STATUS: tuple[tuple[type[WorkbenchError], int], ...] = (
    (NotSignedIn, 401),
    (NotFound, 404),
    (Conflict, 409),
    (Invalid, 422),
    (Forbidden, 403),
    (Unavailable, 503),
)


def status_of(error: WorkbenchError) -> int:
    """The HTTP status of an error's kind."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def kind_of(error: WorkbenchError) -> str:
    """The branch of the error tree it belongs to, which the SDK raises again."""
    return next((kind.slug() for kind, _ in STATUS if isinstance(error, kind)), "workbench-error")


def problem(error: WorkbenchError) -> dict[str, Any]:
    """The body of the answer."""
    body: dict[str, Any] = {
        "type": error.slug(),
        "kind": kind_of(error),
        "title": error.slug().replace("-", " ").capitalize(),
        "status": status_of(error),
        "detail": error.message.encode(errors="replace").decode(),
        "field": error.field,
        "row": error.row,
        "fix": error.fix,
        "details": error.details or None,
    }
    return {key: value for key, value in body.items() if value is not None}


def problem_response(error: WorkbenchError) -> Response:
    """The whole answer."""
    return Response(orjson.dumps(problem(error), default=str), status_of(error), media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Makes every error of the application answer through this table."""

    @app.exception_handler(WorkbenchError)
    def on_workbench_error(_request: Request, error: WorkbenchError) -> Response:
        return problem_response(error)

    @app.exception_handler(RequestValidationError)
    def on_bad_shape(_request: Request, error: RequestValidationError) -> Response:
        return problem_response(refusal(error.errors()))

    @app.exception_handler(HTTPException)
    def on_http(_request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, WorkbenchError):  # told while the body was read
            return problem_response(error.__cause__)
        body = {"type": "http", "kind": "http", "title": str(error.detail), "status": error.status_code}
        return Response(orjson.dumps(body), error.status_code, media_type="application/problem+json")

    @app.exception_handler(IntegrityError)
    @app.exception_handler(StaleDataError)
    @app.exception_handler(OperationalError)
    @app.exception_handler(DataError)
    def on_database(request: Request, error: Exception) -> Response:
        from workbench.app.transaction import as_workbench_error

        log.warning("database refused", path=request.url.path, error=type(error).__name__)
        return problem_response(as_workbench_error(error))

    @app.exception_handler(OverflowError)
    @app.exception_handler(TypeError)
    @app.exception_handler(UnicodeEncodeError)
    @app.exception_handler(StatementError)
    def on_unkeepable(request: Request, error: Exception) -> Response:
        from workbench.app.transaction import as_workbench_error, is_unkeepable

        return problem_response(as_workbench_error(error)) if is_unkeepable(error) else on_bug(request, error)

    @app.exception_handler(Exception)
    def on_bug(request: Request, error: Exception) -> Response:
        log.error("unexpected error", path=request.url.path, exc_info=error)
        body = {
            "type": "unexpected",
            "kind": "workbench-error",
            "title": "Unexpected error",
            "status": 500,
            "detail": "Something in the workbench broke; nothing of your request was kept.",
            "fix": "The server's log has the details.",
        }
        return Response(orjson.dumps(body), 500, media_type="application/problem+json")
