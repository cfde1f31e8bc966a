"""Keeps a request from filling the memory: what is read whole has a longest length; uploads go to disk in pieces."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.app.errors import problem_response
from workbench.kernel.errors import Invalid

UPLOAD = "multipart/form-data"
LONGEST = 64 * 1024 * 1024  # bytes of a body that is not an upload


class BodyTooLong(Invalid):
    """The request is longer than anything that is read whole may be."""


class BodyLimitLayer:
    """Refuses such a request by the length it says, or else once that much of it has come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._uploads: list[re.Pattern[str]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_upload(scope):
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length") or ""
        if said.isdecimal() and int(said) > LONGEST:
            await problem_response(_too_long())(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LONGEST:
                raise _too_long()
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


def _too_long() -> BodyTooLong:
    return BodyTooLong(
        f"The request is longer than {LONGEST // 2**20} MiB.", fix="Send less at once; upload large data as a file."
    )
