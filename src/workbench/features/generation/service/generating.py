"""Making training sheets: start, make another like one, stop with what there is, ask again about failures."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.audit import service as audit
from workbench.features.generation.queries import training_sheets as queries
from workbench.features.generation.schemas import (
    GenerateIn,
    Mode,
    Recipe,
    RetryFailures,
    TrainingSheet,
    TrainingSheetCopy,
    TrainingSheetState,
)
from workbench.features.generation.service.preparing import Prepared, prepare, require_may_send
from workbench.features.generation.service.training_sheets import (
    get_training_sheet,
    recipe_of,
    require_training_sheet,
    require_training_sheet_at,
)
from workbench.features.generation.tables import PairCountRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job
from workbench.features.labels import service as labels
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import Node, NodeKind
from workbench.features.sheets import service as sheets
from workbench.features.templates import service as templates
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.ids import new_id

GENERATE = "training_sheet.generate"
RETRY = "training_sheet.retry"
RETRIED = ("empty", "refused", "cut", "overloaded", "unreachable", "timeout", "nonsense", "image", "unlike", "answer")


def generate_training_sheet(session: Session, actor: Actor, backends: Backends, body: GenerateIn) -> TrainingSheet:
    """Starts making a training sheet; a job makes its pairs from the sources as they are now.

    Raises what is wrong with the recipe (see `prepare`), and `MayNotSend`.
    """
    recipe = Recipe.model_validate(body.model_dump(include=set(Recipe.model_fields)))
    if recipe.trusted:
        actor.require("labels.write")
    with backends.database.read() as reading:  # files are read before the transaction that writes begins
        prepared = prepare(reading, actor, recipe)
    opened = sheets.open_sheet(backends, actor, prepared.sheet)
    total = opened.count()
    expected = total if recipe.limit is None else min(total, recipe.limit)
    exposure_id = governance.expose(session, actor, prepared.fields, prepared.sources)
    sent = require_may_send(session, actor, prepared, exposure_id)
    row = _row(actor, body, recipe, prepared, exposure_id, opened.pins)
    session.add(row)
    session.add(PairCountRow(training_sheet_id=row.id))
    session.flush()
    job = jobs.submit(
        session,
        actor,
        backends,
        kind=GENERATE,
        title=f"Generate {row.name}",
        subject_kind="training_sheet",
        subject_id=row.id,
        arguments={},
        total=expected,
        unit="pairs",
    )
    row.job_id = job.id
    session.flush()
    _connect(session, actor, row, prepared)
    details = {"name": row.name, "mode": recipe.mode, "items": expected, "template": prepared.template.number}
    details |= sent
    audit.record(session, actor, "training_sheet.generate", "training_sheet", row.id, details)
    return get_training_sheet(session, actor, row.id)


def duplicate_training_sheet(
    session: Session, actor: Actor, backends: Backends, training_sheet_id: UUID, body: TrainingSheetCopy
) -> TrainingSheet:
    """Makes a training sheet like another one, from the newest data: what is labeled by now needs no review."""
    with backends.database.read() as reading:
        source = require_training_sheet(reading, actor, training_sheet_id)
    recipe = recipe_of(source).model_copy(update={"sheet_version": None})
    changes = body.model_dump(exclude={"name", "description"}, exclude_none=True)
    if body.mode is not None and body.mode is not recipe.mode:
        changes = {"column": None, "trusted": False, "endpoint_id": None} | changes
    wanted = recipe.model_dump() | changes | {"name": body.name}
    wanted["description"] = source.description if body.description is None else body.description
    return generate_training_sheet(session, actor, backends, GenerateIn.model_validate(wanted))


def finish_training_sheet(session: Session, actor: Actor, training_sheet_id: UUID, version: int) -> TrainingSheet:
    """Ends a generation that failed or was cancelled with the pairs there are, and opens them for review."""
    row = require_training_sheet_at(session, actor, training_sheet_id, version)
    shown = get_training_sheet(session, actor, training_sheet_id)
    if shown.state not in (TrainingSheetState.FAILED, TrainingSheetState.CANCELLED):
        raise Conflict(f"{row.name} is in the state {shown.state}.", fix="Only a stopped generation can be finished.")
    if shown.counts.total == 0:
        raise Conflict(f"{row.name} has no pairs yet.", fix="Take its job up again, or delete it.")
    queries.open_for_review(session, row.id)
    audit.record(
        session,
        actor,
        "training_sheet.finish",
        "training_sheet",
        row.id,
        {"name": row.name, "pairs": shown.counts.total},
    )
    return get_training_sheet(session, actor, training_sheet_id)


def retry_failures(
    session: Session, actor: Actor, backends: Backends, training_sheet_id: UUID, body: RetryFailures
) -> Job:
    """Asks the model again about the pairs that it gave no usable answer for, and about nothing else."""
    unknown = sorted(set(body.kinds or ()) - set(RETRIED))
    if unknown:
        raise Invalid(
            f"No failure that can be retried is of the kind {unknown[0][:100]!r}.",
            field="kinds",
            fix=f"Choose from: {', '.join(RETRIED)}.",
        )
    row = require_training_sheet(session, actor, training_sheet_id)
    shown = get_training_sheet(session, actor, training_sheet_id)
    if shown.mode is not Mode.AI_GENERATED:
        raise Conflict(f"No model was asked for {row.name}.", fix="Answer those pairs in review.")
    if shown.state is not TrainingSheetState.REVIEW:
        raise Conflict(f"{row.name} is in the state {shown.state}.", fix="Failures are retried while it is in review.")
    if shown.counts.failed == 0:
        raise Conflict(f"{row.name} has no failed pairs.", fix="There is nothing to retry.")
    if any(jobs.list_active_jobs(session, row.id)):
        raise Conflict(f"A job still works on {row.name}.", fix="Wait until it is through.")
    return jobs.submit(
        session,
        actor,
        backends,
        kind=RETRY,
        title=f"Ask again about failures of {row.name}",
        subject_kind="training_sheet",
        subject_id=row.id,
        arguments={"kinds": sorted(set(body.kinds or RETRIED))},
        total=shown.counts.failed,
        unit="pairs",
    )


def _row(
    actor: Actor, body: GenerateIn, recipe: Recipe, prepared: Prepared, exposure_id: UUID, pins: dict[str, str]
) -> TrainingSheetRow:
    kept = recipe.model_copy(
        update={
            "sheet_version": prepared.sheet.number,
            "endpoint_id": prepared.endpoint.id if prepared.endpoint else None,
        }
    )
    return TrainingSheetRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        name=body.name,
        description=body.description,
        state=TrainingSheetState.GENERATING,
        sheet_id=prepared.sheet.sheet_id,
        sheet_version_id=prepared.sheet.id,
        template_id=prepared.template.template_id,
        template_version_id=prepared.template.id,
        labelset_id=prepared.labelset.labelset_id,
        labelset_version_id=prepared.labelset.id,
        space_id=prepared.sheet.space_id,
        exposure_id=exposure_id,
        mode=recipe.mode,
        config=kept.model_dump(mode="json"),
        pins=pins,
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=now(),
        archived=False,
    )


def _connect(session: Session, actor: Actor, row: TrainingSheetRow, prepared: Prepared) -> None:
    target = Node(kind=NodeKind.TRAINING_SHEET, ref=str(row.id), name=row.name)
    sheet = sheets.get_sheet(session, actor, row.sheet_id)
    template = templates.get_template(session, actor, row.template_id)
    labelset = labels.get_labelset(session, actor, row.labelset_id)
    made_from: list[tuple[Node, dict[str, object]]] = [
        (Node(kind=NodeKind.SHEET, ref=str(sheet.id), name=sheet.name), {"version": prepared.sheet.number}),
        (Node(kind=NodeKind.TEMPLATE, ref=str(template.id), name=template.name), {"version": prepared.template.number}),
        (Node(kind=NodeKind.LABELSET, ref=str(labelset.id), name=labelset.name), {"version": prepared.labelset.number}),
    ]
    if prepared.endpoint is not None:
        node = Node(kind=NodeKind.MODEL, ref=str(prepared.endpoint.id), name=prepared.endpoint.name)
        made_from.append((node, {"model": prepared.endpoint.model}))
    for source, details in made_from:
        lineage.connect(session, actor, source, target, details)
