"""Where settings come from, and which of two wins."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.backends.settings import load_settings
from workbench.kernel.errors import Invalid


def test_the_file_is_read_the_environment_wins_over_it_and_an_argument_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("PORT", "WORKER_JOBS", "LOG_LEVEL"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    Path("workbench.toml").write_text('port = 9001\nworker_jobs = 5\nlog_level = "ERROR"\n')
    monkeypatch.setenv("WORKBENCH_WORKER_JOBS", "6")
    monkeypatch.setenv("WORKBENCH_LOG_LEVEL", "DEBUG")
    settings = load_settings(log_level="WARNING")
    assert (settings.port, settings.worker_jobs, settings.log_level) == (9001, 6, "WARNING")


def test_a_word_in_the_file_that_is_no_setting_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("workbench.toml").write_text("prot = 9001\n")
    with pytest.raises(Invalid, match="prot"):
        load_settings()


def test_a_list_in_the_environment_that_is_no_json_is_named_with_its_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_OUTBOUND_ALLOW", "10.0.0.0/8")
    with pytest.raises(Invalid) as wrong:
        load_settings()
    assert wrong.value.field == "outbound_allow"
    monkeypatch.setenv("WORKBENCH_OUTBOUND_ALLOW", (wrong.value.fix or "").split("'")[1])
    assert load_settings().outbound_allow == ["10.0.0.0/8"], "what the fix says works"


@pytest.mark.parametrize("content", [b"port = \n", b"port 9001", b'log_level = "\xff"'])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.chdir(tmp_path)
    Path("workbench.toml").write_bytes(content)
    with pytest.raises(Invalid, match="cannot be read") as wrong:
        load_settings()
    assert wrong.value.field == "workbench.toml"
