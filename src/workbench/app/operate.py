"""What an operator does on the machine itself: prepare, serve, work, check, back up, restore.

The command line reaches these through `sdk/local.py`; everything a person does with data goes through the API.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
import structlog

from workbench import __version__, migrations
from workbench.app import backup, logging
from workbench.app.backup import verify_backup
from workbench.app.doctor import Finding, examine
from workbench.app.restore import restore
from workbench.backends.bundle import Backends
from workbench.backends.settings import Settings, load_settings
from workbench.features.identity import service as identity
from workbench.kernel import collector
from workbench.kernel.errors import Invalid, NotFound

__all__ = ["Finding", "back_up", "examine", "prepare", "restore", "serve", "sign_in_link", "verify_backup", "work"]

log = structlog.get_logger()

RESTART_SECONDS = 1.0


@dataclass(frozen=True)
class Prepared:
    """An opened workbench; `link` is the one-time sign-in address path of a first start."""

    backends: Backends
    link: str | None


def prepare(settings: Settings | None = None) -> Prepared:
    """Opens the workbench: makes folders, upgrades the database, and on a first start the workspace and its admin."""
    settings = settings or load_settings()
    logging.configure(settings)
    backends = Backends.open(settings)
    backends.database.check()
    migrations.upgrade(backends.database)
    backends.queue.prepare()
    with backends.database.begin() as session:
        first = identity.first_start(session)
    if first is not None:
        _write_private(settings.home / "token", first.local_token)
        return Prepared(backends, f"/sign-in/{first.link_token}")
    return Prepared(backends, None)


def sign_in_link(settings: Settings) -> str:
    """A fresh one-time link for the first admin, as an address path; also renews the local token file."""
    prepared = prepare(settings)
    with prepared.backends.database.begin() as session:
        renewed = identity.renew_local_access(session)
    _write_private(settings.home / "token", renewed.local_token)
    prepared.backends.close()
    return f"/sign-in/{renewed.link_token}"


def serve(settings: Settings, *, worker: bool = True, announce: Callable[[str, str | None], None]) -> None:
    """Serves until stopped. `announce(url, link path)` is called once the address is known.

    With `worker`, a child process works on jobs and is started again whenever it dies.
    Raises `Invalid` when other machines could reach it and no public address is set, or the port cannot be had.
    """
    with collector.paused():
        import uvicorn

        from workbench.app.main import create_app

    if not settings.is_loopback and not settings.public_url:
        raise Invalid(
            f"Binding to {settings.host} opens the workbench to the network.",
            field="public_url",
            fix="Set WORKBENCH_PUBLIC_URL to the https address that people will use.",
        )
    listener, settings = listen(settings)
    prepared = prepare(settings)
    app = create_app(prepared.backends)
    collector.calm()
    note = settings.home / "server.json"
    config = uvicorn.Config(
        app,
        log_config=None,  # its loggers pass on to ours, which leave out what an exception quotes
        log_level="warning",
        access_log=False,
        proxy_headers=settings.public_url is not None,
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    server = uvicorn.Server(config)
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(lambda: stopping.is_set() or server.should_exit,), daemon=True)
    if worker:
        keeper.start()
    found_by = {"url": settings.address, "instance": app.state.instance, "pid": os.getpid(), "version": __version__}
    note.write_bytes(orjson.dumps(found_by))
    if threading.current_thread() is threading.main_thread():
        # The server raises the signal that stopped it once more at its end: dying of it would leave the worker behind.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        announce(settings.public_url or settings.address, prepared.link)
        server.run(sockets=[listener])
    finally:
        stopping.set()
        note.unlink(missing_ok=True)
        if worker:
            keeper.join(timeout=10)


def back_up(settings: Settings, file: Path) -> backup.BackupReport:
    """Writes a verified backup of these settings' workbench, while people go on working. Nothing is upgraded."""
    backends = Backends.open(settings)
    try:
        if migrations.revisions(backends.database)[0] is None:
            raise NotFound(f"There is no workbench in {settings.home} yet.", fix="Name its folder with --home.")
        return backup.back_up(backends, file)
    finally:
        backends.close()


def work(settings: Settings) -> None:
    """Works on jobs until stopped by a signal. Ends the process: this does not return."""
    from workbench.app.worker import start_worker

    prepared = prepare(settings)
    stop = start_worker(prepared.backends)
    collector.calm()
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    server = int(os.environ.get("WORKBENCH_CHILD", "0"))
    while not done.wait(0.5):
        if server and os.getppid() != server:
            break  # the server that started this worker is gone, maybe before it stood; its successor starts another
    stop()
    prepared.backends.close()
    sys.stdout.flush()
    sys.stderr.flush()
    # A job in the middle goes on from its checkpoint in the next worker. Left to Python's own end it would run on into
    # a program that gives out no threads any more, and fail of that.
    os._exit(0)


def _keep_worker(is_stopping: Callable[[], bool]) -> None:
    """Runs a worker process, and starts another when it dies, until the server stops."""
    while not is_stopping():
        child = subprocess.Popen(
            [sys.executable, "-m", "workbench.cli.main", "worker"],
            env={**os.environ, "WORKBENCH_CHILD": str(os.getpid())},
        )
        while child.poll() is None and not is_stopping():
            time.sleep(0.2)
        if is_stopping():
            child.terminate()
            try:
                child.wait(timeout=8)
            except subprocess.TimeoutExpired:
                child.kill()
            return
        log.warning("the worker died and is started again", exit=child.returncode)
        time.sleep(RESTART_SECONDS)


def listen(settings: Settings) -> tuple[socket.socket, Settings]:
    """The socket to serve from, and the settings with the port that it really has, which also names the cookie.

    Raises `Invalid` when the port cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sends small answers without delay only over sockets that say they are TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        raise Invalid(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}.",
            field="port",
            fix="Stop what uses the port, or choose another with WORKBENCH_PORT (0 picks a free one).",
        ) from error
    listener.listen(2048)
    return listener, settings.model_copy(update={"port": listener.getsockname()[1]})


def _write_private(path: Path, text: str) -> None:
    """Writes a secret readable by its owner alone, whole or not at all."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
