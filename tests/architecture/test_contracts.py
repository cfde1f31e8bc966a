"""The house stands as drawn: who may import whom, as `pyproject.toml` says it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nobody_imports_what_is_not_theirs() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_feature_has_its_place_in_the_flow() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    flow = next(contract for contract in contracts if contract["name"].startswith("The flow"))
    placed = {layer.removeprefix("workbench.features.") for layer in flow["layers"]}
    there = {folder.name for folder in (ROOT / "src/workbench/features").iterdir() if (folder / "__init__.py").exists()}
    assert placed == there
