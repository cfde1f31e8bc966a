"""The command line mirrors the SDK one to one, and starts quickly."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from tests.sdk.calls import cli_uses

from workbench import sdk
from workbench.cli.main import app

HEAVY = ("sqlalchemy", "fastapi", "pyarrow", "polars", "duckdb", "httpx2", "rich", "workbench.sdk")


def commands(command: Any = None, path: str = "workbench") -> Iterator[tuple[str, Any]]:
    command = command or typer.main.get_command(app)
    if hasattr(command, "commands"):
        for name, child in command.commands.items():
            yield from commands(child, f"{path} {name}")
    else:
        yield path, command


def test_every_sdk_method_has_a_command() -> None:
    methods = {
        (name, method)
        for name, part in sdk.PARTS.items()
        for method, _ in inspect.getmembers(part, inspect.isfunction)
        if not method.startswith("_")
    }
    missing = methods - cli_uses()
    assert not missing, f"add to src/workbench/cli: {sorted(missing)}"


def test_commands_use_only_what_the_sdk_has() -> None:
    parts = sdk.PARTS
    unknown = [f"wb.{part}.{name}" for part, name in cli_uses() if part in parts and not hasattr(parts[part], name)]
    assert not unknown


@pytest.mark.parametrize(
    ("path", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_says_what_it_does_and_speaks_json(path: str, command: Any) -> None:
    assert command.help, path
    assert "--json" in [option for parameter in command.params for option in parameter.opts], path
    silent = [parameter.name for parameter in command.params if not parameter.help]
    assert not silent, f"{path}: {silent} say nothing"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "sys.argv = ['workbench', 'jobs', 'list', '--help']\n"
        "from workbench.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
