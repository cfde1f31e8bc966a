"""Who may see which pair: its content is as sensitive as what its prompt and its label were made from."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.governance.rules import Layer, effective
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.labels import service as labels
from workbench.features.review.queries import labels as said
from workbench.features.review.rules import Standing
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Classification


def layers_of_pair(session: Session, actor: Actor, sheet: TrainingSheetRow, pair: PairRow | Standing) -> list[Layer]:
    """Every layer of a pair, with the label version it pins and whether that label stands now."""
    pinned = said.pinned(session, pair.label_id, pair.label_number)
    return governance.layers_of(
        session,
        actor.workspace_id,
        exposures=[sheet.exposure_id],
        sheet_id=sheet.sheet_id,
        labelset_id=sheet.labelset_id,
        label_id=pair.label_id,
        label_exposure_id=pinned.exposure_id if pinned else None,
        label_verdict=pinned.verdict_now if pinned else None,
        pair_id=pair.id,
    )


def require_pair_view(session: Session, actor: Actor, sheet: TrainingSheetRow, pair: PairRow | Standing) -> None:
    """Raises `AboveClearance` unless the actor may see the pair and the key that its item is named by.

    The highest clearance needs no looking up.
    """
    if actor.clearance is not Classification.RESTRICTED:
        labels.require_space(session, actor, sheet.space_id)
        governance.require_view(actor, effective(layers_of_pair(session, actor, sheet, pair)).classification)


def may_view_pair(session: Session, actor: Actor, sheet: TrainingSheetRow, pair: PairRow) -> bool:
    """Whether the actor may see a pair of a training sheet."""
    if actor.clearance is Classification.RESTRICTED:
        return True
    return governance.may_view(actor, effective(layers_of_pair(session, actor, sheet, pair)).classification)


def may_view_key(session: Session, actor: Actor, sheet: TrainingSheetRow) -> bool:
    """Whether the actor may see the key that the training sheet's items are named by."""
    try:
        labels.require_space(session, actor, sheet.space_id)
    except AboveClearance:
        return False
    return True


def require_sheet_view(session: Session, actor: Actor, sheet: TrainingSheetRow) -> None:
    """Raises `AboveClearance` unless the actor may see what the prompts of the training sheet read, and its key."""
    labels.require_space(session, actor, sheet.space_id)
    if not may_view_sheet(session, actor, sheet.exposure_id, sheet.sheet_id, sheet.labelset_id):
        governance.require_view(
            actor, _classification(session, actor, sheet.exposure_id, sheet.sheet_id, sheet.labelset_id)
        )


def may_view_sheet(session: Session, actor: Actor, exposure_id: UUID, sheet_id: UUID, labelset_id: UUID) -> bool:
    """Whether the actor may see what the prompts of a training sheet read."""
    if actor.clearance is Classification.RESTRICTED:
        return True
    return governance.may_view(actor, _classification(session, actor, exposure_id, sheet_id, labelset_id))


def _classification(
    session: Session, actor: Actor, exposure_id: UUID, sheet_id: UUID, labelset_id: UUID
) -> Classification:
    return governance.classification_of(
        session, actor.workspace_id, exposures=[exposure_id], sheet_id=sheet_id, labelset_id=labelset_id
    )
