"""What an operator types: back up, verify, restore, look."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from workbench.cli.main import app
from workbench.sdk import Workbench


def type_in(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_backup_is_written_verified_and_restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_URL", raising=False)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    file = tmp_path / "monday.tar"
    with Workbench.embedded(tmp_path / "home") as wb:
        wb.catalogs.create("kept")
    written = type_in("--home", tmp_path / "home", "backup", file, "--json")
    assert written.exit_code == 0, written.stderr
    verified = type_in("backup-verify", file, "--json")
    assert json.loads(verified.stdout) == json.loads(written.stdout)
    assert type_in("--home", tmp_path / "home", "backup", file).exit_code == 4, "a backup is never overwritten"
    restored = type_in("--home", tmp_path / "fresh", "restore", file)
    assert restored.exit_code == 0, restored.stderr
    assert restored.stdout.startswith(f"Restored {file}: ")
    assert len(restored.stdout.splitlines()) == 1, "a person gets a sentence, programs the list of everything"
    with Workbench.embedded(tmp_path / "fresh") as wb:
        assert [catalog.name for catalog in wb.catalogs.list()] == ["kept"]


def test_a_folder_without_a_workbench_cannot_be_backed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "empty"))
    done = type_in("--home", tmp_path / "empty", "backup", tmp_path / "none.tar")
    assert done.exit_code == 3
    assert "no workbench" in done.stderr
    assert not (tmp_path / "none.tar").exists()
