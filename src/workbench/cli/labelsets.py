"""`workbench labelsets`: what an answer of a label type may be."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli import names
from workbench.cli.frame import Limit, Search, Yes, confirm, noun, read_json, read_text, verb
from workbench.cli.show import Listing, Said, columns

if TYPE_CHECKING:
    from workbench.features.labels.schemas import Labelset, LabelsetVersion
    from workbench.sdk import Workbench

app = noun("What an answer of a label type may be, in versions that never change once published.")

Name = Annotated[str, typer.Argument(help="The label type or id.", metavar="LABELSET")]
NewType = Annotated[str, typer.Argument(help="The label type: letters, digits and _.", metavar="LABEL_TYPE")]
Classes = Annotated[list[str] | None, typer.Option("--class", help="A class, as NAME or ID=NAME; repeat for more.")]
SchemaFile = Annotated[
    str | None, typer.Option("--schema", help="File with the answer's JSON Schema; `-` reads input.")
]
Instructions = Annotated[str | None, typer.Option(help="How to answer; `@file` reads it from a file.")]


@verb(app, "list")
def list_labelsets(
    wb: "Workbench",
    search: Search = None,
    kind: Annotated[str | None, typer.Option(help="Only labelsets of this kind.")] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Only archived ones.")] = False,
    newest: Annotated[bool, typer.Option("--newest", help="Newest first instead of by name.")] = False,
    limit: Limit = 50,
) -> Listing:
    """Labelsets."""
    order = "newest" if newest else "name"
    found = wb.labelsets.list(search=search, kind=kind, archived=archived, sort=order).take(limit)
    shown = columns("label_type name kind published draft labels")
    return Listing(found, shown, "No labelsets yet: make one with `workbench labelsets create`.")


@verb(app, "kinds")
def list_kinds(wb: "Workbench") -> Listing:
    """The kinds of labels there are; with --json, each with an example definition."""
    return Listing(wb.labelsets.kinds(), columns("name title description takes_classes takes_schema"))


@verb(app, "show")
def show_labelset(
    wb: "Workbench",
    labelset: Name,
    version: Annotated[int | None, typer.Option("--version", help="A version; the draft, else the newest.")] = None,
) -> Any:
    """A labelset in one of its versions."""
    found = names.labelset(wb, labelset)
    return wb.labelsets.version(found.id, version or found.draft or found.published or 1)


@verb(app, "usage")
def show_usage(wb: "Workbench", labelset: Name) -> Any:
    """How many labels hold what: by verdict, version and class."""
    return wb.labelsets.usage(names.labelset(wb, labelset).id)


@verb(app, "versions")
def list_versions(wb: "Workbench", labelset: Name) -> Listing:
    """All versions of a labelset, newest first."""
    found = wb.labelsets.versions(names.labelset(wb, labelset).id)
    return Listing(found, columns("number state created=created_at published=published_at"))


@verb(app, "create")
def create_labelset(
    wb: "Workbench",
    label_type: NewType,
    kind: Annotated[str, typer.Option(help="One of `workbench labelsets kinds`.")],
    name: Annotated[str, typer.Option(help="Its name; the label type when absent.")] = "",
    classes: Classes = None,
    schema: SchemaFile = None,
    instructions: Instructions = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    publish: Annotated[bool, typer.Option("--publish", help="Publish it at once.")] = False,
) -> Any:
    """Make a labelset with a first draft."""
    fields = _content(classes, schema, instructions)
    made = wb.labelsets.create(label_type, kind, name or label_type, description=description, **fields)
    if not publish:
        return made
    wb.labelsets.publish(made.id, version=_draft(wb, made).version)
    return wb.labelsets.get(made.id)


@verb(app, "change")
def change_labelset(
    wb: "Workbench",
    labelset: Name,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    description: Annotated[str | None, typer.Option(help="Its new description.")] = None,
) -> Any:
    """Rename or describe a labelset."""
    found = names.labelset(wb, labelset)
    fields = {key: value for key, value in (("name", name), ("description", description)) if value is not None}
    return wb.labelsets.change(found.id, version=found.version, **fields)


@verb(app, "edit")
def edit_labelset(
    wb: "Workbench",
    labelset: Name,
    classes: Classes = None,
    schema: SchemaFile = None,
    instructions: Instructions = None,
    merge: Annotated[
        list[str] | None, typer.Option(help="A class that is gone, as OLD=NEW, or OLD= to let its labels turn stale.")
    ] = None,
) -> Any:
    """Change the draft, starting one from the newest version when there is none."""
    found = names.labelset(wb, labelset)
    draft = _draft(wb, found) if found.draft else wb.labelsets.start_draft(found.id)
    fields = _content(classes, schema, instructions)
    if merge:
        moves = {old: new or None for old, _, new in (text.partition("=") for text in merge)}
        fields["migration"] = {"classes": moves}
    return wb.labelsets.change_draft(found.id, version=draft.version, **fields)


@verb(app, "discard-draft")
def discard_draft(wb: "Workbench", labelset: Name, yes: Yes = False) -> Said:
    """Throw the draft away."""
    found = names.labelset(wb, labelset)
    draft = _draft(wb, found)
    confirm(f"Throw away the draft of {found.label_type}?", yes)
    wb.labelsets.discard_draft(found.id, version=draft.version)
    return Said(f"The draft of {found.label_type} is gone.")


@verb(app, "publish")
def publish_labelset(wb: "Workbench", labelset: Name) -> Any:
    """Publish the draft; it never changes again."""
    found = names.labelset(wb, labelset)
    return wb.labelsets.publish(found.id, version=_draft(wb, found).version)


@verb(app, "diff")
def diff_versions(
    wb: "Workbench",
    labelset: Name,
    before: Annotated[int, typer.Argument(help="The older version.")],
    after: Annotated[int, typer.Argument(help="The newer version.")],
) -> Any:
    """What changed from one version to another."""
    return wb.labelsets.diff(names.labelset(wb, labelset).id, before, after)


@verb(app, "duplicate")
def duplicate_labelset(
    wb: "Workbench",
    labelset: Name,
    label_type: NewType,
    name: Annotated[str, typer.Option(help="Name of the copy; the label type when absent.")] = "",
) -> Any:
    """Make a new labelset with a draft of the newest definition of this one."""
    return wb.labelsets.duplicate(names.labelset(wb, labelset).id, label_type, name or label_type)


@verb(app, "archive")
def archive_labelset(
    wb: "Workbench",
    labelset: Name,
    version: Annotated[int | None, typer.Option("--version", help="Retire only this version.")] = None,
) -> Any:
    """Take a labelset, or one of its versions, out of the lists; its labels stay."""
    found = names.labelset(wb, labelset)
    if version:
        one = wb.labelsets.version(found.id, version)
        return wb.labelsets.archive_version(found.id, version, version=one.version)
    return wb.labelsets.archive(found.id, version=found.version)


@verb(app, "restore")
def restore_labelset(wb: "Workbench", labelset: Name) -> Any:
    """Put an archived labelset back into the lists."""
    found = names.labelset(wb, labelset)
    return wb.labelsets.restore(found.id, version=found.version)


@verb(app, "delete")
def delete_labelset(wb: "Workbench", labelset: Name, yes: Yes = False) -> Said:
    """Remove a labelset that was never published."""
    found = names.labelset(wb, labelset)
    confirm(f"Delete the labelset {found.label_type}?", yes)
    wb.labelsets.delete(found.id, version=found.version)
    return Said(f"The labelset {found.label_type} is deleted.")


def _draft(wb: "Workbench", labelset: "Labelset") -> "LabelsetVersion":
    from workbench.sdk import Conflict

    if labelset.draft is None:
        raise Conflict(f"{labelset.label_type} has no draft.", fix="Start one with `workbench labelsets edit`.")
    return wb.labelsets.version(labelset.id, labelset.draft)


def _content(classes: list[str] | None, schema: str | None, instructions: str | None) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if classes:
        pairs = (text.rpartition("=") for text in classes)
        fields["classes"] = [{"id": id or None, "name": name} for id, _, name in pairs]
    if schema is not None:
        fields["response_schema"] = read_json(schema)
    if instructions is not None:
        fields["instructions"] = read_text(instructions)
    return fields
