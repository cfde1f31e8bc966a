"""A whole workbench in processes of its own, which a test may kill at any moment."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx2
import psutil

from workbench.kernel.errors import Unavailable
from workbench.sdk import Workbench

T = TypeVar("T")
PATIENCE = 90.0  # seconds after which a condition that never came true fails the test


def until(ready: Callable[[], T | None], what: str) -> T:
    """What `ready` returns once it is something; fails after a long while, naming `what`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = ready()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{what} never happened")


@dataclass
class Served:
    """A served workbench: its server process and the worker that the server started, unless there is to be none."""

    home: Path
    database_url: str | None = None
    worker: bool = True
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _clients: dict[tuple[str, str | None], Workbench] = field(default_factory=dict, init=False)

    def start(self) -> None:
        """Starts the server on a free port and waits until it answers."""
        self.launch("serve", *([] if self.worker else ["--no-worker"]))
        until(self._answers, "the server's answer")

    def launch(self, *words: str, stdout: int = subprocess.DEVNULL, **variables: str) -> None:
        """Starts a command that ends up serving on a free port, with these environment variables more."""
        (self.home / "server.json").unlink(missing_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("WORKBENCH_")}
        environment |= {"WORKBENCH_HOME": str(self.home), "WORKBENCH_PORT": "0", "WORKBENCH_LOG_LEVEL": "ERROR"}
        if self.database_url:
            environment["WORKBENCH_DATABASE_URL"] = self.database_url
        command = [sys.executable, "-m", "workbench.cli.main", *words]
        self.process = subprocess.Popen(command, env=environment | variables, stdout=stdout)

    @property
    def url(self) -> str:
        """Where it serves."""
        return str(json.loads((self.home / "server.json").read_bytes())["url"])

    def connect(self, token: str | None = None) -> Workbench:
        """A client with this token, or with the local one, which is an admin's."""
        return Workbench(self.url, token=token or (self.home / "token").read_text())

    def client(self, token: str | None = None) -> Workbench:
        """As `connect`, but kept open for the next call: making one takes longer than most answers."""
        key = (self.url, token)
        if key not in self._clients:
            self._clients[key] = self.connect(token)
        return self._clients[key]

    def invite(self, name: str, role: str) -> str:
        """A new member's token: invited, accepted in a browser's way, and made by themselves."""
        with self.connect() as admin:
            link = admin.members.invite(f"{name}@example.org", role).link
        assert link is not None
        password = secrets.token_hex(12)
        with httpx2.Client(base_url=f"{self.url}/api/v1") as browser:
            accepted = {"token": link.rsplit("/", 1)[1], "name": name, "password": password}
            browser.post("/invitations/accept", json=accepted).raise_for_status()
            headers = {"X-Workbench-CSRF": browser.get("/me").json()["csrf_token"]}
            made = browser.post("/tokens", json={"name": "test", "scopes": ["read", "label"]}, headers=headers)
            return str(made.raise_for_status().json()["secret"])

    def workers(self) -> list[psutil.Process]:
        """The worker processes that live under the server."""
        assert self.process is not None
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            return [child for child in children if "worker" in child.cmdline()]
        return []

    def kill_worker(self, how: signal.Signals = signal.SIGKILL) -> None:
        """kill -9 to the worker, or another signal, once there is one; the server starts another."""
        worker = until(lambda: next(iter(self.workers()), None), "a worker")
        with suppress(psutil.NoSuchProcess):
            worker.send_signal(how)
            worker.wait(timeout=10)

    def kill(self, *, worker: bool = False) -> None:
        """kill -9 to the server; its worker notices and ends by itself, unless it is killed with it."""
        assert self.process is not None
        workers = self.workers()
        for each in workers if worker else []:
            each.kill()
        self.process.kill()
        self.process.wait()
        psutil.wait_procs(workers, timeout=20)

    def restart(self) -> None:
        """kill -9 to the server, and another one on the same home."""
        self.kill()
        self.start()

    def crash(self) -> None:
        """kill -9 to the worker and the server at once, as when the power fails, and all anew on the same home."""
        self.kill(worker=True)
        self.start()

    def stop(self) -> None:
        """Ends everything."""
        for client in self._clients.values():
            client.close()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "the server ended by itself"
        try:
            return httpx2.get(f"{self.url}/api/v1/health", timeout=2).status_code == 200
        except (httpx2.HTTPError, OSError, ValueError):
            return False


def served(home: Path, database_url: str | None) -> Iterator[Served]:
    """For fixtures: a started workbench that is stopped at the end."""
    workbench = Served(home, database_url)
    workbench.start()
    try:
        yield workbench
    finally:
        workbench.stop()


def again(served: Served, call: Callable[[Workbench], T], token: str | None = None) -> T:
    """Calls until the server, which may be dead for a moment, has answered; as a person who presses the key again."""

    def attempt() -> tuple[T] | None:
        try:
            return (call(served.client(token)),)
        except (Unavailable, OSError, json.JSONDecodeError):
            return None

    return until(attempt, "an answer")[0]
