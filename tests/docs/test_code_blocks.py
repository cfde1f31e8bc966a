"""Runs the code blocks of the README and of every page of the docs, each page in a folder and a workbench of its own.

A block that cannot run in a test says why in a comment right before it: `<!-- shown, not run: reason -->`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs import run_page

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs/guide").glob("*.md")),
]
MOST_SHOWN = 10  # blocks that are not run, in all pages together


def running(page: Path) -> bool:
    return any(not block.reason for block in run_page.blocks(page))


@pytest.mark.parametrize("page", [p for p in PAGES if running(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_blocks_run(page: Path, tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")},
        "WORKBENCH_HOME": str(tmp_path / "home"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
    }
    folder = tmp_path / "folder"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, run_page.__file__, str(page)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert "Traceback" not in done.stderr, done.stderr[-3000:]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"(?<!!)\[[^]]+\]\(([^)#]+)[^)]*\)", page.read_text())
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not broken


def test_the_security_page_names_tests_that_there_are() -> None:
    named = set(re.findall(r"`(tests/[^`]+)`", (ROOT / "docs" / "security.md").read_text()))
    assert len(named) > 20
    assert not [file for file in named if not (ROOT / file).is_file()]


def test_few_blocks_are_only_shown() -> None:
    shown = [f"{page.name}:{block.line}" for page in PAGES for block in run_page.blocks(page) if block.reason]
    assert len(shown) <= MOST_SHOWN, shown


def test_every_guide_is_found_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    missing = [page.name for page in PAGES if page.parent.name == "guide" and f"docs/guide/{page.name}" not in text]
    assert not missing
    assert len(PAGES) > 6
