"""`workbench governance`: what content may be used for, and what left through the gate."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from workbench.cli.frame import Limit, Search, noun, verb
from workbench.cli.show import Listing, columns

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
    return wb.governance.set_tags(source, {**own, **fresh})


@verb(app, "untag")
def remove_tag(
    wb: "Workbench", source: Source, key: Annotated[list[str], typer.Argument(help="The tag's key.")]
) -> Any:
    """Take tags off a source."""
    own = wb.governance.tags_of(source).own
    return wb.governance.set_tags(source, {name: value for name, value in own.items() if name not in key})


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


@verb(app, "revoke-waiver")
def revoke_waiver(wb: "Workbench", waiver: Annotated[UUID, typer.Argument(help="The waiver's id.")]) -> Any:
    """End a waiver now."""
    return wb.governance.revoke_waiver(waiver)


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
    return Listing(found, columns("at kind use considered released excluded by=actor_name"), "Nothing left yet.")
