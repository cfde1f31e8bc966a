"""Pure decisions on templates: version numbers, what a change asks for, how two versions differ, what fits a sheet."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from workbench.features.sheets.schemas import ItemField
from workbench.features.templates.prompts import Prompt, compiled
from workbench.features.templates.schemas import (
    Bump,
    FitProblem,
    LineChange,
    PromptProblem,
    TemplateCheck,
    TemplateDiff,
    TemplateVersion,
)
from workbench.kernel.errors import Invalid

FIRST = (1, 0, 0)
Numbers = tuple[int, int, int]


def spelled(numbers: Numbers) -> str:
    """A version number as people write it: 1.2.0."""
    return ".".join(map(str, numbers))


def numbers_of(text: str) -> Numbers:
    """The parts of a version number. Raises `Invalid`."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 6 for part in parts):
        raise Invalid(f"{text[:40]!r} is not a version number.", field="number", fix="Write it as 1.2.0.")
    return int(parts[0]), int(parts[1]), int(parts[2])


def raised(numbers: Numbers, bump: Bump) -> Numbers:
    """The version number after this one."""
    major, minor, patch = numbers
    match bump:
        case Bump.MAJOR:
            return major + 1, 0, 0
        case Bump.MINOR:
            return major, minor + 1, 0
        case Bump.PATCH:
            return major, minor, patch + 1


def suggested_bump(before: TemplateVersion, after: TemplateVersion) -> Bump:
    """Major when it needs a field it did not need, or its answers are defined differently; minor when it says
    something else; patch when only spacing, model settings or notes changed."""
    if before.labelset_version_id != after.labelset_version_id or set(after.variables) - set(before.variables):
        return Bump.MAJOR
    says = [(each.system_prompt.split(), each.user_prompt.split()) for each in (before, after)]
    return Bump.PATCH if says[0] == says[1] else Bump.MINOR


def prompt_of(system_prompt: str, user_prompt: str) -> tuple[Prompt | None, list[PromptProblem]]:
    """The compiled prompt, or what is wrong with it."""
    try:
        return compiled(system_prompt, user_prompt), []
    except Invalid as error:
        return None, [prompt_problem(error)]


def prompt_problem(error: Invalid) -> PromptProblem:
    """An error of a prompt as a value."""
    return PromptProblem(field=error.field or "user_prompt", line=error.row, message=error.message, fix=error.fix)


def diff(before: TemplateVersion, after: TemplateVersion) -> TemplateDiff:
    """What changed from one version to another."""
    same_labelset = before.labelset_version_id == after.labelset_version_id
    same_model = before.model == after.model
    return TemplateDiff(
        before=before.number,
        after=after.number,
        system_prompt=_line_changes(before.system_prompt, after.system_prompt),
        user_prompt=_line_changes(before.user_prompt, after.user_prompt),
        variables_added=sorted(set(after.variables) - set(before.variables)),
        variables_removed=sorted(set(before.variables) - set(after.variables)),
        labelset_versions=None if same_labelset else (before.labelset_version, after.labelset_version),
        model_before=None if same_model else before.model,
        model_after=None if same_model else after.model,
    )


def check(variables: Sequence[str], image_fields: Sequence[str], fields: Sequence[ItemField]) -> TemplateCheck:
    """Whether a sheet with these fields can fill the variables."""
    images = set(image_fields)
    problems = [problem for name in variables if (problem := _misfit(name, name in images, fields)) is not None]
    read = {name.partition(".")[0] for name in variables}
    return TemplateCheck(
        fits=not problems, problems=problems, unused=[field.name for field in fields if field.name not in read]
    )


def _misfit(variable: str, is_image: bool, fields: Sequence[ItemField]) -> FitProblem | None:
    name, _, inside = variable.partition(".")
    field = next((field for field in fields if field.name == name), None)
    if field is None:
        near = difflib.get_close_matches(name, [field.name for field in fields], 1)
        fix = f"Did you mean {near[0]}?" if near else f"Its fields are: {', '.join(f.name for f in fields)}."
        return FitProblem(variable=variable, message=f"The sheet has no field {name}.", fix=fix)
    if is_image and field.kind != "file":
        message = f"{name} is not a file, so it cannot be shown as an image."
        return FitProblem(variable=variable, message=message, fix=f"Write {{{{ {variable} }}}} for its text.")
    if not inside:
        return None
    if field.many:
        message, fix = (
            f"{name} is a list.",
            f"Loop over it: {{% for each in {name} %}}{{{{ each.{inside} }}}}{{% endfor %}}",
        )
        return FitProblem(variable=variable, message=message, fix=fix)
    parts = [part.name.rpartition(".")[2] for part in field.fields]
    if field.kind == "struct" and inside not in parts:
        near = difflib.get_close_matches(inside, parts, 1)
        fix = f"Did you mean {name}.{near[0]}?" if near else f"{name} has: {', '.join(parts)}."
        return FitProblem(variable=variable, message=f"{name} has no field {inside}.", fix=fix)
    return None


def _line_changes(before: str, after: str) -> list[LineChange]:
    if before == after:
        return []
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [LineChange(sign=line[0], text=line[2:]) for line in lines if line[0] in "+- "]
