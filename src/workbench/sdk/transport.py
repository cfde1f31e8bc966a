"""Ways to a workbench: a server's address, the server of this machine, or the whole workbench inside this process."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
import orjson

from workbench.kernel import collector
from workbench.kernel.errors import Invalid
from workbench.sdk import local
from workbench.sdk.http import TIMEOUT, Http

LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Way:
    """An open way: where it leads, the requests over it, and how to close it."""

    address: str
    http: Http
    close: Callable[[], None]


def to_url(url: str, token: str | None, workspace: str | None) -> Way:
    """To a server by its address. Raises `Invalid` when the address is none."""
    wrong = Invalid(f"{url!r} is not an address.", field="url", fix="Write it as https://workbench.example.org.")
    if not url.startswith(("http://", "https://")):
        raise wrong
    try:
        client = httpx2.Client(base_url=url.rstrip("/"), headers=_headers(token, workspace), timeout=TIMEOUT)
    except httpx2.InvalidURL as error:
        raise wrong from error
    return Way(url, Http(client), client.close)


def to_embedded(home: Path | str | None, workspace: str | None, token: str | None = None, **settings: Any) -> Way:
    """To a workbench opened inside this process, without a server; its jobs run here unless another worker does.

    Without a token it acts as the admin of this machine.
    """
    with collector.paused():
        embedded = import_module("workbench.app.embedded").open_embedded(home=home, **settings)
    client = httpx2.Client(
        base_url=embedded.address,
        headers=_headers(token or embedded.token, workspace),
        transport=embedded.transport,
        timeout=TIMEOUT,
    )

    def close() -> None:
        client.close()
        embedded.close()

    return Way(str(embedded.home), Http(client, wake=embedded.work), close)


def to_nearest(
    home: Path | str | None = None, *, url: str | None = None, token: str | None = None, workspace: str | None = None
) -> Way:
    """To the address given, or WORKBENCH_URL unless a home is; else to the server of this home, else embedded.

    A token given is the one that is used, wherever that leads; WORKBENCH_TOKEN belongs to an address.
    """
    workspace = workspace or os.environ.get("WORKBENCH_WORKSPACE")
    url = url or (os.environ.get("WORKBENCH_URL") if home is None else None)
    if url:
        return to_url(url, token or os.environ.get("WORKBENCH_TOKEN"), workspace)
    folder = local.settings(home=home).home
    running = running_server(folder)
    if running:
        own = folder / "token"
        return to_url(running, token or (own.read_text().strip() if own.exists() else None), workspace)
    return to_embedded(home, workspace, token)


def running_server(home: Path) -> str | None:
    """The address of the server that says it serves this home, when it is the one that answers there."""
    try:
        note = orjson.loads((home / "server.json").read_bytes())
        answer = httpx2.get(f"{note['url']}/api/v1/health", timeout=LOOK_SECONDS)
        # A killed server leaves its note behind, and whoever listens there now must not be told our token.
        return str(note["url"]) if answer.json()["instance"] == note["instance"] else None
    except (OSError, ValueError, KeyError, TypeError, httpx2.TransportError, httpx2.InvalidURL):
        return None


def _headers(token: str | None, workspace: str | None) -> dict[str, str]:
    headers = {"User-Agent": "workbench-sdk"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if workspace:
        headers["X-Workspace"] = workspace
    return headers
