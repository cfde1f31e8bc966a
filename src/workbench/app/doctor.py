"""What is configured, what answers, what is missing, and how to mend it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from workbench import __version__, migrations
from workbench.app.pages import BUILT
from workbench.backends.database import Database, unanswered
from workbench.backends.settings import KEY_PREFIX, Settings
from workbench.kernel.errors import Unavailable, WorkbenchError
from workbench.kernel.schema import Schema
from workbench.sdk.transport import running_server

LOW_DISK = 1 << 30


class Finding(Schema):
    """One thing that was looked at. `fix` says what to do unless the state is `ok`."""

    name: str
    state: Literal["ok", "warning", "problem"]
    detail: str
    fix: str | None = None


def examine(settings: Settings) -> list[Finding]:
    """Looks at everything the workbench needs; never changes anything."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _runtime, _home, _database, _worker, _server, _web, _catalogs, _network, _keys, _models,
    )  # fmt: skip
    findings: list[Finding] = []
    for check in checks:
        try:
            findings += check(settings)
        except (WorkbenchError, DatabaseError) as raised:
            error = unanswered(raised) if isinstance(raised, DatabaseError) else raised
            findings.append(Finding(name=check.__name__[1:], state="problem", detail=error.message, fix=error.fix))
    return findings


def _runtime(_settings: Settings) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding(name="version", state="ok", detail=f"workbench {__version__} on Python {version}")


def _home(settings: Settings) -> Iterator[Finding]:
    if not settings.home.exists():
        yield Finding(
            name="home",
            state="warning",
            detail=f"{settings.home} does not exist yet.",
            fix="It is made by the first `workbench serve`.",
        )
        return
    free = shutil.disk_usage(settings.home).free
    detail = f"{settings.home}, {free / (1 << 30):.1f} GiB free"
    if free < LOW_DISK:
        yield Finding(name="home", state="warning", detail=detail, fix="Free some disk, or move WORKBENCH_HOME.")
    else:
        yield Finding(name="home", state="ok", detail=detail)
    token = settings.home / "token"
    if not token.exists():
        yield Finding(
            name="local access",
            state="warning",
            detail="No local token: the command line cannot sign in here.",
            fix="Run `workbench sign-in-link`.",
        )
    elif token.stat().st_mode & 0o077:
        yield Finding(
            name="local access", state="problem", detail=f"{token} is readable by others.", fix=f"chmod 600 {token}"
        )


def _database(settings: Settings) -> Iterator[Finding]:
    shown = make_url(settings.database).render_as_string(hide_password=True)
    path = make_url(settings.database).database
    if settings.database.startswith("sqlite") and not Path(path or "").exists():
        yield Finding(
            name="database",
            state="warning",
            detail=f"{shown} does not exist yet.",
            fix="It is made by the first `workbench serve`.",
        )
        return
    database = Database(settings.database)
    try:
        database.check()
        at, head = migrations.revisions(database)
    finally:
        database.close()
    if at != head:
        yield Finding(
            name="database",
            state="problem",
            detail=f"{shown} is at schema {at}, this version needs {head}.",
            fix="Back up, then run `workbench upgrade`.",
        )
    else:
        yield Finding(name="database", state="ok", detail=f"{shown}, schema {at}")


def _worker(settings: Settings) -> Iterator[Finding]:
    from workbench.app.worker import WorkerLock

    if not settings.home.exists():
        return
    if WorkerLock(settings).is_held():
        yield Finding(name="worker", state="ok", detail=f"{settings.worker_name} runs")
    else:
        yield Finding(
            name="worker",
            state="warning",
            detail=f"No worker named {settings.worker_name} runs.",
            fix="Run `workbench serve`, or `workbench worker`.",
        )


def _server(settings: Settings) -> Iterator[Finding]:
    url = running_server(settings.home)  # a client's look: what a killed server left behind proves nothing
    if url:
        yield Finding(name="server", state="ok", detail=f"serves at {url}")
    else:
        yield Finding(
            name="server", state="warning", detail="No server answers on this home.", fix="Run `workbench serve`."
        )


def _web(_settings: Settings) -> Iterator[Finding]:
    if (BUILT / "index.html").is_file():
        yield Finding(name="web app", state="ok", detail="built")
    else:
        yield Finding(name="web app", state="warning", detail="The web app is not built.", fix="Run `make web`.")


def _catalogs(settings: Settings) -> Iterator[Finding]:
    if settings.catalogs.exists():
        names = sorted(p.name for p in settings.catalogs.iterdir() if p.is_dir())
        yield Finding(
            name="catalogs", state="ok", detail=f"{settings.catalogs}: workspaces {', '.join(names) or 'none yet'}"
        )


def _network(settings: Settings) -> Iterator[Finding]:
    if settings.is_loopback:
        yield Finding(name="network", state="ok", detail=f"binds to {settings.host}:{settings.port}, this machine only")
    elif settings.public_url is None:
        yield Finding(
            name="network",
            state="problem",
            detail=f"Binds to {settings.host} without a public address.",
            fix="Set WORKBENCH_PUBLIC_URL.",
        )
    elif not settings.public_url.startswith("https://"):
        yield Finding(
            name="network",
            state="warning",
            detail=f"{settings.public_url} is not https: passwords travel in the clear.",
            fix="Put a TLS proxy in front.",
        )
    else:
        yield Finding(name="network", state="ok", detail=settings.public_url)


def _keys(_settings: Settings) -> Iterator[Finding]:
    keys = sorted(name for name in os.environ if name.startswith(KEY_PREFIX))
    yield Finding(
        name="model keys", state="ok", detail=", ".join(keys) or "none set; the nearest-label model needs none"
    )


def _models(settings: Settings) -> Iterator[Finding]:
    from workbench.features.models import service as models

    database = _prepared(settings)
    if database is None:
        return
    try:
        reached = models.reach_model_endpoints(database, settings)
    finally:
        database.close()
    for each in reached:
        name, where = f"model {each.endpoint.name}", f"in workspace {each.workspace}"
        if each.problem is None:
            yield Finding(name=name, state="ok", detail=f"{each.endpoint.base_url} answers, {where}")
        else:
            yield Finding(name=name, state="problem", detail=f"{each.problem} ({where})", fix=each.fix)


def _prepared(settings: Settings) -> Database | None:
    """The database, open, when it is there and as this version needs it."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    database = Database(settings.database)
    try:
        database.check()
        at, head = migrations.revisions(database)
    except (Unavailable, DatabaseError):
        at, head = None, ""
    if at == head:
        return database
    database.close()
    return None
