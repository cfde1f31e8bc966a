"""Commands about the workbench of this machine: serve, work, check, back up, restore."""

import os
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from workbench.cli.frame import noun, target, verb
from workbench.cli.show import Bad, Listing, Said, Text, cell, columns

app = noun("The workbench of this machine.")

SIGNS = {"ok": "✓", "warning": "!", "problem": "✗"}


def chosen_settings(**overrides: Any) -> Any:
    """The settings of the workbench that `--home` names."""
    from workbench.sdk import local

    return local.settings(home=target.get().home, **overrides)


@verb(app, "serve", connect=False)
def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to bind to; anything but loopback needs a public URL.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind to; 0 picks a free one.")] = None,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Also work on jobs, in a child process.")] = True,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = False,
) -> None:
    """Serve the web app and the API until stopped; prints the one-time sign-in link on the first start."""
    from workbench.sdk import local

    local.operate().serve(chosen_settings(host=host, port=port), worker=worker, announce=announcer(open_browser))


@verb(app, "worker", connect=False)
def work() -> None:
    """Work on jobs until stopped; `serve` does this by itself unless told not to."""
    from workbench.sdk import local

    local.operate().work(chosen_settings())


@verb(app, "doctor", connect=False)
def doctor() -> Any:
    """Say what is configured, reachable and missing, with the fix; exit code 1 when something is wrong."""
    from workbench.sdk import local

    findings = local.operate().examine(chosen_settings())
    shown = {"": lambda finding: SIGNS[finding.state], **columns("name detail fix")}
    listing = Listing(findings, shown)
    return Bad(listing) if any(finding.state == "problem" for finding in findings) else listing


@verb(app, "backup", connect=False)
def back_up(
    file: Annotated[Path, typer.Argument(help="The file to write.")],
) -> Said:
    """Write everything (state, catalogs, exports) into one file, while people go on working."""
    from workbench.sdk import local

    report = local.operate().back_up(chosen_settings(), file)
    return _said("Wrote and read back", file, report)


@verb(app, "backup-verify", connect=False)
def verify_backup(file: Annotated[Path, typer.Argument(help="The backup.")]) -> Said:
    """Check that a backup is whole and unchanged."""
    from workbench.sdk import local

    return _said("Whole and unchanged:", file, local.operate().verify_backup(file))


@verb(app, "restore", connect=False)
def restore(file: Annotated[Path, typer.Argument(help="The backup.")]) -> Said:
    """Bring a backup back into an empty home (and database)."""
    from workbench.sdk import local

    report = local.operate().restore(chosen_settings(), file)
    return _said("Restored", file, report)


@verb(app, "upgrade", connect=False)
def upgrade() -> Said:
    """Bring the database to the schema of this version; back up first."""
    from workbench.sdk import local

    local.operate().prepare(chosen_settings()).backends.close()
    return Said("The database is up to date.")


@verb(app, "sign-in-link", connect=False)
def sign_in_link() -> Said:
    """A fresh one-time link for the first admin, also renewing what the command line signs in with here."""
    from workbench.sdk import local
    from workbench.sdk.transport import running_server

    settings = chosen_settings()
    path = local.operate().sign_in_link(settings)
    address = running_server(settings.home) or settings.address
    return Said(f"{address}{path}", {"link": f"{address}{path}"})


@verb(app, "openapi")
def print_openapi(wb: Any) -> Text:
    """Print the OpenAPI document of the API."""
    import orjson

    document = wb.openapi()
    return Text(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode(), document)


def _said(done: str, file: Path, report: Any) -> Said:
    """What came of a backup in one sentence; the whole report for programs."""
    files = sum(entry.rows is None for entry in report.entries)
    size = sum(entry.bytes for entry in report.entries) / 2**20
    made = f"made {cell(report.made_at)} by version {report.version}"
    gone = ", ".join(report.vanished[:3]) + (", …" if len(report.vanished) > 3 else "")
    missed = f" Deleted while it was made, and not in it ({len(report.vanished):,}): {gone}." if gone else ""
    return Said(f"{done} {file}: {report.rows:,} rows and {files:,} files, {size:,.2f} MiB, {made}.{missed}", report)


def announcer(open_browser: bool, signed: str | None = None) -> Callable[[str, str | None], None]:
    """What is said, and opened, once the server has its address; `signed` is a sign-in path made beforehand."""

    def announce(url: str, link: str | None) -> None:
        path = link or signed
        typer.echo(f"Training Dataset Workbench at {url}")
        if path:
            typer.echo(f"Sign in once with {url}{path}")
        typer.echo("Stop with Ctrl+C.")
        sys.stdout.flush()
        if open_browser and _has_screen():
            webbrowser.open(url + (path or ""))

    return announce


def _has_screen() -> bool:
    """Whether a browser window could open; a text browser must not take over the terminal."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
