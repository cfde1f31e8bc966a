"""Keeps a request from filling memory or disk: a body has a longest length, an upload a larger one, and from nobody
who is not signed in more is taken than signing in needs, for a body is read before its route asks who sent it."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.app.errors import problem_response
from workbench.kernel.errors import Invalid
from workbench.requests import refusal_of

UPLOAD = "multipart/form-data"
MIB = 2**20
LONGEST = 64 * MIB  # bytes of a body that is not an upload
UNKNOWN = MIB  # bytes of a body from who is not signed in
SLACK = MIB  # bytes of an upload beside its file


class BodyTooLong(Invalid):
    """The request is longer than anything that is read whole may be."""


class BodyLimitLayer:
    """Refuses such a request by the length it says, or else once that much of it has come."""

    def __init__(self, app: ASGIApp, upload_limit_mb: int) -> None:
        self._app = app
        self._longest_upload = upload_limit_mb * MIB + SLACK
        self._uploads: list[re.Pattern[str]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known, upload = scope.get("workbench.actor") is not None, self._is_upload(scope)
        if upload and not known:
            await problem_response(refusal_of(scope))(scope, receive, send)
            return
        longest = self._longest_upload if upload else LONGEST if known else UNKNOWN
        said = Headers(scope=scope).get("content-length") or ""
        if said.isdecimal() and int(said) > longest:
            await problem_response(_too_long(longest, upload))(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > longest:
                raise _too_long(longest, upload)
            return message

        await self._app(scope, counted, send)

    def _is_upload(self, scope: Scope) -> bool:
        """Whether it goes to where files are taken; that it calls itself an upload is not enough, as anything can."""
        if not Headers(scope=scope).get("content-type", "").startswith(UPLOAD):
            return False
        if self._uploads is None:
            self._uploads = [
                compile_path(path)[0]
                for path, operations in scope["app"].openapi()["paths"].items()
                if any(UPLOAD in each.get("requestBody", {}).get("content", {}) for each in operations.values())
            ]
        return any(place.match(scope["path"]) for place in self._uploads)


def _too_long(longest: int, upload: bool) -> BodyTooLong:
    if upload:
        limit = (longest - SLACK) // MIB
        return BodyTooLong(
            f"The file is larger than {limit} MiB.", field="file", fix="Split it, or raise upload_limit_mb."
        )
    return BodyTooLong(
        f"The request is longer than {longest // MIB} MiB.", fix="Send less at once; upload large data as a file."
    )
