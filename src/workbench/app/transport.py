"""Carries a synchronous client's requests into the application and streams its answers back, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import anyio
import httpx2
from anyio.from_thread import BlockingPortal
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from starlette.types import ASGIApp, Message, Scope

WAITING = 8  # pieces of an answer that may wait to be read before the application waits too


class InProcessTransport(httpx2.BaseTransport):
    """Runs each request as a task of the application on the portal's event loop.

    Bodies pass through piece by piece in both directions, so neither a large upload nor an endless event stream is
    held in memory. A client that closes an answer early is seen by the application as one that went away.
    """

    def __init__(self, app: ASGIApp, portal: BlockingPortal) -> None:
        self._app = app
        self._portal = portal

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One exchange. What the application raises before it answers is raised here."""
        exchange = _Exchange(self._app, self._portal, request)
        start = exchange.next_message()
        assert start is not None
        return httpx2.Response(start["status"], headers=start["headers"], stream=_Body(exchange), request=request)


class _Exchange:
    """One request inside the application, and the messages it sends back."""

    def __init__(self, app: ASGIApp, portal: BlockingPortal, request: httpx2.Request) -> None:
        self._portal = portal
        self._given = iter(request.stream) if isinstance(request.stream, httpx2.SyncByteStream) else iter(())
        self._given_all = False
        self._gone: anyio.Event
        self._failed: BaseException | None = None
        self._send: MemoryObjectSendStream[Message]
        self._messages: MemoryObjectReceiveStream[Message]
        portal.call(self._open)
        portal.start_task_soon(self._run, app, _scope(request))

    def _open(self) -> None:
        self._gone = anyio.Event()
        self._send, self._messages = anyio.create_memory_object_stream[Message](WAITING)

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        async with self._send:
            try:
                await app(scope, self._receive, self._pass_on)
            except Exception as error:
                self._failed = error

    async def _pass_on(self, message: Message) -> None:
        try:
            await self._send.send(message)
        except anyio.BrokenResourceError as error:
            raise OSError("the client went away") from error

    async def _receive(self) -> Message:
        if not self._given_all:
            piece = await anyio.to_thread.run_sync(next, self._given, None)
            if piece is not None:
                return {"type": "http.request", "body": piece, "more_body": True}
            self._given_all = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    def next_message(self) -> Message | None:
        """What the application says next; None once it is done."""
        try:
            return self._portal.call(self._messages.receive)
        except anyio.EndOfStream:
            if self._failed is not None:
                raise self._failed from None
            return None

    def close(self) -> None:
        """Tells the application that nobody reads on."""
        self._portal.call(self._leave)

    def _leave(self) -> None:
        self._gone.set()
        self._messages.close()


class _Body(httpx2.SyncByteStream):
    """The rest of an answer."""

    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        while (message := self._exchange.next_message()) is not None:
            if message.get("body"):
                yield message["body"]
            if not message.get("more_body"):
                return

    def close(self) -> None:
        """Lets go of the answer, read or not."""
        self._exchange.close()


def _scope(request: httpx2.Request) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": unquote(request.url.path),
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 0),
        "state": {},
    }
