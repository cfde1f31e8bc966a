"""A stand-in for a paid model: a server on this machine that speaks chat completions over HTTP, as it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson


@dataclass(frozen=True)
class Call:
    """One request that came in; `number` counts from 0."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """The text of the last turn."""
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


Answer = tuple[int, dict[str, str], bytes | Iterable[bytes]]  # in pieces, the body is sent as they come


def says(text: str | None, **choice: Any) -> Answer:
    """A completion with this content."""
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "stand-in",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}, **choice}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 3},
    }
    return 200, {}, orjson.dumps(body)


def fails(status: int, message: str = "overloaded", **headers: str) -> Answer:
    """An error as endpoints spell it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, named, orjson.dumps({"error": {"message": message, "type": "error"}})


@dataclass
class ChatEndpointServer:
    """The server; `respond` decides each answer, `calls` are the requests so far."""

    respond: Callable[[Call], Answer] = field(default=lambda call: says("ready"))
    calls: list[Call] = field(default_factory=list)
    base_url: str = ""
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, handler: BaseHTTPRequestHandler) -> Answer:
        """Notes a request and decides its answer."""
        length = int(handler.headers.get("Content-Length") or 0)
        body = orjson.loads(handler.rfile.read(length) or b"{}")
        with self._lock:
            call = Call(len(self.calls), handler.path, dict(handler.headers), body)
            self.calls.append(call)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            return self.respond(call)
        finally:
            with self._lock:
                self._now -= 1


@contextmanager
def serving() -> Iterator[ChatEndpointServer]:
    """A running stand-in on a free port of this machine."""
    endpoint = ChatEndpointServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            status, headers, body = endpoint.take(self)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if isinstance(body, bytes):
                self.send_header("Content-Length", str(len(body)))
            else:
                self.send_header("Connection", "close")
            with suppress(ConnectionError):  # the client may have given up
                self.end_headers()
                for piece in [body] if isinstance(body, bytes) else body:
                    self.wfile.write(piece)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="chat-endpoint", daemon=True).start()
    endpoint.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
