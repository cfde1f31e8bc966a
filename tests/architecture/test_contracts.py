"""The house stands as drawn: who may import whom, as `pyproject.toml` says it."""

from __future__ import annotations

import re
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


def test_the_picture_shows_the_features_in_the_order_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    flow = next(each["layers"] for each in contracts if each["name"].startswith("The flow"))
    page = (ROOT / "ARCHITECTURE.md").read_text()
    picture = page.partition("features/")[2].partition("labels.submit")[0].partition("\n")[2]
    drawn = re.findall(r"[a-z]+", picture)
    assert drawn == [layer.rpartition(".")[2] for layer in reversed(flow)]
