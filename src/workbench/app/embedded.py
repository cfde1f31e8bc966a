"""The whole workbench inside another process: the same application, reached without a network."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyio.from_thread import start_blocking_portal

from workbench.app import operate
from workbench.app.main import create_app
from workbench.app.transport import InProcessTransport
from workbench.app.worker import WorkerAlreadyRuns, start_worker
from workbench.backends.settings import load_settings
from workbench.kernel.errors import Conflict

ADDRESS = "http://127.0.0.1:8800"  # never connected to; a loopback name, which the sign-in layer trusts

_working: set[Path] = set()  # the job queue's library runs once in a process; this is the home it runs for


@dataclass(frozen=True)
class Embedded:
    """An opened workbench: a transport for HTTP clients, the local token, and `work`, which starts the worker."""

    address: str
    home: Path
    token: str
    transport: InProcessTransport
    work: Callable[[], None]
    close: Callable[[], None]


def open_embedded(**overrides: Any) -> Embedded:
    """Opens the workbench of the settings in force, with some replaced (`home=…`). Close it when done.

    The worker starts with the first call of `work`, and not at all when another process works on this home.
    """
    settings = load_settings(**overrides)
    prepared = operate.prepare(settings)
    token = settings.home / "token"
    if not token.exists():
        operate.sign_in_link(settings)
    closing = ExitStack()
    # a program that ends without closing, or by an error, would otherwise wait for ever for the portal's thread
    atexit.register(closing.close)
    closing.callback(atexit.unregister, closing.close)
    closing.callback(prepared.backends.close)
    portal = closing.enter_context(start_blocking_portal())
    transport = InProcessTransport(create_app(prepared.backends), portal)
    closing.callback(transport.close)
    worker: list[Callable[[], None]] = []

    def work() -> None:
        if worker:
            return
        if _working:
            raise Conflict(
                f"This process already works on the jobs of {next(iter(_working))}.",
                fix="Close that workbench first, or run `workbench worker` for this one.",
            )
        try:
            worker.append(start_worker(prepared.backends))
        except WorkerAlreadyRuns:
            return
        _working.add(settings.home)
        closing.callback(_working.discard, settings.home)
        closing.callback(worker[0])

    return Embedded(
        address=ADDRESS,
        home=settings.home,
        token=token.read_text().strip(),
        transport=transport,
        work=work,
        close=closing.close,
    )
