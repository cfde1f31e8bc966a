"""Runs the code blocks of the README and the guides, page by page, as a reader would: in order, in one folder.

Shell blocks of a page share a folder and a workbench of their own; Python blocks share their names. A block that
cannot run in a test says why in a comment right before it: `<!-- shown, not run: reason -->`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs/guide").glob("*.md"))]
RUNS = {"sh", "python"}
FENCE = re.compile(
    r"(?P<comment><!-- shown, not run: (?P<reason>.+?) -->\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True)
class Block:
    language: str
    code: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(found["language"], found["code"], text[: found.start("code")].count("\n") + 1)
        for found in FENCE.finditer(text)
        if found["language"] in RUNS and not found["reason"]
    ]


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_blocks_run(page: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")},
        "WORKBENCH_HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
    }
    python = ""
    for block in blocks(page):
        if block.language == "sh":
            command = ["bash", "-euo", "pipefail", "-c", block.code]
        else:
            # each Python block runs after those before it, so that a page reads as one session
            python += block.code + "\n"
            command = [sys.executable, "-c", python]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        where = f"{page.relative_to(ROOT)}:{block.line}"
        assert done.returncode == 0, f"{where} failed:\n{block.code}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def test_every_page_with_commands_is_found() -> None:
    assert ROOT / "README.md" in PAGES
    assert len(PAGES) > 3
