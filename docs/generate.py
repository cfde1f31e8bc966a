"""Generates the reference pages from the code: settings, routes, commands, SDK, shelves."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

REFERENCE = Path(__file__).parent / "reference"
METHODS = ("get", "head", "post", "put", "patch", "delete")


def openapi() -> dict[str, Any]:
    """The API's document, from an application over an empty workbench."""
    from workbench.app.main import create_app
    from workbench.backends.bundle import Backends
    from workbench.backends.settings import Settings

    with tempfile.TemporaryDirectory() as home:
        backends = Backends.open(Settings(home=Path(home)))
        document: dict[str, Any] = create_app(backends).openapi()
        backends.close()
    return document


def settings_page() -> Iterator[str]:
    """One row per setting."""
    from workbench.backends.settings import Settings

    yield "# Settings\n"
    yield "Set them in the environment, or, without the prefix and in lower case, in `workbench.toml` in the folder you"
    yield "start from. The environment wins. Lists are written as JSON in the environment, as TOML in the file.\n"
    yield "| variable | default | what it does |\n|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = "–" if default is None else f"`{orjson.dumps(default, default=str).decode()}`"
        yield f"| `WORKBENCH_{name.upper()}` | {shown} | {_first(field.description)} |"
    yield "| `WORKBENCH_KEY_…` | – | A key of model endpoints; they name the variable, and the key is never stored. |"
    yield "| `WORKBENCH_URL`, `WORKBENCH_TOKEN` | – | Where the command line and `Workbench.connect()` find a server. |"
    yield "| `WORKBENCH_WORKSPACE` | – | The workspace they act in, by its short name. |"


def api_page(document: dict[str, Any]) -> Iterator[str]:
    """One row per route, by tag."""
    yield "# REST API\n"
    yield "Every address starts with `/api/v1`; the whole document with all shapes is [openapi.json](openapi.json),"
    yield "also served at `/api/v1/openapi.json`. Send a token as `Authorization: Bearer wb_…`. Errors are"
    yield "`application/problem+json` with `type`, `detail`, `field`, `row` and `fix`. Lists answer `items` and"
    yield "`next_cursor`. Any POST may carry an `Idempotency-Key`: sent again within a day, it gets the same answer.\n"
    by_tag: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                text = _first(operation.get("description") or operation["summary"])
                row = f"| `{method.upper()} {path.removeprefix('/api/v1')}` | {text} | `{operation['operationId']}` |"
                by_tag.setdefault((operation.get("tags") or ["other"])[0], []).append(row)
    for tag, rows in by_tag.items():
        yield f"\n## {tag}\n\n| route | what it does | operation |\n|---|---|---|"
        yield from rows


def command_page() -> Iterator[str]:
    """The help of every command."""
    import typer.main

    from workbench.cli.main import app

    yield "# Command line\n"
    root = typer.main.get_command(app)
    yield from _commands(root, "workbench")


def _commands(command: Any, path: str) -> Iterator[str]:
    import click

    if isinstance(command, click.Group) or hasattr(command, "commands"):
        if path != "workbench":
            yield f"\n## {path}\n\n{_first(command.help)}\n"
        for name, child in sorted(command.commands.items()):
            yield from _commands(child, f"{path} {name}")
        return
    yield f"\n### `{path}`\n\n{_first(command.help)}\n"
    rows = []
    for parameter in command.params:
        if parameter.name in ("help", "json_output") or getattr(parameter, "hidden", False):
            continue
        shown = "/".join(parameter.opts) if parameter.param_type_name == "option" else parameter.name.upper()
        text = (getattr(parameter, "help", "") or "").strip().replace("\n", " ")
        rows.append(f"| `{shown}` | {text}{' (required)' if parameter.required else ''} |")
    if rows:
        yield "| | |\n|---|---|"
        yield from rows


def sdk_page() -> Iterator[str]:
    """Every public method of the client, by part."""
    from workbench import sdk

    yield "# Python SDK\n"
    yield "```python\nfrom workbench.sdk import Workbench\n```\n"
    yield "`Workbench(url, token=…)` talks to a server, `Workbench.embedded(home)` works in-process,"
    yield "`Workbench.connect()` chooses as the command line does. Results are the typed shapes of the API.\n"
    for name, part in sorted(sdk.PARTS.items()):
        yield f"\n## `wb.{name}`\n\n{_first(part.__doc__)}\n\n| method | what it does |\n|---|---|"
        for method, function in inspect.getmembers(part, inspect.isfunction):
            if not method.startswith("_"):
                yield f"| `{method}{_signature(function)}` | {_first(function.__doc__)} |"


def shelves_page() -> Iterator[str]:
    """Every member of every shelf."""
    yield "# Shelves\n"
    yield "A shelf is the one place to add a kind of thing: a file and its entry in the shelf's tuple.\n"
    for module, attribute in (
        ("workbench.features.labels.kinds", "KINDS"),
        ("workbench.features.formats", "FORMATS"),
        ("workbench.backends.models", "MODELS"),
    ):
        shelf = importlib.import_module(module)
        yield f"\n## `{module.removeprefix('workbench.')}`\n\n{_first(shelf.__doc__)}\n"
        yield "| name | what it is |\n|---|---|"
        for member in getattr(shelf, attribute):
            # a model's kind is the name of its file; the others carry their names
            name = getattr(member, "name", None) or member.__module__.rpartition(".")[2]
            yield f"| `{name}` | {_first(sys.modules[member.__module__].__doc__)} |"


def _signature(function: Any) -> str:
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    shown = []
    for parameter in parameters:
        star = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        shown.append(star + parameter.name + ("=…" if parameter.default is not parameter.empty else ""))
    return f"({', '.join(shown)})"


def _first(text: str | None) -> str:
    paragraph = inspect.cleandoc(text or "").split("\n\n")[0]
    return " ".join(paragraph.split()).replace("|", "\\|")


def pages() -> dict[str, bytes]:
    """Every generated file, by name."""
    document = openapi()
    return {
        "openapi.json": orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n",
        "settings.md": _page(settings_page()),
        "api.md": _page(api_page(document)),
        "commands.md": _page(command_page()),
        "sdk.md": _page(sdk_page()),
        "shelves.md": _page(shelves_page()),
    }


def _page(lines: Iterator[str]) -> bytes:
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return (text.rstrip() + "\n").encode()


def main() -> None:
    """Writes the pages, or with `--check` names those that differ and fails."""
    REFERENCE.mkdir(exist_ok=True)
    made = pages()
    if "--check" in sys.argv:
        stale = [
            name
            for name, body in made.items()
            if not (REFERENCE / name).is_file() or (REFERENCE / name).read_bytes() != body
        ]
        if stale:
            sys.exit(f"Out of date: {', '.join(stale)}. Run `make docs`.")
        return
    for name, body in made.items():
        (REFERENCE / name).write_bytes(body)


if __name__ == "__main__":
    main()
