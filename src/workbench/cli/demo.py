"""`workbench demo`: a workbench full of sample data, to try everything at once."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from workbench.cli.frame import noun, target, verb
from workbench.cli.operator import announcer, chosen_settings
from workbench.cli.show import Said

app = noun("A workbench full of sample data.")

HOME = Path("~/.workbench-demo")  # apart from real work, so that the whole demo can be thrown away


@verb(app, "demo", connect=False)
def run_demo(
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when it is ready.")] = True,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser, signed in.")] = True,
    port: Annotated[int | None, typer.Option(help="Port to bind to; 0 picks a free one.")] = None,
) -> Any:
    """Make sample data, labels and training sheets, then serve them; running it again changes nothing."""
    from workbench.demo import workspace
    from workbench.sdk import Workbench, local
    from workbench.sdk.transport import running_server

    home = Path(target.get().home or os.environ.get("WORKBENCH_HOME") or HOME).expanduser()
    os.environ["WORKBENCH_HOME"] = str(home)
    with Workbench.connect(home) as wb:
        workspace.fill(wb, lambda line: typer.echo(line, err=True))
    settings = chosen_settings(port=port)
    running = running_server(home)
    if running or not serve:
        where = f"It runs at {running}." if running else f"Serve it with `workbench --home {home} serve`."
        return Said(f"{workspace.TOUR}\n\n{where}", {"home": str(home), "url": running})
    typer.echo(f"\n{workspace.TOUR}\n")
    signed = local.operate().sign_in_link(settings)
    local.operate().serve(settings, worker=True, announce=announcer(open_browser, signed))
    return None
