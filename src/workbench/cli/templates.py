"""`workbench templates`: prompts."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli import names
from workbench.cli.frame import Limit, Search, Yes, confirm, noun, read_text, verb
from workbench.cli.show import Listing, Said, Text, columns

if TYPE_CHECKING:
    from workbench.features.templates.schemas import LineChange, Template, TemplateVersion, TriedItem
    from workbench.sdk import Workbench

app = noun("Prompts: made as drafts, tried on items, published as versions that never change.")

Name = Annotated[str, typer.Argument(help="The template's name or id.", metavar="TEMPLATE")]
Number = Annotated[str, typer.Argument(help="A version, such as 1.2.0.", metavar="VERSION")]
Chosen = Annotated[
    str | None, typer.Option("--version", metavar="NUMBER", help="A version; the draft, else the newest, when absent.")
]
Prompt = Annotated[str | None, typer.Option(help="The prompt in Jinja2; `@file` reads it from a file.")]
System = Annotated[str | None, typer.Option(help="The system prompt; `@file` reads it from a file.")]
Model = Annotated[str | None, typer.Option(help="The model that answers, by name or id.")]
Temperature = Annotated[float | None, typer.Option(min=0, max=2, help="How freely the model answers.")]
MaxTokens = Annotated[int | None, typer.Option(min=1, help="Longest answer, in tokens.")]
Notes = Annotated[str | None, typer.Option(help="What this version is about.")]
VERSIONS = columns("number state labelset_version variables notes published=published_at")


@verb(app, "list")
def list_templates(
    wb: "Workbench",
    search: Search = None,
    label_type: Annotated[str | None, typer.Option(help="Only templates for this label type.")] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Only archived ones.")] = False,
    newest: Annotated[bool, typer.Option("--newest", help="Newest first instead of by name.")] = False,
    limit: Limit = 50,
) -> Listing:
    """Templates."""
    order = "newest" if newest else "name"
    found = wb.templates.list(search=search, label_type=label_type, archived=archived, sort=order).take(limit)
    shown = columns("name label_type published draft changed=changed_at")
    return Listing(found, shown, "No templates yet: make one with `workbench templates create`.")


@verb(app, "show")
def show_template(wb: "Workbench", template: Name, version: Chosen = None) -> Any:
    """A template in one of its versions."""
    found = names.template(wb, template)
    return wb.templates.version(found.id, version or _newest(found))


@verb(app, "versions")
def list_versions(wb: "Workbench", template: Name) -> Listing:
    """All versions of a template, newest first."""
    return Listing(wb.templates.versions(names.template(wb, template).id), VERSIONS)


@verb(app, "create")
def create_template(
    wb: "Workbench",
    name: Annotated[str, typer.Argument(help="What to call it.")],
    label_type: Annotated[str, typer.Option(help="The labelset that its answers belong to.")],
    prompt: Prompt = None,
    system: System = None,
    model: Model = None,
    temperature: Temperature = None,
    max_tokens: MaxTokens = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    publish: Annotated[bool, typer.Option("--publish", help="Publish it at once.")] = False,
) -> Any:
    """Make a template with a first draft."""
    made = wb.templates.create(
        name,
        label_type=label_type,
        description=description,
        user_prompt=read_text(prompt or ""),
        system_prompt=read_text(system or ""),
        model=_model_settings(wb, model, temperature, max_tokens),
    )
    if not publish:
        return made
    _publish(wb, made, None)
    return wb.templates.get(made.id)


@verb(app, "change")
def change_template(
    wb: "Workbench",
    template: Name,
    name: Annotated[str | None, typer.Option(help="Its new name.")] = None,
    description: Annotated[str | None, typer.Option(help="Its new description.")] = None,
) -> Any:
    """Rename or describe a template."""
    found = names.template(wb, template)
    fields = {key: value for key, value in (("name", name), ("description", description)) if value is not None}
    return wb.templates.change(found.id, version=found.version, **fields)


@verb(app, "edit")
def edit_template(
    wb: "Workbench",
    template: Name,
    prompt: Prompt = None,
    system: System = None,
    model: Model = None,
    temperature: Temperature = None,
    max_tokens: MaxTokens = None,
    labelset_version: Annotated[int | None, typer.Option(help="The version of the labelset to answer in.")] = None,
    notes: Notes = None,
) -> Any:
    """Change the draft, starting one from the newest version when there is none."""
    found = names.template(wb, template)
    draft = wb.templates.version(found.id, found.draft) if found.draft else wb.templates.start_draft(found.id)
    fields: dict[str, Any] = {}
    if told := _model_settings(wb, model, temperature, max_tokens):
        fields["model"] = draft.model.model_dump() | told
    given = {"labelset_version": labelset_version, "notes": notes}
    fields |= {key: value for key, value in given.items() if value is not None}
    if prompt is not None:
        fields["user_prompt"] = read_text(prompt)
    if system is not None:
        fields["system_prompt"] = read_text(system)
    return wb.templates.change_draft(found.id, version=draft.version, **fields)


@verb(app, "discard-draft")
def discard_draft(wb: "Workbench", template: Name, yes: Yes = False) -> Said:
    """Throw the draft away."""
    found = names.template(wb, template)
    draft = _draft(wb, found)
    confirm(f"Throw away the draft of {found.name}?", yes)
    wb.templates.discard_draft(found.id, version=draft.version)
    return Said(f"The draft of {found.name} is gone.")


@verb(app, "publish")
def publish_template(
    wb: "Workbench",
    template: Name,
    bump: Annotated[str | None, typer.Option(help="major, minor or patch; as suggested when absent.")] = None,
) -> Any:
    """Publish the draft; it never changes again."""
    return _publish(wb, names.template(wb, template), bump)


@verb(app, "try")
def try_template(
    wb: "Workbench",
    template: Name,
    sheet: Annotated[str, typer.Option(help="The sheet whose items to try it on, by name or id.")],
    version: Chosen = None,
    item: Annotated[list[str] | None, typer.Option(help="An item_ref; the first items when absent.")] = None,
    count: Annotated[int, typer.Option(min=1, max=20, help="How many items.")] = 3,
    ask: Annotated[bool, typer.Option("--ask", help="Let the model answer.")] = False,
) -> Text:
    """Render a version for some items of a sheet, and ask its model when wanted."""
    found = names.template(wb, template)
    number = version or _newest(found)
    result = wb.templates.try_on(
        found.id, number, names.sheet(wb, sheet).id, item_refs=item or None, count=count, ask=ask
    )
    remarks = [remark for remark in (result.withheld, result.not_asked) if remark]
    return Text("\n\n".join([*map(_tried, result.items), *remarks]), result)


@verb(app, "check")
def check_template(
    wb: "Workbench",
    template: Name,
    sheet: Annotated[str, typer.Option(help="The sheet, by name or id.")],
    version: Chosen = None,
) -> Any:
    """Whether a sheet has every field that a version reads, in its loops too."""
    found = names.template(wb, template)
    return wb.templates.check(found.id, version or _newest(found), names.sheet(wb, sheet).id)


@verb(app, "diff")
def diff_versions(wb: "Workbench", template: Name, before: Number, after: Number) -> Text:
    """What changed from one version to another."""
    diff = wb.templates.diff(names.template(wb, template).id, before, after)
    parts = [f"--- {diff.before}\n+++ {diff.after}"]
    for heading, lines in (("system prompt", diff.system_prompt), ("user prompt", diff.user_prompt)):
        if lines:
            parts.append(f"@@ {heading}\n{_lines(lines)}")
    return Text("\n".join(parts), diff)


@verb(app, "duplicate")
def duplicate_template(
    wb: "Workbench",
    template: Name,
    name: Annotated[str, typer.Argument(help="Name of the copy.")],
    version: Chosen = None,
) -> Any:
    """Make a new template that begins as this one."""
    return wb.templates.duplicate(names.template(wb, template).id, name, number=version)


@verb(app, "archive")
def archive_template(
    wb: "Workbench",
    template: Name,
    version: Annotated[str | None, typer.Option("--version", help="Retire only this version.")] = None,
) -> Any:
    """Take a template, or one of its versions, out of the lists people choose from."""
    found = names.template(wb, template)
    if version:
        one = wb.templates.version(found.id, version)
        return wb.templates.archive_version(found.id, version, version=one.version)
    return wb.templates.archive(found.id, version=found.version)


@verb(app, "restore")
def restore_template(wb: "Workbench", template: Name) -> Any:
    """Put an archived template back."""
    found = names.template(wb, template)
    return wb.templates.restore(found.id, version=found.version)


@verb(app, "delete")
def delete_template(wb: "Workbench", template: Name, yes: Yes = False) -> Said:
    """Remove a template that was never published."""
    found = names.template(wb, template)
    confirm(f"Delete the template {found.name}?", yes)
    wb.templates.delete(found.id, version=found.version)
    return Said(f"The template {found.name} is deleted.")


def _newest(template: "Template") -> str:
    return template.draft or template.published or "1.0.0"


def _draft(wb: "Workbench", template: "Template") -> "TemplateVersion":
    from workbench.sdk import Conflict

    if template.draft is None:
        raise Conflict(f"{template.name} has no draft.", fix="Start one with `workbench templates edit`.")
    return wb.templates.version(template.id, template.draft)


def _publish(wb: "Workbench", template: "Template", bump: str | None) -> "TemplateVersion":
    return wb.templates.publish(template.id, version=_draft(wb, template).version, bump=bump)


def _model_settings(
    wb: "Workbench", model: str | None, temperature: float | None, max_tokens: int | None
) -> dict[str, Any]:
    """Only what was given: the rest stays as it is."""
    endpoint = names.model(wb, model).id if model else None
    given = {"endpoint_id": endpoint, "temperature": temperature, "max_tokens": max_tokens}
    return {key: value for key, value in given.items() if value is not None}


def _tried(item: "TriedItem") -> str:
    lines = [f"=== {item.item_ref}"]
    for message in item.messages or []:
        lines.append(f"[{message['role']}] {message['content']}")
    if item.problem:
        lines.append(f"[problem] {item.problem.message}")
    if item.answer:
        lines.append(f"[answer] {item.answer.rendered or item.answer.text or ''}")
        lines += [f"[problem] {problem}" for problem in item.answer.problems]
    return "\n".join(lines)


def _lines(changes: "list[LineChange]") -> str:
    return "\n".join(f"{change.sign}{change.text}" for change in changes)
