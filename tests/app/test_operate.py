"""What a server stands on before it serves."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from workbench.app.operate import listen
from workbench.backends.settings import Settings
from workbench.features.identity.cookies import cookie_name
from workbench.kernel.errors import Invalid


def test_two_servers_on_free_ports_do_not_share_a_cookie(tmp_path: Path) -> None:
    asked = Settings(home=tmp_path, port=0)
    (one, first), (two, second) = listen(asked), listen(asked)
    with one, two:
        assert first.port == one.getsockname()[1] != 0
        assert cookie_name(first) != cookie_name(second)
        with pytest.raises(Invalid, match="Cannot listen"):
            listen(first)


def test_it_listens_on_a_socket_that_says_it_is_tcp(tmp_path: Path) -> None:
    listener, _ = listen(Settings(home=tmp_path, port=0))
    with listener:
        assert listener.proto == socket.IPPROTO_TCP, "or asyncio would send small answers late"
