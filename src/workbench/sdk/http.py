"""One connection to a workbench: requests in, typed shapes or the kernel's errors out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import IO, Any, TypeVar, cast, overload
from uuid import UUID, uuid4

import httpx2
import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from workbench.kernel.errors import Unavailable
from workbench.kernel.paging import Page
from workbench.sdk.errors import error_from
from workbench.sdk.paging import Pages

API = "/api/v1"
TIMEOUT = httpx2.Timeout(60.0, connect=5.0)
PAUSES = (0.2, 0.8, 2.0)  # seconds before each further try
T = TypeVar("T")


class Http:
    """Sends requests. A POST carries an idempotency key, so a lost connection is tried again without doing it twice.

    `wake` is called after a job was submitted, so that an embedded workbench works on it.
    """

    def __init__(self, client: httpx2.Client, *, wake: Callable[[], None] | None = None) -> None:
        self._client = client
        self.wake = wake or (lambda: None)

    def get(self, path: str, shape: type[T], /, **params: Any) -> T:
        """One thing."""
        return _read(self._send("GET", path, params=params), shape)

    def pages(self, path: str, shape: type[T], /, **params: Any) -> Pages[T]:
        """A list, loaded as it is read."""

        def load(cursor: str | None, limit: int | None) -> Page[T]:
            chosen = {**params, "cursor": cursor, "limit": min(limit, 500) if limit else params.get("limit")}
            return _read(self._send("GET", path, params=chosen), _page_of(cast(Any, shape)))

        return Pages(load)

    @overload
    def post(self, path: str, shape: type[T], body: Any = None, /, **params: Any) -> T: ...
    @overload
    def post(self, path: str, shape: None, body: Any = None, /, **params: Any) -> None: ...
    def post(self, path: str, shape: type[T] | None, body: Any = None, /, **params: Any) -> T | None:
        """Makes or does something, once."""
        return self._write("POST", path, shape, body, params)

    @overload
    def put(self, path: str, shape: type[T], body: Any = None, /, **params: Any) -> T: ...
    @overload
    def put(self, path: str, shape: None, body: Any = None, /, **params: Any) -> None: ...
    def put(self, path: str, shape: type[T] | None, body: Any = None, /, **params: Any) -> T | None:
        """Replaces something."""
        return self._write("PUT", path, shape, body, params)

    @overload
    def patch(self, path: str, shape: type[T], body: Any = None, /, **params: Any) -> T: ...
    @overload
    def patch(self, path: str, shape: None, body: Any = None, /, **params: Any) -> None: ...
    def patch(self, path: str, shape: type[T] | None, body: Any = None, /, **params: Any) -> T | None:
        """Changes parts of something."""
        return self._write("PATCH", path, shape, body, params)

    @overload
    def delete(self, path: str, shape: type[T], /, **params: Any) -> T: ...
    @overload
    def delete(self, path: str, shape: None = None, /, **params: Any) -> None: ...
    def delete(self, path: str, shape: type[T] | None = None, /, **params: Any) -> T | None:
        """Removes something."""
        return self._write("DELETE", path, shape, None, params)

    def upload(self, path: str, shape: type[T], name: str, file: IO[bytes], /, **fields: Any) -> T:
        """Sends a file and form fields, streamed; not tried again by itself."""
        with self._translated():
            answer = self._client.post(
                API + path,
                data=_plain(fields),
                files={"file": (name, file)},
                headers={"Idempotency-Key": uuid4().hex},
                timeout=httpx2.Timeout(None, connect=5.0),
            )
            return _read(_checked(answer), shape)

    @contextmanager
    def stream(self, path: str, /, **params: Any) -> Iterator[httpx2.Response]:
        """An open answer whose body is read piece by piece, however large it is."""
        with self._translated():
            timeout = httpx2.Timeout(None, connect=5.0)
            with self._client.stream("GET", API + path, params=_plain(params), timeout=timeout) as answer:
                if answer.status_code >= 400:
                    raise error_from(answer.status_code, answer.read())
                yield answer

    def fetch(self, path: str, /, **params: Any) -> bytes:
        """The whole body of a small file."""
        return self._send("GET", path, params=params).content

    def save(self, path: str, target: Path, /, *, sha256: str | None = None, **params: Any) -> Path:
        """Writes a file's content to `target`, whole or not at all; returns `target`.

        Raises `Unavailable` when what arrived does not have the hash it should have.
        """
        partial = target.with_name(f"{target.name}.part")
        found = hashlib.sha256()
        try:
            with self.stream(path, **params) as answer, partial.open("wb") as file:
                for piece in answer.iter_bytes():
                    found.update(piece)
                    file.write(piece)
            if sha256 is not None and found.hexdigest() != sha256:
                raise Unavailable(f"{target.name} did not arrive whole.", fix="Download it again.")
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return target

    def _write(self, method: str, path: str, shape: type[T] | None, body: Any, params: dict[str, Any]) -> T | None:
        headers = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
        content = None
        if body is not None:
            content = orjson.dumps(_jsonable(body))
            headers["Content-Type"] = "application/json"
        answer = self._send(method, path, params=params, content=content, headers=headers)
        return None if shape is None else _read(answer, shape)

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any],
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        # What changes something without a key is repeated only when it surely never arrived.
        lost = httpx2.TransportError if method in ("GET", "POST") else httpx2.ConnectError
        with self._translated():
            for pause in PAUSES:
                try:
                    return _checked(self._request(method, path, params, content, headers))
                except lost:
                    time.sleep(pause)
            return _checked(self._request(method, path, params, content, headers))

    def _request(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any],
        content: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> httpx2.Response:
        return self._client.request(method, API + path, params=_plain(params), content=content, headers=headers)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except httpx2.TimeoutException as error:
            raise Unavailable(f"The workbench at {self._client.base_url} took too long to answer.") from error
        except httpx2.TransportError as error:
            raise Unavailable(
                f"The workbench at {self._client.base_url} does not answer: {error}.",
                fix="Check the address, or start it with `workbench serve`.",
            ) from error


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


@cache
def _page_of(shape: Any) -> Any:
    return Page[shape]


def _read(answer: httpx2.Response, shape: type[T]) -> T:
    # A newer server may send fields that this client does not know yet.
    reader: TypeAdapter[T] = _adapter(cast(Any, shape))
    try:
        return reader.validate_json(answer.content, extra="ignore")
    except ValidationError as error:
        raise Unavailable(
            f"The answer of {answer.url.host} is not what this client knows.",
            fix="Check the address, and use a client of the server's version.",
        ) from error


def _checked(answer: httpx2.Response) -> httpx2.Response:
    if answer.status_code >= 400:
        raise error_from(answer.status_code, answer.read())
    return answer


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(value) for name, value in params.items() if value is not None}


def _text(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_text(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def _jsonable(body: Any) -> Any:
    if isinstance(body, BaseModel):
        return body.model_dump(mode="json", exclude_unset=True)
    if isinstance(body, Mapping):
        return {key: _jsonable(value) for key, value in body.items()}
    if isinstance(body, list | tuple | set | frozenset):
        return [_jsonable(part) for part in body]
    return body
