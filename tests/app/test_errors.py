"""Refused shapes of a request are told in words."""

from __future__ import annotations

from pathlib import Path

from workbench.kernel.shapes import PATTERNS

OPENAPI = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


def test_every_shape_with_words_is_one_of_the_api() -> None:
    from orjson import loads

    found: set[str] = set()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("pattern"), str):
                found.add(node["pattern"])
            for inside in node.values():
                walk(inside)
        elif isinstance(node, list):
            for inside in node:
                walk(inside)

    walk(loads(OPENAPI.read_bytes()))
    assert set(PATTERNS) <= found
