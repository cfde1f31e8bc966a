"""Trying a template on items of a sheet: does it fit, how does the prompt read, what does the model answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from workbench.backends.bundle import Backends
from workbench.backends.models import Answer, Question, Reply
from workbench.features.governance import service as governance
from workbench.features.governance.rules import effective
from workbench.features.labels import service as labels
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.models import service as models
from workbench.features.models.learning import learnable, readable
from workbench.features.models.schemas import ModelEndpoint
from workbench.features.sheets import service as sheets
from workbench.features.sheets.rules import field_of
from workbench.features.sheets.schemas import Item, SheetVersion
from workbench.features.sheets.service.items import as_item
from workbench.features.templates import rules
from workbench.features.templates.prompts import Prompt, PromptFailed, compiled
from workbench.features.templates.schemas import (
    TemplateCheck,
    TemplateTrial,
    TemplateVersion,
    TrialAnswer,
    TrialResult,
    TriedItem,
)
from workbench.features.templates.service.versions import get_template_version
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid, WorkbenchError
from workbench.kernel.vocabulary import Classification, Use


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is tried: a prompt, on a sheet, answered in the terms of a labelset by a model."""

    prompt: Prompt
    version: TemplateVersion
    sheet: SheetVersion
    labelset: LabelsetVersion
    endpoint: ModelEndpoint | None


def check_template(
    backends: Backends, actor: Actor, template_id: UUID, number: str, sheet_id: UUID, sheet_version: int | None = None
) -> TemplateCheck:
    """Whether a sheet has every field that a template reads, with the nearest name where it has not.

    Raises `Invalid` for a draft whose prompts cannot be read themselves.
    """
    with backends.database.read() as session:
        version = get_template_version(session, actor, template_id, number)
        sheet = sheets.require_sheet_version(session, actor, sheet_id, sheet_version)
    return rules.check(compiled(version.system_prompt, version.user_prompt), sheet.fields)


def try_template(backends: Backends, actor: Actor, template_id: UUID, number: str, body: TemplateTrial) -> TrialResult:
    """Renders a template for some items, and asks its model when `ask` is set.

    What is above the actor's clearance, or prohibited for testing, is withheld; what its model may not see is not
    sent. Leaves an exit of the use `testing`. Raises `Invalid` when the prompt is wrong or does not fit the sheet.
    """
    trial = _open(backends, actor, template_id, number, body)
    withheld, classification = _judge(backends, actor, trial)
    if withheld is not None:
        return TrialResult(items=[], withheld=withheld, not_asked=None)
    opened = sheets.open_sheet(backends, actor, trial.sheet)
    refs = body.item_refs if body.item_refs is not None else opened.refs(body.count)
    items = [as_item(row) for row in opened.items(refs, trial.prompt.variables).to_pylist()]
    tried = [_rendered(trial.prompt, item) for item in items]
    with backends.database.begin() as session:
        governance.record_exit(
            session,
            actor,
            use=Use.TESTING,
            kind="trial",
            subject_kind="template",
            subject_id=template_id,
            considered=len(tried),
            released=len(tried),
        )
    not_asked = _ask(backends, actor, trial, classification, items, tried) if body.ask else None
    return TrialResult(items=tried, withheld=None, not_asked=not_asked)


def _open(backends: Backends, actor: Actor, template_id: UUID, number: str, body: TemplateTrial) -> _Trial:
    with backends.database.read() as session:
        version = get_template_version(session, actor, template_id, number)
        endpoint_id = version.model.endpoint_id
        trial = _Trial(
            prompt=compiled(
                version.system_prompt if body.system_prompt is None else body.system_prompt,
                version.user_prompt if body.user_prompt is None else body.user_prompt,
            ),
            version=version,
            sheet=sheets.require_sheet_version(session, actor, body.sheet_id, body.sheet_version),
            labelset=labels.require_version(session, actor, version.labelset_version_id),
            endpoint=models.require_usable(session, actor, endpoint_id) if body.ask and endpoint_id else None,
        )
        labels.require_space(session, actor, trial.sheet.space_id)
    fit = rules.check(trial.prompt, trial.sheet.fields)
    if not fit.fits:
        raise Invalid(fit.problems[0].message, field="user_prompt", fix=fit.problems[0].fix)
    return trial


def _judge(backends: Backends, actor: Actor, trial: _Trial) -> tuple[str | None, Classification]:
    """Why nothing may be shown, or None; and how sensitive the rendered prompts are."""
    sources = sheets.sources_of(trial.sheet.definition, trial.prompt.variables)
    with backends.database.begin() as session:
        exposure_id = governance.expose(
            session, actor, trial.prompt.variables, [trial.sheet.definition.primary_table, *sources]
        )
        layers = governance.layers_of(
            session,
            actor.workspace_id,
            exposures=[exposure_id],
            sheet_id=trial.sheet.sheet_id,
            labelset_id=trial.labelset.labelset_id,
        )
    allowed = effective(layers)
    if not governance.may_view(actor, allowed.classification):
        return (
            f"The prompts hold {allowed.classification} data; you may see {actor.clearance} at most.",
            allowed.classification,
        )
    reasons = allowed.reasons[Use.TESTING]
    return (f"Prohibited for testing: {reasons[0].text}" if reasons else None), allowed.classification


def _ask(
    backends: Backends,
    actor: Actor,
    trial: _Trial,
    classification: Classification,
    items: Sequence[Item],
    tried: Sequence[TriedItem],
) -> str | None:
    """Has the model answer what could be rendered; says why when it was not asked."""
    endpoint = trial.endpoint
    if endpoint is None:
        return "The template names no model."
    verdict = governance.may_send(classification, endpoint.max_classification)
    if not verdict.allowed:
        return f"Not sent: {verdict.reasons[0].text}."
    if trial.prompt.image_fields and not endpoint.takes_images:
        return f"{endpoint.name} takes no images, and the prompt shows some."
    fields, settings = readable(trial.sheet, trial.prompt.variables), trial.version.model
    asked = [(item, result) for item, result in zip(items, tried, strict=True) if result.messages is not None]
    questions = [
        Question(
            result.messages or [],
            {name: field_of(item.fields, name) for name in fields},
            trial.labelset.answer_schema,
            settings.temperature,
            settings.max_tokens,
        )
        for item, result in asked
    ]
    try:
        model = models.open_model(
            backends,
            actor,
            endpoint,
            lambda: learnable(backends, actor, trial.labelset, trial.sheet, trial.prompt.variables),
        )
        for place, reply in model.answer(questions):
            asked[place][1].answer = _read(reply, trial.labelset)
    except WorkbenchError as error:
        return str(error)
    return None


def _rendered(prompt: Prompt, item: Item) -> TriedItem:
    try:
        messages, problem = prompt.render(item.fields), None
    except PromptFailed as error:
        messages, problem = None, rules.prompt_problem(error)
    return TriedItem(item_ref=item.item_ref, messages=messages, problem=problem, answer=None)


def _read(reply: Reply, labelset: LabelsetVersion) -> TrialAnswer:
    """What a model's words say in the labelset's terms."""
    if not isinstance(reply, Answer):
        return TrialAnswer(text=None, value=None, rendered=None, confidence=None, problems=[reply.detail])
    kind = kind_of(labelset.kind)
    try:
        value = kind.parse(reply.text, labelset)
        problems = [f"{each.path}: {each.message}".lstrip(": ") for each in kind.check(value, labelset)]
        rendered = None if problems else kind.render(value, labelset)
    except Invalid as error:
        value, rendered, problems = None, None, [str(error)]
    return TrialAnswer(text=reply.text, value=value, rendered=rendered, confidence=reply.confidence, problems=problems)
