"""How every command behaves: it gets a connection, returns what it found, and ends with an exit code scripts can trust.

A command is a plain function made one with `@verb`. Its first parameter is the open workbench; what it returns is shown
as a table or record to a person, as tab-separated lines in a pipe, and as JSON with `--json`.
"""

import functools
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from workbench.cli.listing import Headed
from workbench.kernel import collector

if TYPE_CHECKING:
    from workbench.sdk import Workbench, WorkbenchError

INTERRUPTED = 130

F = TypeVar("F", bound=Callable[..., Any])
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")]
Search = Annotated[str | None, typer.Option("--search", "-s", help="Only those whose name holds this text.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Now = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the job, showing its progress.")]


@dataclass(frozen=True)
class Target:
    """Which workbench the commands speak to, from the options before the noun."""

    home: str | None = None
    url: str | None = None
    token: str | None = None
    workspace: str | None = None

    def connect(self) -> "Workbench":
        """Opens the connection."""
        with collector.paused():
            from workbench.sdk import Workbench

            connected = Workbench.connect(self.home, url=self.url, token=self.token, workspace=self.workspace)
            collector.calm()
        return connected


target: ContextVar[Target] = ContextVar("target", default=Target())  # noqa: B039 - frozen


def noun(help: str) -> typer.Typer:
    """A group of commands about one kind of thing."""
    return typer.Typer(cls=Headed, help=help, no_args_is_help=True, rich_markup_mode=None)


def verb(app: typer.Typer, name: str, *, connect: bool = True) -> Callable[[F], F]:
    """Makes a function a command. Without `connect` it gets no workbench: it is about this machine."""

    def make(function: F) -> F:
        signature = inspect.signature(function)
        own = list(signature.parameters.values())[1 if connect else 0 :]
        flag = inspect.Parameter("json_output", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=AsJson)

        @functools.wraps(function)
        def command(*args: Any, json_output: bool, **options: Any) -> None:
            _run(function, connect, json_output, args, options)

        command.__signature__ = inspect.Signature([*own, flag])  # type: ignore[attr-defined]  # typer reads it
        command.__annotations__ = {part.name: part.annotation for part in (*own, flag)}
        app.command(name)(command)
        return function

    return make


def read_json(source: str) -> Any:
    """The JSON in a file, or on standard input when the name is `-`. Raises `Invalid` naming the place at fault."""
    from workbench.sdk import Invalid

    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8")
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Invalid(f"{source} is not JSON: {error.msg} at {where}.", field=source) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"Cannot read {source}: {error}.", field=source) from error


def read_text(source: str) -> str:
    """A text given directly, or the content of a file given as `@file` (`@-` is standard input)."""
    from workbench.sdk import Invalid

    if not source.startswith("@"):
        return source
    try:
        return sys.stdin.read() if source == "@-" else Path(source[1:]).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"Cannot read {source[1:]}: {error}.", field=source[1:]) from error


def confirm(question: str, yes: bool) -> None:
    """Asks before something that cannot be taken back; `--yes` answers already. Ends the command on a no."""
    if not yes and not typer.confirm(question):
        raise typer.Exit(1)


@contextmanager
def fixing(kind: type["WorkbenchError"], **fixes: str) -> Iterator[None]:
    """Says how errors of a kind are mended from here: `fixes` by field. The server's own fix is for everybody, and does
    not know the command that does it."""
    try:
        yield
    except kind as error:
        error.fix = fixes.get(error.field or "", error.fix)
        raise


def _run(function: Callable[..., Any], connect: bool, json_output: bool, args: tuple[Any, ...], options: Any) -> None:
    from workbench.cli import show
    from workbench.sdk import WorkbenchError

    try:
        if connect:
            with target.get().connect() as wb:
                bad = show.result(function(wb, *args, **options), json_output=json_output)
        else:
            bad = show.result(function(*args, **options), json_output=json_output)
        if bad:
            raise typer.Exit(1)
    except WorkbenchError as error:
        show.error(error, json_output=json_output)
        raise typer.Exit(exit_code(error)) from error
    except ValueError as error:
        problem = _refused(error)
        show.error(problem, json_output=json_output)
        raise typer.Exit(exit_code(problem)) from error
    except KeyboardInterrupt as stop:
        raise typer.Exit(INTERRUPTED) from stop


def _refused(error: ValueError) -> "WorkbenchError":
    """What was typed does not have the shape that a request takes; any other error is raised again."""
    from pydantic import ValidationError

    from workbench.kernel.shapes import refusal

    if not isinstance(error, ValidationError):
        raise error
    return refusal(error.errors(include_url=False))


def exit_code(error: "WorkbenchError") -> int:
    """What a script sees of an error: 3 not found, 4 conflict, 5 invalid, 6 forbidden, 7 unavailable, else 1."""
    from workbench import sdk

    kinds = (sdk.NotFound, sdk.Conflict, sdk.Invalid, sdk.Forbidden, sdk.Unavailable)
    return next((code for code, kind in enumerate(kinds, start=3) if isinstance(error, kind)), 1)
