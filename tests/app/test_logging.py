"""An error may quote a cell; the log does so only when it is asked to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from tests.conftest import MakeActor

from workbench.app.logging import configure
from workbench.backends.bundle import Backends
from workbench.backends.settings import Settings
from workbench.features.jobs import service as jobs
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Role

CELL = "Anna Visser, born in May"

# A served workbench in which asking for its health breaks, with what an error of a database would quote.
BREAKING = f"""
from workbench.app import operate
from workbench.backends.database import Database
from workbench.backends.settings import load_settings

def breaks(self):
    raise RuntimeError({CELL!r})

def announce(url, link):
    Database.check = breaks
    print(url, flush=True)

operate.serve(load_settings(), worker=False, announce=announce)
"""


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    yield capsys
    structlog.reset_defaults()


def parse(text: str) -> dict[str, Any]:
    try:
        int(text)
    except ValueError as error:
        raise LookupError(f"no row has {text}") from error
    return {}


@pytest.mark.parametrize("payloads", [False, True])
def test_a_broken_job_is_logged_with_its_data_only_when_asked(
    backends: Backends, actor: MakeActor, logged: pytest.CaptureFixture[str], payloads: bool
) -> None:
    configure(Settings(home=backends.settings.home, log_payloads=payloads))
    ada = actor(Role.ENGINEER)
    with backends.database.begin() as session:
        job = jobs.submit(
            session, ada, backends, kind="page.count", title="Count", subject_kind="page", subject_id=new_id(),
            arguments={}, total=1,
        )  # fmt: skip
    jobs.run_job(backends, {job.kind: jobs.JobKind("me", lambda _: parse(CELL))}, job.id, 1)
    log = logged.readouterr().err
    assert str(job.id) in log
    assert "ValueError" in log.partition("LookupError")[0], "what led to it is told first"
    assert "in parse" in log
    assert (CELL in log) is payloads


@pytest.mark.parametrize("payloads", ["false", "true"])
def test_a_broken_route_is_logged_with_its_data_only_when_asked(tmp_path: Path, payloads: str) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")},
        "WORKBENCH_HOME": str(tmp_path),
        "WORKBENCH_PORT": "0",
        "WORKBENCH_LOG_JSON": "true",
        "WORKBENCH_LOG_PAYLOADS": payloads,
    }
    command = [sys.executable, "-c", BREAKING]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            answer = httpx2.get(f"{server.stdout.readline().strip()}/api/v1/health", timeout=30)
        finally:
            server.terminate()
        log = server.communicate(timeout=30)[1]
    assert (answer.status_code, CELL in answer.text) == (500, False)
    told = [json.loads(line) for line in log.splitlines()]
    assert [line.get("logger") for line in told] == [None, "uvicorn.error"], "the workbench tells it, then its server"
    for line in told:
        assert "RuntimeError" in line["exception"]
        assert "in breaks" in line["exception"]
        assert (CELL in line["exception"]) is (payloads == "true")


def test_errors_that_led_to_each_other_end(logged: pytest.CaptureFixture[str]) -> None:
    configure(Settings(log_json=True))
    first, second = ValueError(CELL), KeyError(CELL)
    first.__cause__, second.__cause__ = second, first
    structlog.get_logger().error("both", exc_info=ExceptionGroup(CELL, [first, OSError(CELL)]))
    log = json.loads(logged.readouterr().err)
    assert log["exception"].splitlines() == [
        "builtins.KeyError", "which led to", "builtins.ValueError", "which led to", "builtins.OSError", "which led to",
        "builtins.ExceptionGroup",
    ]  # fmt: skip
