"""Errors, pages and docs tell people to run commands: each one that they name exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

import workbench
from workbench.cli.main import app

ROOT = Path(__file__).parents[2]
MENTION = re.compile(r"`workbench((?: [a-z][a-z-]*)+)")


def mentions() -> Iterator[tuple[str, list[str]]]:
    places = [*Path(workbench.__file__).parent.rglob("*.py"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    for file in places:
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            for found in MENTION.finditer(line):
                yield f"{file.relative_to(ROOT)}:{number}", found[1].split()


def exists(words: list[str]) -> bool:
    command: Any = typer.main.get_command(app)
    for word in words:
        if not hasattr(command, "commands"):
            return True  # what follows a command are its arguments
        if word not in command.commands:
            return False
        command = command.commands[word]
    return True


def test_every_command_that_is_mentioned_exists() -> None:
    wrong = [f"{place}: workbench {' '.join(words)}" for place, words in mentions() if not exists(words)]
    assert not wrong
    assert len(list(mentions())) > 20
