"""What the SDK calls and the command line uses, read from their source, so that nothing can be forgotten silently."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import workbench

SOURCE = Path(workbench.__file__).parent
READS = dict.fromkeys(("get", "pages", "stream", "fetch", "save"), "GET")
METHODS = {**READS, "post": "POST", "upload": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE"}


def sdk_requests() -> set[tuple[str, str]]:
    """Every (method, path) that the SDK asks for, with `{}` for what is put into the path."""
    found = set()
    for call in _calls(SOURCE / "sdk"):
        match call.func:
            case ast.Attribute(value=ast.Attribute(attr="_http" | "http"), attr=name) if name in METHODS and call.args:
                path = _template(call.args[0])
                assert path is not None, f"write the path of {ast.unparse(call)} where it is asked for"
                found.add((METHODS[name], path))
    return found


def cli_uses() -> set[tuple[str, str]]:
    """Every (part, method) of the SDK that the command line calls or hands on."""
    found = set()
    for node in _nodes(SOURCE / "cli"):
        match node:
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="wb"), attr=part), attr=method):
                found.add((part, method))
    return found


def normal(path: str) -> str:
    """A route's path with `{}` for its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _template(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)  # type: ignore[misc]
    return None


def _calls(folder: Path) -> Iterator[ast.Call]:
    return (node for node in _nodes(folder) if isinstance(node, ast.Call))


def _nodes(folder: Path) -> Iterator[ast.AST]:
    for file in sorted(folder.rglob("*.py")):
        yield from ast.walk(ast.parse(file.read_text()))
