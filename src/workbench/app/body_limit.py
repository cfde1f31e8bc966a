"""Keeps a request from filling the memory: what is read whole has a longest length; uploads go to disk in pieces."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.app.errors import problem_response
from workbench.kernel.errors import Invalid

LONGEST = 64 * 1024 * 1024  # bytes of a body that is not an upload


class BodyTooLong(Invalid):
    """The request is longer than anything that is read whole may be."""


class BodyLimitLayer:
    """Refuses such a request by the length it says, or else once that much of it has come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else {}
        if scope["type"] != "http" or headers.get("content-type", "").startswith("multipart/form-data"):
            await self._app(scope, receive, send)
            return
        said = headers.get("content-length") or ""
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


def _too_long() -> BodyTooLong:
    return BodyTooLong(
        f"The request is longer than {LONGEST // 2**20} MiB.", fix="Send less at once; upload large data as a file."
    )
