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
    held in memory. A client that closes an answer early is seen by the application as one that went away, and so is
    every client once the transport is closed: the portal's event loop ends only when all its tasks have.
    """

    def __init__(self, app: ASGIApp, portal: BlockingPortal) -> None:
        self._app = app
        self._portal = portal
        self._open: set[_Exchange] = set()
        self._closed = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One exchange. What the application raises before it answers is raised here."""
        exchange = _Exchange(self._app, self._portal, request, self._open)
        try:
            start = exchange.next_message()
        except BaseException:
            exchange.close()
            raise
        assert start is not None
        return httpx2.Response(start["status"], headers=start["headers"], stream=_Body(exchange), request=request)

    def close(self) -> None:
        """Lets go of every answer, read or not."""
        if not self._closed:
            self._closed = True
            self._portal.call(self._leave_all)

    def _leave_all(self) -> None:
        for exchange in list(self._open):
            exchange.leave()


class _Exchange:
    """One request inside the application, and the messages it sends back. It is one of `others` until it is closed."""

    def __init__(self, app: ASGIApp, portal: BlockingPortal, request: httpx2.Request, others: set[_Exchange]) -> None:
        self._portal = portal
        self._others = others
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
        self._others.add(self)

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
            if not self._gone.is_set():
                return self._portal.call(self._messages.receive)
        except (anyio.EndOfStream, anyio.ClosedResourceError):
            pass
        if self._gone.is_set():
            raise httpx2.ReadError("it was closed")
        if self._failed is not None:
            raise self._failed
        return None

    def close(self) -> None:
        """Tells the application that nobody reads on."""
        if not self._gone.is_set():  # else the portal may have ended already
            self._portal.call(self.leave)

    def leave(self) -> None:
        """As `close`, on the event loop."""
        self._gone.set()
        self._messages.close()
        self._others.discard(self)


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
