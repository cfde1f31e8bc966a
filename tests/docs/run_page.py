"""Runs the code blocks of one page as a reader would: in order, in one folder, with one workbench.

`python tests/docs/run_page.py PAGE` runs them in the current folder. Shell blocks run in bash, each by itself; Python
blocks share their names, as in one session. The first block that fails ends the page, naming its line.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

RUNS = {"sh", "python"}
FENCE = re.compile(
    r"^(?P<comment><!-- shown, not run: (?P<reason>.+?) -->\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.M | re.S
)


@dataclass(frozen=True)
class Block:
    """A piece of code of a page; `line` is that of its first line. One with a `reason` is shown, not run."""

    language: str
    code: str
    line: int
    reason: str | None


def blocks(page: Path) -> list[Block]:
    """Every shell and Python block of a page."""
    text = page.read_text()
    return [
        Block(found["language"], found["code"], text[: found.start("code")].count("\n") + 1, found["reason"])
        for found in FENCE.finditer(text)
        if found["language"] in RUNS
    ]


def run(page: Path) -> None:
    """Runs what is to be run of a page. Raises what the first failing block raises."""
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page):
        if block.reason:
            continue
        started = time.monotonic()
        if block.language == "sh":
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", block.code], check=False)
            if done.returncode:
                sys.exit(f"{page}:{block.line}: this block ended with {done.returncode}:\n{block.code}")
        else:
            # empty lines before the code make a traceback name the line of the page
            exec(compile("\n" * (block.line - 1) + block.code, str(page), "exec"), names)
        print(f"{page.name}:{block.line} ran in {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
