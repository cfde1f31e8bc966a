"""Preparing a training sheet: what it is made from, how much is labeled already, how its first pairs will look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.generation import rules
from workbench.features.generation.making import Making, NewPair, make_pairs
from workbench.features.generation.queries import training_sheets as queries
from workbench.features.generation.schemas import LabelCoverage, Mode, PairPreview, PairPreviewIn, PairPreviews, Recipe
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.rules import LabelHead
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.models import service as models
from workbench.features.models.schemas import ModelEndpoint
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import SheetVersion
from workbench.features.templates import rules as template_rules
from workbench.features.templates import service as templates
from workbench.features.templates.prompts import compiled
from workbench.features.templates.schemas import TemplateVersion
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Forbidden, Invalid
from workbench.kernel.vocabulary import AssetState, Classification, PairStatus

LOOKED_AT = 20_000  # items that coverage looks at; beyond, it is an estimate
NOT_KEPT = UUID(int=0)  # stands for the exposure of pairs that are made to be looked at only


class MayNotSend(Forbidden):
    """The items are more sensitive than the model endpoint may see."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recipe with everything it names, checked."""

    recipe: Recipe
    sheet: SheetVersion
    template: TemplateVersion
    labelset: LabelsetVersion
    endpoint: ModelEndpoint | None
    fields: Sequence[str]
    sources: Sequence[str]


def prepare(session: Session, actor: Actor, recipe: Recipe, *, begun: bool = False) -> Prepared:
    """Everything a recipe names. Raises what is wrong with it: `NotFound`, `Conflict` for what is not published,
    `Invalid` for parts that do not go together or a template that does not fit the sheet.

    What was archived after a generation had `begun` does not stop it.
    """
    sheet = sheets.require_sheet_version(session, actor, recipe.sheet_id, recipe.sheet_version or "published")
    if sheet.state is not AssetState.PUBLISHED and not begun:
        raise Conflict(
            f"Version {sheet.number} of the sheet is {sheet.state}.",
            field="sheet_version",
            fix="Publish it, or choose a published version.",
        )
    template = templates.require_template_version(session, actor, recipe.template_version_id, published=not begun)
    endpoint_id = recipe.endpoint_id or template.model.endpoint_id
    rules.check_recipe(recipe, sheet.fields, has_model=endpoint_id is not None)
    fit = template_rules.check(compiled(template.system_prompt, template.user_prompt), sheet.fields)
    if not fit.fits:
        raise Invalid(
            f"The template does not fit the sheet: {fit.problems[0].message}",
            field="template_version_id",
            fix=fit.problems[0].fix,
            details={"problems": [problem.model_dump() for problem in fit.problems]},
        )
    asks = recipe.mode is Mode.AI_GENERATED
    endpoint = models.require_usable(session, actor, endpoint_id) if asks and endpoint_id else None
    if endpoint is not None and template.image_fields and not endpoint.takes_images:
        raise Invalid(
            f"The template shows images ({', '.join(template.image_fields)}), and {endpoint.name} takes none.",
            field="endpoint_id",
            fix="Choose a model that takes images, or a template without them.",
        )
    fields = rules.exposed_fields(template.variables, recipe)
    return Prepared(
        recipe=recipe,
        sheet=sheet,
        template=template,
        labelset=labels.require_version(session, actor, template.labelset_version_id),
        endpoint=endpoint,
        fields=fields,
        sources=[sheet.definition.primary_table, *sheets.sources_of(sheet.definition, fields)],
    )


def require_may_send(session: Session, actor: Actor, prepared: Prepared, exposure_id: UUID) -> dict[str, str]:
    """What is sent where, for the record: nothing when no model is asked.

    Raises `MayNotSend` when the prompts are more sensitive than the model endpoint may see, as both are now, or when it
    is no longer the one that was prepared for, and `ModelEndpointDisabled`.
    """
    if prepared.endpoint is None:
        return {}
    endpoint = models.require_usable(session, actor, prepared.endpoint.id)
    # What it may see was decided for the model at its address now, and this generation still speaks to the one before.
    if any(getattr(endpoint, name) != getattr(prepared.endpoint, name) for name in ("base_url", "model", "key_name")):
        raise MayNotSend(
            f"{endpoint.name} is another model, or elsewhere, than when this began.",
            field="endpoint_id",
            fix="Retry it: it goes on with the model as it is now.",
        )
    classification = governance.classification_of(
        session,
        actor.workspace_id,
        exposures=[exposure_id],
        sheet_id=prepared.sheet.sheet_id,
        labelset_id=prepared.labelset.labelset_id,
    )
    verdict = governance.may_send(classification, endpoint.max_classification)
    if not verdict.allowed:
        raise MayNotSend(
            f"Nothing is sent to {endpoint.name}: {verdict.reasons[0].text}.",
            field="endpoint_id",
            fix="Choose an endpoint that may see it, leave sensitive fields out of the prompt, or ask an admin.",
        )
    return {"sent_to": endpoint.name, "classification": classification}


def making_of(session: Session, prepared: Prepared, exposure_id: UUID) -> Making:
    """What the pairs are made with, knowing the exposures of the labels there are."""
    names = {name for each in prepared.sheet.fields for name in (each.name, *(part.name for part in each.fields))}
    label_fields: dict[UUID, Sequence[str]] = {}
    for each in queries.label_exposures(session, prepared.sheet.space_id, prepared.labelset.labelset_id):
        fields = governance.exposure(session, each).fields
        if names.issuperset(fields):
            label_fields[each] = fields
    return Making(
        prompt=compiled(prepared.template.system_prompt, prepared.template.user_prompt),
        labelset=prepared.labelset,
        mode=prepared.recipe.mode,
        exposure_id=exposure_id,
        fields=prepared.fields,
        label_fields=label_fields,
        column=prepared.recipe.column,
        trusted=prepared.recipe.trusted,
    )


def coverage(
    backends: Backends, actor: Actor, sheet_id: UUID, template_version_id: UUID, column: str | None = None
) -> LabelCoverage:
    """How much of a sheet's newest published version is labeled already, as generating would find it; and of the rest,
    how much a column of answers could not answer, where the actor may see that column.

    Raises `AboveClearance` for the sheet's key.
    """
    mode = Mode.EXISTING_COLUMN if column else Mode.MANUAL
    recipe = Recipe(sheet_id=sheet_id, template_version_id=template_version_id, mode=mode, column=column)
    prepared, making = _ready(backends, actor, recipe)
    with backends.database.read() as session:
        labels.require_space(session, actor, prepared.sheet.space_id)
        tells_unfit = column is not None and governance.may_view(actor, _classification(session, actor, prepared))
    file_hash = sheets.file_hash(backends, actor)
    opened = sheets.open_sheet(backends, actor, prepared.sheet)
    total, seen, unfit = opened.count(), Counter[str](), 0
    for batch in sheets.scan(backends, actor, prepared.sheet, opened.pins, making.all_fields()):
        heads = _heads(backends, prepared, batch.column(0).to_pylist())
        pairs = make_pairs(batch, making, heads, file_hash)
        seen.update(_standing(pair) for pair in pairs)
        unfit += sum(pair.problem is not None and pair.problem["kind"] == "column" for pair in pairs)
        if seen.total() >= LOOKED_AT:
            break
    looked_at = seen.total()
    scale = total / looked_at if looked_at else 0
    found = {name: round(seen[name] * scale) for name in ("labeled", "unlabelable", "stale")}
    return LabelCoverage(
        total=total,
        sampled=looked_at,
        **found,
        unlabeled=total - sum(found.values()),
        unfit=round(unfit * scale) if tells_unfit else None,
    )


def _standing(pair: NewPair) -> str:
    if pair.label_id is None:
        return "unlabeled"
    if pair.stale is not None:
        return "stale"
    return "unlabelable" if pair.value is None else "labeled"


def preview(backends: Backends, actor: Actor, body: PairPreviewIn) -> PairPreviews:
    """The first pairs as they would be made; no model is asked and nothing is written.

    Labels above the actor's clearance are left out of them. Raises `AboveClearance` for the sheet's key.
    """
    prepared, making = _ready(backends, actor, body)
    with backends.database.read() as session:
        labels.require_space(session, actor, prepared.sheet.space_id)
        classification = _classification(session, actor, prepared)
    if not governance.may_view(actor, classification):
        withheld = f"The pairs hold {classification} data; you may see {actor.clearance} at most."
        return PairPreviews(pairs=[], withheld=withheld)
    opened = sheets.open_sheet(backends, actor, prepared.sheet)
    file_hash = sheets.file_hash(backends, actor)
    shown: list[PairPreview] = []
    for batch in opened.items(opened.refs(body.count), making.all_fields()).combine_chunks().to_batches():
        heads = _heads(backends, prepared, batch.column(0).to_pylist())
        hidden = _hidden(backends, actor, prepared, heads)
        shown += [
            _shown(pair, prepared.labelset, hidden.get(pair.label_id))
            for pair in make_pairs(batch, making, heads, file_hash)
        ]
    return PairPreviews(pairs=shown, withheld=None)


def _classification(session: Session, actor: Actor, prepared: Prepared) -> Classification:
    """How sensitive what the pairs are made from is: the fields of the prompt, and the column of answers."""
    return governance.classification_of(
        session,
        actor.workspace_id,
        sources=prepared.sources,
        sheet_id=prepared.sheet.sheet_id,
        labelset_id=prepared.labelset.labelset_id,
    )


def _ready(backends: Backends, actor: Actor, recipe: Recipe) -> tuple[Prepared, Making]:
    with backends.database.read() as session:
        prepared = prepare(session, actor, recipe)
        return prepared, making_of(session, prepared, NOT_KEPT)


def _heads(backends: Backends, prepared: Prepared, refs: Sequence[str]) -> Mapping[str, LabelHead]:
    with backends.database.read() as session:
        return labels.heads(session, prepared.sheet.space_id, prepared.labelset.labelset_id, refs)


def _hidden(
    backends: Backends, actor: Actor, prepared: Prepared, heads: Mapping[str, LabelHead]
) -> dict[UUID | None, str]:
    """The labels that the actor may not see, and why."""
    origins = [(head.id, head.exposure_id) for head in heads.values()]
    with backends.database.read() as session:
        reasons = labels.withheld_reasons(session, actor, prepared.labelset.labelset_id, origins)
    return {label_id: reason for (label_id, _), reason in zip(origins, reasons, strict=True) if reason is not None}


def _shown(pair: NewPair, labelset: LabelsetVersion, withheld: str | None) -> PairPreview:
    value = None if withheld else pair.value
    return PairPreview(
        item_ref=pair.item_ref,
        messages=pair.messages,
        status=PairStatus.LABELED if pair.submits else pair.status,
        origin=pair.origin,
        value=value,
        rendered=None if value is None else kind_of(labelset.kind).render(value, labelset),
        stale=pair.stale,
        problem=pair.problem,
        withheld=withheld,
    )
