"""How a client finds its workbench: an address, the server of this home, or the workbench itself, in-process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from workbench.backends.settings import Settings
from workbench.cli.main import app
from workbench.kernel.errors import Conflict, Forbidden, Invalid, Unavailable
from workbench.sdk import Workbench, transport


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WORKBENCH_URL", "WORKBENCH_TOKEN", "WORKBENCH_HOME", "WORKBENCH_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def server(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real server on this home, on a free port, without a worker."""
    command = [sys.executable, "-m", "workbench.cli.main", "--home", str(home), "serve", "--port", "0", "--no-worker"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + 60
    while transport.running_server(home) is None:
        assert process.poll() is None, process.stdout.read().decode() if process.stdout else ""
        assert time.monotonic() < deadline, "the server did not come up"
        time.sleep(0.1)
    yield process
    process.kill()
    process.wait()


def test_the_server_of_a_home_is_found_and_its_death_is_noticed(
    home: Path, server: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = orjson.loads((home / "server.json").read_bytes())["url"]
    with Workbench.connect(home) as wb:
        assert wb.address == url
        assert wb.me.get().name == "Admin"
        assert wb.openapi()["info"]["title"]

    monkeypatch.setenv("WORKBENCH_URL", url)
    with Workbench.connect() as stranger, pytest.raises(Forbidden):
        stranger.me.get()
    monkeypatch.setenv("WORKBENCH_TOKEN", (home / "token").read_text())
    with Workbench.connect() as known:
        assert known.me.get().role == "admin"

    server.send_signal(signal.SIGKILL)
    server.wait()
    assert (home / "server.json").exists(), "killed, it could not clean up"
    with Workbench.connect() as gone, pytest.raises(Unavailable, match="workbench serve"):
        gone.me.get()
    with Workbench.connect(home) as embedded:
        assert embedded.address == str(home)
        assert embedded.me.get().name == "Admin"


def test_an_embedded_workbench_is_made_on_first_use(home: Path) -> None:
    with Workbench.embedded(home) as wb:
        assert wb.me.get().workspace.slug == "main"
    assert oct((home / "token").stat().st_mode)[-3:] == "600"
    (home / "token").unlink()
    with Workbench.embedded(home) as wb:
        assert wb.me.get().role == "admin", "a lost token is renewed"


def test_two_embedded_workbenches_share_a_process_but_not_a_worker(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a\n1\n")
    with Workbench.embedded(home) as one, Workbench.embedded(tmp_path / "other") as other:
        for wb in (one, other):
            wb.catalogs.create("c")
            wb.catalogs.create_schema("c", "s")
        one.jobs.wait(one.tables.upload(file, "c.s.t").id)
        with pytest.raises(Conflict, match="already works"):
            other.tables.upload(file, "c.s.t")
        job = other.jobs.list().first()
        assert job is not None
        one.close()
        assert other.jobs.wait(job.id).done == 1
        assert other.tables.get("c.s.t").row_count == 1


def test_a_program_that_never_closes_its_workbench_ends(home: Path) -> None:
    code = "from workbench.sdk import Workbench; wb = Workbench.embedded(); wb.me.get(); raise SystemExit(3)"
    environment = {**os.environ, "WORKBENCH_HOME": str(home)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, timeout=120, check=False).returncode == 3


@pytest.mark.parametrize("ending", ["wb.close()", "pass"])
def test_a_program_that_still_watches_jobs_ends(home: Path, ending: str) -> None:
    file = home.parent / "rows.csv"
    file.write_text("a\n1\n")
    code = f"""
from workbench.sdk import Workbench
wb = Workbench.embedded()
wb.catalogs.create("c")
wb.catalogs.create_schema("c", "s")
changes = wb.jobs.watch()
wb.tables.upload({str(file)!r}, "c.s.t")
next(changes)
{ending}
"""
    environment = {**os.environ, "WORKBENCH_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, timeout=60, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_in_a_running_event_loop_and_with_a_quiet_end(home: Path) -> None:
    """As in a notebook, whose main thread runs an event loop; nothing that was loaded is reported as leaked."""
    file = home.parent / "rows.csv"
    file.write_text("a\n1\n")
    code = f"""
import asyncio
from workbench.sdk import Workbench

async def cell():
    with Workbench.embedded() as wb:
        wb.catalogs.create("c")
        wb.catalogs.create_schema("c", "s")
        print(wb.jobs.wait(wb.tables.upload({str(file)!r}, "c.s.t").id).done)

asyncio.run(cell())
"""
    environment = {**os.environ, "WORKBENCH_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, timeout=120, check=False, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


@pytest.mark.parametrize("address", ["workbench.example.org", "http://::1:8800"])
def test_an_address_must_be_one(address: str) -> None:
    with pytest.raises(Invalid, match="is not an address") as wrong:
        Workbench(address)
    assert wrong.value.fix == "Write it as https://workbench.example.org."


def test_an_address_with_colons_is_put_in_brackets() -> None:
    assert Settings(host="::1", port=8800).address == "http://[::1]:8800"


def test_the_home_that_workbench_toml_names_is_the_one_looked_at(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home.parent)
    (home.parent / "workbench.toml").write_text('home = "home"')
    looked_at: list[Path] = []
    monkeypatch.setattr(transport, "running_server", lambda folder: looked_at.append(folder))
    with Workbench.connect() as wb:
        assert wb.address == str(home)
    assert looked_at == [home]


def test_no_token_is_sent_to_a_server_that_only_listens_where_ours_did(
    home: Path, server: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    note = orjson.loads((home / "server.json").read_bytes())
    (other / "server.json").write_bytes(orjson.dumps(note | {"instance": "killed"}))
    assert transport.running_server(home) == note["url"]
    assert transport.running_server(other) is None
    (other / "server.json").write_bytes(orjson.dumps(note | {"url": "http://::1:8800"}))
    assert transport.running_server(other) is None


def test_a_part_that_does_not_exist_says_which_do(home: Path) -> None:
    with Workbench("http://127.0.0.1:1") as wb, pytest.raises(AttributeError, match="sheets"):
        wb.sheet  # noqa: B018 - asking is the test


def test_settings_that_are_wrong_name_the_setting(home: Path) -> None:
    with pytest.raises(Invalid, match="worker_jobs"):
        Workbench.embedded(home, worker_jobs=0)
    assert not os.path.exists(home)


def test_a_token_that_is_given_is_used_wherever_it_leads(
    home: Path, server: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*options: str) -> Any:
        done = CliRunner().invoke(app, [*options, "me", "show", "--json"])
        return json.loads(done.stdout if done.exit_code == 0 else done.stderr)

    with Workbench.connect(home) as wb:
        token = wb.tokens.create("reader", ["read"], days=1).secret
        assert token is not None
        url = wb.address
    for options in (("--home", str(home)), ("--url", url)):
        assert asked(*options, "--token", "wb_wrong")["type"] == "not-signed-in"
        assert asked(*options, "--token", token)["role"] == "admin"
    monkeypatch.setenv("WORKBENCH_URL", url)
    monkeypatch.setenv("WORKBENCH_TOKEN", "wb_wrong")
    monkeypatch.delenv("WORKBENCH_HOME")
    assert asked("--token", token)["role"] == "admin"
    monkeypatch.setenv("WORKBENCH_WORKSPACE", "elsewhere")
    assert "role" not in asked("--url", url, "--token", token), "the environment names the workspace, here too"


def test_an_embedded_workbench_is_opened_with_the_token_that_is_given(home: Path) -> None:
    with Workbench.connect(home, token="wb_wrong") as wb, pytest.raises(Forbidden):
        wb.me.get()
