"""The guarded client goes nowhere it may not: by address, name, redirect, scheme or disguise; nor does it take more
bytes, or wait longer, than it was told to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chat_endpoint import ChatEndpointServer, says, serving

from workbench.backends.outbound import (
    MAX_ANSWER,
    AddressRefused,
    NoConnection,
    Outbound,
    TooSlow,
    checked_url,
    is_allowed,
)
from workbench.kernel.errors import Invalid

LOOPBACK = ["127.0.0.0/8", "::1/128"]
INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "nonsense", "",
]  # fmt: skip


@pytest.fixture
def server() -> Iterator[ChatEndpointServer]:
    with serving() as running:
        yield running


def post(url: str, allow: list[str], *, timeout_seconds: float = 5, **headers: str) -> Any:
    async def send() -> Any:
        async with Outbound(allow) as client:
            return await client.post(url, b"{}", headers, timeout_seconds=timeout_seconds)

    return asyncio.run(send())


@pytest.mark.parametrize("address", INSIDE)
def test_inside_addresses_are_refused_in_every_disguise(address: str) -> None:
    assert not is_allowed(address, [], public=True)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_public_addresses_are_allowed_by_https_alone(address: str) -> None:
    assert is_allowed(address, [], public=True)
    assert not is_allowed(address, [], public=False)


@given(st.ip_addresses())
def test_only_global_addresses_pass_without_a_network(address: Any) -> None:
    if is_allowed(str(address), [], public=True):
        assert (
            address.is_global
            or getattr(address, "ipv4_mapped", None)
            or getattr(address, "sixtofour", None)
            or (address.version == 6 and address in ipaddress.ip_network("64:ff9b::/96"))
        )


@given(st.ip_addresses(network="10.1.0.0/16"))
def test_an_allowed_network_opens_itself_and_its_mapped_form(address: Any) -> None:
    allow = [ipaddress.ip_network("10.1.0.0/16")]
    assert is_allowed(str(address), allow, public=False)
    assert is_allowed(f"::ffff:{address}", allow, public=False)


def test_an_address_is_checked_when_the_connection_opens(server: ChatEndpointServer) -> None:
    with pytest.raises(AddressRefused):
        post(server.base_url, [])
    assert not server.calls
    assert post(server.base_url, LOOPBACK).status == 200


def test_a_name_that_leads_inside_is_refused(server: ChatEndpointServer, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(server.base_url.split(":")[2].partition("/")[0])
    real = socket.getaddrinfo

    def rebinding(host: Any, *rest: Any, **named: Any) -> Any:
        return real("127.0.0.1" if host == "models.example.org" else host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(AddressRefused, match=r"models\.example\.org"):
        post(f"http://models.example.org:{port}/v1", ["10.0.0.0/8"])
    assert not server.calls


def test_a_redirect_inside_is_refused(server: ChatEndpointServer) -> None:
    server.respond = lambda call: (307, {"Location": "http://169.254.169.254/latest/meta-data"}, b"")
    with pytest.raises(AddressRefused, match=r"169\.254"):
        post(server.base_url, LOOPBACK)


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"])
def test_a_redirect_to_another_scheme_is_refused(server: ChatEndpointServer, place: str) -> None:
    server.respond = lambda call: (307, {"Location": place}, b"")
    with pytest.raises(Invalid):
        post(server.base_url, LOOPBACK)


def test_redirects_end(server: ChatEndpointServer) -> None:
    server.respond = lambda call: (307, {"Location": call.path}, b"")
    with pytest.raises(NoConnection, match="redirects more than"):
        post(server.base_url, LOOPBACK)


def test_a_post_is_not_turned_into_something_else(server: ChatEndpointServer) -> None:
    server.respond = lambda call: (302, {"Location": "/elsewhere"}, b"")
    with pytest.raises(NoConnection, match="redirects"):
        post(server.base_url, LOOPBACK)
    assert len(server.calls) == 1


def test_the_key_stays_with_its_origin(server: ChatEndpointServer) -> None:
    with serving() as other:
        server.respond = lambda call: (307, {"Location": f"{other.base_url}/chat"}, b"")
        other.respond = lambda call: says("hello")
        assert post(server.base_url, LOOPBACK, Authorization="Bearer secret").status == 200
        assert server.calls[0].headers["Authorization"] == "Bearer secret"
        assert "Authorization" not in other.calls[0].headers


def test_a_proxy_of_the_environment_is_not_used(server: ChatEndpointServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert post(server.base_url, LOOPBACK).status == 200


def bomb(megabytes: int) -> bytes:
    """A small gzip that unpacks to so many megabytes."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()


def test_an_answer_is_unpacked_no_further_than_its_limit(server: ChatEndpointServer) -> None:
    packed = bomb(200)
    assert len(packed) < 1_000_000
    server.respond = lambda call: (200, {"Content-Encoding": "gzip"}, packed)
    tracemalloc.start()
    try:
        with pytest.raises(NoConnection, match="larger than 8,000,000 bytes"):
            post(server.base_url, LOOPBACK)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5 * MAX_ANSWER


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_an_answer_that_is_not_packed_as_it_says_is_no_answer(server: ChatEndpointServer, encoding: str) -> None:
    server.respond = lambda call: (200, {"Content-Encoding": encoding}, b"plain text")
    with pytest.raises(NoConnection, match="broke"):
        post(server.base_url, LOOPBACK)


def test_an_answer_that_drips_ends_with_the_time_allowed(server: ChatEndpointServer) -> None:
    """Each byte comes soon after the one before, so that no single wait is ever long."""
    given_up = threading.Event()

    def drops() -> Iterator[bytes]:
        while not given_up.wait(0.01):
            yield b" "

    server.respond = lambda call: (200, {}, drops())
    try:
        with pytest.raises(TooSlow, match=r"within 0\.3 seconds"):
            post(server.base_url, LOOPBACK, timeout_seconds=0.3)
    finally:
        given_up.set()


@pytest.mark.parametrize(
    "url",
    ["", "models.example.org", "file:///etc/passwd", "ftp://models.example.org", "http://", "https://user:word@example.org/v1",
     "https://example.org:99999", "https://example.org:port", "https://example.org/v1?key=1", "https://example.org/#x",
     "javascript:alert(1)", "//example.org"],
)  # fmt: skip
def test_only_plain_addresses_are_taken(url: str) -> None:
    with pytest.raises(Invalid):
        checked_url(url)


def test_a_wrong_network_names_the_setting() -> None:
    with pytest.raises(Invalid, match="outbound_allow"):
        Outbound(["10.0.0.0/99"])
