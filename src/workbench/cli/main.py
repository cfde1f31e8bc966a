"""The command `workbench`: nouns, then verbs."""

import os
from typing import Annotated

import typer

from workbench import __version__
from workbench.cli import (
    audit,
    catalog,
    demo,
    exports,
    frame,
    governance,
    identity,
    jobs,
    labels,
    labelsets,
    lineage,
    models,
    operator,
    review,
    sheets,
    templates,
    training_sheets,
)
from workbench.cli.listing import Headed

app = typer.Typer(
    name="workbench",
    cls=Headed,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
THIS_MACHINE = "This machine"
NOUNS = {
    "Source data": {
        "catalogs": catalog.catalogs,
        "tables": catalog.tables,
        "volumes": catalog.volumes,
        "sheets": sheets.app,
    },
    "From items to training files": {
        "labelsets": labelsets.app,
        "labels": labels.app,
        "templates": templates.app,
        "models": models.app,
        "training-sheets": training_sheets.app,
        "review": review.app,
        "exports": exports.app,
    },
    "What may be used, what happened": {
        "governance": governance.app,
        "lineage": lineage.app,
        "jobs": jobs.app,
        "audit": audit.app,
    },
    "People": {
        "me": identity.me,
        "members": identity.members,
        "tokens": identity.tokens,
        "workspaces": identity.workspaces,
    },
}
for heading, groups in NOUNS.items():
    for name, group in groups.items():
        app.add_typer(group, name=name, rich_help_panel=heading)
for own in (demo.app, operator.app):
    for command in own.registered_commands:
        command.rich_help_panel = THIS_MACHINE
    app.add_typer(own)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def choose_target(
    home: Annotated[str | None, typer.Option(help="Folder of the workbench on this machine.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of a server.")] = None,
    token: Annotated[
        str | None, typer.Option(help="API token to act with; for a server, better in WORKBENCH_TOKEN.")
    ] = None,
    workspace: Annotated[str | None, typer.Option("--workspace", "-w", help="Workspace to act in.")] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Label once, reuse everywhere: from a table to an approved, governed training file.

    Speaks to --url or WORKBENCH_URL; else to the server that runs on this machine; else opens the workbench of
    --home or WORKBENCH_HOME itself.

    Exit codes: 0 done, 1 error, 2 wrong usage, 3 not found, 4 conflict, 5 invalid input, 6 forbidden, 7 unavailable.
    """
    if home:
        os.environ["WORKBENCH_HOME"] = home  # also for the worker that `serve` starts
    frame.target.set(frame.Target(home=home, url=url, token=token, workspace=workspace))


def main() -> None:
    """Runs the command line; how the installed `workbench` starts, and the server its worker."""
    app()


if __name__ == "__main__":
    main()
