"""A workbench of its own for the command line's tests, opened once, and a runner that speaks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner, Result

from workbench.cli import frame
from workbench.cli.main import app
from workbench.sdk import Workbench

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def wb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """An embedded workbench."""
    with Workbench.embedded(tmp_path_factory.mktemp("home") / "home") as opened:
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
def run(wb: Workbench, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command line: `run("members", "list", "--json")`."""
    monkeypatch.setattr(frame.Target, "connect", lambda _self: _Shared(wb))

    def invoke(*words: str, input: str | None = None) -> Result:
        return CliRunner().invoke(app, list(words), input=input)

    return invoke
