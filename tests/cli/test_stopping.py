"""Stopping the server takes its worker with it: none stays behind to hold the worker's name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "workbench.cli.main"]


def test_a_terminated_server_tidies_up(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {**os.environ, "WORKBENCH_HOME": str(home), "WORKBENCH_PORT": "0"}
    with subprocess.Popen([*COMMAND, "serve"], env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert any("/sign-in/" in line for line in iter(server.stdout.readline, ""))
        assert (home / "server.json").exists()
        server.terminate()
        assert server.wait(60) == 0
    assert not (home / "server.json").exists()


def test_a_worker_whose_server_went_while_it_started_ends(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "WORKBENCH_HOME": str(tmp_path / "home"),
        "WORKBENCH_CHILD": str(os.getppid()),  # not the process that starts it
    }
    assert subprocess.run([*COMMAND, "worker"], env=environment, timeout=120, check=False).returncode == 0
