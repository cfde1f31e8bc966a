"""The reference pages are generated, complete and current: nothing public is undocumented."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs/reference"


@pytest.fixture(scope="module")
def generated() -> dict[str, bytes]:
    pages: dict[str, bytes] = runpy.run_path(str(ROOT / "docs/generate.py"))["pages"]()
    return pages


@pytest.mark.parametrize("name", ["openapi.json", "settings.md", "api.md", "commands.md", "sdk.md", "shelves.md"])
def test_reference_is_current(generated: dict[str, bytes], name: str) -> None:
    assert (REFERENCE / name).read_bytes() == generated[name], f"{name} is out of date: run `make docs`"


def test_every_setting_says_what_it_does() -> None:
    from workbench.backends.settings import Settings

    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert not silent


def test_every_route_says_what_it_does(generated: dict[str, bytes]) -> None:
    import orjson

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
