"""The reference pages are generated, complete and current: nothing public is undocumented."""

from __future__ import annotations

import inspect
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer.main

from workbench import sdk
from workbench.backends.models import MODELS
from workbench.backends.settings import Settings
from workbench.cli.main import app
from workbench.features.formats import FORMATS
from workbench.features.labels.kinds import KINDS
from workbench.features.models.schemas import ModelKind

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs/reference"


@pytest.fixture(scope="module")
def generated() -> dict[str, bytes]:
    pages: dict[str, bytes] = runpy.run_path(str(ROOT / "docs/generate.py"))["pages"]()
    return pages


@pytest.mark.parametrize("name", ["openapi.json", "settings.md", "api.md", "commands.md", "sdk.md", "shelves.md"])
def test_reference_is_current(generated: dict[str, bytes], name: str) -> None:
    assert (REFERENCE / name).read_bytes() == generated[name], f"{name} is out of date: run `make docs`"


def commands(command: Any = None, path: str = "workbench") -> Iterator[str]:
    command = command or typer.main.get_command(app)
    if not hasattr(command, "commands"):
        yield path
        return
    for name, child in command.commands.items():
        yield from commands(child, f"{path} {name}")


def test_nothing_public_is_left_out(generated: dict[str, bytes]) -> None:
    text = {name: body.decode() for name, body in generated.items()}
    document: dict[str, Any] = orjson.loads(generated["openapi.json"])
    operations = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    ]
    methods = [
        f"`{name}("
        for part in sdk.PARTS.values()
        for name, _ in inspect.getmembers(part, inspect.isfunction)
        if not name.startswith("_")
    ]
    shelves = [*(kind.name for kind in KINDS), *(format.name for format in FORMATS), *ModelKind]
    wanted = {
        "settings.md": [f"`WORKBENCH_{name.upper()}`" for name in Settings.model_fields],
        "api.md": [f"| `{operation}` |" for operation in operations],
        "commands.md": [f"### `{path}`" for path in commands()],
        "sdk.md": [*(f"## `wb.{part}`" for part in sdk.PARTS), *methods],
        "shelves.md": [f"| `{name}` |" for name in shelves],
    }
    missing = [f"{name}: {word}" for name, words in wanted.items() for word in words if word not in text[name]]
    assert not missing
    assert len(ModelKind) == len(MODELS)


def test_every_setting_says_what_it_does() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert not silent


def test_every_route_says_what_it_does(generated: dict[str, bytes]) -> None:
    document: dict[str, Any] = orjson.loads(generated["openapi.json"])
    silent = [
        f"{method.upper()} {path}"
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if not (operation.get("description") or "").strip()
    ]
    assert not silent


def test_every_row_of_the_pages_has_a_text(generated: dict[str, bytes]) -> None:
    for name in ("settings.md", "api.md", "sdk.md", "shelves.md"):
        rows = [line for line in generated[name].decode().splitlines() if line.startswith("| `")]
        assert rows, name
        empty = [row for row in rows if "|  |" in row or row.rstrip().endswith("| |")]
        assert not empty, f"{name}: {empty[:3]}"


def test_every_command_has_a_help(generated: dict[str, bytes]) -> None:
    text = generated["commands.md"].decode()
    sections = text.split("\n### ")[1:]
    silent = [
        section.splitlines()[0]
        for section in sections
        if not section.splitlines()[2:3] or not section.splitlines()[2].strip()
    ]
    assert sections
    assert not silent
