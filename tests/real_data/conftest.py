"""The real data beside the project, and a command line over one workbench that all of these tests share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from workbench.cli import frame
from workbench.cli.main import app
from workbench.sdk import Workbench

DATA = Path(__file__).parents[2].parent / "shared" / "data"
Cli = Callable[..., Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.real_data)
            if not DATA.is_dir():
                item.add_marker(pytest.mark.skip(reason=f"the real data is not at {DATA}"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder with the real data."""
    return DATA


@pytest.fixture(scope="module")
def wb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """An embedded workbench with an empty schema `real.world`."""
    with Workbench.embedded(tmp_path_factory.mktemp("home") / "home") as opened:
        opened.catalogs.create("real")
        opened.catalogs.create_schema("real", "world")
        yield opened


class _Shared:
    """Hands out the open workbench, and leaves it open."""

    def __init__(self, wb: Workbench) -> None:
        self._wb = wb

    def __enter__(self) -> Workbench:
        return self._wb

    def __exit__(self, *_: object) -> None:
        return None


@pytest.fixture
def cli(wb: Workbench, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Types a command line with `--json` and gives what it printed: `cli("sheets", "list")`."""
    monkeypatch.setattr(frame.Target, "connect", lambda _self: _Shared(wb))

    def typed(*words: object) -> Any:
        done = CliRunner().invoke(app, [*map(str, words), "--json"])
        assert done.exit_code == 0, f"{' '.join(map(str, words[:4]))} …: {done.stderr}{done.stdout[-2000:]}"
        return json.loads(done.stdout)

    return typed


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file for a command to read: a text as it is, a list as JSON Lines, anything else as JSON."""

    def written(name: str, content: Any) -> Path:
        file = tmp_path / name
        if isinstance(content, list):
            content = "".join(json.dumps(line) + "\n" for line in content)
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return file

    return written
