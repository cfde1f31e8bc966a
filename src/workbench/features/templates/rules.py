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


def check(prompt: Prompt, fields: Sequence[ItemField]) -> TemplateCheck:
    """Whether a sheet with these fields can fill what a prompt reads."""
    images = set(prompt.image_fields)
    found = [_misfit(name, name in images, fields) for name in prompt.variables]
    found += [_element_misfit(name, inside, fields) for name, inside in prompt.element_fields]
    problems = [problem for problem in found if problem is not None]
    read = {name.partition(".")[0] for name in prompt.variables}
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
        fix = f"Loop over it: {{% for each in {name} %}}{{{{ each.{inside} }}}}{{% endfor %}}"
        return FitProblem(variable=variable, message=f"{name} is a list.", fix=fix)
    return _missing_part(variable, inside, field)


def _element_misfit(name: str, inside: str, fields: Sequence[ItemField]) -> FitProblem | None:
    field = next((field for field in fields if field.name == name), None)
    if field is None or field.kind == "value":
        return None  # `_misfit` says that it is missing; a column's own lists say nothing of their elements
    variable = f"{name}[].{inside}"
    if not field.many:
        fix = f"Write {{{{ {name}.{inside} }}}}." if field.kind == "struct" else f"Write {{{{ {name} }}}}."
        return FitProblem(variable=variable, message=f"{name} is not a list.", fix=fix)
    if field.kind == "file":
        message = f"{name} is a list of files, and a file has no field {inside}."
        fix = f"Show them: {{% for each in {name} %}}{{{{ image(each) }}}}{{% endfor %}}"
        return FitProblem(variable=variable, message=message, fix=fix)
    return _missing_part(variable, inside, field)


def _missing_part(variable: str, inside: str, field: ItemField) -> FitProblem | None:
    parts = [part.name.rpartition(".")[2] for part in field.fields]
    if field.kind != "struct" or inside in parts:
        return None
    near = difflib.get_close_matches(inside, parts, 1)
    where = "" if field.many else f"{field.name}."
    fix = f"Did you mean {where}{near[0]}?" if near else f"{field.name} has: {', '.join(parts)}."
    return FitProblem(variable=variable, message=f"{field.name} has no field {inside}.", fix=fix)


def _line_changes(before: str, after: str) -> list[LineChange]:
    if before == after:
        return []
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [LineChange(sign=line[0], text=line[2:]) for line in lines if line[0] in "+- "]
