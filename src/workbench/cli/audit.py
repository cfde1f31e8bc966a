"""`workbench audit`: what happened, and whether the record of it is whole."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.frame import Limit, noun, verb
from workbench.cli.show import Bad, Listing, columns

if TYPE_CHECKING:
    from workbench.sdk import Workbench

app = noun("What happened, and whether the record of it is whole.")

Moment = Annotated[datetime | None, typer.Option(help="A local time, such as 2030-01-31T12:00:00.")]


@verb(app, "list")
def list_events(
    wb: "Workbench",
    action: Annotated[str | None, typer.Option(help="A whole action (pair.approve) or its noun (pair).")] = None,
    text: Annotated[str | None, typer.Option("--search", "-s", help="Only events whose words hold this text.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only events about this kind of thing.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only events about the thing with this id.")] = None,
    since: Moment = None,
    until: Moment = None,
    limit: Limit = 20,
) -> Listing:
    """Events, newest first."""
    found = wb.audit.list(
        action=action,
        text=text,
        subject_kind=kind,
        subject_id=subject,
        since=since.astimezone() if since else None,
        until=until.astimezone() if until else None,
    )
    return Listing(found.take(limit), columns("at who did what"))


@verb(app, "verify")
def verify_audit(wb: "Workbench") -> Any:
    """Walk the sealed chain; exit code 1 when it does not hold."""
    report = wb.audit.verify()
    return report if report.intact else Bad(report)
