"""`workbench governance`: what content may be used for, and what left through the gate."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from workbench.cli import names
from workbench.cli.frame import Limit, Search, noun, verb
from workbench.cli.show import Listing, Text, columns

if TYPE_CHECKING:
    from workbench.sdk import Workbench

app = noun("What content may be used for, and what left through the gate.")

Source = Annotated[
    str, typer.Argument(help="catalog, catalog.schema, a table or volume, or catalog.schema.table#column.")
]
Allow = Annotated[
    list[str] | None, typer.Option(help="A use that is allowed; repeat for more. None given: leave it to other layers.")
]
Prohibit = Annotated[list[str] | None, typer.Option(help="A use that is prohibited; repeat for more.")]
Level = Annotated[str | None, typer.Option(help="public, internal, confidential or restricted.")]
Reason = Annotated[str, typer.Option(help="Why; shown to whoever asks, so never quote content.")]
Kind = Annotated[str, typer.Argument(help="sheet, labelset, label or pair.")]
Subject = Annotated[str, typer.Argument(help="Its id; a sheet's, labelset's or training sheet's name does as well.")]
KINDS = ("sheet", "labelset", "label", "pair")
EXPLAINED = ("pair", "label", "training-sheet")
WaiverId = Annotated[UUID, typer.Argument(help="The waiver's id.", parser=names.an_id("workbench governance waivers"))]
TAGS = columns("source key value governs")


@verb(app, "organisation")
def show_organisation(wb: "Workbench") -> Any:
    """What the organisation allows where nothing else says less."""
    return wb.governance.organisation()


@verb(app, "set-organisation")
def set_organisation(
    wb: "Workbench", allow: Allow = None, prohibit: Prohibit = None, classification: Level = None, reason: Reason = ""
) -> Any:
    """Replace the organisation's default."""
    return wb.governance.set_organisation(
        version=wb.governance.organisation().version,
        allowed_uses=allow or None,
        prohibited_uses=prohibit or (),
        classification=classification,
        reason=reason,
    )


@verb(app, "tags")
def list_tags(
    wb: "Workbench",
    search: Search = None,
    key: Annotated[str | None, typer.Option(help="Only tags with this key.")] = None,
    limit: Limit = 100,
) -> Listing:
    """Tags where they are set."""
    return Listing(wb.governance.tags(search=search, key=key).take(limit), TAGS, "No tags yet.")


@verb(app, "tags-of")
def show_tags(wb: "Workbench", source: Source) -> Any:
    """The tags of one source: its own, and all in force on it."""
    return wb.governance.tags_of(source)


@verb(app, "tag")
def add_tag(
    wb: "Workbench",
    source: Source,
    tag: Annotated[list[str], typer.Argument(help="KEY or KEY=VALUE; PHI, PII and CONFIDENTIAL govern uses.")],
) -> Any:
    """Put tags on a source."""
    own = wb.governance.tags_of(source).own
    fresh = {key: value for key, _, value in (text.partition("=") for text in tag)}
    return wb.governance.set_tags(source, {**own, **fresh}, seen=own)


@verb(app, "untag")
def remove_tag(
    wb: "Workbench", source: Source, key: Annotated[list[str], typer.Argument(help="The tag's key.")]
) -> Any:
    """Take tags off a source."""
    own = wb.governance.tags_of(source).own
    return wb.governance.set_tags(source, {name: value for name, value in own.items() if name not in key}, seen=own)


@verb(app, "waivers")
def list_waivers(
    wb: "Workbench",
    standing: Annotated[
        bool | None, typer.Option("--standing/--ended", help="Only those in force, or no longer.")
    ] = None,
    search: Search = None,
    limit: Limit = 50,
) -> Listing:
    """Waivers, newest first."""
    shown = columns("id about=subject_kind which=subject_ref uses granted_by=granted_by_name expires=expires_at stands")
    return Listing(wb.governance.waivers(standing=standing, search=search).take(limit), shown, "No waivers.")


@verb(app, "grant-waiver")
def grant_waiver(
    wb: "Workbench",
    kind: Annotated[str, typer.Argument(help="source, sheet, labelset, label, pair or organisation.")],
    ref: Annotated[str, typer.Argument(help="The source's name, or the thing's id.")],
    use: Annotated[list[str], typer.Option(help="A use to let pass; repeat for more.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
    expires: Annotated[datetime | None, typer.Option(help="A local time at which it ends by itself.")] = None,
) -> Any:
    """Let uses pass despite what one subject's layer says."""
    until = expires.astimezone() if expires else None
    return wb.governance.grant_waiver(kind, ref, use, reason, expires_at=until)


@verb(app, "revoke-waiver")
def revoke_waiver(wb: "Workbench", waiver: WaiverId) -> Any:
    """End a waiver now."""
    return wb.governance.revoke_waiver(waiver)


@verb(app, "constraints")
def show_constraints(wb: "Workbench", kind: Kind, subject: Subject) -> Any:
    """What a sheet's, labelset's, label's or pair's own layer says."""
    return wb.governance.constraints(kind, names.subject(wb, kind, subject, KINDS))


@verb(app, "narrow")
def set_constraints(
    wb: "Workbench",
    kind: Kind,
    subject: Subject,
    allow: Allow = None,
    prohibit: Prohibit = None,
    classification: Level = None,
    reason: Reason = "",
) -> Any:
    """Replace what a thing's own layer says; only governors widen what others narrowed."""
    found = names.subject(wb, kind, subject, KINDS)
    return wb.governance.set_constraints(
        kind,
        found,
        version=wb.governance.constraints(kind, found).version,
        allowed_uses=allow or None,
        prohibited_uses=prohibit or (),
        classification=classification,
        reason=reason,
    )


@verb(app, "explain")
def explain(
    wb: "Workbench",
    kind: Annotated[str, typer.Argument(help="pair, label or training-sheet.")],
    subject: Subject,
) -> Any:
    """Why can't I train on this? For every use: whether it is allowed, what stands in the way, what would change it."""
    found = names.subject(wb, kind, subject, EXPLAINED)
    if kind == "training-sheet":
        shown = columns("use considered labeled allowed not_labeled prohibited")
        return Listing(wb.governance.summarize(found), shown)
    explained = wb.labels.explain(found) if kind == "label" else wb.governance.explain_pair(found)
    lines = [f"classification: {explained.classification.value}"]
    for use in explained.uses:
        lines.append(f"{use.use.value}: {'allowed' if use.allowed else 'prohibited'}")
        lines += [f"  - {obstacle.text} {obstacle.fix}" for obstacle in use.obstacles]
        lines += [f"  - {waiver.text}" for waiver in use.waivers]
    return Text("\n".join(lines), explained)


@verb(app, "exits")
def list_exits(
    wb: "Workbench",
    use: Annotated[str | None, typer.Option(help="Only exits for this use.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only exits of this kind, such as export.")] = None,
    subject: Annotated[UUID | None, typer.Option(help="Only exits of the thing with this id.")] = None,
    search: Search = None,
    limit: Limit = 50,
) -> Listing:
    """What left through the gate, newest first."""
    found = wb.governance.exits(use=use, kind=kind, subject_id=subject, search=search).take(limit)
    shown = columns("at kind of=subject_name use considered released excluded by=actor_name")
    return Listing(found, shown, "Nothing left yet.")
