"""The one guarded HTTP client: everything the workbench fetches from an address that a person typed goes through here.

What it refuses: schemes other than http and https; addresses inside private networks that the settings do not allow,
checked on the very address a connection is opened to, so that no name, redirect or DNS answer gets around it; plain
http to anything public; answers larger than asked for. It follows redirects only by asking again, and takes the key
along only to the same origin. It reads no proxy settings and keeps no cookies.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractCookieJar

from workbench.kernel.errors import Invalid, Unavailable

MAX_REDIRECTS = 3
MAX_ANSWER = 8_000_000  # bytes
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AddressRefused(Invalid):
    """The address lies where the workbench may not reach."""


class NoConnection(Unavailable):
    """No connection, or it broke."""


class TooSlow(Unavailable):
    """No whole answer within the time allowed."""


class _Refused(OSError):
    """An address that a connection was about to be opened to, and may not."""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def checked_url(url: str, field: str = "base_url") -> str:
    """The address without its last slash. Raises `Invalid` unless it is a plain http or https address."""
    try:
        parts = urlsplit(url.strip())
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        port_is_valid = False
    if not port_is_valid or parts.scheme not in ("http", "https") or not parts.hostname:
        raise Invalid(
            f"{url[:200]!r} is not an http or https address.",
            field=field,
            fix="For example https://models.example.org/v1",
        )
    if parts.username or parts.password:
        raise Invalid("The address contains a user name or password.", field=field, fix="Use a key name for secrets.")
    if parts.query or parts.fragment:
        raise Invalid("The address contains a query or fragment.", field=field, fix="Give the address up to its path.")
    return url.strip().rstrip("/")


def is_allowed(address: str, allow: Sequence[Network], *, public: bool) -> bool:
    """Whether a connection may be opened to an IP address: it is in an allowed network, or public and `public` holds.

    Addresses that carry another one inside (IPv4-mapped, 6to4, NAT64) are judged by the one inside.
    """
    try:
        found = _innermost(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if any(found.version == network.version and found in network for network in allow):
        return True
    return public and found.is_global and not found.is_multicast


def _innermost(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    nat64 = ipaddress.ip_network("64:ff9b::/96")
    inside = address.ipv4_mapped or address.sixtofour
    if inside is None and address in nat64:
        inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inside or address


class Outbound:
    """An open client. `allow` are the private networks (CIDR) it may reach. Used inside one event loop."""

    def __init__(self, allow: Sequence[str], *, connections: int = 100) -> None:
        try:
            self._allow: list[Network] = [ipaddress.ip_network(each, strict=False) for each in allow]
        except ValueError as error:
            raise Invalid(
                f"Setting outbound_allow: {error}.", field="outbound_allow", fix="List networks such as 10.1.0.0/16."
            ) from error
        self._connections = connections
        self._clients: dict[str, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Outbound:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(client.close() for client in self._clients.values()))

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, timeout_seconds: float, limit: int = MAX_ANSWER
    ) -> Response:
        """Sends `body` and reads the whole answer, whatever its status.

        Raises `AddressRefused`, `NoConnection`, or `TooSlow` when all of it takes longer than `timeout_seconds`.
        """
        return await self._send("POST", url, body, headers, timeout_seconds, limit)

    async def get(
        self, url: str, headers: Mapping[str, str], *, timeout_seconds: float, limit: int = MAX_ANSWER
    ) -> Response:
        """Reads an address. Raises as `post` does."""
        return await self._send("GET", url, None, headers, timeout_seconds, limit)

    async def _send(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], timeout: float, limit: int
    ) -> Response:
        try:
            async with asyncio.timeout(timeout):
                return await self._follow(method, url, body, headers, limit)
        except TimeoutError as error:
            raise TooSlow(f"{_host(url)} did not answer within {timeout:g} seconds.") from error
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _Refused):
                raise AddressRefused(
                    f"{_host(url)} leads to {error.os_error}, where the workbench may not reach.",
                    field="base_url",
                    fix="Have its network added to the setting outbound_allow, or use a public https address.",
                ) from error
            raise NoConnection(
                f"{_host(url)} cannot be reached: {error.os_error.strerror or error.os_error}."
            ) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NoConnection(f"The connection to {_host(url)} broke: {type(error).__name__}.") from error

    async def _follow(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], limit: int
    ) -> Response:
        origin = _origin(url)
        for _ in range(MAX_REDIRECTS + 1):
            url = checked_url(url)
            own = (
                headers
                if _origin(url) == origin
                else {k: v for k, v in headers.items() if k.lower() != "authorization"}
            )
            client = self._client(urlsplit(url).scheme)
            async with client.request(method, url, data=body, headers=own, allow_redirects=False) as answer:
                moved = answer.headers.get("Location") if answer.status in (301, 302, 303, 307, 308) else None
                if moved is None:
                    return Response(answer.status, dict(answer.headers), await _read(answer, limit))
                if method != "GET" and answer.status not in (307, 308):
                    raise NoConnection(f"{_host(url)} redirects a {method} to another address; name that one instead.")
                url = urljoin(url, moved)
        raise NoConnection(f"{_host(url)} redirects more than {MAX_REDIRECTS} times.")

    def _client(self, scheme: str) -> aiohttp.ClientSession:
        """One client for each scheme, since plain http may reach allowed networks only."""
        if scheme not in self._clients:
            public = scheme == "https"

            def open_socket(info: tuple[Any, ...]) -> socket.socket:
                family, kind, protocol, _, address = info
                if not is_allowed(address[0], self._allow, public=public):
                    raise _Refused(address[0] if public else f"{address[0]} by plain http")
                return socket.socket(family, kind, protocol)

            self._clients[scheme] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, socket_factory=open_socket),
                cookie_jar=_no_cookies(),
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=None),
                auto_decompress=True,
            )
        return self._clients[scheme]


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.content.iter_chunked(65536):
        size += len(part)
        if size > limit:
            raise NoConnection(f"The answer is larger than {limit:,} bytes.")
        parts.append(part)
    return b"".join(parts)


def _no_cookies() -> AbstractCookieJar:
    return aiohttp.DummyCookieJar()


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2] or url[:100]
